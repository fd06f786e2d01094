from __future__ import annotations

import random

import pytest

from dslint.features.groups import FrequentGroups, LargeGroups, RecordGroup, Width, groups_of, template_of
from dslint.features.tally import Tally
from dslint.model.record import Message, Part, Record, Source
from dslint.model.ref import Ref

SKETCH = FrequentGroups()


def record(number: int, question: str, system: str = "", **fields: str) -> Record:
    ref = Ref("data.jsonl", number, number + 1, number + 1)
    turns = [Message("system", (Part("text", system, "/s"),), "/s", ref)] if system else []
    turns.append(Message("user", (Part("text", question, "/u"),), "/u", ref))
    return Record(ref, fields, "chat", tuple(turns), Source("data.jsonl"))


def groups(each: Record) -> tuple[RecordGroup, ...]:
    return tuple(groups_of(each))


@pytest.mark.parametrize(
    ("question", "template"),
    [
        ("Translate the text 12 into French: hello", "translate the text 0 into french:"),
        ("Translate the\n text 7 into FRENCH: bye", "translate the text 0 into french:"),
        ("Why?", ""),
        ("请把下面的句子翻译成英文\uff0c并且说明每一个词语的意思和用法\uff1a你好", "请把下面的句子翻译成英文"),
        ("请翻译", ""),
    ],
)
def test_a_template_is_the_head_of_the_question(question: str, template: str) -> None:
    assert template_of(question) == template


def test_records_share_groups_by_system_prompt_template_and_task() -> None:
    one = groups(record(0, "Translate the text 1 into French: hello", "You are kind.", task="fr"))
    two = groups(record(1, "Translate the text 2 into French: bye", "You are kind.", task="de"))
    assert [g.kind for g in one] == ["task", "template", "system"]
    assert {g.kind for g in set(one) & set(two)} == {"template", "system"}
    assert [g.width for g in one] == [Width.NARROW, Width.NARROW, Width.WIDE]
    assert one[0].words == " with task 'fr'"


def test_frequent_groups_are_kept_and_rare_ones_dropped() -> None:
    data = [record(n, "Is this a valid contract clause?") for n in range(60)]
    data += [
        record(n, f"Another question that asks {chr(97 + n % 26)}{chr(97 + n // 26)} only") for n in range(60, 400)
    ]
    parts = [data[:50], data[50:55], data[55:]]
    values = []
    for order in ([0, 1, 2], [2, 1, 0]):
        state = SKETCH.zero()
        for n in order:
            part = SKETCH.zero()
            for each in parts[n]:
                part = SKETCH.add_batch(part, [each])
            state = SKETCH.merge(state, part)
        values.append(SKETCH.finish(state))
    assert values[0] == values[1]
    large = LargeGroups().compute(data, values[0])
    assert [len(g) for g in large[:60]] == [2] * 60
    assert sum(len(g) > 1 for g in large[60:]) == 0


def test_no_frequent_group_is_missed_in_a_crowd() -> None:
    rng = random.Random(1)
    state = SKETCH.zero()
    data = [record(n, f"Please answer question number q{rng.random()}") for n in range(3000)]
    data += [record(n, "Please answer the very same question") for n in range(50)]
    for each in data:
        state = SKETCH.add_batch(state, [each])
    assert groups(data[-1])[0].key in SKETCH.finish(state)


def test_the_value_does_not_depend_on_the_shards_of_a_large_file() -> None:
    data = [record(n, f"Please answer question {number_word(n % 9000)} of this test") for n in range(12_000)]
    values = []
    for size in (100, 6000, 12_000):
        states = []
        for start in range(0, len(data), size):
            state = SKETCH.zero()
            for each in data[start : start + size]:
                state = SKETCH.add_batch(state, [each])
            states.append(state)
        total = states.pop()
        while states:
            total = SKETCH.merge(total, states.pop())
        values.append(SKETCH.finish(total))
    assert values[0] == values[1] == values[2]


def number_word(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in str(number))


def test_tallies_merge_in_any_order() -> None:
    refs = [Ref("data.jsonl", n, n + 1, n + 1) for n in range(30)]
    outcomes = []
    for seed in range(5):
        shuffled = refs[:]
        random.Random(seed).shuffle(shuffled)
        parts = [Tally(4), Tally(4), Tally(4)]
        for n, ref in enumerate(shuffled):
            parts[n % 3].add(ref, rank=float(ref.record or 0) % 5)
        random.Random(seed).shuffle(parts)
        outcomes.append(parts[0].merge(parts[1]).merge(parts[2]))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert outcomes[0].count == 30
    assert [e.ref.record for e in outcomes[0].examples] == [0, 5, 10, 15]
