from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dslint.config.places import Path, places

TEXT = """\
# a comment
select = ["a", # why
  'b',
]
"quoted key" = 1
rules.near-duplicate.threshold = 0.9

[rules.empty-turn]
severity = "note"
words = \"\"\"
[not a table]
x = 1
\"\"\"
pairs = { a = 1, "b.c" = [1, { d = '''#''' }] }

[[datasets]]
name = "one"

  [datasets.columns]
  question = "q"

[[datasets]]
name = "two"
files = [
  "a", "b",

  "c",
]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("select",), 2),
        (("select", 1), 3),
        (("quoted key",), 5),
        (("rules", "near-duplicate", "threshold"), 6),
        (("rules", "empty-turn"), 8),
        (("rules", "empty-turn", "severity"), 9),
        (("rules", "empty-turn", "words"), 10),
        (("rules", "empty-turn", "pairs", "b.c", 1, "d"), 14),
        (("datasets", 0), 16),
        (("datasets", 0, "columns", "question"), 20),
        (("datasets", 1, "name"), 23),
        (("datasets", 1, "files", 1), 25),
        (("datasets", 1, "files", 2), 27),
    ],
)
def test_line_of_each_place(path: Path, line: int) -> None:
    assert places(TEXT)[path] == line
    assert places(TEXT.replace("\n", "\r\n"))[path] == line


def everything(value: Any, path: Path = ()) -> set[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path} - {()} | {found for key, inner in items for found in everything(inner, (*path, key))}


def test_every_place_is_found() -> None:
    assert set(places(TEXT)) == everything(tomllib.loads(TEXT))


KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True), st.sampled_from(["a.b", "a b", "ä", "#", "["]))
SCALARS = st.sampled_from(
    [
        "1",
        "-0.5",
        "true",
        "1979-05-27 07:32:00",
        '"#]}"',
        "'[,'",
        '"""a\n"" b"""',
        "'''x\n= [\n'''",
        '"\\"q\\\\"',
        '""""""',
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[ # c\n" + ",\n".join(items) + "\n]"),
        st.dictionaries(KEYS, inner.filter(lambda text: "# c" not in text), max_size=3).map(
            lambda table: "{ " + ", ".join(f"{key(name)} = {value}" for name, value in table.items()) + " }"
        ),
    ),
    max_leaves=6,
)


def key(name: str) -> str:
    return name if all(c.isascii() and (c.isalnum() or c in "-_") for c in name) else f"'{name}'"


@given(
    st.dictionaries(KEYS, VALUES, max_size=4),
    st.lists(st.tuples(KEYS, st.booleans(), st.dictionaries(KEYS, VALUES, max_size=3)), max_size=4),
)
def test_finds_every_place_of_any_document(top: dict[str, str], tables: list[tuple[str, bool, dict[str, str]]]) -> None:
    blocks = ["".join(f"{key(name)} = {value}\n" for name, value in top.items())]
    starts: dict[Path, int] = {}
    seen: dict[str, bool] = {}
    for name, array, table in tables:
        if name in top or seen.get(name, array) != array or (name in seen and not array):
            continue
        seen[name] = array
        position = sum(b.startswith(f"[[{key(name)}]]") for b in blocks)
        starts[(name, position) if array else (name,)] = sum(b.count("\n") for b in blocks) + 1
        header = f"[[{key(name)}]]" if array else f"[{key(name)}]"
        blocks.append(f"{header} # t\n" + "".join(f"{key(name)} = {value}\n" for name, value in table.items()))
    text = "".join(blocks)
    found = places(text)
    assert set(found) == everything(tomllib.loads(text))
    assert {path: found[path] for path in starts} == starts
