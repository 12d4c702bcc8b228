"""From source to wire text: every node, names by what they stand for, functions of functions, and what has no form."""

from __future__ import annotations

import ast
import collections
import linecache
import re
import symtable
import textwrap
import types
from pathlib import Path

import jit_samples
import numpy as np
import pytest
from ferrodide import njit
from ferrodide.jit import UnsupportedError
from ferrodide.jit._names import canonical, value
from ferrodide.jit._program import build, plain_function
from ferrodide.jit._source import source_of

PLACE = re.compile(r" \d+:\d+:\d+:\d+")
FILE = jit_samples.__file__


def wire(function, *, places=False):
    text = build(plain_function(function) or function).text
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    assert bare.count("(") == bare.count(")")
    return text if places else PLACE.sub("", text)


def made(code, name="f", **names):
    """A function of source that linecache knows."""
    file = f"<made {hash(code)}>"
    text = textwrap.dedent(code)
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space = {"np": np, "njit": njit, **names}
    exec(compile(text, file, "exec"), space)
    return space[name]


def body(function):
    """The statements of the entry, without places."""
    return re.search(r"\(body (.*?)\)\)( \(function|\)$)", wire(function)).group(1)


def expression(code, **names):
    """The wire form of an expression in x."""
    return re.fullmatch(r"\(return (.*)\)", body(made(f"def f(x, *, y=1): return {code}", **names))).group(1)


def test_a_function_of_functions_with_places():
    # The decorators stand above.
    p, q, r = (
        getattr(jit_samples, name).py_func.__code__.co_firstlineno + 1 for name in ("calls", "helper", "recursive")
    )
    assert wire(jit_samples.calls, places=True) == (
        f'(program (function 0 "calls" "{FILE}" {p} (params (param {p}:10:{p}:11 x plain _)) (body '
        f"(return {p}:14:{p}:45 (bin {p}:21:{p}:45 Add "
        f"(call {p}:21:{p}:30 (value {p}:21:{p}:27 (jit 1)) ((name {p}:28:{p}:29 x)) ()) "
        f"(call {p}:33:{p}:45 (value {p}:33:{p}:42 (jit 2)) ((name {p}:43:{p}:44 x)) ()))))) "
        f'(function 1 "helper" "{FILE}" {q} (params (param {q}:11:{q}:12 x plain _)) (body '
        f"(return {q}:15:{q}:27 (bin {q}:22:{q}:27 Add (name {q}:22:{q}:23 x) (value {q}:26:{q}:27 (int 3)))))) "
        f'(function 2 "recursive" "{FILE}" {r} (params (param {r}:14:{r}:15 x plain _)) (body '
        f"(return {r}:18:{r}:53 (ifexp {r}:25:{r}:53 (name {r}:45:{r}:46 x) "
        f"(call {r}:25:{r}:41 (value {r}:25:{r}:34 (jit 2)) "
        f"((bin {r}:35:{r}:40 Sub (name {r}:35:{r}:36 x) (value {r}:39:{r}:40 (int 1)))) ()) "
        f"(value {r}:52:{r}:53 (int 0)))))))"
    )


def test_places_are_those_of_the_file():
    for function in (jit_samples.calls, jit_samples.closed(1, jit_samples.helper)[1], *jit_samples.pair):
        program = build(plain_function(function) or function)
        lines = [line.encode() for line in Path(FILE).read_text().splitlines()]
        for kind, line, start, end_line, end, name in re.findall(
            r"\((name|param) (\d+):(\d+):(\d+):(\d+) (\S+?)[ )]", program.text
        ):
            assert line == end_line
            shown = lines[int(line) - 1][int(start) : int(end)].decode()
            assert (shown if kind == "name" else shown.split(":")[0]) == name


