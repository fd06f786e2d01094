"""Every record format becomes the same turns, with the pointer of each text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dslint.model.formats import FORMATS
from dslint.model.record import Message, Part, Record, Source
from dslint.model.ref import Ref
from dslint.sources.normalise import Normaliser
from dslint.sources.spec import FileSpec
from tests.sources.conftest import Reader

ASK = {"role": "user", "content": "ask"}
SAY = {"role": "assistant", "content": "say"}


def turns(record: Record) -> list[tuple[str, str, str]]:
    return [(m.role, m.text, next((p.pointer for p in m.parts), m.pointer)) for m in record.messages]


CASES: dict[str, tuple[str, dict[str, Any], list[tuple[str, str, str]]]] = {
    "alpaca": (
        "alpaca",
        {"instruction": "ask", "input": "", "output": "say"},
        [("user", "ask", "/instruction"), ("assistant", "say", "/output")],
    ),
    "alpaca with all": (
        "alpaca",
        {"instruction": "ask", "input": "this", "output": "say", "system": "be", "history": [["a", "b"], ["c", "d"]]},
        [
            ("system", "be", "/system"),
            ("user", "a", "/history/0/0"),
            ("assistant", "b", "/history/0/1"),
            ("user", "c", "/history/1/0"),
            ("assistant", "d", "/history/1/1"),
            ("user", "ask\nthis", "/instruction"),
            ("assistant", "say", "/output"),
        ],
    ),
    "alpaca response": (
        "alpaca",
        {"instruction": "ask", "context": "this", "response": "say"},
        [("user", "ask\nthis", "/instruction"), ("assistant", "say", "/response")],
    ),
    "alpaca output before response": (
        "alpaca",
        {"instruction": "ask", "response": "other", "output": "say"},
        [("user", "ask", "/instruction"), ("assistant", "say", "/output")],
    ),
    "system": (
        "system-instruction",
        {"system": "be", "instruction": "ask", "response": "say"},
        [("system", "be", "/system"), ("user", "ask", "/instruction"), ("assistant", "say", "/response")],
    ),
    "chat": (
        "chat",
        {"messages": [{"role": "developer", "content": "be"}, ASK, SAY]},
        [
            ("system", "be", "/messages/0/content"),
            ("user", "ask", "/messages/1/content"),
            ("assistant", "say", "/messages/2/content"),
        ],
    ),
    "sharegpt": (
        "sharegpt",
        {"system": "be", "conversations": [{"from": "human", "value": "ask"}, {"from": "gpt", "value": "say"}]},
        [
            ("system", "be", "/system"),
            ("user", "ask", "/conversations/0/value"),
            ("assistant", "say", "/conversations/1/value"),
        ],
    ),
    "sharegpt with roles": (
        "sharegpt",
        {"conversations": [ASK, SAY]},
        [("user", "ask", "/conversations/0/content"), ("assistant", "say", "/conversations/1/content")],
    ),
    "prompt": (
        "prompt-completion",
        {"prompt": "ask", "completion": "say"},
        [("user", "ask", "/prompt"), ("assistant", "say", "/completion")],
    ),
    "prompt of turns": (
        "prompt-completion",
        {"prompt": [ASK], "completion": [SAY]},
        [("user", "ask", "/prompt/0/content"), ("assistant", "say", "/completion/0/content")],
    ),
    "kto": (
        "kto",
        {"prompt": "ask", "completion": "say", "label": False},
        [("user", "ask", "/prompt"), ("assistant", "say", "/completion")],
    ),
    "kto turns": (
        "kto",
        {"messages": [ASK, SAY], "kto_tag": True},
        [("user", "ask", "/messages/0/content"), ("assistant", "say", "/messages/1/content")],
    ),
    "label that is none": (
        "prompt-completion",
        {"prompt": "ask", "completion": "say", "label": "spam"},
        [("user", "ask", "/prompt"), ("assistant", "say", "/completion")],
    ),
    "question": (
        "question-answer",
        {"question": "ask", "answer": "say"},
        [("user", "ask", "/question"), ("assistant", "say", "/answer")],
    ),
    "question with a system prompt": (
        "question-answer",
        {"id": "1", "system_prompt": "be", "question": "ask", "response": "say"},
        [("system", "be", "/system_prompt"), ("user", "ask", "/question"), ("assistant", "say", "/response")],
    ),
    "seed": (
        "seed-task",
        {
            "instruction": "ask",
            "instances": [{"input": "x", "output": "say"}, {"input": "", "output": "b"}, {"input": "z", "output": "c"}],
        },
        [
            ("user", "ask\nx", "/instruction"),
            ("assistant", "say", "/instances/0/output"),
            ("assistant", "b", "/instances/1/output"),
            ("user", "z", "/instances/2/input"),
            ("assistant", "c", "/instances/2/output"),
        ],
    ),
    "evaluation": (
        "evaluation",
        {"task_id": "t/0", "prompt": "ask", "canonical_solution": "say", "test": ""},
        [("user", "ask", "/prompt"), ("assistant", "say", "/canonical_solution")],
    ),
    "text": ("text", {"text": "say", "meta": {}}, [("assistant", "say", "/text")]),
    "unknown": ("unknown", {"query": "ask", "reply": "say"}, []),
}


@pytest.mark.parametrize("case", CASES)
def test_turns(load: Reader, case: str) -> None:
    name, data, expected = CASES[case]
    (record,) = load("data.jsonl", json.dumps(data) + "\n").records
    assert record.format == name
    assert turns(record) == expected
    assert record.data == data


def test_every_format_has_a_case() -> None:
    pairs = {"openai-preference", "preference", "preference-messages"}
    assert {name for name, _, _ in CASES.values()} | pairs == set(FORMATS)


PAIRS: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "openai": (
        "openai-preference",
        {"input": {"messages": [ASK], "tools": [1]}, "preferred_output": [SAY], "non_preferred_output": [SAY]},
        1,
        "/non_preferred_output/0/content",
    ),
    "strings": ("preference", {"prompt": "ask", "chosen": "say", "rejected": "say"}, 1, "/rejected"),
    "llamafactory": (
        "preference",
        {
            "conversations": [{"from": "human", "value": "ask"}],
            "chosen": {"from": "gpt", "value": "say"},
            "rejected": {"from": "gpt", "value": "say"},
        },
        1,
        "/rejected/value",
    ),
    "implicit prompt": ("preference", {"chosen": [ASK, SAY], "rejected": [ASK, SAY]}, 1, "/rejected/1/content"),
    "explicit prompt": ("preference", {"prompt": [ASK], "chosen": [SAY], "rejected": [SAY]}, 1, "/rejected/0/content"),
    "instruction": ("preference", {"instruction": "ask", "chosen": "say", "rejected": "say"}, 1, "/rejected"),
    "prompt and dialogue again in both answers": (
        "preference",
        {"prompt": "ask", "messages": [ASK, SAY], "chosen": [ASK, SAY], "rejected": [ASK, SAY]},
        1,
        "/rejected/1/content",
    ),
    "turns again in both answers": (
        "preference",
        {"messages": [ASK], "chosen": [ASK, SAY], "rejected": [ASK, SAY]},
        1,
        "/rejected/1/content",
    ),
    "prompt and turns": (
        "preference",
        {"messages": [ASK], "prompt": "ask", "chosen": "say", "rejected": "say"},
        1,
        "/rejected",
    ),
    "prompt that ends in the answer's label": (
        "preference",
        {"prompt": "\n\nHuman: ask\n\nAssistant:", "chosen": "say", "rejected": "say"},
        1,
        "/rejected",
    ),
    "dialogue in one string and its prompt": (
        "preference",
        {
            "prompt": "\n\nHuman: ask\n\nAssistant:",
            "chosen": "\n\nHuman: ask\n\nAssistant: say",
            "rejected": "\n\nHuman: ask\n\nAssistant: say",
        },
        1,
        "/rejected",
    ),
    "v1": (
        "preference-messages",
        {"chosen_messages": [ASK, SAY], "rejected_messages": [ASK, SAY]},
        1,
        "/rejected_messages/1/content",
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_preference(load: Reader, case: str) -> None:
    name, data, begin, pointer = PAIRS[case]
    (record,) = load("data.jsonl", json.dumps(data) + "\n").records
    assert record.format == name
    assert record.preferred_from == begin
    assert [m.text for m in record.messages] == ["ask", "say"]
    assert [(m.role, m.text, m.parts[0].pointer) for m in record.rejected] == [("assistant", "say", pointer)]
    assert [m.text for m in record.context] == ["ask"]


def test_dialogue_in_one_string(load: Reader) -> None:
    shared = "\n\nHuman: one\n\nAssistant: two\n\nHuman: three"
    data = {"chosen": f"{shared}\n\nAssistant: good", "rejected": f"{shared}\n\nAssistant: bad"}
    found = load("data.jsonl", json.dumps(data) + "\n")
    (record,) = found.records
    assert [(m.role, m.text) for m in record.messages] == [
        ("user", "one"),
        ("assistant", "two"),
        ("user", "three"),
        ("assistant", "good"),
    ]
    assert record.preferred_from == 3
    assert [m.text for m in record.rejected] == ["bad"]
    for message in [*record.messages, *record.rejected]:
        assert message.ref.span is not None
        start, end = message.ref.span
        assert data[message.ref.pointer[1:]][start:end] == message.text
        assert message.span(1, 2).span == (start + 1, start + 2)


def test_prompts_that_differ_leave_user_turns_on_the_rejected_side(load: Reader) -> None:
    data = {"chosen": [ASK, SAY], "rejected": [{"role": "user", "content": "other"}, SAY]}
    (record,) = load("data.jsonl", json.dumps(data) + "\n").records
    assert record.preferred_from == 0
    assert [m.role for m in record.rejected] == ["user", "assistant"]


def test_a_prompt_that_the_answers_do_not_hold_stays(load: Reader) -> None:
    data = {"system": "be", "prompt": "other", "chosen": [ASK, SAY], "rejected": [ASK, SAY]}
    (record,) = load("data.jsonl", json.dumps(data) + "\n").records
    assert [m.text for m in record.messages] == ["be", "other", "ask", "say"]
    assert record.preferred_from == 3


def test_content_parts(load: Reader) -> None:
    content = [
        {"type": "text", "text": "a"},
        {"type": "image_url", "image_url": {"url": "x.png"}},
        {"type": "text", "value": "b"},
        {"type": "reasoning", "value": "why"},
        {"type": "video", "video": "v.mp4"},
        "c",
        {"text": "d"},
        {"type": "text", "text": 7},
        None,
    ]
    (record,) = load("data.jsonl", json.dumps({"messages": [{"role": "user", "content": content}]}) + "\n").records
    assert record.messages[0].parts == (
        Part("text", "a", "/messages/0/content/0/text"),
        Part("image", "x.png", "/messages/0/content/1/image_url/url"),
        Part("text", "b", "/messages/0/content/2/value"),
        Part("reasoning", "why", "/messages/0/content/3/value"),
        Part("video", "v.mp4", "/messages/0/content/4/video"),
        Part("text", "c", "/messages/0/content/5"),
        Part("text", "d", "/messages/0/content/6/text"),
    )
    assert record.messages[0].text == "a\nb\nc\nd"


def test_tool_calls(load: Reader) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    messages = [
        {"role": "assistant", "content": None, "tool_calls": [call, {"name": "g", "arguments": {"x": 1}}, 3]},
        {"role": "assistant", "function_call": {"name": "h", "arguments": "1"}},
        {"role": "assistant", "content": [{"type": "tool_call", "value": '{"name": "i", "arguments": {}}'}]},
        {"from": "function_call", "value": '{"name": "j", "arguments": {}}'},
        {"from": "function_call", "value": "not JSON"},
        {"from": "observation", "value": "result"},
    ]
    (record,) = load("data.jsonl", json.dumps({"messages": messages, "tools": "[]"}) + "\n").records
    assert [[(c.name, c.arguments, c.id, c.pointer) for c in m.tool_calls] for m in record.messages] == [
        [("f", "{}", "1", "/messages/0/tool_calls/0"), ("g", {"x": 1}, None, "/messages/0/tool_calls/1")],
        [("h", "1", None, "/messages/1/function_call")],
        [("i", {}, None, "/messages/2/content/0/value")],
        [("j", {}, None, "/messages/3/value")],
        [],
        [],
    ]
    assert [m.role for m in record.messages][3:] == ["function_call", "function_call", "tool"]
    assert [m.is_blank for m in record.messages] == [False] * 6
    assert record.tools == "[]"


def test_reasoning_field_and_weights(load: Reader) -> None:
    messages = [
        {"role": "assistant", "content": "a", "reasoning_content": "why", "weight": 0},
        {"role": "assistant", "content": "b", "loss_weight": 0.0},
        {"role": "assistant", "content": "c", "train": False},
        {"role": "assistant", "content": "d", "weight": 1},
    ]
    (record,) = load("data.jsonl", json.dumps({"messages": messages}) + "\n").records
    assert [m.trained for m in record.messages] == [False, False, False, True]
    assert record.messages[0].parts[0] == Part("reasoning", "why", "/messages/0/reasoning_content")
    assert record.response == "d"


def test_waiver(load: Reader) -> None:
    rows = [{"text": "a", "_dslint": {"ignore": ["x", 1]}}, {"text": "a", "_dslint": "x"}]
    found = load("data.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert [record.ignored for record in found.records] == [frozenset({"x"}), frozenset()]


def test_vote_decides_for_records_that_match_nothing(load: Reader) -> None:
    good = json.dumps({"instruction": "ask", "output": "say"}) + "\n"
    found = load("data.jsonl", good * 3 + '{"instruction": "ask"}\n{"output": "say"}\n{"messages": []}\n')
    assert found.file.source.format == "alpaca"
    assert [record.format for record in found.records] == ["alpaca"] * 5 + ["chat"]
    assert [m.text for m in found.records[3].messages] == ["ask"]
    assert [m.text for m in found.records[4].messages] == ["say"]


def test_label_of_another_type_stays_kto(load: Reader) -> None:
    row = {"prompt": "ask", "completion": "say", "label": True}
    lines = "".join(json.dumps(r) + "\n" for r in (row, row, {**row, "label": "no"}))
    assert [record.format for record in load("data.jsonl", lines).records] == ["kto"] * 3


JUNK: list[Any] = [
    None,
    True,
    7,
    1.5,
    "",
    "x",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"a": 1},
    [{"role": 1, "content": 2}],
    ["x"],
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("junk", JUNK, ids=str)
def test_any_type_in_any_field(name: str, junk: Any) -> None:
    source = Source("data.jsonl", format=name)
    normaliser = Normaliser(FileSpec(source))
    keys = [key for field in FORMATS[name].fields for key in (field.name, *field.alternatives)]
    for bad in keys:
        data = {key: junk if key == bad else "text" for key in keys}
        record = normaliser.record(data, Ref("data.jsonl", 0, 1, 1))
        assert isinstance(record, Record)
        assert all(isinstance(message, Message) for message in (*record.messages, *record.rejected))
        for message in (*record.messages, *record.rejected):
            assert all(isinstance(part.text, str) for part in message.parts)
            assert isinstance(message.role, str)


def test_records_equal_those_made_by_the_constructor(load: Reader) -> None:
    import copy
    import pickle

    (record,) = load("data.jsonl", '{"messages": [{"role": "user", "content": "a"}]}\n').records
    message = record.messages[0]
    same = Message("user", (Part("text", "a", "/messages/0/content"),), "/messages/0", record.ref, "user")
    assert message == same
    assert hash(message) == hash(same)
    assert pickle.loads(pickle.dumps(record)) == record
    assert copy.copy(record) == Record(record.ref, record.data, "chat", (same,), record.source)
    with pytest.raises(AttributeError):
        record.format = "other"  # type: ignore[misc]
