"""Results as bytes, and back: of a shard with its places counted from where it begins, so that it may move.

Reading them makes objects of known classes only: of dslint, of the packages whose rules run, and plain containers. An
entry is signed as well (:mod:`dslint.engine.cache.store`); either would do against data that poses as a result.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Collection
from dataclasses import replace
from io import BytesIO
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dslint.engine.shard import KeyRows, Places, ShardResult
from dslint.model.record import Source
from dslint.model.ref import Ref
from dslint.sources.shards import Shard

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

DAMAGED: Final = (
    pickle.PickleError,
    EOFError,
    TypeError,
    ValueError,
    AttributeError,
    ImportError,
    IndexError,
    zlib.error,
)
"""What reading a result raises that is not what it should be."""
UNKEPT: Final = (OSError, pickle.PickleError, TypeError, AttributeError)
"""What making a key or packing a result raises where something cannot be told from others or be packed."""

_new_ref: Final = tuple.__new__


class Foreign(pickle.PickleError):
    """A result holds an object of a class that is not among the known ones."""


class Number(NamedTuple):
    """A NumPy scalar."""

    data: bytes
    type: str


class Array(NamedTuple):
    """A NumPy array."""

    data: bytes
    type: str
    shape: tuple[int, ...]


class OwnPlace(NamedTuple):
    """A :class:`Ref` in the shard itself, counted from where the shard begins."""

    record: int | None
    line: int | None
    end_line: int | None
    pointer: str
    byte_offset: int | None
    byte_length: int | None
    span: tuple[int, int] | None = None
    column: int | None = None
    end_column: int | None = None


class OwnPlaces(NamedTuple):
    """:class:`Places`, counted from where the shard begins: the differences of each row from the one before."""

    data: bytes
    content: bytes


class OwnSource(NamedTuple):
    """The shard's source."""


class Rows(NamedTuple):
    """:class:`KeyRows`; no positions where each record has one row."""

    keys: Any
    positions: Any
    sketches: Any


class Anchor:
    """Where a shard stands: what the places in its result are counted from."""

    def __init__(self, shard: Shard) -> None:
        self.source = shard.file.source
        self.record = shard.first_record
        self.line = shard.first_line or 0
        self.offset = shard.offset

    def relative(self, ref: Ref) -> tuple[Any, ...]:
        """Count a place from here."""
        _, record, line, end, pointer, offset, length, *rest = ref
        place = (
            None if record is None else record - self.record,
            None if line is None else line - self.line,
            None if end is None else end - self.line,
            pointer,
            None if offset is None else offset - self.offset,
            length,
        )
        return place if rest == [None, None, None] else (*place, *rest)

    def absolute(
        self,
        record: int | None,
        line: int | None,
        end: int | None,
        pointer: str,
        offset: int | None,
        length: int | None,
        span: tuple[int, int] | None = None,
        column: int | None = None,
        end_column: int | None = None,
    ) -> Ref:
        """Count a place from the beginning of the file."""
        place = (
            self.source.path,
            None if record is None else record + self.record,
            None if line is None else line + self.line,
            None if end is None else end + self.line,
            pointer,
            None if offset is None else offset + self.offset,
            length,
            span,
            column,
            end_column,
        )
        return _new_ref(Ref, place)

    def packed(self, places: Places) -> bytes:
        """Return the places of records, counted from here."""
        moved = np.where(places.columns < 0, -1, places.columns - self._base)
        return zlib.compress(np.diff(moved, axis=0, prepend=0).astype("<i8").tobytes(), 1)

    def unpacked(self, data: bytes, content: bytes) -> Places:
        """Return places as :meth:`packed` was given them, counted from the beginning of the file."""
        moved = np.cumsum(np.frombuffer(zlib.decompress(data), "<i8").reshape(-1, 5), axis=0, dtype=np.int64)
        return Places(np.where(moved < 0, -1, moved + self._base), content)

    @property
    def _base(self) -> NDArray[np.int64]:
        return np.array([self.record, self.line, self.line, self.offset, 0], dtype=np.int64)


def pack(value: Any, packages: Collection[str], anchor: Anchor | None = None) -> bytes:
    """Return ``value`` as bytes.

    Args:
        value: A result.
        packages: Top-level names of the packages whose classes it may hold.
        anchor: What places in it are counted from; ``None`` for a result of whole files.

    Raises:
        pickle.PickleError: If it holds what :func:`unpack` would refuse.
    """
    buffer = BytesIO()
    _Pickler(buffer, packages, anchor).dump(value)
    return buffer.getvalue()