def test_closures_resolve_their_cells():
    inner, indented = jit_samples.closed(5, jit_samples.helper)
    assert body(inner) == ("(return (bin Add (bin Add (name x) (value (int 5))) (call (value (jit 1)) ((name x)) ())))")
    assert wire(indented).startswith(f'(program (function 0 "indented" "{FILE}" ')
    assert '(params (param é plain _) (param y plain (str "\\ntext")))' in wire(indented)
    assert "(return (bin Add (name é) (name y)))" in body(indented)


def test_lambdas_are_told_apart():
    first, second = jit_samples.pair
    assert body(first) == "(return (bin Add (name a) (value (int 1))))"
    assert body(second) == "(return (bin Mult (name a) (name b)))"


def test_statements():
    assert body(jit_samples.statements) == (
        "(pass) "
        "(assign ((name x) (name y)) (name n)) "
        "(assign ((tuple (name x) (tuple (name y) (star (name z))))) (name a)) "
        "(assign ((name x)) (value (int 1))) "
        "(pass) "
        "(augassign Add (sub (name a) (value (int 0))) (bin Pow (value (int 2)) (un USub (name x)))) "
        '(for (name i) (call (value (function "range")) ((name n)) ()) '
        "((if (un Not (name i)) ((continue)) ((if (cmp (name i) (Is (value (none)))) ((break)) ())))) ((pass))) "
        "(while (cmp (name x) (Lt (name n)) (LtE (value (int 3))) (NotEq (name y))) "
        "((del (name x) (sub (name a) (value (int 1))))) ((return _))) "
        "(assert (name n) _) "
        '(assert (name n) "positive") '
        '(raise "ValueError" _) '
        '(raise "ValueError" "no") '
        '(raise "jit_samples.Odd" "own") '
        '(raise "numpy.linalg.LinAlgError" "singular") '
        "(return (walrus x (value (int 3))))"
    )
    program = build(jit_samples.statements)
    assert program.exceptions["jit_samples.Odd"] is jit_samples.Odd
    assert program.exceptions["numpy.linalg.LinAlgError"] is np.linalg.LinAlgError


def test_subscripts():
    assert body(jit_samples.subscripts) == (
        "(return (tuple (sub (name a) (name i)) "
        "(sub (name a) (tuple (name i) (value (ellipsis)))) "
        "(sub (name a) (tuple (slice (value (int 1)) (name i) (value (int -1))) (value (none)) (slice _ _ _))) "
        "(sub (name a) (tuple (value (int 1)) (value (int 2)))) "
        "(sub (name a) (tuple (value (none)) (sub (name a) (value (int 0))))) "
        "(sub (name a) (tuple (star (name i))))))"
    )


def test_comprehensions_have_names_of_their_own():
    assert body(jit_samples.shadow) == (
        "(return (bin Add (listcomp (name range.1) (comp (name range.1) (name range) ())) "
        "(listcomp (name K) (comp (name K) (name range) ()))))"
    )
    assert body(jit_samples.comp) == (
        "(return (tuple (listcomp (bin Mult (name a) (name b)) "
        '(comp (name a) (call (value (function "range")) ((name x)) ()) ()) '
        '(comp (name b) (call (value (function "range")) ((name a)) ()) ((name b) (name x)))) '
        '(call (value (function "sum")) ((listcomp (name i) '
        '(comp (name i) (call (value (function "range")) ((value (int 3))) ()) ()))) ()) '
        "(listcomp (name i) (comp (name i) (listcomp (name j) (comp (name j) (name x) ())) ()))))"
    )


