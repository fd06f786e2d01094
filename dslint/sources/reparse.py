"""Records of JSON that are read a second time, each by its bytes."""

from __future__ import annotations

import orjson

from dslint.model.record import Record
from dslint.model.ref import Ref
from dslint.sources.normalise import Normaliser
from dslint.sources.spec import FileSpec
from dslint.sources.values import ValueReader, ambiguous


class Reparser:
    """Parses records of a file one by one, as those of a shard, at a fraction of what as many shards cost.

    Args:
        file: The file; its layout is one of JSON.
    """

    def __init__(self, file: FileSpec) -> None:
        self._file = file
        self._make = Normaliser(file).record

    def record(self, ref: Ref, raw: bytes) -> Record | None:
        """Parse a record's bytes; ``None`` where they are none."""
        last = None if ref.line is None else ref.line + raw.count(b"\n")
        ref = Ref(ref.path, ref.record, ref.line, last, "", ref.byte_offset, ref.byte_length)
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError:
            value = ValueReader(self._file).broken(raw, ref, at_end=True)
        else:
            if value.__class__ is not dict or ambiguous(raw, value, self._file.max_depth):
                value = ValueReader(self._file).doubtful(raw, value, ref)
        return None if value is None else self._make(value, ref)