def unpack(data: bytes, packages: Collection[str], anchor: Anchor | None = None) -> Any:
    """Return what :func:`pack` was given, its places counted from ``anchor`` now.

    Raises:
        pickle.PickleError: If it holds an object of another class.
    """
    return _Unpickler(BytesIO(data), packages, anchor).load()


def pack_result(result: ShardResult, shard: Shard, packages: Collection[str]) -> bytes:
    """Return a shard's result as bytes that are the same wherever the shard stands in a file.

    Raises:
        pickle.PickleError: If it holds what :func:`unpack_result` would refuse.
    """
    waivers = {record - shard.first_record: rules for record, rules in result.waivers.items()}
    return pack(replace(result, waivers=waivers, spent={}), packages, Anchor(shard))


def unpack_result(data: bytes, shard: Shard, packages: Collection[str]) -> ShardResult:
    """Return a result as if ``shard`` had been run.

    Raises:
        pickle.PickleError: If it holds an object of another class.
    """
    result = unpack(data, packages, Anchor(shard))
    if not isinstance(result, ShardResult):
        raise Foreign(type(result).__name__)
    result.waivers = {record + shard.first_record: rules for record, rules in result.waivers.items()}
    return result


def _known(module: str, name: str, packages: Collection[str]) -> bool:
    return "." not in name and ((module, name) in PLAIN or module.partition(".")[0] in packages)


class _Pickler(pickle.Pickler):
    def __init__(self, file: BytesIO, packages: Collection[str], anchor: Anchor | None) -> None:
        super().__init__(file, PROTOCOL)
        self._packages = packages
        self._anchor = anchor

    def reducer_override(self, value: Any) -> Any:
        kind = value.__class__
        if self._anchor is not None and (moved := self._moved(value, kind, self._anchor)) is not None:
            return moved
        if kind is np.ndarray and not value.dtype.hasobject:
            return Array, (value.tobytes(), value.dtype.str, value.shape)
        if isinstance(value, np.generic) and not value.dtype.hasobject:
            return Number, (value.tobytes(), value.dtype.str)
        known = value if isinstance(value, type) else kind
        if _known(known.__module__, known.__qualname__, self._packages):
            return NotImplemented
        raise Foreign(f"{kind.__module__}.{kind.__qualname__}")

    @staticmethod
    def _moved(value: Any, kind: type, anchor: Anchor) -> tuple[type, tuple[Any, ...]] | None:
        if kind is Ref and value.path == anchor.source.path:
            return OwnPlace, anchor.relative(value)
        if kind is Places:
            return OwnPlaces, (anchor.packed(value), value.content)
        if kind is Source and value == anchor.source:
            return OwnSource, ()
        if kind is KeyRows:
            plain = np.array_equal(value.positions, np.arange(len(value.keys)))
            return Rows, (value.keys, None if plain else value.positions, value.sketches)
        return None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BytesIO, packages: Collection[str], anchor: Anchor | None) -> None:
        super().__init__(file)
        self._packages = packages
        self._standing: dict[str, Callable[..., Any]] = {"Number": _number, "Array": _array}
        if anchor is not None:
            self._standing |= {
                "OwnPlace": anchor.absolute,
                "OwnPlaces": anchor.unpacked,
                "OwnSource": lambda: anchor.source,
                "Rows": _key_rows,
            }

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """Return a class that a result may hold, or what makes an object of what stands for it."""
        if module == __name__ and name in self._standing:
            return self._standing[name]
        found = super().find_class(module, name) if _known(module, name, self._packages) else None
        if not isinstance(found, type):
            raise Foreign(f"{module}.{name}")
        return found


def _number(data: bytes, kind: str) -> Any:
    return np.frombuffer(data, kind)[0]


def _array(data: bytes, kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    return np.frombuffer(data, kind).reshape(shape).copy()  # whoever merges states may write to them


def _key_rows(keys: NDArray[np.uint64], positions: NDArray[np.int64] | None, sketches: Any) -> KeyRows:
    return KeyRows(keys, np.arange(len(keys), dtype=np.int64) if positions is None else positions, sketches)
