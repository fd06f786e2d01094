"""The same prompt with different answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import ClassVar, Final

from dslint.api import Finding, Group, GroupRule, Message, Record, Severity
from dslint.features.answer import contradict
from dslint.features.digest import context_digest, context_key
from dslint.features.text import normalise, squeeze
from dslint_rules.duplicates._groups import confirmed, name

_RELATED: Final = 20
_SHORTEST: Final = 6
_COMPARED: Final = 50
_FEW: Final = 10
_OPEN: Final = re.compile(
    r"\b(?:one of|an? (?:random|sentence|poem|story|joke|list|word|number|name|question|title)|examples?|any|some|"
    r"(?:name|give|list|tell|pick|choose|find|think of|mention|state|provide|identify|recommend) (?:me )?"
    r"(?:an?|one|two|three|four|five|\d+)|write|generate|suggest|create|compose|brainstorm|come up|imagine|invent|"
    r"make up|design|rewrite|rephrase|paraphrase|reword|edit|summari[sz]e|translate|complete|continue|describe|"
    r"guess|draw|play|headline|slogan|caption|your (?:favou?rite|opinion)|do you (?:like|think|feel|prefer|want)|"
    r"how are you|beispiele?|schreib\w*|nenne?|übersetz\w*|erfinde\w*|ejemplos?|escrib\w+|genera|traduc\w+|exemples?|"
    r"écri\w+|tradui\w+)\b|例|写|寫|生成|翻译|翻譯|创作|創作|建议|建議|列出|举|编|描述|改写|总结|مثال|اكتب|ترجم|उदाहरण|लिख|अनुवाद",
    re.IGNORECASE,
)


class ConflictingDuplicate(GroupRule):
    """The same prompt has different answers, so training pulls the model both ways.

    The whole context must be the same: system prompt, tools, media, all earlier turns, the question with its input. It
    is a warning where two answers contradict each other: both are short, or end in different numbers, labels or JSON.
    Otherwise it is a note, said once where there are more than ten. Prompts that invite variety ("name a", "an
    example", "write"), greetings, and preference data, where several answers to one prompt are the point, are left out.
    """

    precision: ClassVar[str] = (
        "Not measured for warnings: none in 48,000 records of 27 public files. Of 43 notes read (GPTeacher "
        "toolformer) 42 have the same prompt, nearly always with the same answer in other words; in one, case "
        "was part of the prompt."
    )

    def key(self, record: Record) -> bytes | None:
        """Screen by the letters and digits of the context."""
        if record.is_preference or record.format == "kto" or not record.question or not _answer(record):
            return None
        return context_key(record)

    def check(self, group: Group) -> Iterator[Finding]:
        """Report each prompt once, where its second answer is."""
        for records in confirmed(group, context_digest):
            answers: dict[str, Record] = {}
            for record in records:
                answers.setdefault(normalise(_answer(record)), record)
            if len(answers) > 1 and _is_definite(records[0]):
                yield self._report(list(answers.values()))

    def judge(self, groups: Iterable[Group]) -> Iterator[Finding]:
        """Say once where many prompts have several answers that do not contradict each other."""
        kept: list[Finding] = []
        count = 0
        for finding in super().judge(groups):
            if finding.severity is not Severity.NOTE:
                yield finding
                continue
            count += 1
            if len(kept) < _RELATED:
                kept.append(finding)
        if count <= _FEW:
            yield from kept
        else:
            places = [(finding.place, "a prompt that was answered before") for finding in kept]
            told = f"{count:,} prompts have several answers, which do not contradict each other"
            yield self.finding(None, told, severity=Severity.NOTE, score=0.3, related=places, count=count)

    def _report(self, records: Sequence[Record]) -> Finding:
        compared = combinations(records[:_COMPARED], 2)
        pair = next(((a, b) for a, b in compared if contradict(_answer(a), _answer(b))), None)
        first, second = pair or records[:2]
        others = [record for record in records if record is not second][:_RELATED]
        where = name(first.ref, second.ref)
        told = f"same prompt as {where}, {'contradicting' if pair else 'another'} answer"
        if len(records) > 2:
            told += f"; {len(records)} answers in all"
        return self.finding(
            _turn(second),
            told,
            severity=None if pair else Severity.NOTE,
            score=0.8 if pair else 0.3,
            related=[(_turn(record), "another answer to the same prompt") for record in others],
            answers=len(records),
        )


def _is_definite(record: Record) -> bool:
    lines = [line for line in record.question.split("\n") if line.strip()] or [""]
    return len(squeeze(record.question).decode("utf-8", "surrogatepass")) >= _SHORTEST and not _OPEN.search(
        f"{lines[0]}\n{lines[-1]}"
    )


def _turn(record: Record) -> Message | Record:
    return record.messages[len(record.context)] if len(record.messages) > len(record.context) else record


def _answer(record: Record) -> str:
    return "\n".join(message.text for message in record.messages[len(record.context) :]).strip()
