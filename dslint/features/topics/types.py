"""Types of task by meaning, where the first words of questions tell none: clusters of vectors, joined if near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

from dslint.api import DatasetFeature, Record, Scope, TopicMap, TopicPoint, setting
from dslint.features.embedding.settings import EmbeddingSettings
from dslint.features.embedding.vectors import Encoded, EncodedIfSet
from dslint.features.frequent import RecordHashes, Sample
from dslint.features.question import question_of
from dslint.features.splits import TrainedOn
from dslint.features.topics.names import names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE: Final = 1_000
TYPE_SIMILARITY: Final = 0.25
"""Mean cosine from which on topics are one type: that of word problems is .35, of the questions of Alpaca .09."""
_READ: Final = 1_000
_PLACES: Final = 3


@dataclass(frozen=True, eq=False)
class Topics:
    """The topics of a sample of questions.

    Attributes:
        texts: The questions.
        labels: Topic of each.
        means: ``float64[k, d]``: the mean vector of each topic.
        map: The sample on a plane.
    """

    texts: Sequence[str]
    labels: Sequence[int]
    means: NDArray[np.float64]
    map: TopicMap

    def types(self, similarity: float) -> list[tuple[str, int]]:
        """Return name and size of each type of task, the largest first.

        Topics are one type where their questions have a mean cosine of at least ``similarity``.
        """
        joined = _joined(self.means, Counter(self.labels), similarity)
        labels = [joined[label] for label in self.labels]
        sizes = Counter(labels)
        named = names(self.texts, labels, max(sizes) + 1)
        return sorted(((named[label], size) for label, size in sizes.items()), key=lambda type_: (-type_[1], type_[0]))


@dataclass(slots=True)
class Questions:
    """Some questions of a dataset, with what their vectors are found by.

    Attributes:
        encoded: Where the vectors are.
        sample: For each question its place, the key of its vector and its beginning.
    """

    encoded: Encoded | None = None
    sample: Sample = field(default_factory=lambda: Sample(SAMPLE))


@dataclass(frozen=True)
class TopicsFeature(DatasetFeature[Questions, Topics]):
    """The topics of a dataset's questions, where a model is configured; splits that are not trained on are left out.

    Attributes:
        embeddings: Which model.
    """

    scope: ClassVar[Scope] = Scope.DATASET

    embeddings: EmbeddingSettings = setting(EmbeddingSettings())  # noqa: RUF009 - a dataclass field

    @property
    def idle(self) -> bool:
        """Whether no model is configured."""
        return not self.embeddings.model

    def zero(self) -> Questions:
        """Return no questions."""
        return Questions()

    def add_batch(
        self,
        state: Questions,
        records: Sequence[Record],
        encoded: EncodedIfSet,
        hashes: RecordHashes,
        trained: TrainedOn,
        /,
    ) -> Questions:
        """Keep the questions that the sample wants."""
        state.encoded = encoded
        chosen = state.sample.smallest(hashes, trained)
        keys = encoded.keys([records[at] for at in chosen]).tolist() if encoded is not None else []
        for at, key in zip(chosen, keys, strict=True):
            if any(key):
                state.sample.add(int(hashes[at]), (records[at].ref, tuple(key), question_of(records[at])[:_READ]))
        return state

    def merge(self, left: Questions, right: Questions) -> Questions:
        """Join the samples."""
        left.encoded = left.encoded or right.encoded
        left.sample.merge(right.sample)
        return left

    def finish(self, state: Questions) -> Topics:
        """Cut the sample into topics."""
        import numpy as np

        from dslint.features.topics.clusters import cluster

        if state.encoded is None or not state.sample.entries:
            return Topics((), (), np.zeros((0, 0)), TopicMap())
        refs, keys, texts = zip(*state.sample.values, strict=True)
        rows = state.encoded.rows(np.array(keys, dtype=np.uint64))
        labels, _ = cluster(rows).assign(rows)
        count = int(labels.max(initial=0)) + 1
        means = np.stack([rows[labels == label].mean(axis=0, dtype=np.float64) for label in range(count)])
        named = names(texts, labels.tolist(), count)
        points = [
            TopicPoint(ref, x, y, label)
            for ref, (x, y), label in zip(refs, plane(rows).tolist(), labels.tolist(), strict=True)
        ]
        return Topics(texts, labels.tolist(), means, TopicMap(tuple(named), tuple(points)))

    def shown(self, value: Topics) -> TopicMap:
        """Return the map for the report."""
        return value.map


TopicsIfSet = Annotated[Topics | None, TopicsFeature]
"""Ask for the topics of a dataset's questions; ``None`` where no model is configured."""


def plane(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return ``float64[n, 2]``: where rows lie on the plane of their two principal components, from -1 to 1."""
    import numpy as np

    centred = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, ::-1][:, :2]
    # An axis has no direction of its own: its largest entry is made positive.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    placed = centred @ axes
    made: NDArray[np.float64] = np.round(placed / max(np.abs(placed).max(initial=0), 1e-12), _PLACES) + 0.0
    return made if made.shape[1] == 2 else np.pad(made, ((0, 0), (0, 1)))


def _joined(means: Any, sizes: Counter[int], similarity: float) -> list[int]:
    """Return the number of each topic's type: the two nearest are joined until no two are near (average linkage)."""
    import numpy as np

    type_of = list(range(len(means)))
    rows = {label: means[label] for label in sizes}
    weights = dict(sizes)
    while len(rows) > 1:
        labels = sorted(rows)
        stacked = np.stack([rows[label] for label in labels])
        near = np.triu(stacked @ stacked.T, 1)
        near[np.tril_indices(len(labels))] = -np.inf
        at, other = divmod(int(near.argmax()), len(labels))
        if near[at, other] < similarity:
            break
        kept, gone = labels[at], labels[other]
        total = weights[kept] + weights[gone]
        rows[kept] = (rows[kept] * weights[kept] + rows.pop(gone) * weights.pop(gone)) / total
        weights[kept] = total
        type_of = [kept if label == gone else label for label in type_of]
    return type_of
