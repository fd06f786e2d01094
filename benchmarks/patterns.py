"""``python -m benchmarks patterns``: engines that tell which of the rules' patterns match a text.

Engines that are not installed are named: ``pip install hyperscan``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.generate.command import count
from benchmarks.generate.stream import Recipe, rows
from benchmarks.measure import save, table

Match = Callable[[str], int]
"""Returns a bit for each pattern that matches a text."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=Path, nargs="?", help="Alpaca records as JSONL; by default they are generated")
    parser.add_argument("--records", type=count, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("-o", "--output", type=Path, help="write the results as JSON")


def run(options: argparse.Namespace) -> None:
    found = patterns()
    lines = options.data.read_text(encoding="utf-8").splitlines() if options.data else ()
    records = [json.loads(line) for line in lines] or [*rows(Recipe("alpaca", options.records))]
    texts = [text for r in records[: options.records] for text in (f"{r['instruction']}\n{r['input']}", r["output"])]
    results: dict[str, dict[str, float]] = {}
    shown = []
    expected: list[int] | None = None
    for name, made in engines(found):
        if made is None:
            shown.append((name, "not installed", "", ""))
            continue
        started = time.process_time()
        match = made()
        compiled = time.process_time() - started
        hits = [match(text) for text in texts]  # automata are built while they meet new text
        expected = hits if expected is None else expected
        took = statistics.median(_seconds(match, texts) for _ in range(options.runs)) / len(texts)
        differing = sum(left != right for left, right in zip(hits, expected, strict=True))
        results[name] = {"microseconds": took * 1e6, "compile_seconds": compiled, "differing": differing}
        shown.append((name, f"{took * 1e6:.2f}", f"{compiled * 1e3:.0f}", f"{differing:,}"))
    size = sum(map(len, texts)) / len(texts)
    print(table(("engine", "us a text", "ms to compile", "texts with other hits"), shown))
    print(f"\n{len(found)} patterns, {len(texts):,} texts of {size:.0f} characters on average")
    save(options.output, "patterns", {"patterns": len(found), "texts": len(texts), "engines": results})


def patterns() -> list[str]:
    """Return the patterns of the rules that run by default."""
    from dslint.config.resolve import resolve
    from dslint.config.select import select_rules
    from dslint.config.settings import load_settings
    from dslint.engine.plan import condition_of
    from dslint.engine.screen import Screen
    from dslint.plugins.host import load_plugins

    plugins = load_plugins()
    settings = resolve(load_settings(["."], config=(), isolated=True, overrides={}), plugins)
    chosen, _ = select_rules(settings, plugins)
    conditions = {c.id: condition_of(c.rule) for c in chosen if not c.unmet}
    return [*Screen({name: each for name, each in conditions.items() if each is not None}).patterns]


def engines(found: Sequence[str]) -> Iterator[tuple[str, Callable[[], Match] | None]]:
    """Yield each engine's name with what compiles the patterns; the first is what dslint uses."""
    from dslint.features.patterns import pattern_bits

    pairs = [(pattern, 1 << number) for number, pattern in enumerate(found)]
    yield "RE2, one set", lambda: pattern_bits(pairs)
    half = len(pairs) // 2
    yield "RE2, two sets", lambda: _joined(pattern_bits(pairs[:half]), pattern_bits(pairs[half:]))
    yield "RE2, one by one", lambda: _one_by_one(found)
    try:
        import hyperscan
    except ImportError:
        yield "Hyperscan", None
    else:
        yield f"Hyperscan {hyperscan.__version__}", lambda: _hyperscan(found)


def _joined(first: Match, second: Match) -> Match:
    return lambda text: first(text) | second(text)


def _one_by_one(found: Sequence[str]) -> Match:
    import re2

    searches = [re2.compile(pattern).search for pattern in found]
    return lambda text: sum(1 << number for number, search in enumerate(searches) if search(text))


def _hyperscan(found: Sequence[str]) -> Match:
    import hyperscan

    database = hyperscan.Database()
    flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_ALLOWEMPTY
    expressions = [pattern.encode() for pattern in found]
    database.compile(expressions=expressions, ids=list(range(len(found))), flags=[flags] * len(found))
    hits = 0

    def note(number: int, *_: object) -> None:
        nonlocal hits
        hits |= 1 << number

    def matched(text: str) -> int:
        nonlocal hits
        hits = 0
        database.scan(text.encode(), match_event_handler=note)
        return hits

    return matched


def _seconds(match: Match, texts: Sequence[str]) -> float:
    started = time.process_time()
    for text in texts:
        match(text)
    return time.process_time() - started
