"""The loops of the wheel for Pyodide that take relaxed SIMD: in use exactly where the engine has it."""

from __future__ import annotations

import os

import ferrodide
import numpy as np
import pytest
from ferrodide import _fused
from ferrodide._backend import kernels
from helpers import IN_PYODIDE, bits

pytestmark = pytest.mark.skipif(
    not IN_PYODIDE or ferrodide.backend() != "pyo3", reason="only the wheel for Pyodide has a module of fused loops"
)

#: Where a fused loop shows. The other loops of f64 are fused as well, and so near to exact that both round alike.
WIDE = "exp log log2 log10 log1p tan sinh arctan cbrt power arctan2".split()
NARROW = "expm1 log log2 log10 log1p tan arctan cbrt power arctan2".split()
OTHERS = [("exp", "f4"), ("cosh", "f4"), ("sin", "f4"), ("tanh", "f4"), ("sinh", "f4")]


@pytest.fixture(autouse=True)
def _clean():
    yield
    ferrodide.unpatch()
    ferrodide.stats(reset=True)
    _fused.load_fused(kernels)


def results(name, dtype):
    rng = np.random.default_rng(3)
    x, y = (rng.random(20_000) * 8 + 0.01).astype(dtype), (rng.random(20_000) * 5 - 2.5).astype(dtype)
    function = getattr(np, name)
    with ferrodide.patched(name):
        return function(*(x, y)[: function.nin])


def test_they_are_in_use_where_the_engine_has_them(capsys):
    engine = _fused._validates()
    assert engine or not os.environ.get("FERRODIDE_TEST_FUSED"), "this run is to have relaxed SIMD"
    ferrodide.patch("elementwise")
    ferrodide.report()
    assert ("fused loops" in capsys.readouterr().out) == engine
    assert _fused.load_fused(kernels) == engine


@pytest.mark.skipif(IN_PYODIDE and not _fused._validates(), reason="this engine has no relaxed SIMD")
@pytest.mark.parametrize(
    ("name", "dtype", "fuses"),
    [
        *((name, "f8", True) for name in WIDE),
        *((name, "f4", True) for name in NARROW),
        *((name, dtype, False) for name, dtype in OTHERS),
    ],
)
def test_they_serve_the_functions_that_gain(name, dtype, fuses):
    assert _fused.load_fused(kernels)
    fused = results(name, dtype)
    kernels._patch_fuse(None)
    plain = results(name, dtype)
    # Each within 1 ulp of the exact result; and of so many some are rounded differently.
    apart = np.abs(bits(fused).astype("i8") - bits(plain).astype("i8"))
    assert apart.max() <= 2
    assert (apart.max() > 0) == fuses


def test_without_them_the_plain_loops_serve(monkeypatch, tmp_path):
    def refuse():
        raise RuntimeError("no JavaScript here")

    with monkeypatch.context() as patched:
        patched.setattr(_fused, "_MODULE", tmp_path / "absent.wasm")
        assert not _fused.load_fused(kernels)
        (tmp_path / "broken.wasm").write_bytes(b"\0asm\1\0\0\0no module")
        patched.setattr(_fused, "_MODULE", tmp_path / "broken.wasm")
        assert not _fused.load_fused(kernels)
    monkeypatch.setattr(_fused, "_validates", refuse)
    assert not _fused.load_fused(kernels)


def test_another_capsule_is_refused():
    import datetime

    with pytest.raises(ValueError, match="incorrect name"):
        kernels._patch_fuse(datetime.datetime_CAPI)
    with pytest.raises(TypeError):
        kernels._patch_fuse(1)
