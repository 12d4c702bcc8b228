"""No kernels: NumPy itself does the arrays, and RapidFuzz, where it is, the strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._fallback_strings import FallbackStrings

if TYPE_CHECKING:
    from types import NotImplementedType


class FallbackKernels(FallbackStrings):
    """Implements ``ferrodide._backend.Kernels`` by serving no array at all."""

    def matmul(self, _x1: Any, _x2: Any, /) -> NotImplementedType:
        return NotImplemented

    def sort(self, _a: Any, _axis: int, /) -> NotImplementedType:
        return NotImplemented

    def argsort(self, _a: Any, _axis: int, /) -> NotImplementedType:
        return NotImplemented

    def median(self, _a: Any, _axis: int | None, _keepdims: bool, /) -> NotImplementedType:
        return NotImplemented

    def cdist(self, _xa: Any, _xb: Any, _metric: str, /) -> NotImplementedType:
        return NotImplemented
