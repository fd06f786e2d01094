"""What changed between two sets of records."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dslint.drift.difference import Difference, difference
from dslint.drift.side import profiles_of, side_of
from dslint.features.profile import read_profiles, write_profiles
from dslint.sources.files import DiscoverySettings, discover

Record = dict[str, Any]
SENTENCE = "The answer goes on for a while and then it stops. "


def records(count: int, verb: str = "Name", repeat: int = 1) -> list[Record]:
    return [{"instruction": f"{verb} item {n}.", "output": f"Item {n}. {SENTENCE * repeat}"} for n in range(count)]


def compared(folder: Path, old: Sequence[Record], new: Sequence[Record]) -> Difference:
    sides = []
    for name, rows in (("old", old), ("new", new)):
        path = folder / name / "data.jsonl"
        path.parent.mkdir()
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        sides.append(side_of(discover([str(path)], DiscoverySettings(root=folder))))
    return difference(*sides)


def test_order_is_no_change(tmp_path: Path) -> None:
    shuffled = records(50)
    random.Random(1).shuffle(shuffled)
    result = compared(tmp_path, records(50), shuffled)
    assert (result.same, result.added, result.removed, result.changed) == (50, (), (), ())
    assert not result.shifts


def test_added_removed_and_changed(tmp_path: Path) -> None:
    old = records(10)
    new = [*old[2:9], {**old[9], "output": "Another answer."}, {"instruction": "Add this.", "output": "Added."}]
    result = compared(tmp_path, old, new)
    assert [place.line for place in result.removed] == [1, 2]
    assert [place.line for place in result.added] == [9]
    assert [(pair.before.line, pair.now.line) for pair in result.changed] == [(10, 8)]
    assert result.same == 7


def test_copies_count(tmp_path: Path) -> None:
    result = compared(tmp_path, records(3), [*records(3), *records(1)])
    assert [place.line for place in result.added] == [4]


def test_other_fields_do_not_make_a_record_another(tmp_path: Path) -> None:
    result = compared(tmp_path, records(3), [{**row, "id": n} for n, row in enumerate(records(3))])
    assert result.same == 3


def test_a_change_of_format_is_named(tmp_path: Path) -> None:
    chat = [
        {"messages": [{"role": "user", "content": r["instruction"]}, {"role": "assistant", "content": r["output"]}]}
        for r in records(60)
    ]
    result = compared(tmp_path, records(60), chat)
    assert result.same == 60
    assert [measure.what for _, measure in result.shifts] == ["formats"]


def test_longer_answers_and_other_tasks_are_shifts(tmp_path: Path) -> None:
    result = compared(tmp_path, records(200), [*records(100), *records(200, "Translate", 9)])
    assert {measure.what for _, measure in result.shifts} == {"task types", "answer lengths", "question lengths"}


def test_a_few_records_show_no_shift(tmp_path: Path) -> None:
    assert not compared(tmp_path, records(6), [*records(4), *records(2, "Explain", 2)]).shifts


def test_repetitions_are_a_shift(tmp_path: Path) -> None:
    result = compared(tmp_path, records(100), [*records(100), *records(20)])
    assert [measure.what for _, measure in result.shifts] == ["repeated records"]


def test_lines_that_are_no_record_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text('{"instruction": "a", "output": "b"}\n{"instruction": \n')
    assert side_of(discover([str(path)], DiscoverySettings(root=tmp_path))).unread == 1


def test_a_document_holds_no_text(tmp_path: Path) -> None:
    document = json.dumps(compared(tmp_path, records(20), records(25)).document(5))
    assert "item" not in document.lower()
    assert json.loads(document)["records"]["added"] == 5


def test_a_profile_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in records(30) + records(5)))
    profiles = profiles_of(discover([str(path)], DiscoverySettings(root=tmp_path)))
    content = write_profiles(profiles)
    assert SENTENCE not in content.decode()
    again = read_profiles(content)
    assert write_profiles(again) == content
    assert again["train"].repeated == 5
