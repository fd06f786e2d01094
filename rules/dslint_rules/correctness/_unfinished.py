"""Whether a text breaks off in the middle of a sentence."""

from __future__ import annotations

from typing import Final

from dslint.features.patterns import expression
from dslint_rules.correctness._endings import CHINESE, JAPANESE, LANGUAGES

TAIL: Final = 600
MIN_KNOWN: Final = 2
CLOSING_WORDS: Final = 4
LISTED_WORDS: Final = 10
MIN_LINE: Final = 3
MIN_UNSPACED: Final = 20
_CODE: Final = expression(r"[{}<>\\|;`]|==|[^\W\d]\(|^\s*(?://|#|--|SELECT\b|import\b|from\b|return\b)")
_WORD: Final = expression(r"[^\W\d_]+")
_LAST: Final = expression(r"(?:^|[^=+*/^<>\s-] +|\n|[('\u2019\"\u201c,])([^\W\d_]+)$")
_SENTENCE: Final = expression(r"[.!?]['\")\u201d\u2019]? +\S|[.!?]\n")
_OPEN: Final = expression(r"[\w,] *[(\uff08\[]$")
_LISTED: Final = expression(r"\s*(?:[-*\u2022\u2013]|\d{1,3}[.)]|[^\W\d_][\w /'-]{0,25}:)\s")
_UNSPACED: Final = expression("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_STOPPED: Final = expression("[\u3002\uff01\uff1f]")
_WISH: Final = expression("(?:祝|此致|敬上)[^\u3002\uff01\uff1f\uff0c]*\uff0c$")


def unfinished_end(text: str, min_words: int) -> str:
    """Return the word or sign that ``text`` breaks off with; empty where it ends as texts do."""
    last = text[-1:]
    if last.isspace():
        text = text.rstrip()
        last = text[-1:]
    if not (last.isalpha() or last in ",([\uff0c\u3001\uff08"):
        return ""
    if not last.isascii() and _UNSPACED.search(text, max(0, len(text) - 10)):
        return _unspaced(text)
    if last.isalpha():
        word = _LAST.search(text, max(0, len(text) - 20))
        if word is None or word[1] not in _ANY:
            return ""
        end = word[1]
    else:
        end = last
    if len(text.split(None, min_words)) < min_words or _is_code(text):
        return ""
    return end if _is_unfinished(text[-TAIL:], end) else ""


_ANY: Final = frozenset[str]().union(*(each.strong | each.weak for each in LANGUAGES.values()))
MAY_BREAK_OFF: Final = (
    rf"(?:(?:^|[^A-Za-z])(?:{'|'.join(sorted(word for word in _ANY if word[-1].isascii()))})|[,(\[]|[^\x00-\x7f])"
    r"[\s\x1c-\x1f]*$"
)
"""What stands at the end of every text that breaks off, in RE2's syntax; its white space may not be ASCII."""


def _is_unfinished(tail: str, end: str) -> bool:
    lines = [line for line in tail.split("\n") if line.strip()]
    line = lines[-1]
    count = len(line.split())
    if count < (LISTED_WORDS if _LISTED.match(line) else MIN_LINE):
        return False
    if end == ",":
        return "=" not in line and count > CLOSING_WORDS and not (len(lines) > 1 and lines[-2].rstrip().endswith(","))
    if not end.isalpha():
        return _OPEN.search(tail) is not None
    words = _WORD.findall(tail.lower())
    spoken = [sum(word in each.known for word in words) for each in LANGUAGES.values()]
    most = max(spoken)
    if most < MIN_KNOWN:
        return False
    language = list(LANGUAGES.values())[spoken.index(most)]
    return end in language.strong or (end in language.weak and _SENTENCE.search(tail) is not None)


def _is_code(text: str) -> bool:
    line = text[text.rfind("\n") + 1 :][-TAIL:]
    return _CODE.search(line) is not None or text.count("```") % 2 == 1


def _unspaced(text: str) -> str:
    if len(text) < MIN_UNSPACED or _is_code(text):
        return ""
    lines = [line for line in text[-TAIL:].split("\n") if line.strip()]
    line = lines[-1].rstrip()
    if len(line) < (MIN_UNSPACED if _LISTED.match(line) else MIN_UNSPACED // 2) or _WISH.search(line):
        return ""
    if line[-1] in "\uff0c\u3001\uff08":
        return "" if len(lines) > 1 and lines[-2].rstrip().endswith(line[-1]) else line[-1]
    found = next((end for end in (*CHINESE, *JAPANESE) if line.endswith(end)), "")
    return found if _STOPPED.search(text) else ""
