"""Code is told to parse or not, within bounds, and nothing is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from dslint.features.code_syntax import LONGEST, flaw
from dslint.features.fences import code_blocks
from dslint.features.json_text import json_error


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "x = 1"),
        ("python", "print('\\d')"),
        ("python", "x = " + "-" * 20_000 + "1"),
        ("json", "[" * 20_000),
        ("json", "5"),
        ("xml", '<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>'),
        ("yaml", "[" * 10_000),
        ("sql", "SELECT " + "(" * 4000),
        ("python", "x = (" + "1, " * LONGEST),
        ("cobol", "MOVE"),
        ("bash", "touch ran\nrm -rf ./*"),
        ("sh", "((a, b"),
    ],
)
def test_what_parses_or_cannot_be_told(language: str, code: str) -> None:
    assert flaw(language, code) is None


def test_kinds_of_flaws() -> None:
    found = [flaw("python", code) for code in ("print 1", "if x:\ny", "x = = 1", "x = 1")]
    assert [each and each.kind for each in found] == ["python-2", "indentation", "syntax", None]


def test_a_parser_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dslint.features.code_syntax._installed", lambda _module: False)
    assert flaw("yaml", "a: [1") is None
    assert flaw("sql", "SELECT FROM WHERE") is None
    monkeypatch.setattr("dslint.features.code_syntax._shfmt", lambda: None)
    assert flaw("bash", "if") is None
    assert flaw("json", "{") is not None


def test_shell_is_parsed_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert flaw("bash", "touch ran") is None
    found = flaw("bash", "touch ran\nif true")
    assert found == ("'if <cond>' must be followed by 'then'", 2, "syntax")
    assert not list(tmp_path.iterdir())


def test_blocks_know_their_place() -> None:
    text = "A\n  ~~~ py x\n  a\n   b\n  ~~~\nB\n````\n```\n````\n```js"
    blocks = list(code_blocks(text))
    assert [(b.language, b.text, b.closed) for b in blocks] == [
        ("py", "a\n b\n", True),
        ("", "```\n", True),
        ("js", "", False),
    ]
    assert text[blocks[0].start : blocks[0].end] == "  a\n   b\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"a": 1}', None),
        ("Here:\n```json\n[1]\n```", None),
        ('See {"a": [1]} there', None),
        ("no such thing", "the answer has none"),
        ("{'a': 1}", "the answer's does not parse: expecting property name enclosed in double quotes in line 1"),
    ],
)
def test_json_in_text(text: str, error: str | None) -> None:
    assert json_error(text) == error
