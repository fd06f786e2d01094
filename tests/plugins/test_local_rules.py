from __future__ import annotations

import multiprocessing
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import local_worker
import pytest

from dslint.api import Dataset, Finding, Record, Ref, Source
from dslint.model.severity import Severity, Status
from dslint.plugins.host import Plugins, load_plugins
from dslint.plugins.local import load_local

EXAMPLE = Path(__file__).parents[2] / "examples" / "lint_rules.py"
HEADER = "from dslint.api import *\n"


@pytest.fixture
def local(tmp_path: Path) -> Any:
    def load(text: str, name: str = "lint_rules.py") -> Plugins:
        path = tmp_path / name
        path.write_text(HEADER + text)
        return load_plugins([path])

    return load


def local_rules(plugins: Plugins) -> dict[str, Any]:
    assert plugins.failed == () or "local/" not in plugins.failed, plugins.notifications
    return {entry.id: entry.rule for entry in plugins.rules.values() if entry.family == "local"}


def found(plugins: Plugins, record: Record, name: str = "x", **options: Any) -> list[Finding]:
    return list(local_rules(plugins)[f"local/{name}"](**options).check(record))


def failure(plugins: Plugins) -> str:
    (message,) = [n.message for n in plugins.notifications if n.message.startswith("plugin local ")]
    return message


def test_functions_and_classes_are_rules(local, record: Record, tmp_path: Path) -> None:
    plugins = local('''
def check_answer_is_long(record: Record):
    """An answer is short."""
    assert len(record.response) > 5, "answer is short"

class ShortAnswer(RecordRule):
    """An answer is short."""
    def check(self, record: Record):
        yield self.finding(record, "short")

def helper(record: Record): ...
''')
    rules = local_rules(plugins)
    assert set(rules) == {"local/answer-is-long", "local/short-answer"}
    rule = rules["local/answer-is-long"]
    assert (rule.id(), rule.__doc__, rule.severity) == ("answer-is-long", "An answer is short.", Severity.WARNING)
    assert plugins.rules["local/answer-is-long"].origin == str(tmp_path / "lint_rules.py")
    assert plugins.local_files == (str(tmp_path / "lint_rules.py"),)
    (finding,) = rule().check(record)
    assert (finding.message, finding.ref) == ("answer is short", record.ref)


def test_a_decorator_says_what_a_function_cannot(local) -> None:
    rules = local_rules(
        local('''
@rule(id="apples", severity="error", status="preview", sensitive=True)
def check_x(record: Record):
    """X."""
''')
    )
    apples = rules["local/apples"]
    assert (apples.severity, apples.status, apples.sensitive) == (Severity.ERROR, Status.PREVIEW, True)


def test_options_are_keyword_only_parameters(local, record: Record) -> None:
    plugins = local('''
def check_x(record: Record, *, max_words: int = Field(0, ge=0, description="Most words."), strict=True):
    """X."""
    assert len(record.response.split()) <= max_words or not strict, "too long"
''')
    rule = local_rules(plugins)["local/x"]
    assert rule().model_dump() == {"max_words": 0, "strict": True}
    schema = rule.model_json_schema()["properties"]
    assert (schema["max-words"]["minimum"], schema["strict"]["type"]) == (0, "boolean")
    assert len(found(plugins, record)) == 1
    assert found(plugins, record, max_words=1) == []
    assert found(plugins, record, strict=False) == []


def test_a_problem_says_where(local, record: Record) -> None:
    plugins = local('''
def check_x(record: Record):
    """X."""
    turn = record.turns("assistant")[0]
    raise Problem("bad", turn.span(0, 2), score=0.9, related=((record.turns("user")[0], "asked here"),))
''')
    (finding,) = found(plugins, record)
    assert (finding.message, finding.score) == ("bad", 0.9)
    assert finding.ref == record.ref.at("/output", (0, 2))
    assert [(r.ref.pointer, r.message) for r in finding.related] == [("/instruction", "asked here")]


def test_a_function_over_the_dataset_gets_dataset_features(local) -> None:
    plugins = local('''
from dslint.features.length import Lengths
def check_x(data: Dataset, lengths: Lengths, *, least: int = 3):
    """X."""
    assert data.records >= least
''')
    rule = local_rules(plugins)["local/x"]()
    state = rule.merge(rule.zero(), rule.add(rule.zero(), None))
    (finding,) = rule.finish(state, Dataset("d", "", (Source("a"),), 2), None)
    assert finding.ref is None
    assert finding.message == "data.records >= least does not hold: data.records is 2, least is 3"
    assert list(rule.finish(state, Dataset("d", "", (Source("a"),), 3), None)) == []


