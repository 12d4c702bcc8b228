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
