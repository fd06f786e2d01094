"""The records that a subset is chosen from: for each a few numbers, and where it is."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dslint.api import Record, Ref
from dslint.features.coverage.training import Training, TrainingQuestions, questions
from dslint.features.digest import content_digest
from dslint.features.splits import HELD_OUT
from dslint.features.topics.clusters import Clusters, cluster
from dslint.features.topics.names import names
from dslint.selection.excluded import Key
from dslint.sources.files import FileSpec
from dslint.sources.places import read_records
from dslint.sources.shards import parse, shards

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dslint.features.embedding.vectors import Encoded

Score = Callable[[Sequence[Record]], Sequence[float | None]]
"""How good records are; ``None`` where nothing says it."""


@dataclass(slots=True)
class Pool:
    """All records that are trained on, sixty bytes each.

    Attributes:
        training: Their questions.
        clusters: What they are about.
        topics: Names of the clusters.
        files: The files.
        file: Number of each record's file.
        record: Number of each record in its file.
        line: Its line, or -1.
        offset: Where its bytes begin, or -1.
        length: How many they are, or -1.
        digest: What stands for all that it teaches: no two records of a subset share it.
        topic: Number of its cluster; -1 where it asks nothing.
        score: How good it is; not a number where nothing says it.
        clean: Whether no finding speaks of it.
    """

    training: Training
    clusters: Clusters
    topics: Sequence[str]
    files: Sequence[FileSpec]
    file: array[int] = field(default_factory=lambda: array("q"))
    record: array[int] = field(default_factory=lambda: array("q"))
    line: array[int] = field(default_factory=lambda: array("q"))
    offset: array[int] = field(default_factory=lambda: array("q"))
    length: array[int] = field(default_factory=lambda: array("q"))
    digest: array[int] = field(default_factory=lambda: array("Q"))
    topic: array[int] = field(default_factory=lambda: array("q"))
    score: array[float] = field(default_factory=lambda: array("d"))
    clean: array[int] = field(default_factory=lambda: array("b"))

    def __len__(self) -> int:
        return len(self.record)

    def ref(self, number: int) -> Ref:
        """Return where a record is."""
        line, offset, length = (column[number] for column in (self.line, self.offset, self.length))
        return Ref(
            self.files[self.file[number]].source.path,
            self.record[number],
            None if line < 0 else line,
            byte_offset=None if offset < 0 else offset,
            byte_length=None if length < 0 else length,
        )

    def read(self, numbers: Sequence[int]) -> list[Record | None]:
        """Read records again."""
        found: dict[int, Record | None] = {}
        for file in sorted({self.file[number] for number in numbers}):
            mine = [number for number in numbers if self.file[number] == file]
            found.update(zip(mine, read_records(self.files[file], [self.ref(n) for n in mine]), strict=True))
        return [found[number] for number in numbers]

    def rows(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """Return a unit vector for what each record asks; zero for one that cannot be read any more."""
        import numpy as np

        records = self.read(numbers)
        there = [record for record in records if record is not None]
        made = self.training.rows_of(there, questions(there))
        rows = np.zeros((len(numbers), made.shape[1]), dtype=np.float32)
        rows[[record is not None for record in records]] = made
        return rows


def pool_of(files: Sequence[FileSpec], out: set[Key], score: Score, encoded: Encoded | None = None) -> Pool:
    """Read the files that are trained on, twice: to know what they are about, and to note each record.

    Args:
        files: All files; those of held-out splits are left alone.
        out: Records that findings speak of.
        score: How good records are.
        encoded: Where the vectors of the questions are; by default vectors are made of words.
    """
    trained = [file for file in files if file.source.split not in HELD_OUT]
    feature = TrainingQuestions()
    state = feature.zero()
    for _, records in _batches(trained):
        state = feature.add_batch(state, [r for r in records if _key(r) not in out], encoded)
    training = feature.finish(state)
    rows = training.sampled()
    clusters = cluster(rows)
    labels = clusters.assign(rows)[0].tolist()
    pool = Pool(training, clusters, names(training.questions, labels, len(clusters)), trained)
    for number, records in _batches(trained):
        _note(pool, number, records, out, score)
    return pool


def _note(pool: Pool, file: int, records: Sequence[Record], out: set[Key], score: Score) -> None:
    labels = pool.clusters.assign(pool.training.rows_of(records, questions(records)))[0]
    scores = score(records)
    for record, label, worth in zip(records, labels.tolist(), scores, strict=True):
        ref = record.ref
        pool.file.append(file)
        pool.record.append(ref.record or 0)
        for column, value in ((pool.line, ref.line), (pool.offset, ref.byte_offset), (pool.length, ref.byte_length)):
            column.append(-1 if value is None else value)
        pool.digest.append(int.from_bytes(content_digest(record)[:8], "little"))
        pool.topic.append(label)
        pool.score.append(float("nan") if worth is None else worth)
        pool.clean.append(_key(record) not in out)


def _key(record: Record) -> Key:
    return record.ref.path, record.ref.record or 0


def _batches(files: Sequence[FileSpec]) -> Iterator[tuple[int, Any]]:
    for number, file in enumerate(files):
        for shard in shards(file):
            records = parse(shard).records
            if records:
                yield number, records
