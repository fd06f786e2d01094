"""Failed prompts that training data has next to nothing for, in groups with names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dslint.api import Ref
from dslint.features.coverage.chance import UNLIKELY, at_least
from dslint.features.coverage.neighbours import FAR, Neighbours
from dslint.features.topics.clusters import cluster
from dslint.features.topics.names import names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Gap:
    """A group of failed prompts.

    Attributes:
        name: Its most typical words, or the label that the prompts carry.
        tagged: Whether the name is a label.
        prompts: How many prompts it has.
        uncovered: Numbers of those with too few near records, those with the least first.
        near: How many near records they have, in the same order; no more than five are counted.
        is_gap: Whether more are uncovered than chance explains.
    """

    name: str
    tagged: bool
    prompts: int
    uncovered: tuple[int, ...]
    near: tuple[int, ...]
    is_gap: bool


@dataclass(frozen=True)
class FailureCoverage:
    """How well failed prompts are covered.

    Attributes:
        prompts: How many prompts were looked for.
        covered: How many have enough near records.
        limit: Cosine from which on a record is near.
        gaps: The groups, those with most uncovered prompts first.
    """

    prompts: int
    covered: int
    limit: float
    gaps: tuple[Gap, ...]


def failure_coverage(
    neighbours: Neighbours, rows: NDArray[np.float32], *, examples: int, least: int
) -> FailureCoverage:
    """Group failed prompts, and say which groups training data has too little for.

    Prompts with a label are grouped by it, the others by what they are about. Of training questions one in twenty has
    as few near others, so that a group is a gap only where more are uncovered than this explains.

    Args:
        neighbours: Of the failed prompts.
        rows: Unit vectors of the prompts.
        examples: How many near records a prompt needs.
        least: How many uncovered prompts make a gap.
    """
    from dslint.features.topics.clusters import UNIT

    rows = rows[: neighbours.searched]
    near = neighbours.near(neighbours.limits(examples, rows))
    groups = _groups(neighbours, rows)
    made = []
    for (tagged, name), members in groups.items():
        bare = sorted((n for n in members if near[n] < examples), key=lambda n: (near[n], n))
        beyond = at_least(len(bare), len(members), FAR) < UNLIKELY
        made.append(
            Gap(name, tagged, len(members), tuple(bare), tuple(near[n] for n in bare), len(bare) >= least and beyond)
        )
    made.sort(key=lambda gap: (-len(gap.uncovered), -gap.prompts, gap.name))
    covered = sum(count >= examples for count in near)
    return FailureCoverage(len(near), covered, neighbours.limit(examples) / UNIT**2, tuple(made))


def _groups(neighbours: Neighbours, rows: NDArray[np.float32]) -> dict[tuple[bool, str], list[int]]:
    prompts, count = neighbours.prompts, neighbours.searched
    groups: dict[tuple[bool, str], list[int]] = {}
    for number in range(count):
        if prompts.tags[number]:
            groups.setdefault((True, prompts.tags[number]), []).append(number)
    plain = [number for number in range(count) if not prompts.tags[number]]
    for number, name in zip(plain, named([prompts.texts[number] for number in plain], rows[plain]), strict=True):
        groups.setdefault((False, name), []).append(number)
    return groups


def named(texts: Sequence[str], rows: NDArray[np.float32]) -> list[str]:
    """Return for each text the name of the topic that it belongs to among ``texts``; ``rows`` are unit vectors."""
    found = cluster(rows)
    labels = found.assign(rows)[0].tolist()
    known = names(texts, labels, len(found))
    return [known[label] if label >= 0 else "" for label in labels]


def examples_of(neighbours: Neighbours, numbers: Sequence[int], limit: int) -> list[tuple[Ref, str]]:
    """Return the first ``limit`` prompts and the record nearest to each, as related places of a finding."""
    found: list[tuple[Ref, str]] = []
    for number in numbers[:limit]:
        found.append((neighbours.prompts.refs[number], "a prompt that failed"))
        for ref, cosine in neighbours.of_prompts.related(number, 1):
            found.append((ref, f"the record nearest to it, cosine {cosine:.2f}"))
    return found