def test_constants():
    assert body(jit_samples.constants) == (
        "(return (tuple (value (int 1)) (value (int -2)) (value (float 0x1.4000000000000p+1)) "
        "(value (float -0x0.0p+0)) (value (float inf)) (value (complex 0x0.0p+0 0x1.8000000000000p+1)) "
        "(value (bool 1)) "
        '(value (none)) (value (ellipsis)) (value (str "a\\"\\\\\\n")) (value (int -9223372036854775808)) '
        "(un Not (value (int -1)))))"
    )


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("K", "(value (int 3))"),
        ("np.pi", "(value (float 0x1.921fb54442d18p+1))"),
        ("math.sin(x)", '(call (value (function "math.sin")) ((name x)) ())'),
        ("sine(x)", '(call (value (function "math.sin")) ((name x)) ())'),
        ("s(x)", '(call (value (function "numpy.sqrt")) ((name x)) ())'),
        (
            "other_name.linalg.norm(x, ord=2)",
            '(call (value (function "numpy.linalg.norm")) ((name x)) ((kw ord (value (int 2)))))',
        ),
        ("np.random.rand(*x)", '(call (value (function "numpy.random.rand")) ((star (name x))) ())'),
        ("abs(x)", '(call (value (function "abs")) ((name x)) ())'),
        ("np.abs(x)", '(call (value (function "numpy.absolute")) ((name x)) ())'),
        ("np.max", '(value (function "numpy.max"))'),
        ("np.float64", '(value (function "numpy.float64"))'),
        ("np.intc", '(value (function "numpy.int32"))'),
        ("np.bool", '(value (function "numpy.bool"))'),
        ("np.dtype('f4')", '(value (function "numpy.float32"))'),
        ("float32(x)", '(call (value (function "numpy.float32")) ((name x)) ())'),
        ("float", '(value (function "float"))'),
        ("prange(x)", '(call (value (function "ferrodide.prange")) ((name x)) ())'),
        ("one(x)", "(call (value (jit 1)) ((name x)) ())"),
        ("TABLE[x]", "(sub (value (array 0 f8[1Cr])) (name x))"),
        ("TABLE.shape", "(attr (value (array 0 f8[1Cr])) shape)"),
        (
            "FLAGS",
            '(value (tuple (int 1) (float 0x1.4000000000000p+1) (str "x") (none) '
            "(tuple (bool 1) (complex 0x0.0p+0 0x1.0000000000000p+0))))",
        ),
        ("()", "(tuple)"),
        ("NARROW", '(call (value (function "numpy.float32")) ((value (float 0x1.8000000000000p+0))) ())'),
        ("MIXED", '(tuple (value (int 1)) (call (value (function "numpy.int8")) ((value (int 2))) ()))'),
        ("SETTINGS.rate", "(value (float 0x1.0000000000000p-1))"),
        ("SETTINGS.name", '(value (str "fast"))'),
        ("Colour.RED", "(value (int 7))"),
        ("Colour.RED.value", "(value (int 7))"),
        ("Status.DONE", '(call (value (class "Status" ("value") (_))) ((value (int 3))) ())'),
        ("Point", '(value (class "Point" ("x" "y") (_ (float 0x1.4000000000000p+1))))'),
        (
            "ORIGIN",
            '(call (value (class "Point" ("x" "y") (_ (float 0x1.4000000000000p+1)))) '
            "((value (int 1)) (value (int 2))) ())",
        ),
        ("List", '(value (function "list"))'),
        ("List.empty_list", '(value (function "list.empty_list"))'),
        ("float32", '(value (function "numpy.float32"))'),
        ("heappush", '(value (function "heapq.heappush"))'),
        (
            "np.finfo(np.float32).eps",
            '(call (value (function "numpy.float32")) ((value (float 0x1.0000000000000p-23))) ())',
        ),
        ("np.iinfo(np.int64).max", "(value (int 9223372036854775807))"),
        ("x.shape[0]", "(sub (attr (name x) shape) (value (int 0)))"),
        ("x.T.sum(axis=0)", "(call (attr (attr (name x) T) sum) () ((kw axis (value (int 0)))))"),
        ("x if x else y", "(ifexp (name x) (name x) (name y))"),
        ("x and y or not x", "(bool Or (bool And (name x) (name y)) (un Not (name x)))"),
        ("x @ ~y >> 1 // 2 % 3 << 4 | 5 ^ 6 & 7", None),
        ("x is not None in y", "(cmp (name x) (IsNot (value (none))) (In (name y)))"),
        ("[x, 1]", "(list (name x) (value (int 1)))"),
        # What has no form: said where it stands.
        ("nothing", '(value (unsupported "the name nothing, which is not defined"))'),
        ("np.nothing", '(value (unsupported "numpy.nothing, which does not exist"))'),
        ("np.ma", '(value (unsupported "a module, numpy.ma"))'),
        (
            "undecorated(x)",
            '(call (value (unsupported "the function undecorated, which is not compiled: decorate it with @njit")) '
            "((name x)) ())",
        ),
        ("LIST[0]", '(sub (value (unsupported "a list (a tuple would do)")) (value (int 0)))'),
        ("Odd", '(value (function "jit_samples.Odd"))'),
        ("OBJECTS", '(value (unsupported "an array of dtype object"))'),
    ],
)
def test_expressions(code, text):
    names = {name: found for name, found in vars(jit_samples).items() if not name.startswith("__")}
    found = expression(code, **{**names, "LIST": [1], "OBJECTS": np.array([None])})
    assert text is None or found == text


