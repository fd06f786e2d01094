"""Boilerplate lines: which lines count, and that states merge in any way and stay small."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from dslint.api import Message, Part, Record, Ref, Source
from dslint.features.boilerplate import BoilerplateLines, LineCounts, SharedLines, bucket, units
from dslint.features.similarity import Sketches, question_text, whole_text


def record(number: int, prompt: str, answer: str = "") -> Record:
    base = Ref("data.jsonl", number, number + 1)
    turns = [("user", prompt), ("assistant", answer)]
    messages = tuple(Message(role, (Part("text", text, f"/{role}"),), f"/{role}", base) for role, text in turns)
    return Record(base, {"prompt": prompt, "answer": answer}, "prompt-completion", messages, Source("data.jsonl"))


def shared(records: list[Record], parts: int = 1) -> SharedLines:
    feature = BoilerplateLines()
    states = [feature.zero() for _ in range(parts)]
    for index, each in enumerate(records):
        states[index % parts] = feature.add_batch(states[index % parts], [each])
    total = feature.zero()
    for state in states[::-1]:
        total = feature.merge(total, pickle.loads(pickle.dumps(state)))
    return feature.finish(total)


def test_twenty_records_of_few_make_a_line_boilerplate() -> None:
    assert shared([record(i, f"Tools: none\nquestion {i}") for i in range(19)]).buckets == ()
    lines = shared([record(i, f"Tools: none\nquestion {i}") for i in range(20)])
    assert lines.removed_from("Tools: none\nquestion 7") == "question 7"


def test_of_many_records_it_takes_one_in_a_hundred() -> None:
    records = [record(i, ("Tools: none\n" if i < 25 else "") + f"question {i}") for i in range(2600)]
    assert shared(records).buckets == ()
    assert shared(records[:2500]).buckets == (bucket("Tools: none"),)


def test_a_line_counts_once_a_record() -> None:
    assert shared([record(0, "again\n" * 50)]).buckets == ()


def test_answers_do_not_count() -> None:
    assert shared([record(i, f"question {i}", "Yes.") for i in range(50)]).buckets == ()


def test_of_long_lines_each_sentence_counts() -> None:
    head = "You are a helpful assistant that always answers in one short and friendly sentence. Question: "
    assert units(head + "why?")[0].endswith("friendly sentence.")
    lines = shared([record(i, f"{head}what is number {i}?") for i in range(30)])
    assert lines.removed_from(f"{head}what is number 3?") == "what is number 3?"


@given(st.lists(st.sampled_from(["word", "x", ".", ":", "!", "?", " ", "  ", "\t", "\x1c"]), max_size=60))
def test_sentences_end_in_the_same_places_with_and_without_letters_of_other_alphabets(pieces: list[str]) -> None:
    line = "a" * 81 + "".join(pieces)
    assert units(line) == [unit.replace("ä", "a") for unit in units(line.replace("a", "ä"))]


def test_states_merge_in_any_grouping() -> None:
    records = [record(i, f"Tools: {i % 3}\nquestion {i % 40}") for i in range(2000)]
    assert len({shared(records, parts) for parts in (1, 2, 7, 50)}) == 1


def test_a_full_table_gives_the_same_lines_as_a_sparse_one() -> None:
    sparse, full = LineCounts(), LineCounts()
    for number in range(100):
        sparse.count(1, {5, 1000 + number})
        full.count(1, {5, 1000 + number})
        full.compact()
    feature = BoilerplateLines()
    both = feature.merge(pickle.loads(pickle.dumps(sparse)), pickle.loads(pickle.dumps(full)))
    assert feature.finish(full) == feature.finish(sparse) == feature.finish(both) == SharedLines((5,))
    assert both.records == 200


def test_a_record_of_nothing_but_boilerplate_keeps_its_text() -> None:
    lines = SharedLines((bucket("Tell me a joke."),))
    only = record(0, "Tell me a joke.", "Knock, knock.")
    assert whole_text(only, lines) == "Tell me a joke.\nKnock, knock."
    assert question_text(only, lines) == "Tell me a joke."


def test_questions_about_one_passage_are_not_alike() -> None:
    passage = " ".join(f"fact{i}" for i in range(100))
    who = record(0, f"{passage}\nWho wrote the first part of it?", "Ada Lovelace did")
    when = record(1, f"{passage}\nWhen was all of this finally printed?", "In 1843, in London")
    again = record(2, f"{passage}\nWho wrote the first part of it then?", "Ada Lovelace did")
    left, right, same = Sketches().compute([who, when, again], SharedLines())
    assert left.resemblance(right, 0.8) == 0
    assert left.resemblance(same, 0.8) > 0.9


def test_different_images_make_different_records() -> None:
    def with_image(number: int, image: str) -> Record:
        made = record(number, "Describe what this picture shows in detail", "A dog on a beach")
        return Record(made.ref, {"images": [image]}, made.format, made.messages, made.source)

    left, right, same = Sketches().compute([with_image(0, "1"), with_image(1, "2"), with_image(2, "1")], SharedLines())
    assert left.resemblance(right, 0.8) == 0
    assert left.resemblance(same, 0.8) == 1
