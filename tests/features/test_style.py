from __future__ import annotations

import pytest

from dslint.features.style import Form, form_of


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("6 * 7\n#### 42", Form.HASH_MARKER),
        ("So.\nAnswer: 42", Form.ANSWER_LINE),
        ("Therefore, the final answer is 42.", Form.ANSWER_LINE),
        ("Damit: \n**Antwort:** 42", Form.ANSWER_LINE),
        ("计算。\n答案是42。", Form.ANSWER_LINE),
        ("La respuesta es 42", Form.ANSWER_LINE),
        ("\u0627\u0644\u062c\u0648\u0627\u0628: 42", Form.ANSWER_LINE),
        ("It is $\\boxed{42}$.", Form.BOXED),
        ("6*7=<<6*7=42>>42", Form.CALCULATOR),
        ('{"a": [1]}', Form.JSON),
        ("```python\nx\n```", Form.FENCE),
        ("<think>\nhm\n</think>\n42", Form.REASONING),
        ("## Title\ntext", Form.HEADINGS),
        ("text\n### 2. Steps\nmore", Form.HEADINGS),
        ("It rains.", Form.SENTENCE_END),
        ("今天下雨。", Form.SENTENCE_END),
        ("वर्षा हो रही है।", Form.SENTENCE_END),
        ("هل تمطر؟", Form.SENTENCE_END),
        ("Er sagte: „Es regnet.“", Form.SENTENCE_END),
        ("**It rains.**", Form.SENTENCE_END),
        ("It rains", Form.LETTER_END),
        ("वर्षा हो रही है", Form.LETTER_END),
        ("It is 42", Form.DIGIT_END),
        ("It rains in the north and in the west of the country", Form.OPEN_END),
        ("今天北部和西部地区将会出现大雨天气", Form.OPEN_END),
        ("not valid", Form.LABEL),
        ("The clause is not valid, because the notice period is too short.", Form.LONG),
    ],
)
def test_forms_are_seen(text: str, form: Form) -> None:
    assert form_of(text) & form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("#### 1. Title\ntext", Form.HASH_MARKER),
        ("The answer to this is not known", Form.ANSWER_LINE),
        ("cout << a << b; x >> y", Form.CALCULATOR),
        ("{not json}", Form.JSON),
        ("[1, 2", Form.JSON),
        ("Use ``` in text", Form.FENCE),
        ("I think so", Form.REASONING),
        ("# comment\nx = 1", Form.HEADINGS),
        ("```python\n## comment\n```", Form.HEADINGS),
        ("Steps:\n#### 42", Form.HEADINGS),
        ('{"dose": 5}', Form.DIGIT_END),
        ("It rains.", Form.LETTER_END),
        ("x = f()", Form.SENTENCE_END),
        ("one\ntwo", Form.LABEL),
        ("1. Hawaii and the islands\n2. The coast of Norway and Iceland", Form.OPEN_END),
        ("Call it with the name of the city: weather('Paris')", Form.LETTER_END),
    ],
)
def test_forms_that_only_look_alike_are_not(text: str, form: Form) -> None:
    assert not form_of(text) & form


def test_a_blank_answer_has_no_form() -> None:
    assert form_of(" \n") == 0
