"""How much there is in an answer, from the least to the most that people would count."""

from __future__ import annotations

import re
from typing import Final

from dslint.features.patterns import expression

Counts = tuple[int, int]
"""The least and the most."""

_FEWEST: Final = 2

_MARKER: Final = expression(
    r"(?:[-*+\u2022\u25cf\u25aa\u2013\u00b7\u2023]|\(?(?P<number>\d{1,3})[.):\u3001]"
    r"|[(\uff08]?[a-zA-Z一二三四五六七八九十][.)、\uff09])[ \t\u3000]*(?=\S)"
)
_HAN: Final = expression(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_RUN: Final = expression(r"[A-Za-z0-9.,%]*[A-Za-z0-9]")
_END: Final = expression(r"[.!?\u2026]{1,4}[\"'\u201d\u2019)\]*_]*(?=\s|$)|[\u3002\uff01\uff1f]+[\u201d\u300d\uff09]*")
_BREAK: Final = expression(
    r"[.!?\u2026]{1,4}[\"'\u201d\u2019)\]*_]*\s+(?=[\"'\u201c\u2018(*_]*[^\W\d_a-zà-ÿ])"
    r"|[\u3002\uff01\uff1f]+(?=[^\s\u201d\u300d\uff09])"
)
_ABBREVIATED: Final = expression(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Mt|Jr|Sr|vs|etc|e\.g|i\.e|cf|No|Inc|Ltd|Co|Corp|Gen|Sen|Rep|Gov"
    r"|Capt|Lt|Sgt"
    r"|U\.S|U\.K|U\.N|a\.m|p\.m|approx|est|ca|bzw|usw|z\.B|d\.h|Nr|Sra?|Mme|Mlle|Ph\.D|B\.C|A\.D)|\d)$"
)
_QUOTE: Final = expression(r"\"[^\"\n]{0,2000}\"|\u201c[^\u201d\n]{0,2000}\u201d|\u00ab[^\u00bb\n]{0,2000}\u00bb")
_HEADING: Final = expression(
    r"#{1,6}\s|\*\*[^*\n]+\*\*:?$|(?:title|titel|título|titre|标题)\b\s*[:\uff1a]", re.IGNORECASE
)


def words(text: str) -> Counts:
    """Count words: compounds as one or as several, with or without a heading, numbers of a list and labels."""
    tokens = [token for token in text.split() if any(map(str.isalnum, token))]
    most = sum(max(1, len(re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)*", token))) for token in tokens)
    body = "\n".join(_without_heading([line for line in text.split("\n") if line.strip()]))
    least = sum(
        any(map(str.isalpha, token)) and not token.endswith(":") and not token.startswith("#") for token in body.split()
    )
    return min(least, len(tokens)), most


def characters(text: str) -> Counts:
    """Count characters: with or without white space; in Chinese a word or number in Latin letters as one or more."""
    if not _HAN.search(text):
        return len("".join(text.split())), len(text)
    body = "".join(_without_heading([line for line in text.split("\n") if line.strip()]))
    return len(_HAN.findall(body)) + len(_RUN.findall(body)), len("".join(text.split()))


def sentences(text: str) -> Counts:
    """Count sentences: what stands in quotes as part of one or by itself, lines as sentences or not."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    most = 0
    for line in lines:
        ends = len(_END.findall(line))
        rest = _END.split(line)[-1].strip()
        most += max(1, ends + bool(rest)) + line.count(";") + line.count("\uff1b")
    joined = " ".join(_without_heading(lines))
    joined = _QUOTE.sub('"x"', joined)
    least = 1
    for match in _BREAK.finditer(joined):
        before = joined[max(0, match.start() - 8) : match.start()]
        if not (match[0][0] == "." and _ABBREVIATED.search(before)) and match[0].strip() not in ("...", "\u2026"):
            least += 1
    return min(least, most), most


def paragraphs(text: str) -> Counts:
    """Count paragraphs: blocks between empty lines, or lines; headings, greetings and lists count or do not."""
    blocks = [block for block in re.split(r"\n[ \t]*\n", text.strip()) if block.strip()]
    lines = [line for line in text.split("\n") if line.strip()]
    prose = [b for b in blocks if _END.search(b.strip()[-3:]) and len(b) > 60 and not _MARKER.match(b.lstrip())]
    return max(1, min(len(prose), len(blocks))), max(len(lines), 1)


def plain_list(text: str) -> int | None:
    """Return how many items an answer has that is one list without levels or headings; ``None`` for others."""
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    matches = [_MARKER.match(line) for line in lines]
    at = [n for n, match in enumerate(matches) if match]
    if len(at) < _FEWEST or at[-1] - at[0] + 1 != len(at) or at[0] > 1 or any(lines[n].endswith(":") for n in at):
        return None
    numbers = [match["number"] for match in matches if match]
    if any(numbers) and numbers != [str(n) for n in range(1, len(at) + 1)]:
        return None
    return len(at)


def items(text: str) -> set[int]:
    """Return the numbers of list items that one may count: of the outermost level, of all, by marker."""
    lines = [line for line in text.replace("\t", "    ").split("\n") if line.strip()]
    marked = [(len(line) - len(line.lstrip()), match) for line in lines if (match := _MARKER.match(line.lstrip()))]
    if not marked:
        return set()
    outer = min(indent for indent, _ in marked)
    numbered = sum(match["number"] is not None for _, match in marked)
    return {len(marked), sum(indent == outer for indent, _ in marked), numbered, len(marked) - numbered} - {0}


def _without_heading(lines: list[str]) -> list[str]:
    if len(lines) > 1 and (
        _HEADING.match(lines[0].strip())
        or (len(lines[0].split()) <= 10 and lines[0].strip()[-1:] not in ".!?,;。\uff01\uff1f")
    ):
        return lines[1:]
    return lines
