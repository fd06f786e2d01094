"""How files were cut into shards: an edited file is cut again where it was edited, and read past elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from dslint.engine.cache.codec import DAMAGED, pack, unpack
from dslint.engine.cache.digest import digest
from dslint.engine.cache.store import Store
from dslint.sources.cutting import Piece, Pieces
from dslint.sources.shards import is_recut
from dslint.sources.spec import FileSpec


@dataclass(slots=True)
class KnownCuts:
    """The pieces of files.

    A piece is known by all of its bytes, and where it ends follows from these; so a wrong one cannot be taken.

    Attributes:
        store: Where they are kept.
        program: Digest of the code that cuts.
        size: Wanted number of records in a shard.
    """

    store: Store
    program: bytes
    size: int
    _files: dict[bytes, Pieces] = field(default_factory=dict)

    def of(self, file: FileSpec) -> Pieces | None:
        """Return how a file was cut; ``None`` where that does not help."""
        if not is_recut(file):
            return None
        key = digest("cuts", self.program, self.size, file.source.path, file.reading)
        return self._files.setdefault(key, Pieces(self._load(key)))

    def save(self) -> None:
        """Keep how the files are cut now."""
        for key, pieces in self._files.items():
            if pieces.found != pieces.known:
                self.store.put(key, pack({name: tuple(piece) for name, piece in pieces.found.items()}, ()))

    def _load(self, key: bytes) -> dict[bytes, Piece]:
        body = self.store.get(key)
        try:
            return {} if body is None else {name: Piece(*piece) for name, piece in unpack(body, ()).items()}
        except DAMAGED:
            return {}
