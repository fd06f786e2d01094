"""Damage that cannot be written into a Markdown case: raw bytes, and text put through wrong encodings."""

from __future__ import annotations

import json

import pytest

from dslint.plugins.host import load_plugins
from dslint.testing import check_laws, lint

RULES = {name: entry.rule for name, entry in load_plugins().rules.items()}
RECORD = '{"instruction": "Name a colour.", "output": "Blue"}\n'


def found(rule: str, content: bytes | str, name: str = "data.jsonl") -> list[str]:
    check_laws(RULES[rule], {name: content})
    return [f"{f.place.line}: {f.severity} {f.message}" for f in lint(RULES[rule], {name: content}).findings]


def written(text: str) -> str:
    return json.dumps({"instruction": "Say it.", "output": text}, ensure_ascii=False) + "\n"


def misread(text: str, encoding: str) -> str:
    """Read UTF-8 in the wrong encoding, as browsers do: bytes that it lacks become control characters."""
    return "".join(bytes((byte,)).decode(encoding, "ignore") or chr(byte) for byte in text.encode())


def test_byte_that_is_no_utf8() -> None:
    content = RECORD.encode() + '{"instruction": "Name a city.", "output": "Zürich"}\n'.encode("cp1252")
    (finding,) = found("invalid-utf8", content)
    assert finding.startswith("2: error")
    assert "0xfc" in finding


def test_file_in_utf16() -> None:
    (finding,) = found("invalid-utf8", (RECORD * 3).encode("utf-16"))
    assert "error" in finding
    assert "UTF-16" in finding


def test_two_kinds_of_line_ends_are_a_note() -> None:
    (finding,) = found("invalid-utf8", RECORD.encode() + RECORD.replace("\n", "\r\n").encode())
    assert "note" in finding


def test_windows_line_ends_alone_are_fine() -> None:
    assert found("invalid-utf8", RECORD.replace("\n", "\r\n").encode() * 3) == []


def test_byte_order_mark_is_a_warning() -> None:
    (finding,) = found("unparseable-record", b"\xef\xbb\xbf" + RECORD.encode())
    assert finding.startswith("1: warning")


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_file_without_records(content: bytes) -> None:
    assert [line.split(" ")[1] for line in found("empty-file", content)] == ["error"]


WORDS = [
    "Straße",
    "über",
    "mañana",
    "français",
    "São",
    "Łódź",
    "žluťoučký",
    "teşekkür",
    "đường",
    "Привет",
    "Україна",
    "Ελλάδα",
    "שלום",
    "مرحبا",
    "नमस्ते",
    "สวัสดี",
    "გამარჯობა",
    "中国人民",
    "日本語テキスト",
    "カタカナ",
    "한국어",
    "don\u2019t",
    "“quoted”",
    "5 € \u2013 6 €",
    "20 °C",
    "x² ≤ ½",
    "😀",
    "→ ✓ ■",
]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("word", WORDS)
def test_misread_word_is_found_and_read_right(word: str, encoding: str) -> None:
    (finding,) = found("mojibake", written(f"It says {misread(word, encoding)} here"))
    meant = finding.split('stands for "')[1].split('"')[0].removesuffix("…")
    assert meant
    assert meant in word


@pytest.mark.parametrize("word", WORDS)
def test_word_itself_is_fine(word: str) -> None:
    for rule in ("mojibake", "control-character", "replacement-character", "invisible-character"):
        assert found(rule, written(f"It says {word} here; “{word}”, «{word}», {word.upper()}… {word}™")) == []


@pytest.mark.parametrize("word", ["Привет", "Україна"])
def test_cyrillic_misread_as_windows_1251(word: str) -> None:
    (finding,) = found("mojibake", written(misread(word, "cp1251")))
    assert word in finding


def test_control_characters_that_are_half_of_mojibake_are_said_once() -> None:
    content = written(misread("don\u2019t", "latin-1"))
    assert found("control-character", content) == []
    assert len(found("mojibake", content)) == 1
