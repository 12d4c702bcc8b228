"""No kernels: NumPy itself does the arrays, and RapidFuzz, where it is, the strings."""

from __future__ import annotations

from typing import Any

from ._fallback_strings import FallbackStrings


class FallbackKernels(FallbackStrings):
    """Implements ``ferrodide._backend.Kernels`` by serving no array at all."""

    def matmul(self, _x1: Any, _x2: Any, /) -> Any:
        return NotImplemented

    def sort(self, _a: Any, _axis: int, /) -> Any:
        return NotImplemented

    def argsort(self, _a: Any, _axis: int, /) -> Any:
        return NotImplemented

    def median(self, _a: Any, _axis: int | None, _keepdims: bool, /) -> Any:
        return NotImplemented

    def cdist(self, _xa: Any, _xb: Any, _metric: str, /) -> Any:
        return NotImplemented

    def unique(self, _ar: Any, _index: bool, _inverse: bool, _counts: bool, _equal_nan: bool, /) -> Any:
        return NotImplemented

    def isin(self, _element: Any, _test_elements: Any, _invert: bool, /) -> Any:
        return NotImplemented

    def rankdata(self, _a: Any, _method: str, _axis: int, _like: Any, /) -> Any:
        return NotImplemented

    def nanmedian(self, _a: Any, _axis: int | None, _keepdims: bool, /) -> Any:
        return NotImplemented

    def extent(self, _a: Any, /) -> Any:
        return NotImplemented

    def histogram(self, _a: Any, _edges: Any, _weights: Any, /) -> Any:
        return NotImplemented

    def histogramdd(self, _columns: list[Any], _edges: list[Any], _weights: Any, /) -> Any:
        return NotImplemented
