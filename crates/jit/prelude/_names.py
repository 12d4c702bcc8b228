"""What the functions of the prelude are called by."""


def known_as(*names):
    """Give a function the names that a compiled function calls it by; without any, one that only the prelude knows."""

    def mark(function):
        own = names or (f"prelude.{function.__name__}",)
        function.known_as = own
        function.__ferrodide_name__ = own[0]
        return function

    return mark


@known_as()
def random_state():
    """The compiler's own: 624 words, how many of them are used up, and whether a normal number is left."""


@known_as()
def random_gauss():
    """The compiler's own: the normal number that is left."""


@known_as()
def strided(a, offset, length, step):
    """The compiler's own: a line of an array's elements, so many bytes behind the first one, so many bytes apart."""


@known_as()
def common_dtype(arrays):
    """The compiler's own: the dtype that all arrays of a tuple fit."""
