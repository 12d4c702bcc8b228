"""Lists, and heaps in them."""

from ._names import known_as


@known_as("list.extend")
def extend(self, iterable):
    for each in list(iterable):
        self.append(each)


@known_as("list.insert")
def insert(self, index, item):
    last = len(self)
    at = max(index + last, 0) if index < 0 else min(index, last)
    self.append(item)
    for i in range(last, at, -1):
        self[i] = self[i - 1]
    self[at] = item


@known_as("list.index")
def index_of(self, value, start=0, stop=9223372036854775807):
    size = len(self)
    first = max(start + size, 0) if start < 0 else start
    end = stop + size if stop < 0 else min(stop, size)
    for i in range(first, end):
        if self[i] == value:
            return i
    raise ValueError("list.index(x): x not in list")


@known_as("list.count")
def count_of(self, value):
    found = 0
    for each in self:
        if each == value:
            found += 1
    return found


@known_as("list.remove")
def remove(self, value):
    for i in range(len(self)):
        if self[i] == value:
            self.pop(i)
            return
    raise ValueError("list.remove(x): x not in list")


@known_as("list.reverse")
def reverse(self):
    last = len(self) - 1
    for i in range(len(self) // 2):
        self[i], self[last - i] = self[last - i], self[i]


@known_as("list.copy")
def copy_of(self):
    return list(self)


@known_as()
def list_slice(self, start, stop, step):
    by = 1 if step is None else step
    if by == 0:
        raise ValueError("slice step cannot be zero")
    size = len(self)
    least, most = (0, size) if by > 0 else (-1, size - 1)
    first = (least if by > 0 else most) if start is None else start
    end = (most if by > 0 else least) if stop is None else stop
    if start is not None and first < 0:
        first += size
    if stop is not None and end < 0:
        end += size
    first, end = min(max(first, least), most), min(max(end, least), most)
    return [self[i] for i in range(first, end, by)]


@known_as()
def list_add(self, other):
    both = list(self)
    for each in list(other):
        both.append(each)
    return both


@known_as()
def list_repeat(self, times):
    many = self[:0]
    for _ in range(times):
        for each in self:
            many.append(each)
    return many


@known_as()
def list_equal(self, other):
    if len(self) != len(other):
        return False
    return all(self[i] == other[i] for i in range(len(self)))


@known_as("list.sort")
def sort_list(self, reverse=False):
    """Merges runs of twice the length in each pass: what is equal stays in its order."""
    size = len(self)
    if reverse:
        self.reverse()
    other = list(self)
    width = 1
    while width < size:
        for low in range(0, size, 2 * width):
            middle, high = min(low + width, size), min(low + 2 * width, size)
            left, right = low, middle
            for i in range(low, high):
                if left < middle and (right >= high or not self[right] < self[left]):
                    other[i] = self[left]
                    left += 1
                else:
                    other[i] = self[right]
                    right += 1
        for i in range(size):
            self[i] = other[i]
        width *= 2
    if reverse:
        self.reverse()


@known_as("sorted")
def sorted_(iterable, reverse=False):
    items = list(iterable)
    items.sort(reverse)
    return items


@known_as()
def sift_down(heap, first, at):
    """An item rises as long as it is less than the one above it."""
    item = heap[at]
    while at > first:
        above = (at - 1) >> 1
        if not item < heap[above]:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = item


@known_as()
def sift_up(heap, at):
    """Below an item, lesser children rise to the end, where it then rises to its place: as CPython has it."""
    end, first, item = len(heap), at, heap[at]
    child = 2 * at + 1
    while child < end:
        right = child + 1
        if right < end and not heap[child] < heap[right]:
            child = right
        heap[at] = heap[child]
        at = child
        child = 2 * at + 1
    heap[at] = item
    sift_down(heap, first, at)


@known_as("heapq.heappush")
def heappush(heap, item):
    heap.append(item)
    sift_down(heap, 0, len(heap) - 1)


@known_as("heapq.heappop")
def heappop(heap):
    if len(heap) == 0:
        raise IndexError("index out of range")
    last = heap.pop()
    if len(heap) == 0:
        return last
    least = heap[0]
    heap[0] = last
    sift_up(heap, 0)
    return least


@known_as("heapq.heapify")
def heapify(heap):
    for i in range(len(heap) // 2 - 1, -1, -1):
        sift_up(heap, i)


@known_as("heapq.heapreplace")
def heapreplace(heap, item):
    if len(heap) == 0:
        raise IndexError("index out of range")
    least = heap[0]
    heap[0] = item
    sift_up(heap, 0)
    return least


@known_as("heapq.heappushpop")
def heappushpop(heap, item):
    if len(heap) > 0 and heap[0] < item:
        return heapreplace(heap, item)
    return item


@known_as()
def list_delete(self, index):
    if index >= len(self) or index < -len(self):
        raise IndexError("list assignment index out of range")
    self.pop(index)


@known_as("list.clear")
def clear(self):
    while len(self) > 0:
        self.pop()
