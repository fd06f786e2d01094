"""Results as bytes, and back: of a shard with its places counted from where it begins, so that it may move.

Reading them makes objects of known classes only: of dslint, of the packages whose rules run, and plain containers. An
entry is signed as well (:mod:`dslint.engine.cache.store`); either would do against data that poses as a result.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from io import BytesIO
from itertools import accumulate, pairwise
from struct import Struct
from struct import error as StructError
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from dslint.engine.cache.anchors import Anchor, Anchors, anchors_of
from dslint.engine.shard import KeyRows, Places, ShardResult
from dslint.engine.spill import FLAT
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
    StructError,
)
"""What reading a result raises that is not what it should be."""
UNKEPT: Final = (OSError, pickle.PickleError, TypeError, AttributeError)
"""What making a key or packing a result raises where something cannot be told from others or be packed."""

States = Mapping[str, Any]
"""States of dataset rules and dataset features, by rule id or feature key."""

Arrays = list[memoryview]
NOWHERE: Final[Anchors] = MappingProxyType({})

_SIZE: Final = Struct("<Q")
_FEWEST: Final = 2


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


class View(NamedTuple):
    """A NumPy array whose contents stand elsewhere; whoever gets it does not write to it."""

    data: memoryview
    type: str
    shape: tuple[int, ...]


class OwnPlace(NamedTuple):
    """A :class:`Ref` in a file with an anchor, counted from there."""

    path: str
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
    """:class:`Places`, counted from an anchor: the differences of each row from the one before."""

    path: str
    data: bytes
    content: bytes


class OwnSource(NamedTuple):
    """The source of a file with an anchor."""

    path: str


class Rows(NamedTuple):
    """:class:`KeyRows`; no positions where each record has one row."""

    keys: Any
    positions: Any
    sketches: Any


def pack(value: Any, packages: Collection[str], anchors: Anchors = NOWHERE, arrays: Arrays | None = None) -> bytes:
    """Return ``value`` as bytes.

    Args:
        value: A result.
        packages: Top-level names of the packages whose classes it may hold.
        anchors: What places in it are counted from, by path; none for a result of whole files.
        arrays: Takes the contents of arrays, which are not among the bytes then.

    Raises:
        pickle.PickleError: If it holds what :func:`unpack` would refuse.
    """
    buffer = BytesIO()
    _Pickler(buffer, packages, anchors, arrays).dump(value)
    return buffer.getvalue()


def unpack(
    data: bytes | memoryview, packages: Collection[str], anchors: Anchors = NOWHERE, arrays: Iterable[memoryview] = ()
) -> Any:
    """Return what :func:`pack` was given, its places counted from ``anchors`` now.

    Raises:
        pickle.PickleError: If it holds an object of another class.
    """
    return _Unpickler(BytesIO(data), packages, anchors, arrays).load()


def pack_result(result: ShardResult, shard: Shard, packages: Collection[str]) -> bytes:
    """Return a shard's result as bytes that are the same wherever the shard stands in a file.

    Raises:
        pickle.PickleError: If it holds what :func:`unpack_result` would refuse.
    """
    anchors = anchors_of([Anchor(shard)])
    waivers = {record - shard.first_record: rules for record, rules in result.waivers.items()}
    arrays: list[memoryview] = []
    rest = pack(replace(result, waivers=waivers, states={}, spent={}), packages, anchors, arrays)
    sections: list[bytes | memoryview] = [pack(result.states, packages, anchors), rest, *arrays]
    return b"".join([_SIZE.pack(len(sections)), *(_SIZE.pack(len(each)) for each in sections), *sections])


def unpack_result(
    data: memoryview, shard: Shard, packages: Collection[str]
) -> tuple[ShardResult, Callable[[], States]]:
    """Return a result as if ``shard`` had been run, without its states, and what returns these.

    Most often nobody asks for the states: they are merged with those of other shards already. What is large, arrays
    of keys, is not copied.

    Raises:
        pickle.PickleError: If it holds an object of another class.
    """
    anchors = anchors_of([Anchor(shard)])
    states, rest, *arrays = _sections(data)
    result = unpack(rest, packages, anchors, arrays)
    if not isinstance(result, ShardResult):
        raise Foreign(type(result).__name__)
    result.waivers = {record + shard.first_record: rules for record, rules in result.waivers.items()}
    kept = bytes(states)
    return result, lambda: cast(States, unpack(kept, packages, anchors))


def _sections(data: memoryview) -> list[memoryview]:
    (count,) = _SIZE.unpack_from(data)
    lengths = [length for (length,) in _SIZE.iter_unpack(data[_SIZE.size : _SIZE.size * (1 + count)])]
    ends = list(accumulate(lengths, initial=_SIZE.size * (1 + count)))
    if len(lengths) < _FEWEST or ends[-1] != len(data):
        raise Foreign("a result of another size")
    return [data[start:end] for start, end in pairwise(ends)]


def _known(module: str, name: str, packages: Collection[str]) -> bool:
    return "." not in name and ((module, name) in PLAIN or module.partition(".")[0] in packages)


class _Pickler(pickle.Pickler):
    def __init__(self, file: BytesIO, packages: Collection[str], anchors: Anchors, arrays: Arrays | None) -> None:
        take = None if arrays is None else lambda buffer: arrays.append(buffer.raw())
        super().__init__(file, PROTOCOL, buffer_callback=take)
        self._packages = packages
        self._anchors = anchors
        self._apart = arrays is not None

    def reducer_override(self, value: Any) -> Any:
        kind = value.__class__
        if (flat := FLAT.get(kind)) is not None:
            return flat(value)
        if self._anchors and (moved := self._moved(value, kind)) is not None:
            return moved
        if kind is np.ndarray and not value.dtype.hasobject:
            if self._apart:
                return View, (pickle.PickleBuffer(np.ascontiguousarray(value).data), value.dtype.str, value.shape)
            return Array, (value.tobytes(), value.dtype.str, value.shape)
        if isinstance(value, np.generic) and not value.dtype.hasobject:
            return Number, (value.tobytes(), value.dtype.str)
        known = value if isinstance(value, type) else kind
        if _known(known.__module__, known.__qualname__, self._packages):
            return NotImplemented
        raise Foreign(f"{kind.__module__}.{kind.__qualname__}")

    def _moved(self, value: Any, kind: type) -> tuple[type, tuple[Any, ...]] | None:
        if kind is Ref:
            anchor = self._anchors.get(value.path)
            return None if anchor is None else (OwnPlace, (value.path, *anchor.relative(value)))
        if kind is Source:
            anchor = self._anchors.get(value.path)
            return None if anchor is None or value != anchor.source else (OwnSource, (value.path,))
        if kind is Places:
            (anchor,) = self._anchors.values()
            return OwnPlaces, (anchor.source.path, anchor.packed(value), value.content)
        if kind is KeyRows:
            plain = np.array_equal(value.positions, np.arange(len(value.keys)))
            return Rows, (value.keys, None if plain else value.positions, value.sketches)
        return None


class _Unpickler(pickle.Unpickler):
    def __init__(
        self, file: BytesIO, packages: Collection[str], anchors: Anchors, arrays: Iterable[memoryview]
    ) -> None:
        super().__init__(file, buffers=arrays)
        self._packages = packages
        self._standing: dict[str, Callable[..., Any]] = {"Number": _number, "Array": _array, "View": _view}
        if anchors:
            self._standing |= {
                "OwnPlace": lambda path, *place: anchors[path].absolute(*place),
                "OwnPlaces": lambda path, data, content: anchors[path].unpacked(data, content),
                "OwnSource": lambda path: anchors[path].source,
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


def _view(data: memoryview, kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    return np.frombuffer(data, kind).reshape(shape)


def _key_rows(keys: NDArray[np.uint64], positions: NDArray[np.int64] | None, sketches: Any) -> KeyRows:
    positions = np.arange(len(keys), dtype=np.int64) if positions is None else positions
    # Sketches are held as they are: those of a view would hold the whole result.
    return KeyRows(keys, positions, None if sketches is None else sketches.copy())
