"""Vectors: files that users bring, the store of those that a model gave, and which are near one another."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dslint
from dslint.features.embedding.encoders import content_digest
from dslint.features.embedding.neighbours import similar_pairs
from dslint.features.embedding.store import VectorStore, clear, open_shelf, text_keys
from dslint.model.report import Report

RECORDS = [
    {"id": "a", "instruction": "Which city is the capital of France?", "output": "Paris, on the Seine."},
    {"id": "b", "instruction": "What is France's capital called?", "output": "It is Paris on the Seine."},
    {"id": "c", "instruction": "How does rain form?", "output": "Vapour condenses into drops, which fall."},
]
VECTORS = np.array([[1, 0, 0], [0.98, 0.199, 0], [0, 0, 1]], dtype=np.float32)


def data(folder: Path, *parts: list[dict[str, str]]) -> list[str]:
    paths = []
    for number, records in enumerate(parts):
        path = folder / f"part-{number}.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        paths.append(str(path))
    return paths


def check(paths: list[str], model: Path | str, **embeddings: Any) -> Report:
    table = {"model": str(model), **embeddings}
    return dslint.check(paths, config={"select": ["semantic-duplicate"], "embeddings": table})


def found(report: Report) -> list[tuple[str, int | None, str]]:
    return [(Path(f.place.path).name, f.place.line, f.message) for f in report.findings]


def errors(report: Report) -> list[str]:
    return [note.message for note in report.notifications if note.severity.value == "error"]


def test_row_i_of_an_array_is_record_i_of_the_run(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", VECTORS)
    report = check(data(tmp_path, RECORDS[:1], RECORDS[1:]), tmp_path / "vectors.npy")
    assert [(name, line) for name, line, _ in found(report)] == [("part-0.jsonl", 1)]
    assert [f.properties["cosine"] for f in report.findings] == [pytest.approx(0.98, abs=0.002)]
    assert "vectors of 3 numbers from vectors.npy, by record" in [note.message for note in report.notifications]


def test_an_array_of_another_length_is_an_error_that_says_where_files_begin(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", VECTORS[:2])
    report = check(data(tmp_path, RECORDS[:1], RECORDS[1:]), tmp_path / "vectors.npy")
    assert report.exit_code == 3
    assert "vectors.npy has 2 vectors for 3 records" in errors(report)[0]
    assert "part-1.jsonl from 1 on" in errors(report)[0]


def test_a_table_with_ids_may_be_in_any_order(tmp_path: Path) -> None:
    table = pa.table({"id": ["c", "b", "a"], "embedding": [row.tolist() for row in VECTORS[::-1]]})
    pq.write_table(table, tmp_path / "vectors.parquet")
    assert [line for _, line, _ in found(check(data(tmp_path, RECORDS), tmp_path / "vectors.parquet"))] == [1]


def test_a_record_without_a_vector_is_an_error_with_its_place(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"id": ["a", "b"], "vector": [row.tolist() for row in VECTORS[:2]]}), tmp_path / "vectors.parquet"
    )
    report = check(data(tmp_path, RECORDS), tmp_path / "vectors.parquet")
    assert "vectors.parquet has no vector, by id, for line 3 of" in errors(report)[0]


def test_vectors_of_texts_compare_questions_and_answers(tmp_path: Path) -> None:
    rows = [(r["instruction"], v) for r, v in zip(RECORDS, VECTORS, strict=True)]
    rows += [(r["output"], v) for r, v in zip(RECORDS, VECTORS[[0, 2, 2]], strict=True)]
    lines = [json.dumps({"text": text, "vector": vector.tolist()}) + "\n" for text, vector in rows]
    (tmp_path / "vectors.jsonl").write_text("".join(lines))
    assert found(check(data(tmp_path, RECORDS), tmp_path / "vectors.jsonl")) == []
    (tmp_path / "vectors.jsonl").write_text("".join(lines[:3]))  # of questions only
    assert len(found(check(data(tmp_path, RECORDS), tmp_path / "vectors.jsonl"))) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vectors.npy", b"nothing", "vectors.npy cannot be read"),
        ("vectors.jsonl", b'{"text": "x"}\n', "vectors.jsonl has no column called vector or embedding"),
        ("vectors.jsonl", b'{"vector": [1, NaN]}\n', "vectors.jsonl cannot be read"),
        ("vectors.jsonl", b'{"vector": [1, 2]}\n{"vector": [1]}\n', "vectors.jsonl cannot be read"),
        ("vectors.jsonl", b'{"vector": [1, 2]}\n{"vektor": [1, 2]}\n', "vectors.jsonl has objects without 'vector'"),
        ("vectors.parquet", b"nothing", "vectors.parquet cannot be read"),
    ],
)
def test_a_file_that_holds_no_vectors_is_an_error(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    report = check(data(tmp_path, RECORDS), tmp_path / name)
    assert report.exit_code == 3
    assert words in errors(report)[0]


def test_an_array_with_numbers_that_are_not_finite_is_an_error(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", np.array([[1, 0], [np.nan, 0], [0, 1]]))
    assert (
        "vector 1 holds numbers that are not finite"
        in errors(check(data(tmp_path, RECORDS), tmp_path / "vectors.npy"))[0]
    )


def test_without_a_model_the_rule_does_not_run_and_says_what_it_needs(tmp_path: Path) -> None:
    notes = [note.message for note in dslint.check(RECORDS, config={"select": ["semantic-duplicate"]}).notifications]
    assert notes == ["did not run: set embeddings.model"]
    notes = [note.message for note in check(data(tmp_path, RECORDS), tmp_path / "nothing.npy").notifications]
    assert [note.endswith("nothing.npy' is not there") for note in notes] == [True]


def cheap(folder: Path, *texts: str) -> str:
    """Write vectors by text: those of ``texts`` are the same, and all others far from them and one another."""
    asked = [*(record["instruction"] for record in RECORDS), "Another?"]
    rows = np.eye(len(asked) + 1)
    vectors = (rows[-1] if text in texts else rows[at] for at, text in enumerate(asked))
    lines = (
        json.dumps({"text": text, "vector": row.tolist()}) + "\n" for text, row in zip(asked, vectors, strict=True)
    )
    (folder / "cheap.jsonl").write_text("".join(lines))
    return str(folder / "cheap.jsonl")


def test_only_what_cheap_vectors_propose_is_compared(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", VECTORS)
    paths, model = data(tmp_path, RECORDS), tmp_path / "vectors.npy"
    asked = [record["instruction"] for record in RECORDS]
    assert found(check(paths, model, propose=cheap(tmp_path, asked[1], asked[2]))) == []
    report = check(paths, model, propose=cheap(tmp_path, asked[0], asked[1]))
    assert found(report) == found(check(paths, model)) != []
    told = "cheap.jsonl proposes what is compared, from a cosine of 0.7 on"
    assert told in [note.message for note in report.notifications]


def test_a_question_that_is_asked_twice_is_proposed(tmp_path: Path) -> None:
    answers = (RECORDS[2]["output"], "Warm air rises, cools down and lets its water go: it rains at last.")
    records = [{"instruction": "Another?", "output": answer} for answer in answers]
    np.save(tmp_path / "vectors.npy", VECTORS[[0, 0]])
    paths, model = data(tmp_path, records), tmp_path / "vectors.npy"
    report = check(paths, model, propose=cheap(tmp_path))
    assert found(report) == found(check(paths, model)) != []


def test_a_model_that_should_propose_and_is_not_there_is_named(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", VECTORS)
    report = check(data(tmp_path, RECORDS), tmp_path / "vectors.npy", propose=str(tmp_path / "cheap.npy"))
    assert [note.message.endswith("cheap.npy' is not there") for note in report.notifications] == [True]
    (tmp_path / "cheap.npy").write_bytes(b"nothing")
    report = check(data(tmp_path, RECORDS), tmp_path / "vectors.npy", propose=str(tmp_path / "cheap.npy"))
    assert report.exit_code == 3
    assert "cheap.npy cannot be read" in errors(report)[0]


def test_what_proposes_is_part_of_what_a_kept_result_depends_on(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from dslint.cli.main import cli

    np.save(tmp_path / "vectors.npy", VECTORS)
    (tmp_path / "dslint.toml").write_text(
        'select = ["semantic-duplicate"]\nembeddings = { model = "vectors.npy", propose = "cheap.jsonl" }'
    )
    data(tmp_path, RECORDS)
    asked = [record["instruction"] for record in RECORDS]
    arguments = ["check", str(tmp_path), "--cache-dir", str(tmp_path / "cache"), "--output-format", "json"]

    def documents(*options: str) -> list[Any]:
        runs = [CliRunner().invoke(cli, [*arguments, *options], env={"DSLINT_NO_CACHE": "0"}) for _ in range(2)]
        assert runs[0].stdout == runs[1].stdout
        return json.loads(runs[0].stdout)

    cheap(tmp_path, asked[0], asked[1])
    assert [each["location"]["line"] for each in documents()["findings"]] == [1]
    assert documents("--jobs", "2", "--no-cache") == documents()
    cheap(tmp_path, asked[0], asked[2])
    content_digest.cache_clear()  # as another process would find it
    assert documents()["findings"] == []
    assert [each["path"] for each in documents()["files"]] == ["part-0.jsonl"]


def test_vectors_beside_the_data_are_not_linted(tmp_path: Path) -> None:
    data(tmp_path, RECORDS)
    (tmp_path / "vectors.jsonl").write_text(
        "".join(json.dumps({"vector": vector.tolist()}) + "\n" for vector in VECTORS)
    )
    report = check([str(tmp_path)], tmp_path / "vectors.jsonl")
    assert [Path(file.path).name for file in report.files] == ["part-0.jsonl"]


def test_a_run_with_a_cache_finds_the_same_again(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from dslint.cli.main import cli

    np.save(tmp_path / "vectors.npy", VECTORS)
    (tmp_path / "dslint.toml").write_text('select = ["semantic-duplicate"]\nembeddings = { model = "vectors.npy" }')
    data(tmp_path, RECORDS)
    arguments = ["check", str(tmp_path), "--cache-dir", str(tmp_path / "cache"), "--output-format", "json"]
    runs = [CliRunner().invoke(cli, arguments, env={"DSLINT_NO_CACHE": "0"}) for _ in range(2)]
    assert len(json.loads(runs[0].stdout)["findings"]) == 1
    assert runs[0].stdout == runs[1].stdout
    assert len(list((tmp_path / "cache" / "vectors").rglob("*.rows.npy"))) == 1
    assert "4 files of vectors" not in CliRunner().invoke(cli, ["clean", "--cache-dir", str(tmp_path)]).stdout
    cleaned = CliRunner().invoke(cli, ["clean", "--cache-dir", str(tmp_path / "cache")])
    assert "and 3 files of vectors" in cleaned.stdout
    assert not list((tmp_path / "cache" / "vectors").rglob("*.npy"))


keys = st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=20, unique=True)


@given(keys, keys)
def test_a_store_gives_back_what_it_was_given(first: list[str], second: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = VectorStore(Path(folder))
        texts = [*first, *(text for text in second if text not in first)]
        rows = {text: np.full(4, number, dtype=np.float16) for number, text in enumerate(texts)}
        for part in (texts[: len(first)], texts[len(first) :]):
            if part:
                store.add(text_keys(part), np.stack([rows[text] for text in part]))
        again = VectorStore(Path(folder))
        again.load()
        for each in (store, again):
            known, got = each.find(text_keys([*texts, "not there, as it is long enough"]))
            assert known.tolist() == [True] * len(texts) + [False]
            assert got is not None
            assert got[:-1].tolist() == [rows[text].tolist() for text in texts]


def test_small_segments_are_joined_and_lose_nothing(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    for number in range(20):
        store.add(text_keys([f"text {number}"]), np.full((1, 3), number, dtype=np.float16))
    store.join()
    assert len(list(tmp_path.glob("*.npy"))) == 2
    again = VectorStore(tmp_path)
    again.load()
    known, rows = again.find(text_keys([f"text {number}" for number in range(20)]))
    assert known.all()
    assert rows is not None
    assert rows[:, 0].tolist() == list(range(20))


def test_what_is_damaged_is_not_there(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    store.add(text_keys(["one"]), np.ones((1, 3), dtype=np.float16))
    store.add(text_keys(["two"]), np.ones((1, 3), dtype=np.float16))
    next(tmp_path.glob("*.keys.npy")).write_bytes(b"damaged")
    again = VectorStore(tmp_path)
    again.load()
    assert again.find(text_keys(["one", "two"]))[0].sum() == 1


def test_what_was_used_longest_ago_goes_when_there_is_too_much(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 24)
    store = VectorStore(folder)
    for number, text in enumerate(["old", "new"]):
        store.add(text_keys([text]), np.ones((1, 1000), dtype=np.float16))
        for path in folder.glob("*.npy"):
            if path.stat().st_mtime > 10:
                os.utime(path, (number, number))
    (tmp_path / "somebody's").mkdir()
    (tmp_path / "somebody's" / "file").write_text("kept")
    open_shelf(tmp_path, limit=3000)
    again = VectorStore(folder)
    again.load()
    assert again.find(text_keys(["old", "new"]))[0].tolist() == [False, True]
    assert clear(tmp_path)[0] == 2
    assert (tmp_path / "somebody's" / "file").read_text() == "kept"


@given(st.integers(2, 60), st.integers(0, 2**32 - 1), st.sampled_from([0.5, 0.8, 0.95]))
def test_all_pairs_are_those_of_the_plain_product(count: int, seed: int, threshold: float) -> None:
    rows = np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    pairs, cosines = similar_pairs(rows, threshold)
    plain = np.triu(rows @ rows.T, 1)
    assert {tuple(pair) for pair in pairs.tolist()} >= {
        tuple(pair) for pair in np.argwhere(plain >= threshold).tolist()
    }
    assert cosines.tolist() == pytest.approx([plain[a, b] for a, b in pairs.tolist()], abs=1e-5)
    assert (cosines >= threshold - 0.01).all()
