"""Results as bytes, and back: reading them makes objects of known classes only.

Those are the classes of dslint, of the packages whose rules run, and plain containers. An entry is signed as well
(:mod:`dslint.engine.cache.store`); either would do against data that poses as a result.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection
from io import BytesIO
from typing import Any, Final, NamedTuple

import numpy as np

PROTOCOL: Final = 5
_BUILT_IN: Final = "bool bytearray bytes complex dict float frozenset int list set str tuple"
PLAIN: Final = frozenset(
    {
        *(("builtins", name) for name in _BUILT_IN.split()),
        *(("collections", name) for name in ("Counter", "OrderedDict", "defaultdict", "deque")),
        *(("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone")),
        ("decimal", "Decimal"),
        ("fractions", "Fraction"),
    }
)
"""Classes outside of packages with rules that may be in a result."""


class Foreign(pickle.PickleError):
    """A result holds an object of a class that is not among the known ones."""


class Number(NamedTuple):
    """A NumPy scalar."""

    data: bytes
    type: str


def pack(value: Any, packages: Collection[str]) -> bytes:
    """Return ``value`` as bytes.

    Args:
        value: A result.
        packages: Top-level names of the packages whose classes it may hold.

    Raises:
        pickle.PickleError: If it holds what :func:`unpack` would refuse.
    """
    buffer = BytesIO()
    _Pickler(buffer, packages).dump(value)
    return buffer.getvalue()


def unpack(data: bytes, packages: Collection[str]) -> Any:
    """Return what :func:`pack` was given.

    Raises:
        pickle.PickleError: If it holds an object of another class.
    """
    return _Unpickler(BytesIO(data), packages).load()


def _known(module: str, name: str, packages: Collection[str]) -> bool:
    return "." not in name and ((module, name) in PLAIN or module.partition(".")[0] in packages)


class _Pickler(pickle.Pickler):
    def __init__(self, file: BytesIO, packages: Collection[str]) -> None:
        super().__init__(file, PROTOCOL)
        self._packages = packages

    def reducer_override(self, value: Any) -> Any:
        kind = value.__class__
        if isinstance(value, np.generic) and not value.dtype.hasobject:
            return Number, (value.tobytes(), value.dtype.str)
        known = value if isinstance(value, type) else kind
        if _known(known.__module__, known.__qualname__, self._packages):
            return NotImplemented
        raise Foreign(f"{kind.__module__}.{kind.__qualname__}")


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BytesIO, packages: Collection[str]) -> None:
        super().__init__(file)
        self._packages = packages

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """Return a class that a result may hold."""
        if (module, name) == (__name__, Number.__name__):
            return lambda data, kind: np.frombuffer(data, kind)[0]
        found = super().find_class(module, name) if _known(module, name, self._packages) else None
        if not isinstance(found, type):
            raise Foreign(f"{module}.{name}")
        return found
