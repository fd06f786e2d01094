"""What kind of task a record is: its own label, or the word that its question leads with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

from dslint.api import Feature, Record
from dslint.features import task_words as words
from dslint.features.patterns import expression
from dslint.features.script import is_unspaced, starts_with_han

HEAD = 400
LABEL_LENGTH = 40
LABEL_WORDS = 4
CHINESE_HEAD = 60
CLAUSES = 4

_WORD: Final = expression(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_LETTER: Final = expression(r"\w")
_HEADER: Final = expression(r"[^\W\d_][\w -]{0,24}: *\S[^\n]{0,60}\n")
_LABEL: Final = expression(r"(?:#+ *)?(?:\*\*)?(?:[A-Za-z]{1,12} )?([A-Za-z]{1,12})(?:\*\*)? ?\d{0,3} ?: *(?:\*\*)?")
_LISTED: Final = expression(r"[\s\d.)(\]\[#*>\"'\u201c\u201d\u2018\u2019\u00bf\u00a1-]+")
_SENTENCE_END: Final = expression(r"[.!?:]\s+|\n\s*")
_CLAUSE_END: Final = expression(r"[,:;.!?]\s+|\n")
_IDENTIFIER: Final = expression(r"\d{3}|[/\\]|https?:")
_VERBS: Final = frozenset(words.VERBS.split())
_AUXILIARIES: Final = frozenset(words.AUXILIARIES.split())
_SUBJECTS: Final = frozenset(words.SUBJECTS.split())
_SKIPPED: Final = frozenset(words.SKIPPED.split())
_CLAUSES: Final = frozenset(words.CLAUSES.split())
_LABELS: Final = frozenset(words.LABELS.split())
_CHINESE_SKIPPED: Final = tuple(words.CHINESE_SKIPPED.split())
_CHINESE_CLAUSES: Final = tuple(words.CHINESE_CLAUSES.split())
_FOREIGN: Final = {word: kind for kind, text in words.FOREIGN.items() for word in text.split()}
_CHINESE: Final = sorted(
    ((word, kind) for kind, text in words.CHINESE.items() for word in text.split()), key=lambda pair: -len(pair[0])
)
_CHINESE_KINDS: Final = dict(_CHINESE)
_QUESTIONS: Final = frozenset({"what", "how", "why", "who", "which", "yes/no"})
_CHINESE_ASKED: Final = expression("|".join(word for word, kind in _CHINESE if kind in _QUESTIONS))
_CHINESE_VERB: Final = expression("|".join(word for word, _ in _CHINESE if len(word) > 1))
_OFFERS: Final = frozenset({"can", "could", "would", "will", "may"})
_ASKERS: Final = frozenset({"you", "we", "i"})
_FIRST: Final = expression(r"[A-Za-z]+(?= )")
_NO_LABEL: Final = 40
"""Characters within which a label or the name of a header has its colon."""
_TELLS_MORE: Final = (
    _OFFERS
    | _SKIPPED
    | {word.split()[0] for word in (*words.PERSONA, *words.NOT_PERSONA)}
    | {"i", "help", "let", "your", "when"}
)
_PLAIN: Final = {
    **{word: "yes/no" for word in _AUXILIARIES - _VERBS},
    **{word: word for word in _VERBS - _AUXILIARIES},
    **words.WH,
}
"""Kind by the first word, where the word alone decides: most questions begin with one of these."""
for _word in _TELLS_MORE:
    _PLAIN.pop(_word, None)
_WISHES: Final = expression(
    r"(?:i (?:want|need|would like|'d like) (?:you )?(?:to )?|i'd like (?:you )?(?:to )?|"
    r"(?:can|could|would|will) you (?:please |kindly |help me (?:to )?)*|help me (?:to )?|let's |let us |"
    r"you (?:need to |have to |must |should )|your (?:task|job|goal) is to )",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TaskType(Feature[str]):
    """The kind of task: ``write``, ``translate``, ``what``, ``yes/no``, ``persona``, or the record's own label.

    A label in one of ``fields`` comes first. Without one the question decides: its leading verb where that is a known
    one, its question word, ``yes/no`` for a closed question, ``persona`` where the model is given a part to play.
    German, Spanish, French and Chinese openings count as the English word for the same task. Empty where the head of
    the question says nothing, so that the number of different values stays small.

    Attributes:
        fields: Fields that may hold a label, most telling first.
    """

    fields: tuple[str, ...] = ("category", "task", "task_type", "type")

    def compute(self, records: Sequence[Record], /) -> Sequence[str]:
        """Return the kind of each record's task."""
        labelled = frozenset(self.fields)
        return [
            ("" if labelled.isdisjoint(record.data) else self._declared(record)) or task_type(record.question)
            for record in records
        ]

    def _declared(self, record: Record) -> str:
        for name in self.fields:
            value = record.field(name)
            if isinstance(value, str) and (label := _label(value)):
                return label
        return ""


Kind = Annotated[str, TaskType]
"""Ask for the kind of a record's task."""

Kinds = Annotated[Sequence[str], TaskType]
"""Ask, for a batch of records, for the kinds of their tasks."""


def task_type(question: str) -> str:
    """Return the kind of task that ``question`` asks for, empty where its head does not say."""
    first = _FIRST.match(question)
    if first is not None and (plain := _PLAIN.get(first[0].lower())) and ":" not in question[:_NO_LABEL]:
        return plain
    text = _head(question)
    if starts_with_han(text):
        return _chinese(text)
    kind = _clauses(text)
    if kind:
        return kind
    for sentence in list(_SENTENCE_END.finditer(text))[:2]:
        kind, _ = _lead(text[sentence.end() :])
        if kind in _VERBS:
            return kind
    return ""


