from __future__ import annotations

import json

import pytest

from dslint.model.json_fault import json_fault


@pytest.mark.parametrize(
    ("text", "words", "position", "line"),
    [
        ('{"a": 1,\n}', "comma before a closing bracket", 7, 1),
        ('{"a": [1,\n2, ]}', "comma before a closing bracket", 11, 2),
        ("[,]", "expecting value", 1, 1),
        ('{"a": 1,]', "expecting property name enclosed in double quotes", 8, 1),
        ('{"a": 1}\n{}', "extra data", 9, 2),
        ('{"a": "b', "unterminated string starting at", 6, 1),
    ],
)
def test_a_fault_is_the_same_in_all_versions_of_python(text: str, words: str, position: int, line: int) -> None:
    with pytest.raises(json.JSONDecodeError) as error:
        json.loads(text)
    assert json_fault(error.value) == (words, position, line)
