"""What vectors of a model find: how much an index loses, what cheap vectors would save, and pairs for a person to read.

    python -m benchmarks meaning alpaca.jsonl --model all-MiniLM-L6-v2 --static potion-base-8M --sheet pairs.jsonl

Of each question the vector is compared with all others. The sheet holds pairs whose questions and answers reach the
threshold, in the order of a hash, with an empty ``verdict`` for ``same`` or ``other``; ``--verdicts`` counts those of a
sheet that somebody has filled in.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.near_duplicates import load
from dslint.api import Record
from dslint.features.embedding.encoding import vectors_of
from dslint.features.embedding.neighbours import similar_pairs
from dslint.features.embedding.settings import EmbeddingSettings
from dslint.features.frequent import stable_hash
from dslint.features.question import question_of

LEVEL = 0.9
STATIC_LEVELS = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6)
Pairs = NDArray[np.int64]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, help="A dataset, or with --verdicts a sheet.")
    parser.add_argument("--model", default="", help="Folder or name of a model of sentences.")
    parser.add_argument("--static", default="", help="Folder or name of a model2vec model that could propose pairs.")
    parser.add_argument("--max-tokens", type=int, default=None, help="Tokens of a text that count.")
    parser.add_argument("--vectors", default="", help="Folder in which vectors are kept for the next time.")
    parser.add_argument("--limit", type=int, default=0, help="Take so many records only, by a hash of the question.")
    parser.add_argument("--sheet", type=Path, default=None, help="Write the pairs for a person to read.")
    parser.add_argument("--verdicts", action="store_true", help="Count the verdicts of a sheet.")


def run(options: argparse.Namespace) -> None:
    if options.verdicts:
        count_verdicts(options.path)
        return
    records = chosen(load(options.path), options.limit)
    model = EmbeddingSettings(model=options.model, max_tokens=options.max_tokens)
    questions = [question_of(record) for record in records]
    rows = encoded("model", questions, model, options.vectors)
    pairs, cosines = similar_pairs(rows, LEVEL)
    different = [questions[a] != questions[b] for a, b in pairs.tolist()]
    pairs, cosines = pairs[different], cosines[different]
    print(f"{len(pairs):,} pairs of different questions at {LEVEL}")
    index(rows, pairs)
    if options.static and len(pairs):
        propose(encoded("static", questions, EmbeddingSettings(model=options.static), options.vectors), pairs)
    if options.sheet is not None:
        write_sheet(options.sheet, records, pairs, cosines, model, options.vectors)


def chosen(records: Sequence[Record], limit: int) -> Sequence[Record]:
    return sorted(records, key=lambda record: stable_hash(question_of(record)))[:limit] if limit else records


def encoded(what: str, texts: Sequence[str], settings: EmbeddingSettings, folder: str) -> NDArray[np.float32]:
    before = time.process_time()
    rows = vectors_of(texts, settings, folder)
    spent = time.process_time() - before
    size = sum(map(len, texts)) / len(texts)
    print(f"{what}: {1e3 * spent / len(texts):.2f} ms of CPU a text, {len(texts):,} texts of {size:.0f} characters")
    return rows


def index(rows: NDArray[np.float32], exact: Pairs) -> None:
    """Print how many of the pairs the index for many texts finds, and what both take."""
    before = time.process_time()
    similar_pairs(rows, LEVEL)
    middle = time.process_time()
    found = {tuple(pair) for pair in similar_pairs(rows, LEVEL, exact_up_to=0)[0].tolist()}
    after = time.process_time()
    recall = sum(tuple(pair) in found for pair in exact.tolist()) / max(len(exact), 1)
    print(f"index: recall {recall:.4f}, {after - middle:.2f} s of CPU; all pairs {middle - before:.2f} s")


def propose(rows: NDArray[np.float32], exact: Pairs) -> None:
    """Print how many of the pairs cheap vectors would propose, and how many texts the model would still encode."""
    cosines = np.einsum("nd,nd->n", rows[exact[:, 0]], rows[exact[:, 1]])
    for level in STATIC_LEVELS:
        proposed, _ = similar_pairs(rows, level)
        share = len(np.unique(proposed)) / len(rows)
        print(f"static at {level}: recall {(cosines >= level).mean():.3f}, {share:.1%} of the texts are left to encode")


def write_sheet(
    path: Path, records: Sequence[Record], pairs: Pairs, cosines: NDArray[np.float32], model: EmbeddingSettings, at: str
) -> None:
    members = np.unique(pairs)
    answers = dict(zip(members.tolist(), vectors_of([records[n].response for n in members], model, at), strict=True))
    lines = []
    for (left, right), asked in zip(pairs.tolist(), cosines.tolist(), strict=True):
        answered = float(answers[left] @ answers[right])
        if answered < LEVEL:
            continue
        first, second = records[left], records[right]
        told = {
            "verdict": "",
            "records": [first.ref.record, second.ref.record],
            "cosines": [round(asked, 4), round(answered, 4)],
            "questions": [question_of(first), question_of(second)],
            "answers": [first.response, second.response],
        }
        lines.append(json.dumps(told, ensure_ascii=False))
    path.write_text("".join(f"{line}\n" for line in sorted(lines, key=stable_hash)), encoding="utf-8")
    print(f"{len(lines):,} pairs whose answers reach {LEVEL}, too, in {path}")


def count_verdicts(path: Path) -> None:
    sheet = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    counts = Counter(each["verdict"] for each in sheet if each["verdict"])
    judged = counts["same"] + counts["other"]
    print(", ".join(f"{count:,} {verdict}" for verdict, count in sorted(counts.items())))
    print(f"precision {counts['same'] / judged:.3f}" if judged else "no verdicts")
