"""How often detectors are right, alone and together, and what they take.

    python -m benchmarks languages texts.jsonl

Each line of the file is an object with a ``text`` and its ``language``, an ISO 639 code. Detectors that are not
installed are left out. Mismatches are texts of two languages put together as question and answer, matches are two texts
of one language.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from dslint.features.language import (
    DETECTORS,
    SURE,
    Detector,
    are_close,
    language_of,
    languages_differ,
    missing_detector,
    screen,
)
from dslint.features.language_codes import base

LENGTHS = ((0, 30), (30, 60), (60, 120), (120, 100_000))


class Text(NamedTuple):
    """A text and the language that it is known to be in."""

    text: str
    language: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("texts", type=Path, help="JSONL with `text` and `language`.")


def run(options: argparse.Namespace) -> None:
    texts = list(load(options.texts))
    languages = {each.language for each in texts}
    print(f"{len(texts):,} texts in {len(languages)} languages\n")
    print("| characters | texts | detector | µs a text | sure | right of those |")
    print("|---|---|---|---|---|---|")
    known: list[Detector] = [name for name in DETECTORS if not missing_detector(name)]
    for low, high in LENGTHS:
        between = f"{low} to {high - 1}" if high < LENGTHS[-1][1] else f"{low} and more"
        part = [each for each in texts if low <= len(each.text) < high]
        for name in known:
            print(row(part, name, between, lambda text, name=name: sure(text, name)))
        for name in known[:-1]:
            print(row(part, f"{name} and langdetect", between, lambda t, name=name: language_of(t, name)))
    print("\n| pairs | number | said to differ | with both languages right |\n|---|---|---|---|")
    for title, chosen in (("one language", False), ("two languages", True)):
        print(verdicts(title, list(pairs(texts, differ=chosen)), "auto"))


def load(path: Path) -> Iterator[Text]:
    """Yield what the file holds."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            data = json.loads(line)
            yield Text(data["text"], base(data["language"]))


def sure(text: str, detector: Detector) -> str:
    """Return what one detector says with enough probability."""
    found = screen(text, detector)
    return found.language if found.probability >= SURE else ""


def row(texts: Sequence[Text], detector: str, characters: str, detect: Callable[[str], str]) -> str:
    """Return one row of the table of accuracy."""
    detect("Load the model first, so that this does not count.")
    start = time.process_time()
    found = [detect(each.text) for each in texts]
    spent = (time.process_time() - start) / max(1, len(texts)) * 1e6
    said = [(language, each.language) for language, each in zip(found, texts, strict=True) if language]
    right = sum(language == wanted for language, wanted in said) / max(1, len(said))
    share = len(said) / max(1, len(texts))
    return f"| {characters} | {len(texts)} | {detector} | {spent:.0f} | {share:.2f} | {right:.3f} |"


def pairs(texts: Sequence[Text], *, differ: bool) -> Iterator[tuple[Text, Text]]:
    """Yield pairs of texts of 60 characters or more that share their script, of one language or of two."""
    long = sorted({each for each in texts if len(each.text) >= LENGTHS[2][0]})
    random.Random(0).shuffle(long)
    by_language: dict[str, list[Text]] = defaultdict(list)
    for each in long:
        by_language[each.language].append(each)
    for at, left in enumerate(long):
        others = long if differ else by_language[left.language]
        right = others[(at * 7 + 3) % len(others)]
        if left != right and are_close(left.language, right.language) != differ:
            yield left, right


def verdicts(title: str, given: Sequence[tuple[Text, Text]], detector: Detector) -> str:
    """Return one row of the table of pairs."""
    said = right = 0
    for left, other in given:
        found = languages_differ(left.text, other.text, detector)
        said += found is not None
        right += found == (left.language, other.language)
    return f"| {title} | {len(given)} | {said} | {right} |"


if __name__ == "__main__":
    from benchmarks.__main__ import main

    main()