def opening(question: str, words: int = 3) -> str:
    """Return the first words of ``question`` behind headers and labels, empty where it has fewer.

    In scripts that put no space between words a word counts as two characters.
    """
    text = _head(question)
    if is_unspaced(text):
        letters = _LETTER.findall(text)[: 2 * words]
        return "".join(letters) if len(letters) == 2 * words else ""
    return " ".join(first_words(text.lower(), words))


def first_words(text: str, count: int) -> tuple[str, ...]:
    """Return the first ``count`` words of ``text``; none where it has fewer. Hyphens and apostrophes part no word."""
    found = _beginning(count).match(text)
    return () if found is None else found.groups()


@lru_cache(maxsize=16)
def _beginning(count: int) -> re.Pattern[str]:
    # Nothing is given back, so that a word is never cut to make up for one that is missing.
    return re.compile(r"\W*+" + r"\W++".join([r"(\w++(?:['\u2019-]\w++)*+)"] * count))


def _clauses(text: str) -> str:
    """Return the kind that the first of the leading clauses says that says one."""
    kind, rest = _lead(text)
    for _ in range(CLAUSES):
        if kind or not rest:
            break
        end = _CLAUSE_END.search(rest)
        kind, deeper = _lead(rest)
        rest = deeper or (rest[end.end() :] if end is not None else "")
    return kind


def _label(value: str) -> str:
    label = value.strip().lower()
    if not label or len(label) > LABEL_LENGTH or len(label.split()) > LABEL_WORDS or _IDENTIFIER.search(label):
        return ""
    return label


def without_headers(text: str) -> str:
    """Return ``text`` without a leading block of ``name: value`` lines and the lines that explain them."""
    if _begins_plainly(text):
        return text
    start = _skip_marks(text[: 2 * HEAD])
    first = _HEADER.match(start)
    if first is not None and _HEADER.match(start, first.end()):
        return text[-4 * HEAD :].rstrip().rsplit("\n", 1)[-1]
    return text


def _head(question: str) -> str:
    """Return the beginning of the question itself, behind headers, list marks and its label."""
    if _begins_plainly(question):
        return question[:HEAD]
    text = _skip_marks(without_headers(question)[: 2 * HEAD])
    label = _LABEL.match(text)
    if label is not None and label[1].lower() in _LABELS:
        text = text[label.end() :]
    return _skip_marks(text)[:HEAD]


def _begins_plainly(text: str) -> bool:
    """Whether there can be no list mark, label or header at the beginning: nearly always."""
    return text[:1].isalpha() and ":" not in text[:_NO_LABEL]


def _skip_marks(text: str) -> str:
    marks = _LISTED.match(text)
    return text[marks.end() :] if marks is not None else text


def _lead(text: str) -> tuple[str, str]:
    """Return the kind that the head of ``text`` says, or else the text behind its first clause."""
    text = _after_courtesy(text)
    lower = text.lower().replace("\u2019", "'")
    if lower.startswith(words.PERSONA) and not lower.startswith(words.NOT_PERSONA):
        return "persona", ""
    head = [match.group() for match in _first_words(lower)]
    if not head:
        return "", ""
    word, following = head[0], head[1] if len(head) > 1 else ""
    kind = _kind(word, following)
    if kind:
        return kind, ""
    if word in _CLAUSES and following in words.WH and following != "when":
        return words.WH[following], ""
    if word in _CLAUSES or lower.startswith(words.NOT_PERSONA):
        end = _CLAUSE_END.search(text)
        return "", text[end.end() :] if end is not None else ""
    return "", ""


def _first_words(lower: str) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    for match in _WORD.finditer(lower):
        word = match.group()
        if not found and (word in _SKIPPED or (word.endswith("ly") and word not in _VERBS)):
            continue
        found.append(match)
        if len(found) == 2:
            break
    return found


def _after_courtesy(text: str) -> str:
    for _ in range(3):
        text = text.lstrip(" ,.!:-\n\t")
        wish = _WISHES.match(text)
        if wish is not None:
            text = text[wish.end() :]
            continue
        word = _WORD.match(text)
        if word is None or word.group().lower() not in _SKIPPED:
            break
        text = text[word.end() :]
    return text


def _kind(word: str, following: str) -> str:
    if word in words.WH and not (word == "when" and following not in _AUXILIARIES):
        return words.WH[word]
    if word in _VERBS and not (word in _AUXILIARIES and following in _ASKERS):
        return word
    if word in _AUXILIARIES and (word not in _OFFERS or following in _SUBJECTS or word == "can"):
        return "yes/no"
    usual = _usual_spelling(word)
    if usual in _VERBS:
        return usual
    return _FOREIGN.get(word, "")


def _usual_spelling(word: str) -> str:
    word = word.replace("-", "")
    return word[:-2] + "ze" if word.endswith(("ise", "yse")) else word


def _chinese(text: str) -> str:
    for _ in range(3):
        polite = next((word for word in _CHINESE_SKIPPED if text.startswith(word)), "")
        if not polite:
            break
        text = text[len(polite) :].lstrip("\uff0c, ")
    for word, kind in _CHINESE:
        if text.startswith(word):
            return kind
    if text.startswith(_CHINESE_CLAUSES):
        verb = _CHINESE_VERB.search(text, 1, CHINESE_HEAD)
        if verb is not None:
            return _CHINESE_KINDS[verb.group()]
    asked = _CHINESE_ASKED.search(text, 0, CHINESE_HEAD)
    return _CHINESE_KINDS[asked.group()] if asked is not None else ""
