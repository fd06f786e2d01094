from __future__ import annotations

import json
from pathlib import Path

import pytest

from dslint.features.tokens import TokenCounter, estimate, missing_tokenizer
from dslint.model.record import Message, Part, Record, Source, ToolCall
from dslint.model.ref import Ref

REF = Ref("data.jsonl", 0, 1, 1)


def turn(role: str, text: str, **more: object) -> Message:
    return Message(role, (Part("text", text, "/x"),), "/x", REF, **more)  # type: ignore[arg-type]


def record(*messages: Message, **more: object) -> Record:
    return Record(REF, {}, "chat", messages, Source("data.jsonl"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("a" * 400, 100),
        ("好" * 130, 100),
        ("。" * 130, 100),
        ("あ" * 130, 100),
        ("한" * 180, 100),
        ("ж" * 350, 100),
        ("ب" * 250, 100),
        ("क" * 250, 100),
        ("é" * 400, 100),
        ("a" * 400 + "好" * 130, 200),
    ],
)
def test_estimate_divides_by_the_rate_of_each_script(text: str, tokens: float) -> None:
    assert estimate(text) == pytest.approx(tokens)


def test_the_prompt_ends_where_training_begins() -> None:
    chat = record(
        turn("system", "s" * 40), turn("user", "u" * 40), turn("assistant", "a" * 40, trained=False),
        turn("user", "u" * 40), turn("assistant", "a" * 40),
    )  # fmt: skip
    [count] = TokenCounter().compute([chat])
    assert (count.prompt, count.total, count.exact) == (40, 50, False)


def test_without_an_answer_there_is_no_prompt_to_be_too_long() -> None:
    [count] = TokenCounter().compute([record(turn("user", "u" * 40))])
    assert (count.prompt, count.total) == (0, 10)


def test_of_a_pair_the_longer_answer_counts() -> None:
    pair = record(
        turn("user", "u" * 40), turn("assistant", "a" * 40), rejected=(turn("assistant", "r" * 80),), preferred_from=1
    )
    [count] = TokenCounter().compute([pair])
    assert (count.prompt, count.total) == (10, 30)


def test_tools_calls_and_reasoning_count_and_media_do_not() -> None:
    reasoning = Message(
        "assistant",
        (Part("reasoning", "r" * 40, "/r"), Part("image", "i" * 400, "/i")),
        "/m",
        REF,
        tool_calls=(ToolCall("n" * 8, {"k": "v"}, None, "/c"),),
    )
    tools = [{"name": "f"}]
    [count] = TokenCounter().compute([record(turn("user", "u" * 40), reasoning, tools=tools)])
    assert count.prompt == round(10 + len(json.dumps(tools)) / 4)
    assert count.total == round(10 + len(json.dumps(tools)) / 4 + 10 + 2 + len('{"k": "v"}') / 4)


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_tokenizer("") == ""
    assert "no tokenizer.json" in missing_tokenizer(str(tmp_path / "nothing.json"))
    assert "no tokenizer.json" in missing_tokenizer(str(tmp_path))
    (tmp_path / "tokenizer.json").write_text("{}")
    monkeypatch.setattr("dslint.features.tokens.find_spec", lambda name: None)
    assert missing_tokenizer(str(tmp_path)) == "install dslint-llm[tokenizers] to count with tokenizer.json"
    assert missing_tokenizer("tiktoken:o200k_base") == "install dslint-llm[tokenizers] to count with tiktoken"
    monkeypatch.setattr("dslint.features.tokens.find_spec", lambda name: object())
    assert missing_tokenizer(str(tmp_path)) == ""
    assert missing_tokenizer("tiktoken:o200k_base") == ""


def test_a_changed_tokenizer_file_makes_another_feature(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text("{}")
    before = TokenCounter(str(tmp_path))
    assert before == TokenCounter(str(tmp_path))
    file.write_text("{ }")
    assert TokenCounter(str(tmp_path)) != before


def test_a_tokenizer_file_counts_exactly(tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    words = {word: n for n, word in enumerate(["[UNK]", "name", "a", "river", "the", "danube"])}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.enable_truncation(2)
    made.save(str(tmp_path / "tokenizer.json"))
    data = [
        record(turn("user", "name a river"), turn("assistant", "the danube")),
        record(turn("assistant", "\ud800 a")),
    ]
    first, second = TokenCounter(str(tmp_path)).compute(data)
    assert first == (3, 5, True)
    assert second.total == 2
