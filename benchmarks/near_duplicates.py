"""How well near-duplicates are found: against exact brute force, and against what the authors of a dataset removed.

    python -m benchmarks near-duplicates toolformer_dedupe_only.json toolformer_sim0.9.json

The first file is GPTeacher's toolformer set with exact duplicates removed, the second what its authors kept after
removing similar records. Brute force compares all pairs through a sparse matrix and needs scipy.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dslint.api import Record
from dslint.engine.candidates import BUCKET_CAP_OF_MANY, Candidates
from dslint.engine.limits import Limits
from dslint.engine.spool import Space
from dslint.features.boilerplate import BoilerplateLines, SharedLines
from dslint.features.minhash import alike, band_keys, bands_for, signatures, sketches
from dslint.features.shingles import ShingleSets, distinct, jaccard, shingles
from dslint.features.similarity import MinHash, Sketches, whole_text
from dslint.sources.files import DiscoverySettings, discover
from dslint.sources.shards import parse, shards
from dslint_rules.duplicates.near_duplicate import NearDuplicate

WORDS = (3, 5, 5)
LEVELS = (0.9, 0.8, 0.7, 0.6)
Pairs = list[tuple[int, int]]


def load(path: Path) -> list[Record]:
    file = discover([str(path)], DiscoverySettings(root=path.parent)).files[0]
    return [record for shard in shards(file) for record in parse(shard).records]


def boilerplate_of(records: Sequence[Record]) -> SharedLines:
    feature = BoilerplateLines()
    return feature.finish(feature.add_batch(feature.zero(), records))


def redundant(size: int, pairs: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
    """Say which records are linked to an earlier one, directly or not."""
    parents = list(range(size))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    for left, right in pairs:
        a, b = root(left), root(right)
        parents[max(a, b)] = min(a, b)
    return np.array([root(number) != number for number in range(size)])


def removed(records: Sequence[Record], kept: Sequence[Record]) -> NDArray[np.bool_]:
    """Say which records the authors removed; they damaged the encoding of some that they kept."""

    def key(record: Record) -> str:
        text = "|".join(str(record.field(name) or "") for name in ("instruction", "input", "output", "response"))
        try:
            return text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return text

    there = {key(record) for record in kept}
    return np.array([key(record) not in there for record in records])


def sets_of(texts: Sequence[str]) -> list[NDArray[np.uint64]]:
    return [block[i] for block in shingles(texts, *WORDS) for i in range(len(block))]


def candidates(rows: NDArray[np.uint32], bands: int, level: float) -> Pairs:
    """Return the pairs that the rule compares: those that share a key and that an estimate does not rule out."""
    keys, numbers = band_keys(rows, bands), np.arange(len(rows))
    sketched = sketches(rows)

    def likely(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
        return alike(sketched[left], sketched[right], level)

    wanted = Candidates(BUCKET_CAP_OF_MANY, likely)
    columns = ((keys[:, column], numbers) for column in range(bands))
    found = wanted.pairs(columns, Space(Limits()), len(rows))
    return [(pair >> 32, pair & 0xFFFFFFFF) for block in found for pair in block.tolist()]


def brute_force(sets: Sequence[NDArray[np.uint64]], least: float) -> dict[tuple[int, int], float]:
    """Return every pair with a Jaccard similarity of at least ``least``."""
    import scipy.sparse as sparse

    sizes = np.array([len(each) for each in sets])
    flat = np.concatenate(sets)
    column = np.searchsorted(distinct(flat), flat)
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    matrix = sparse.csr_matrix((np.ones(len(flat), np.int32), column, offsets))
    transposed = matrix.T.tocsr()
    found: dict[tuple[int, int], float] = {}
    for start in range(0, len(sets), 512):
        block = (matrix[start : start + 512] @ transposed).tocoo()
        rows, columns = block.row + start, block.col
        similar = block.data / (sizes[rows] + sizes[columns] - block.data)
        for i in np.flatnonzero((rows < columns) & (similar >= least)).tolist():
            found[int(rows[i]), int(columns[i])] = float(similar[i])
    return found


def print_definitions(records: Sequence[Record], gone: NDArray[np.bool_], boilerplate: SharedLines) -> None:
    print(f"\nrecords flagged, against the {int(gone.sum()):,} that the authors removed (three-word shingles, exact)")
    print(f"{'compared':<34}{'Jaccard':>8}{'flagged':>9}{'precision':>11}{'recall':>8}")
    definitions: dict[str, Callable[[Record], str]] = {
        "whole example as it stands": lambda r: f"{r.prompt}\n{r.response}",
        "whole example, no boilerplate": lambda r: whole_text(r, boilerplate),
        "prompt as it stands": lambda r: r.prompt,
        "response": lambda r: r.response,
    }
    for name, text in definitions.items():
        sets = sets_of([text(record) for record in records])
        pairs = brute_force(sets, min(LEVELS))
        for level in LEVELS:
            flags = redundant(len(records), [pair for pair, similar in pairs.items() if similar >= level])
            print_row(name, level, flags, gone)


def print_rule(records: Sequence[Record], gone: NDArray[np.bool_], boilerplate: SharedLines) -> None:
    rows = MinHash().compute(records, boilerplate)
    compared = Sketches().compute(records, boilerplate)
    for level in LEVELS:
        rule = NearDuplicate(threshold=level)
        pairs = candidates(rows, bands_for(level), level)
        linked = [(a, b) for a, b in pairs if rule.compare(compared[a], compared[b]) >= level]
        print_row("near-duplicate", level, redundant(len(records), linked), gone)


def print_row(name: str, level: float, flags: NDArray[np.bool_], gone: NDArray[np.bool_]) -> None:
    hits = int((flags & gone).sum())
    print(f"{name:<34}{level:>8}{int(flags.sum()):>9,}{hits / max(1, flags.sum()):>11.2f}{hits / gone.sum():>8.2f}")


def print_bands(records: Sequence[Record], boilerplate: SharedLines) -> None:
    texts = [whole_text(record, boilerplate) for record in records]
    sets = sets_of(texts)
    truth = brute_force(sets, 0.8)
    rows = MinHash().compute(records, boilerplate)
    print(f"\nrecall of candidates against brute force ({len(truth):,} pairs at 0.8)")
    print(f"{'bands x rows':<14}{'candidates':>11}{'recall .8':>11}{'recall .9':>11}{'records .8':>12}{'seconds':>9}")
    for bands in (64, 32, 16, 8):
        start = time.process_time()
        found = candidates(rows, bands, 0.8)
        spent = time.process_time() - start
        recalls, verified = [], set()
        for level in (0.9, 0.8):
            pairs = found if level == 0.8 else candidates(rows, bands, level)
            verified = {pair for pair in pairs if jaccard(sets[pair[0]], sets[pair[1]], level) >= level}
            wanted = {pair for pair, similar in truth.items() if similar >= level}
            recalls.insert(0, len(wanted & verified) / max(1, len(wanted)))
        by_record = redundant(len(sets), verified).sum() / max(1, redundant(len(sets), truth).sum())
        shape = f"{bands} x {rows.shape[1] // bands}"
        print(f"{shape:<14}{len(found):>11,}{recalls[0]:>11.3f}{recalls[1]:>11.3f}{by_record:>12.3f}{spent:>9.2f}")


def print_cost(records: Sequence[Record], boilerplate: SharedLines) -> None:
    def spent(work: Callable[[], object]) -> float:
        start = time.process_time()
        work()
        return (time.process_time() - start) / len(records) * 1e6

    texts = [whole_text(record, boilerplate) for record in records]
    blocks: list[ShingleSets] = list(shingles(texts, *WORDS))
    print("\nmicroseconds a record")
    print(f"  boilerplate lines {spent(lambda: boilerplate_of(records)):6.1f}")
    print(f"  text              {spent(lambda: [whole_text(r, boilerplate) for r in records]):6.1f}")
    print(f"  shingles          {spent(lambda: list(shingles(texts, *WORDS))):6.1f}")
    print(f"  signatures        {spent(lambda: [signatures(block) for block in blocks]):6.1f}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("records", type=Path, help="the set before near-duplicates were removed")
    parser.add_argument("kept", type=Path, help="what its authors kept")


def run(options: argparse.Namespace) -> None:
    records, kept = load(options.records), load(options.kept)
    boilerplate = boilerplate_of(records)
    gone = removed(records, kept)
    print(f"{len(records):,} records, {len(boilerplate.buckets)} boilerplate lines")
    print_definitions(records, gone, boilerplate)
    print_rule(records, gone, boilerplate)
    print_bands(records, boilerplate)
    print_cost(records, boilerplate)
