"""What kind of task a question is."""

from __future__ import annotations

from typing import Any

import pytest

from dslint.api import Message, Part, Record, Ref, Source
from dslint.features.script import main_script, scripts
from dslint.features.task import TaskType, task_type

HEADERS = "assistant: ready\nassistant tools: shell\nRuns a command and returns what it prints.\nshell(command)\n"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Write a poem about rain.", "write"),
        ("Please write a poem about rain.", "write"),
        ("Can you please help me write a poem?", "write"),
        ("I would like you to write a poem", "write"),
        ("Your task is to write a poem", "write"),
        ("Now, carefully rewrite the poem", "rewrite"),
        ("Re-write the poem", "rewrite"),
        ("Multiply 4 and 7", "multiply"),
        ("Summarise the text below", "summarize"),
        ("3. Summarize the text below", "summarize"),
        ("### Instruction: Summarize the text below", "summarize"),
        ("Given a list of words, sort it", "sort"),
        ("Given three coordinates (x, y, z), compute the distance", "compute"),
        ("In Python, define a class", "define"),
        ("In what year was the bridge built?", "what"),
        ("You are given a word. Translate it into French", "translate"),
        ("That is great! Can you book a table now?", "book"),
        ("What's the capital of Peru?", "what"),
        ("How many legs has a spider?", "how"),
        ("When did the war end?", "when"),
        ("When the user asks for a refund, explain the policy", "explain"),
        ("Is a tomato a fruit?", "yes/no"),
        ("Can dogs eat grapes?", "yes/no"),
        ("Don't tomatoes need sun?", "yes/no"),
        ("Do the dishes go on the left?", "do"),
        ("You are a pirate. Tell me about your ship", "persona"),
        ("Imagine a world without salt", "persona"),
        ("Schreibe einen Brief an die Bank", "write"),
        ("¿Cómo se hace el pan?", "how"),
        ("Résume le texte en deux phrases", "summarize"),
        ("请写一首关于雨的诗", "write"),
        ("将下面的句子翻译成英文", "translate"),
        ("这个标志代表什么", "what"),
        (HEADERS + "Count the files in the folder", "count"),
    ],
)
def test_the_head_of_a_question_says_what_it_asks_for(question: str, kind: str) -> None:
    assert task_type(question) == kind


@pytest.mark.parametrize(
    "question",
    [
        "",
        "  \n",
        "Natalia sold 48 clips in April. She sold half as many in May. How many clips did she sell in all?",
        "Mark has 5 apples and eats one.",
        "The opposite of love",
        "def add(a, b):",
        "Напиши стихи",
        "12 + 30",
    ],
)
def test_a_head_that_says_nothing_has_no_kind(question: str) -> None:
    assert task_type(question) == ""


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"category": "Open QA"}, "open qa"),
        ({"task": "summarization", "category": ""}, "summarization"),
        ({"category": 7}, "write"),
        ({"task": "task_0042"}, "write"),
        ({"task": "Read the text below and say what it is about in one sentence"}, "write"),
        ({}, "write"),
    ],
)
def test_a_label_of_the_record_comes_first_where_it_is_one(data: dict[str, Any], kind: str) -> None:
    assert list(TaskType().compute([_record("Write a poem", data)])) == [kind]


def test_the_fields_that_hold_a_label_can_be_named() -> None:
    record = _record("Write a poem", {"category": "poems", "kind": "verse"})
    assert list(TaskType(fields=("kind",)).compute([record])) == ["verse"]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", ""),
        ("123 !?", ""),
        ("plain", "latin"),
        ("naïve café", "latin"),
        ("Привет, World", "cyrillic"),
        ("你好 hi", "han"),
        ("これはペンです", "kana"),
        ("한국어", "hangul"),
        ("مرحبا", "arabic"),
    ],
)
def test_the_main_script_is_that_of_most_letters(text: str, script: str) -> None:
    assert main_script(text) == script


def test_letters_are_counted_by_script() -> None:
    assert scripts("abc де 12") == {"latin": 3, "cyrillic": 2}


def _record(question: str, data: dict[str, Any]) -> Record:
    ref = Ref("data.jsonl", 0)
    message = Message("user", (Part("text", question, "/instruction"),), "/instruction", ref)
    return Record(ref, data, "alpaca", (message,), Source("data.jsonl"), instruction=message.parts[0])
