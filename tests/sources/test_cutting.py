"""Laws of cutting: what an earlier run knows of a file changes no shard of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dslint.model.record import Source
from dslint.sources.cutting import Pieces
from dslint.sources.shards import Shard, shards
from dslint.sources.spec import FileSpec

QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
LINES = st.lists(
    st.sampled_from([b'{"text": "a"}', b'{"text": "b"}', b'{"text": "%s"}' % (b"c" * 90), b"", b"  ", b"[broken"])
    | st.integers(0, 10**6).map(lambda number: b'{"text": "%d"}' % number),
    min_size=1,
    max_size=40,
)
ENDS = st.sampled_from([b"\n", b"\r\n"])
EDITS = st.lists(st.tuples(st.sampled_from(["change", "insert", "delete", "copy", "cr"]), st.floats(0, 1)), max_size=4)


def spec(folder: Path, content: bytes) -> FileSpec:
    path = folder / "data.jsonl"
    path.write_bytes(content)
    source = Source("data.jsonl", dataset="data", container="jsonl")
    return FileSpec(source, str(path), size=len(content), max_record_bytes=80)


def edited(lines: list[bytes], edits: list[tuple[str, float]]) -> list[bytes]:
    lines = list(lines)
    for number, (kind, where) in enumerate(edits):
        at = min(int(where * len(lines)), len(lines) - 1)
        new = {"change": [b'{"text": "new %d"}' % number], "delete": [], "cr": [lines[at] + b"\r"]}
        inserted = {"insert": b'{"text": "more %d"}' % number, "copy": lines[-1 - at]}
        lines[at : at + (kind not in inserted)] = [inserted[kind]] if kind in inserted else new[kind]
        if not lines:
            return [b'{"text": "last"}']
    return lines


@QUICK
@given(lines=LINES, end=ENDS, edits=EDITS, size=st.integers(1, 12), closed=st.booleans(), still=st.booleans())
def test_known_pieces_change_no_shard(
    tmp_path: Path, lines: list[bytes], end: bytes, edits: list[tuple[str, float]], size: int, closed: bool, still: bool
) -> None:
    before, after = Pieces(), end.join(edited(lines, edits)) + (end if closed else b"")
    list(shards(spec(tmp_path, end.join(lines) + (end if still else b"")), size, before))
    file = spec(tmp_path, after)
    known = Pieces(before.found)
    plain: list[Shard] = list(shards(file, size))
    assert list(shards(file, size, known)) == plain
    fresh = Pieces()
    assert list(shards(file, size, fresh)) == plain
    assert known.found == fresh.found


@pytest.mark.parametrize("edit", [("change", 0.5), ("insert", 0.0), ("delete", 0.99)], ids=lambda edit: edit[0])
def test_after_an_edit_nearly_all_pieces_are_known(tmp_path: Path, edit: tuple[str, float]) -> None:
    lines = [b'{"text": "%d"}' % number for number in range(4_000)]
    before = Pieces()
    assert len(list(shards(spec(tmp_path, b"\n".join(lines)), 64, before))) > 40
    after = Pieces(before.found)
    list(shards(spec(tmp_path, b"\n".join(edited(lines, [edit]))), 64, after))
    assert len(after.found.keys() - before.found.keys()) <= 2
    assert len(before.found.keys() - after.found.keys()) <= 2


def test_few_records_are_in_large_shards(tmp_path: Path) -> None:
    rng = random.Random(3)
    lines = [b'{"text": "%d"}' % rng.getrandbits(60) for _ in range(20_000)]
    counts = [shard.length for shard in shards(spec(tmp_path, b"\n".join(lines)), 64)]
    mean = sum(counts) / len(counts)
    assert sum(count * count for count in counts) / sum(counts) < 1.15 * mean
