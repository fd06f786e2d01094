"""Cases made by hand: records with the rules that should fire on them.

A case is a line of JSON with `expect` (ids of rules; none for data that is right) and what is linted: `record`,
`records`, or `files` (name and text). A record of `records` may be `{"times": n, "record": …, "words": …}`, which
stands for n records: `«n»` becomes the number, `«word»` each word of that list in turn. `beside` holds files that are
not linted, `settings` the configuration (`{dir}` is the folder), and `allow` the rules of which nothing is asked (`*`
for all others).
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import dslint
from benchmarks.datasets import EVERYTHING

CASES = Path(__file__).parent / "cases"
Case = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What dslint said of one case.

    Attributes:
        place: File and line of the case.
        true: Rules that fired as expected.
        missed: Rules that should have fired.
        false: Rules that should not have fired, with their messages.
    """

    place: str
    true: tuple[str, ...]
    missed: tuple[str, ...]
    false: Mapping[str, str] = field(default_factory=dict)


def outcomes(folder: Path) -> Iterator[Outcome]:
    """Lint each case of a folder by itself."""
    for path in sorted(folder.rglob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield _outcome(f"{path.stem}:{number}", json.loads(line))


def _outcome(place: str, case: Case) -> Outcome:
    expected = set(case["expect"])
    found = _found(case)
    allowed = case.get("allow", ())
    false = {
        rule: message
        for rule, message in found.items()
        if rule not in expected and not any(fnmatch(rule, pattern) for pattern in allowed)
    }
    return Outcome(place, tuple(sorted(expected & {*found})), tuple(sorted(expected - {*found})), false)


def _found(case: Case) -> dict[str, str]:
    """Return the rules that fired, each with the message of its first finding."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        _write(data, _files(case))
        _write(Path(folder), case.get("beside", {}))
        settings = json.loads(json.dumps(case.get("settings", {})).replace("{dir}", folder))
        report = dslint.check(data, config={**EVERYTHING, **settings})
    found: dict[str, str] = {}
    for finding in report.findings:
        found.setdefault(finding.rule, finding.message)
    return found


def _files(case: Case) -> Mapping[str, str]:
    if "files" in case:
        return dict(case["files"])
    records = case["records"] if "records" in case else [case["record"]]
    return {"records.jsonl": "".join(json.dumps(record) + "\n" for record in _repeated(records))}


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))


def _repeated(records: Iterable[Any]) -> Iterator[Any]:
    for record in records:
        if not (isinstance(record, dict) and record.keys() == {"times", "record", "words"}):
            yield record
            continue
        template = json.dumps(record["record"], ensure_ascii=False)
        for number in range(record["times"]):
            text, rest = template.replace("«n»", str(number)), number
            for name, words in record["words"].items():
                rest, turn = divmod(rest, len(words))
                text = text.replace(f"«{name}»", words[turn])
            yield json.loads(text)


def table(results: Iterable[Outcome]) -> str:
    """Return hits, misses and false alarms of each rule as a Markdown table."""
    true, missed, false = Counter[str](), Counter[str](), Counter[str]()
    for outcome in results:
        true.update(outcome.true)
        missed.update(outcome.missed)
        false.update(outcome.false.keys())
    lines = ["| rule | true | missed | false alarms | precision | recall |", "|---|---:|---:|---:|---:|---:|"]
    lines += [_row(rule, true[rule], missed[rule], false[rule]) for rule in sorted({*true, *missed, *false})]
    lines.append(_row("all", true.total(), missed.total(), false.total()))
    return "\n".join(lines) + "\n"


def _row(rule: str, true: int, missed: int, false: int) -> str:
    return f"| {rule} | {true} | {missed} | {false} | {_share(true, false)} | {_share(true, missed)} |"


def _share(part: int, rest: int) -> str:
    return f"{part / (part + rest):.2f}" if part + rest else "-"


def failures(results: Iterable[Outcome]) -> Iterator[str]:
    """Return one line for each miss and each false alarm."""
    for outcome in results:
        yield from (f"{outcome.place}: missed {rule}" for rule in outcome.missed)
        yield from (f"{outcome.place}: false {rule}: {message}" for rule, message in outcome.false.items())
