"""NumPy's functions in the subset of Python that the compiler takes: ``tools/jit_prelude.py`` hands them to it.

They are compiled for the arguments' types wherever a compiled function calls them. A condition on a dtype, on ``ndim``
or on None is known while compiling: of its branches only one is compiled. What needs such a condition on an argument's
*value* (an axis, a flag) is a function of at most forty statements, since those are inlined, and there a constant
argument stays one.
"""