def test_every_operator_has_its_name():
    ops = dict(
        zip(
            "+ - * / // % ** @ << >> | ^ &".split(),
            "Add Sub Mult Div FloorDiv Mod Pow MatMult LShift RShift BitOr BitXor BitAnd".split(),
            strict=True,
        )
    )
    for op, name in ops.items():
        assert expression(f"x {op} y") == f"(bin {name} (name x) (name y))"
    for op, name in {
        "==": "Eq",
        "!=": "NotEq",
        "<": "Lt",
        "<=": "LtE",
        ">": "Gt",
        ">=": "GtE",
        "is": "Is",
        "not in": "NotIn",
    }.items():
        assert expression(f"x {op} y") == f"(cmp (name x) ({name} (name y)))"
    for op, name in {"+": "UAdd", "-": "USub", "~": "Invert", "not ": "Not"}.items():
        assert expression(f"{op}x") == f"(un {name} (name x))"


def test_what_has_no_form_says_so():
    found = re.findall(r'\(unsupported "((?:[^"\\]|\\.)*)"\)', wire(jit_samples.unsupported_statements))
    assert found == [
        "**more: name the parameters",
        "an import inside a function: import at the top of the file",
        "a function defined inside a function: define it outside, and compile it as well",
        "try: test for what would raise before it does",
        "with",
        "match: write if and elif",
        "global: return the value, and assign it outside",
        "an assignment to the global variable K",
        "raise without an exception",
        "an exception whose message is not a string, or nothing of it is constant",
        "raise of something other than an exception's class and a message",
        "an assertion whose message is not a string, or nothing of it is constant",
        "a class defined inside a function",
    ]
    found = re.findall(r'\(unsupported "((?:[^"\\]|\\.)*)"\)', wire(jit_samples.unsupported_expressions))
    assert found == [
        "a dict",
        "a set",
        "a string that is put together while running",
        "a lambda inside a function: define a function outside, and compile it as well",
        "bytes",
        "a call with **: name the arguments",
        "an int of more than 64 bits",
    ]


def test_functions_that_are_handed_over_are_defaults():
    program = build(jit_samples.closed(1, jit_samples.helper)[1], {"y": jit_samples.helper})
    assert " y plain (jit 1))" in program.text
    assert "y plain (function" in build(jit_samples.closed(1, 1)[1], {"y": np.sqrt}).text


def test_a_second_class_of_a_name_is_refused():
    Other = collections.namedtuple("Point", "x y")
    f = made("def f(x): return Point(x, Other(x, 1))", Point=jit_samples.Point, Other=Other)
    assert '(unsupported "Point, a second class of this name")' in wire(f)
    assert list(build(f).named) == ["Point"]