def test_the_engine_sees_what_a_function_asks_for(local) -> None:
    from dslint.api.requests import methods
    from dslint.api.signature import wanted
    from dslint.features.length import AnswerLengthProfile, AnswerLengths

    rules = local_rules(
        local('''
from dslint.features.length import Length, Lengths
def check_x(record: Record, length: Length, *, least: int = 3):
    """X."""
def check_y(data: Dataset, lengths: Lengths):
    """Y."""
''')
    )
    ((check, given),) = methods(rules["local/x"])
    assert wanted(check, given) == (AnswerLengths,)
    finish, given = methods(rules["local/y"])[-1]
    assert wanted(finish, given) == (Dataset, AnswerLengthProfile)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (
            "len(record.response) > limit",
            "len(record.response) > limit does not hold: len(record.response) is 3, limit is 9",
        ),
        ("record.response == 'Bob'", "record.response == 'Bob' does not hold: record.response is 'Ada'"),
        ("not record.response", "not record.response does not hold: record.response is 'Ada'"),
        ("seen(record.response)", "seen(record.response) does not hold: record.response is 'Ada'"),
        ("record.response.startswith('B')", "record.response.startswith('B') does not hold"),
        ("limit < 5 and record.response", "limit < 5 and record.response does not hold: limit is 9"),
        ("limit < 5 or limit > 10", "limit < 5 or limit > 10 does not hold: limit is 9"),
        ("1 < limit < 5", "1 < limit < 5 does not hold: limit is 9"),
        ("limit + 1 == -2", "limit + 1 == -2 does not hold: limit + 1 is 10"),
        ("any(c == 'B' for c in record.response)", "any((c == 'B' for c in record.response)) does not hold"),
        ("False", "False does not hold"),
        ("limit < 5, ''", "assertion failed"),
        ("limit < 5, f'limit is {limit}'", "limit is 9"),
        ("(n := limit) < 5", "(n := limit) < 5 does not hold"),
        ("not [c for c in record.response]", "not [c for c in record.response] does not hold"),
        ("(lambda: False)()", "(lambda: False)() does not hold"),
    ],
)
def test_an_assert_without_a_message_says_its_values(local, record: Record, condition: str, message: str) -> None:
    plugins = local(f'''
def seen(text):
    return False

def check_x(record: Record, *, limit: int = 9):
    """X."""
    assert {condition}
''')
    (finding,) = found(plugins, record)
    assert finding.message == message


def test_the_parts_of_an_assert_are_evaluated_once(local, record: Record) -> None:
    plugins = local('''
calls = []
def seen(n):
    calls.append(n)
    return n
def check_x(record: Record):
    """X."""
    assert seen(1) == seen(2)
def check_calls(record: Record):
    """Calls."""
    assert not calls
''')
    found(plugins, record)
    (finding,) = found(plugins, record, "calls")
    assert finding.message == "not calls does not hold: calls is [1, 2]"


def test_a_part_that_was_left_out_does_not_show_an_earlier_value(local, record: Record) -> None:
    plugins = local('''
def check_x(record: Record):
    """X."""
    for left, right in ((1, 7), (0, 8)):
        assert left and right
''')
    assert found(plugins, record)[0].message == "left and right does not hold: left is 0"


def test_messages_are_short_and_on_one_line(local, record: Record) -> None:
    plugins = local('''
def check_x(record: Record):
    """X."""
    long = "a\\nb" * 500
    assert long == "" or long == "b" or long == "c" or long == "d" or len(long) == 1 or len(long) == 22222222
''')
    (finding,) = found(plugins, record)
    assert len(finding.message) <= 200
    assert "\n" not in finding.message


def test_a_sensitive_rule_shows_no_values(local, record: Record) -> None:
    plugins = local('''
@rule(sensitive=True)
def check_x(record: Record):
    """X."""
    assert record.response == "secret"
''')
    assert found(plugins, record)[0].message == "record.response == 'secret' does not hold"


