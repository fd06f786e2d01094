"""Text classifiers of transformers': a tiny one with random weights, whose scores mean nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="pip install torch==2.13.0")
pytest.importorskip("transformers", reason="pip install 'dslint-llm[safety]'")

import dslint
from dslint.features.safety.scorers import load_scorer
from dslint.features.safety.settings import SafetySettings

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("default")]

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "you", "and", "welcome", "idiot", "go", "away"]
WORDS += ["please", "thanks", "the", "a", "river", "flows"]


def save_model(folder: Path, labels: list[str], *, several: bool = False) -> Path:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt"), model_max_length=32).save_pretrained(folder)
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=34,
        id2label=dict(enumerate(labels)),
        label2id={label: at for at, label in enumerate(labels)},
        problem_type="multi_label_classification" if several else "single_label_classification",
        initializer_range=2.0,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = [
        {"instruction": f"Say it {n}.", "output": " ".join(WORDS[5 + (n * k) % 13] for k in range(1, 3 + n % 40))}
        for n in range(60)
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def scored(folder: Path, **rule: Any) -> dslint.Report:
    config = {
        "select": ["unsafe-response"],
        "safety": {"classifier": str(folder), "device": "cpu"},
        "rules": {"unsafe-response": rule},
    }
    return dslint.check("train.jsonl", config=config)


def test_answers_are_scored_and_the_device_is_told(data: Path) -> None:
    folder = save_model(data / "model", ["neutral", "toxic"])
    texts = [json.loads(line)["output"] for line in (data / "train.jsonl").read_text().splitlines()]
    given = load_scorer(SafetySettings(classifier=str(folder), device="cpu")).score(texts)[:, 1]
    values = np.sort(given)
    widest = int(np.argmax(np.diff(values)))
    limit = float(values[widest : widest + 2].mean())  # far from any score, which are kept rounded
    report = scored(folder, threshold=limit)
    assert len(report.findings) == int((given >= limit).sum())
    assert 0 < len(report.findings) < 60
    assert all('for "toxic"' in finding.message for finding in report.findings)
    assert [note.message for note in report.notifications] == ["answers are scored by model on cpu"]
    again = scored(folder, threshold=limit)
    assert [finding.message for finding in again.findings] == [finding.message for finding in report.findings]


def test_labels_exclude_each_other_unless_the_model_says_that_several_hold(data: Path) -> None:
    texts = ["hello you idiot", "the river flows"]
    one = load_scorer(SafetySettings(classifier=str(save_model(data / "one", ["toxic", "other"])), device="cpu"))
    several = load_scorer(
        SafetySettings(classifier=str(save_model(data / "several", ["toxic", "threat"], several=True)), device="cpu")
    )
    assert one.score(texts).sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert several.score(texts).sum(axis=1) != pytest.approx([1, 1], abs=1e-3)


def test_the_worst_piece_of_a_long_answer_counts(data: Path) -> None:
    scorer = load_scorer(
        SafetySettings(classifier=str(save_model(data / "model", ["neutral", "toxic"])), device="cpu", max_tokens=12)
    )
    pieces = [" ".join(WORDS[5 + (n * k) % 13] for k in range(1, 11)) for n in (2, 3, 5)]
    alone = scorer.score(pieces)
    together = scorer.score([" ".join(pieces)])
    assert together[0] == pytest.approx(alone.max(axis=0), abs=1e-5)
    # A batch does not change what a text gets.
    assert scorer.score([*pieces, "hello", " ".join(pieces)])[-1] == pytest.approx(together[0], abs=1e-5)


def test_labels_without_names_ask_for_thresholds(data: Path) -> None:
    folder = save_model(data / "model", ["LABEL_0", "LABEL_1"])
    report = scored(folder)
    assert report.exit_code == 3
    assert "labels have no names; set thresholds" in " ".join(note.message for note in report.notifications)
    assert scored(folder, thresholds={"LABEL_0": 1e-4}).findings


def test_a_folder_without_a_model_is_no_pass(data: Path) -> None:
    (data / "empty").mkdir()
    report = scored(data / "empty")
    assert report.exit_code == 3
    assert "safety.classifier 'empty' cannot be loaded" in " ".join(note.message for note in report.notifications)


def test_nothing_is_downloaded_unasked(data: Path) -> None:
    config = {"select": ["unsafe-response"], "safety": {"classifier": "unitary/no-such-classifier"}}
    report = dslint.check("train.jsonl", config=config)
    assert [note.message for note in report.notifications] == [
        "did not run: fetch 'unitary/no-such-classifier', which is not on this machine, or set safety.download"
    ]
