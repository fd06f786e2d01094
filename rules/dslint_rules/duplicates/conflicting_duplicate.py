"""The same prompt with different answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any, ClassVar, Final

from dslint.api import Finding, Group, GroupRule, Message, Record, Severity
from dslint.features.answer import contradiction
from dslint.features.digest import context_digest
from dslint.features.letters import CONTEXT, Letters
from dslint.features.patterns import expression
from dslint.features.repeats import related_name, unread
from dslint.features.text import normalise, squeeze
from dslint_rules.duplicates._groups import READ, confirmed, spelling

_RELATED: Final = 20
_SHORTEST: Final = 6
_COMPARED: Final = 50
_FEW: Final = 10
_SHOWN: Final = 30
_OPEN: Final = expression(
    r"^(?:merhaba|selam|salut|bonjour|hallo|hola|ciao|ol\u00e1|привет|здравствуй)\b|^(?:नमस्ते|नमस्कार|வணக்கம்|হ্যালো|안녕|سلام|مرحبا|שלום|こんにちは)|"
    r"\b(?:one of|an? (?:random|sentence|poem|story|joke|list|word|number|name|question|title)|examples?|any|some|"
    r"(?:name|give|list|tell|pick|choose|find|think of|mention|state|provide|identify) (?:me )?"
    r"(?:an?|one|two|three|four|five|\d+)|write|generate|suggest|create|compose|brainstorm|come up|imagine|invent|"
    r"make up|design|rewrite|rephrase|paraphrase|reword|edit|summari[sz]e|translate|complete|continue|describe|"
    r"guess|predict|next word|draw|play|headline|slogan|caption|rhymes?|synonym|best|better|favou?rite|recommend\w*|"
    r"opinion|do you (?:like|think|feel|prefer|want)|(?:would|should) (?:i|you|we)|how are you|"
    r"beispiele?|schreib\w*|nenne?|übersetz\w*|erfinde\w*|ejemplos?|escrib\w+|genera|traduc\w+|exemples?|"
    r"écri\w+|tradui\w+)\b|例|写|寫|生成|翻译|翻譯|创作|創作|建议|建議|列出|举|编|描述|改写|总结|مثال|اكتب|ترجم|उदाहरण|लिख|अनुवाद",
    re.IGNORECASE,
)


class ConflictingDuplicate(GroupRule):
    """The same prompt has different answers, so training pulls the model both ways.

    The whole context must be the same: system prompt, tools, media, all earlier turns, the question with its input. It
    is a warning where two answers cannot both be right: yes and no, different numbers of one unit, two of the options
    that the prompt names. Otherwise it is a note, said once where there are more than ten. Prompts that invite variety
    or an opinion ("name a", "an example", "write", "the best"), greetings, and preference data, where several answers
    to one prompt are the point, are left out.

    **When to ignore.** Several answers to one prompt are meant, as samples of a distribution.

    **References.** [Northcutt et al.: Confident Learning](https://arxiv.org/abs/1911.00068).
    """

    precision: ClassVar[str] = (
        "8 of 8 warnings: 2 between public files (Alpaca and its newer answers), 6 on 35 pairs made to mislead. Of 43 "
        "notes read (GPTeacher toolformer) 42 have the same prompt, nearly always with the same answer in other "
        "words. Later first readings on about 190 files that public packages carry found it wrong in question-answer "
        "sets (one question about two passages, prompts that differ in case or commas); that was changed, and has no "
        "new number"
    )

    def key_rows(self, records: Sequence[Record], letters: Letters, /) -> tuple[Any, Any]:
        """Screen by the letters and digits of the context."""
        return letters[:, CONTEXT], [_is_judged(record) for record in records]

    def check(self, group: Group) -> Iterator[Finding]:
        """Report each prompt once, where its second answer is."""
        same = len({_answer(record) for record in group.records(READ)}) == 1
        for records in () if same else confirmed(group, _prompt):
            answers: dict[str, Record] = {}
            for record in records:
                answers.setdefault(normalise(_answer(record)), record)
            if len(answers) > 1 and _is_definite(records[0]):
                yield self._report(list(answers.values()))
        yield from unread(self, group.refs, READ, "may have other answers to the prompt of")

    def gather(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Say once where many prompts have several answers that may all be right."""
        kept: list[Finding] = []
        count = 0
        for finding in findings:
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
            told = f"{count:,} prompts have several different answers, which may all be right"
            yield self.finding(None, told, severity=Severity.NOTE, score=0.3, related=places, count=count)

    def _report(self, records: Sequence[Record]) -> Finding:
        pair, said = _clash(records) or (records[:2], None)
        first, second = pair
        others = [record for record in records if record is not second][:_RELATED]
        at = min(records.index(first), len(others) - 1)
        others[at] = first
        told = f"same prompt as {related_name(at)}, "
        told += f'but "{_short(said[1])}" instead of "{_short(said[0])}"' if said else "another answer"
        if len(records) > 2:
            told += f"; {len(records)} answers in all"
        return self.finding(
            _turn(second),
            told,
            severity=None if said else Severity.NOTE,
            score=0.8 if said else 0.3,
            related=[(_turn(record), "another answer to the same prompt") for record in others],
            answers=len(records),
        )


def _prompt(record: Record) -> bytes:
    return context_digest(record) + spelling(record.prompt)


def _clash(records: Sequence[Record]) -> tuple[Sequence[Record], tuple[str, str]] | None:
    prompt = records[0].prompt
    for pair in combinations(records[:_COMPARED], 2):
        said = contradiction(_answer(pair[0]), _answer(pair[1]), prompt)
        if said:
            return pair, said
    return None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def _is_definite(record: Record) -> bool:
    lines = [line for line in record.question.split("\n") if line.strip()] or [""]
    return len(squeeze(record.question).decode("utf-8", "surrogatepass")) >= _SHORTEST and not _OPEN.search(
        f"{lines[0]}\n{lines[-1]}"
    )


def _turn(record: Record) -> Message | Record:
    return record.messages[len(record.context)] if len(record.messages) > len(record.context) else record


def _is_judged(record: Record) -> bool:
    if record.preferred_from is not None or record.format == "kto" or not record.question:
        return False
    last = record.messages[-1] if record.messages else None
    if last is not None and last.role == "assistant" and last.text and not last.text.isspace():
        return True
    return bool(_answer(record))


def _answer(record: Record) -> str:
    return "\n".join(message.text for message in record.messages[len(record.context) :]).strip()