def test_asserts_hold_under_optimisation(tmp_path: Path) -> None:
    path = tmp_path / "r.py"
    path.write_text(HEADER + 'def check_x(record: Record):\n    """X."""\n    assert False\n')
    code = (
        "import sys; from dslint.plugins.local import load_local, rules_of\n"
        "rule, = rules_of(load_local(sys.argv[1]))\n"
        "from dslint.api import Record, Ref, Source\n"
        "print([f.message for f in rule().check(Record(Ref('x', 0), {}, 'chat', (), Source('x')))])"
    )
    out = subprocess.run([sys.executable, "-O", "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "['False does not hold']"


@pytest.mark.parametrize("body", ["1 / 0", "import unittest; unittest.TestCase().assertTrue(False)"])
def test_what_is_no_finding_is_a_crash(local, record: Record, body: str) -> None:
    plugins = local(f'def check_x(record: Record):\n    """X."""\n    {body}\n')
    with pytest.raises((ZeroDivisionError, AssertionError)):
        found(plugins, record)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def check_x(record): ...", "check_x: annotate the first parameter as Record or as Dataset"),
        ("def check_x(): ...", "check_x: annotate the first parameter as Record or as Dataset"),
        ('def check_x(r: Record, n: int):\n    """X."""', "check_x: parameter 'n' asks for no feature"),
        ('def check_x(r: Record, n):\n    """X."""', "parameter 'n' asks for no feature"),
        (
            "def check_x(r: Record, *, n: int): ...",
            "check_x: 'n: int' is neither a feature nor an option with a default",
        ),
        ("def check_x(r: Record, *rest): ...", "check_x: '*rest' is neither a feature nor an option with a default"),
        ("def check_x(r: Record, *, severity: str = ''): ...", "check_x: an option cannot be called 'severity'"),
        ("def check_x(r: Record, *, n=Field(1)): ...", "check_x: annotate the option 'n'"),
        (
            "def check_x(r: Record):\n    yield 1",
            "check_x yields or awaits; a function rule asserts, or raises Problem",
        ),
        ("def check_x(r: Record): ...", "rule X has no docstring"),
        ("def check_x(r: 'Nowhere'): ...", "annotation 'Nowhere' is not defined when the program runs"),
        ("import nothing_of_this_name", "No module named 'nothing_of_this_name'"),
        ("def", "SyntaxError"),
    ],
)
def test_what_cannot_be_a_rule_is_named_and_the_rest_goes_on(local, tmp_path: Path, text: str, message: str) -> None:
    plugins = local(text)
    said = failure(plugins)
    assert said.startswith(f"plugin local ({tmp_path / 'lint_rules.py'}) could not be loaded: ")
    assert message in said
    assert "near-duplicate" in plugins.rules
    assert plugins.failed[-1:] == ("local/",)


def test_two_files_cannot_offer_one_rule(tmp_path: Path) -> None:
    text = HEADER + 'def check_x(record: Record):\n    """X."""\n'
    paths = [tmp_path / "one.py", tmp_path / "two.py"]
    for path in paths:
        path.write_text(text)
    plugins = load_plugins([*paths, paths[0]])
    assert plugins.local_files == (str(paths[0]),)
    assert "its rule 'local/x' is offered already" in failure(plugins)


def test_a_file_is_run_again_only_when_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "r.py"
    path.write_text("x = 1\n")
    first = load_local(path)
    assert load_local(str(path)) is first
    path.write_text("x = 2\n")
    assert load_local(path).x == 2
    assert not list(tmp_path.glob("__pycache__"))


def test_a_file_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "r.py"
    path.write_text("1 / 0\n")
    before = set(sys.modules)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            load_local(path)
    assert set(sys.modules) == before


def test_rules_pickle_into_a_spawned_process(local, record: Record, tmp_path: Path) -> None:
    plugins = local('''
from dslint.features.length import Length
def check_x(record: Record, *, limit: int = 9):
    """X."""
    assert len(record.response) > limit, f"shorter than {limit}"
''')
    rule = local_rules(plugins)["local/x"](limit=7)
    assert pickle.loads(pickle.dumps(rule)) == rule
    with ProcessPoolExecutor(
        1,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=load_local,
        initargs=(str(tmp_path / "lint_rules.py"),),
    ) as pool:
        assert pool.submit(local_worker.messages, pickle.dumps((rule, record))).result() == ["shorter than 7"]


def test_the_example(record: Record) -> None:
    plugins = load_plugins([EXAMPLE])
    assert set(local_rules(plugins)) == {"local/extraction-answers-are-json", "local/answers-are-long-enough"}
    assert [f.message for f in found(plugins, record, "extraction-answers-are-json")] == ["answer is not JSON"]
    assert record.ref == Ref("data.jsonl", 0, 1, 1)


def test_an_error_while_a_file_is_loaded_has_its_line(local) -> None:
    assert failure(local("x = 1\ny = {}['no']\n")).endswith(
        "lint_rules.py) could not be loaded: KeyError: 'no' (line 3)"
    )
    text = "def names():\n    import nothing_of_this_name\nnames()\n"
    assert failure(local(text)).endswith("No module named 'nothing_of_this_name' (line 3)")
    assert failure(local("x = (\n")).count("line") == 1
