//! The module's allocator. A compilation makes some thousand small blocks and drops them again, of few sizes: lists of free
//! blocks by size serve that in a handful of instructions, where a general allocator's were a quarter of the time.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

/// Blocks of up to [`SMALL`] bytes come in steps of this many, and all are aligned to it.
const STEP: usize = 16;
const SMALL: usize = 512;
/// A list for each step, then one for each power of two above.
const LISTS: usize = SMALL / STEP + usize::BITS as usize - SMALL.ilog2() as usize;
/// What a page of WebAssembly's memory has.
const PAGE: usize = 1 << 16;

/// Free blocks by size; each holds the address of the next. Memory is never given back to the page, since the next
/// compilation wants as much again.
pub struct Lists(UnsafeCell<State>);

struct State {
    free: [*mut u8; LISTS],
    /// What the blocks have not taken of the memory: from here to there.
    next: usize,
    end: usize,
}

impl Lists {
    pub const fn new() -> Self {
        Self(UnsafeCell::new(State { free: [null_mut(); LISTS], next: 0, end: 0 }))
    }
}

// SAFETY: the module has one thread.
unsafe impl Sync for Lists {}

/// The list that a layout belongs to, and how long its blocks are.
fn list_of(layout: Layout) -> (usize, usize) {
    let size = layout.size().max(layout.align());
    if size <= SMALL {
        let steps = size.div_ceil(STEP).max(1);
        return (steps - 1, steps * STEP);
    }
    let log = (size - 1).ilog2() as usize + 1;
    (SMALL / STEP + log - SMALL.ilog2() as usize - 1, 1 << log)
}

impl State {
    /// A block that was none before.
    fn cut(&mut self, length: usize) -> *mut u8 {
        if self.end - self.next < length {
            let pages = length.div_ceil(PAGE).max(4);
            let before = core::arch::wasm32::memory_grow(0, pages);
            if before == usize::MAX {
                return null_mut();
            }
            let start = before * PAGE;
            // What is left of the pages before goes on, unless somebody else has grown the memory.
            if start != self.end {
                self.next = start;
            }
            self.end = start + pages * PAGE;
        }
        let block = self.next;
        self.next += length;
        block as *mut u8
    }
}

// SAFETY: a block is in one list or in one pair of hands; its list's blocks have the length and the alignment of all layouts
// that it serves (a layout aligned to more than a step is not made here, and is refused).
unsafe impl GlobalAlloc for Lists {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > STEP || layout.size() > isize::MAX as usize / 2 {
            return null_mut();
        }
        // SAFETY: one thread, and nothing here calls back.
        let state = unsafe { &mut *self.0.get() };
        let (list, length) = list_of(layout);
        let first = state.free[list];
        if first.is_null() {
            return state.cut(length);
        }
        // SAFETY: a free block holds the address of the next.
        state.free[list] = unsafe { first.cast::<*mut u8>().read() };
        first
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        let state = unsafe { &mut *self.0.get() };
        let (list, _) = list_of(layout);
        // SAFETY: it is at least a step long, and nobody's any more.
        unsafe { block.cast::<*mut u8>().write(state.free[list]) };
        state.free[list] = block;
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the alignment is a layout's, and the caller vouches for the size.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if list_of(layout).0 == list_of(wanted).0 {
            return block;
        }
        // SAFETY: as the caller's.
        unsafe {
            let other = self.alloc(wanted);
            if !other.is_null() {
                other.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
            other
        }
    }
}