def test_parameters_of_all_kinds():
    f = made("def f(a, /, b, c=2.5, *d, e, g=None, h=np.float32(1), i=(1, 'x')): pass")
    assert wire(f).split("(params ")[1].split(") (body")[0] == (
        "(param a plain _) (param b plain _) (param c plain (float 0x1.4000000000000p+1)) (param d star _) "
        '(param e plain _) (param g plain (none)) (param h plain _) (param i plain (tuple (int 1) (str "x")))'
    )


def test_local_names_are_those_of_symtable():
    for name, function in vars(jit_samples).items():
        plain = plain_function(function) or function
        if not isinstance(plain, types.FunctionType) or plain.__module__ != "jit_samples" or name in ("pair",):
            continue
        source = source_of(plain)
        tables = symtable.symtable(Path(FILE).read_text(), FILE, "exec").get_children()
        table = next(each for each in tables if each.get_name() == plain.__name__ and each.get_type() == "function")
        own = {each.get_name() for each in table.get_symbols() if each.is_local()}
        variables = {
            name.id
            for each in ast.walk(source.node)
            if isinstance(each, ast.comprehension)
            for name in ast.walk(each.target)
            if isinstance(name, ast.Name)
        }
        # A name that has an annotation and nothing else is nowhere in the code.
        variables |= {
            each.target.id
            for each in ast.walk(source.node)
            if isinstance(each, ast.AnnAssign) and each.value is None and isinstance(each.target, ast.Name)
        }
        assert source.locals <= own
        assert own - source.locals <= variables


def test_a_function_longer_than_its_code():
    f = made(
        """
        def f(x):
            return (
                x
            )
            y = 1

            # A comment.
        z = 3
        """
    )
    assert body(f) == "(return (name x)) (assign ((name y)) (value (int 1)))"
    g = made(
        """
        if True:
            def g(x, y='''
        left''', z=(
        1)):
                return x
        """,
        "g",
    )
    assert body(g) == "(return (name x))"


def test_no_source_is_an_error():
    space = {}
    exec("def f(x): return x", space)
    with pytest.raises(UnsupportedError, match=r"the source of f is not available: '<string>' cannot be read"):
        build(space["f"])
    f = made("def f(x):\n    return x")
    linecache.cache[f.__code__.co_filename] = (1, None, ["y = 1\n"], "")
    with pytest.raises(UnsupportedError, match="is not at line 1 of <made"):
        build(f)
    g = made("async def g(x): return x", "g")
    with pytest.raises(UnsupportedError, match="g is a coroutine"):
        build(g)


def test_names_that_change_are_noticed():
    f = made("def f(x): return x + K", K=1)
    program = build(f)
    assert program.is_current()
    f.__globals__["K"] = 2
    assert not program.is_current()
    f.__globals__["K"] = 1
    assert program.is_current()
    del f.__globals__["K"]
    assert not program.is_current()


def test_arrays_are_numbered_once():
    a, b = np.ones(3), np.ones((2, 2), "i4")
    f = made(
        "def f(x): return A[x] + g(x) + B[x, 0] + A[0]", A=a, B=b, g=njit(made("def g(x): return B[x, x]", "g", B=b))
    )
    program = build(f)
    assert [id(each) for each in program.arrays] == [id(a), id(b)]
    assert program.text.count("(array 0 f8[1Cr])") == 2
    assert program.text.count("(array 1 i4[2Cr])") == 2


@pytest.mark.parametrize("module", [np, np.linalg, np.random])
def test_every_function_of_numpy_has_its_own_name(module):
    for name in module.__all__:
        found = getattr(module, name)
        if not callable(found) or isinstance(found, type):
            continue
        known = canonical(found)
        assert known is not None, name
        place = np
        for part in known.split(".")[1:]:
            place = getattr(place, part)
        assert place is found


def test_values_of_other_kinds_have_none():
    for found in (b"x", [1], {}, object(), np.float32(1), (1, [2])):
        assert value(found) is None
