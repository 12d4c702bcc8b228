"""A string is known while compiling: the other branch is gone."""
# types: float "double"
# args: 4.0, "double"


def string_flag(x, how):
    if how == "double":
        return x * 2.0
    raise ValueError("how is not known")
