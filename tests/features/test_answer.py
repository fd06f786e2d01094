"""What answers come down to, which differ there, and which contradict each other."""

from __future__ import annotations

import pytest

from dslint.features.answer import conclusion, contradiction, differ

LONG = "They debated for a long time about the Rhine, and in the end they approved of what had been written."
OTHER = "Three of these groups of people met in one city for eleven weeks until a text was ready to be signed."


@pytest.mark.parametrize(
    ("prompt", "left", "right"),
    [
        ("Is the film good?", "Yes", "No."),
        ("Can I pay by card?", "Yes, at every till and in the shop on the ground floor.", "No. We take cash only."),
        ("Ist der Vertrag gültig?", "Ja", "Nein"),
        ("هل العقد ساري؟", "نعم", "لا"),
        ("合同有效吗?", "是的。", "不是"),
        ("What is the sentiment?", "Positive", "negative"),
        ("判断情感", "正面", "负面"),
        ("How many apples are left?", "She has 3 + 4 = 7 apples, so 7 of them are red.\n#### 7", "Count them.\n#### 8"),
        ("How many are there?", "Adding up all the values, 5 + 7 = 12", "Adding the values up: 5 + 7 = 13 apples"),
        ("How far is it?", "12 km", "14 km"),
        ("How many legs does an ant have?", "6", "8"),
        ("How many may I borrow?", "Up to 30, ten of them films.", "Up to 20, five of them films."),
        ("What is -2 + 1?", "-1", "1"),
        ("Rate it: 0, 0.5 or 1.", "0", "0.5"),
        ("Give the totals as JSON.", '{"a": 1}', '{"a": 2}'),
        ("Which one? A) sea B) lake C) pond", "The answer is: B", "Answer: C"),
        ("Which is heavier, lead or feathers?", "Lead", "feathers"),
        ("Is it about billing or shipping?", "billing", "shipping"),
        ("这是体育新闻还是财经新闻?", "体育", "财经"),
    ],
)
def test_contradictions(prompt: str, left: str, right: str) -> None:
    assert contradiction(left, right, prompt)
    assert contradiction(right, left, prompt)


@pytest.mark.parametrize(
    ("prompt", "left", "right"),
    [
        ("What is the capital of France?", "Paris", "paris."),
        ("What is the capital of France?", "Paris", "The capital is Paris."),
        ("Which country has the largest economy?", "USA", "United States"),
        ("What is the mood of the text?", "happy", "joyful"),
        ("How many?", "7", "7.0"),
        ("How many?", "1,000", "#### 1000"),
        ("What is 2 to the power of 10?", "1024", "1.024"),
        ("What does the ticket cost?", "12,50 €", "12.50 €"),
        ("Convert 210 F to Celsius.", "(210 - 32) * 5 / 9 = 98.9°C", "210°F is 98.89°C."),
        ("Convert 210 F to Celsius.", "98.9", "98.89"),
        ("Convert 210 F to Celsius.", "99", "98.89"),
        ("How long is the race?", "10 km", "10 kilometres"),
        ("How long is it?", "3 weeks", "21 days"),
        ("At what temperature does water boil?", "100 °C", "212 °F"),
        ("How many legs does a spider have?", "8", "eight"),
        ("Give one half as a number.", "1/2", "0.5"),
        ("When was it?", "9.11.1989", "November 9, 1989"),
        ("What time is it?", "9 pm", "21:00"),
        ("Is 7 a prime?", "True", "Yes"),
        ("Can you help?", "No problem", "Yes, gladly"),
        ("Give it as JSON.", '{"a": 1, "b": 2}', '{ "b": 2, "a": 1 }'),
        ("Give it as JSON.", '{"a": "the sea"}', '{"a": "an ocean"}'),
        ("Assign topics to each sentence.", "1. Land mammals\n2. Cheetahs", "1. Speed\n2. Cheetah"),
        ("How?", "It depends on what you want to do with it and how much time you have", "Both ways are fine"),
        ("How?", "x = 1; print(x)", "print(1)"),
        ("When?", "The first final was held at a stadium by the sea in 1967.", "It was played on January 15, 1967."),
    ],
)
def test_no_contradiction(prompt: str, left: str, right: str) -> None:
    assert not contradiction(left, right, prompt)
    assert not contradiction(right, left, prompt)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Paris", "Lyon"),
        ("巴黎", "里昂"),
        ("7", "8"),
        ('{"a": 1}', '{"a": 2}'),
        ("It is Mary Olsen.", "31 metres"),
        (LONG, OTHER),
    ],
)
def test_different_answers(left: str, right: str) -> None:
    assert differ(left, right)
    assert differ(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Paris", "The capital is Paris."),
        ("7", "7.0"),
        ("Sundar Pichai.", "It is Sundar Pichai who has been the head of the company since 2015."),
        ("x = 1; print(x)", "print(1)"),
    ],
)
def test_answers_that_do_not_differ(left: str, right: str) -> None:
    assert not differ(left, right)


def test_open_answers_come_down_to_nothing() -> None:
    assert conclusion("The sea is wide and blue, and nobody has ever seen the whole of it.") is None


MARKED = ("#### 7", "so \\boxed{7}", "ANSWER: 7", "The label is 7", "Result = x\nresult: 7", "Kategorie\ncategory: 7")
MARKED_ELSEWHERE = ("Antwort: 7", "La respuesta es 7", "La réponse est 7", "答案是7", "结果\uff1a7", "結果為7")


@pytest.mark.parametrize("answer", MARKED + MARKED_ELSEWHERE)
def test_a_marked_result_is_what_an_answer_comes_down_to(answer: str) -> None:
    found = conclusion(f"First we add three and four, which takes a moment to think about.\n{answer}")
    assert found is not None
    assert found.text == "7"
