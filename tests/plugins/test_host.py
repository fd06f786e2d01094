from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

import dslint
from dslint.model.finding import Notice
from dslint.model.severity import Severity
from dslint.plugins.host import Plugins, load_plugins

HEADER = """
from collections.abc import Iterator
from dslint.api import Field, Finding, Preset, Record, RecordRule, hookimpl
"""
RULE = (
    HEADER
    + '''
class RottenApple(RecordRule):
    """An apple is rotten."""

    def check(self, record: Record) -> Iterator[Finding]:
        yield from ()

@hookimpl
def dslint_rules():
    return [RottenApple]
'''
)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("acme_"):
            del sys.modules[name]


def failures(plugins: Plugins) -> list[str]:
    assert all((n.notice, n.severity) == (Notice.PLUGIN_FAILED, Severity.ERROR) for n in plugins.notifications)
    return [n.message for n in plugins.notifications if "dslint-llm" not in n.message]


def test_built_in_rules_come_through_entry_points_with_plain_ids() -> None:
    plugins = load_plugins()
    entry = plugins.rules["near-duplicate"]
    assert (entry.family, entry.rule.__module__) == ("duplicates", "dslint_rules.duplicates.near_duplicate")
    assert entry.origin.startswith("dslint-llm ")
    assert list(plugins.rules) == sorted(plugins.rules)


def test_a_plugins_rules_get_its_name(install) -> None:
    install("acme-rules", metadata="Project-URL: Documentation, https://acme.example/docs/\n", acme_fruit=RULE)
    entry = load_plugins().rules["fruit/rotten-apple"]
    assert (entry.id, entry.family, entry.origin) == ("fruit/rotten-apple", "fruit", "acme-rules 1.2.3")
    assert entry.url == "https://acme.example/docs/rules/rotten-apple/"


def test_all_hooks_return_data(install) -> None:
    install(
        "acme-rules",
        acme_all=RULE
        + """
@hookimpl
def dslint_presets():
    return {"fruit": Preset("Fruit.", select=("all",))}

class Yaml:
    pass

@hookimpl
def dslint_reporters():
    return {"yaml": Yaml}

class Avro:
    suffixes = (".avro",)
    def read(self, path):
        yield {}

@hookimpl
def dslint_sources():
    return [Avro()]
""",
    )
    plugins = load_plugins()
    assert failures(plugins) == []
    assert (plugins.presets["fruit"].select, plugins.presets["fruit"].origin) == (("all",), "acme-rules 1.2.3")
    assert plugins.reporters["yaml"].__name__ == "Yaml"
    assert [source.suffixes for source in plugins.sources] == [(".avro",)]


READER = HEADER + "class Avro:\n    suffixes = ('.avro',)\n    def read(self, path): ...\n"
READER += "@hookimpl\ndef dslint_sources():\n    return [Avro()]\n"

READS_JSON = "def read(self, path):\n        import json\n        yield from json.loads(path.read_text())"

BROKEN = {
    "import error": ("import nothing_of_this_name", "ModuleNotFoundError: No module named 'nothing_of_this_name'"),
    "syntax error": ("def", "SyntaxError: invalid syntax"),
    "error in a hook": (
        HEADER + "@hookimpl\ndef dslint_rules():\n    return 1 / 0",
        "ZeroDivisionError: division by zero",
    ),
    "ends the program": ("raise SystemExit(0)", "RuntimeError: it ends the program, with 0"),
    "no hook": ("x = 1", "PluginError: acme_bad implements none of dslint's hooks"),
    "unknown hook": (RULE + "@hookimpl\ndef dslint_rulez(): ...", "PluginValidationError: unknown hook 'dslint_rulez'"),
    "not a rule": (HEADER + "@hookimpl\ndef dslint_rules():\n    return [int]", "<class 'int'> is not a rule class"),
    "no docstring": (RULE.replace('"""An apple is rotten."""', ""), "PluginError: rule RottenApple has no docstring"),
    "no check": (RULE.replace("def check", "def chekc"), "TypeError: RottenApple is a RecordRule without check"),
    "not a feature": (
        RULE.replace("record: Record)", "record: Record, n: int)"),
        "parameter 'n' asks for no feature",
    ),
    "no annotation": (RULE.replace("record: Record)", "record: Record, n)"), "parameter 'n' asks for no feature"),
    "only for type checkers": (
        "from __future__ import annotations\n" + RULE.replace("record: Record)", "record: Record, n: Nowhere)"),
        "annotation 'Nowhere' is not defined when the program runs; import it outside of 'if TYPE_CHECKING'",
    ),
    "option without default": (
        RULE.replace("    def check", "    limit: int\n    def check"),
        "PluginError: rule RottenApple: option 'limit' has no default",
    ),
    "severity is a string": (
        RULE.replace("    def check", "    severity = 'error'\n    def check"),
        "PluginError: rule RottenApple: severity is 'error', not a Severity",
    ),
    "id is no name": (
        RULE.replace("    def check", "    id = classmethod(lambda cls: 'rotten apple')\n    def check"),
        "PluginError: rule RottenApple: its id 'rotten apple' is not in kebab case",
    ),
    "same id twice": (
        RULE.replace("[RottenApple]", "[RottenApple, RottenApple]"),
        "PluginError: two of its rules have the id 'bad/rotten-apple'",
    ),
    "preset of another": (
        HEADER + "@hookimpl\ndef dslint_presets():\n    return {'strict': Preset()}",
        "PluginError: its preset 'strict' is offered already",
    ),
    "not a reader": (HEADER + "@hookimpl\ndef dslint_sources():\n    return [1]", "PluginError: 1 is not a reader"),
    "reader as a class": (READER.replace("Avro()", "Avro"), "is not a reader"),
    "suffix as a string": (READER.replace("('.avro',)", "'.avro'"), "PluginError: reader Avro: suffixes is '.avro'"),
    "suffix without a dot": (READER.replace(".avro", "avro"), "PluginError: reader Avro: suffixes is ('avro',)"),
    "suffix of our own": (READER.replace(".avro", ".JSONL"), "PluginError: reader Avro: dslint itself reads .JSONL"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_plugin_is_named_with_its_version_and_the_rest_go_on(install, case: str) -> None:
    text, message = BROKEN[case]
    install("acme-bad", version="0.9", acme_bad=text)
    install("acme-good", acme_good=RULE)
    plugins = load_plugins()
    (said,) = failures(plugins)
    assert said.startswith("plugin bad (acme-bad 0.9) could not be loaded: ")
    assert message in said
    assert "good/rotten-apple" in plugins.rules
    assert "near-duplicate" in plugins.rules
    assert not [name for name in plugins.rules if name.startswith("bad/")]
    assert "bad/" in plugins.failed


def test_two_plugins_with_one_name_cannot_offer_one_rule(install) -> None:
    install("acme-one", acme_fruit=RULE)
    install("acme-two", fruit=RULE)
    plugins = load_plugins()
    assert plugins.rules["fruit/rotten-apple"].origin == "acme-one 1.2.3"
    (said,) = failures(plugins)
    assert said.startswith("plugin fruit (acme-two 1.2.3) could not be loaded: ")
    assert said.endswith("its rule 'fruit/rotten-apple' is offered already")


def test_an_installed_reader_takes_part_in_a_run(install, tmp_path) -> None:
    install("acme-one", acme_one=READER.replace("def read(self, path): ...", READS_JSON))
    (tmp_path / "a.avro").write_text('[{"instruction": "Add.", "output": ""}, {"instruction": "Add."')
    report = dslint.check(tmp_path / "a.avro", select=["empty-response"])
    assert [(f.place.path, f.place.record, f.place.line) for f in report.findings] == []
    (said,) = report.notifications
    assert (said.notice, said.path) == (Notice.FILE_UNREADABLE, str(tmp_path / "a.avro"))
    (tmp_path / "a.avro").write_text('[{"instruction": "Add.", "output": ""}]')
    report = dslint.check(tmp_path / "a.avro", select=["empty-response"])
    assert [(f.place.path, f.place.record, f.place.line) for f in report.findings] == [(said.path, 0, None)]


def test_two_plugins_cannot_read_one_kind_of_file(install) -> None:
    install("acme-one", acme_one=READER)
    install("acme-two", acme_two=READER.replace(".avro", ".AVRO"))
    plugins = load_plugins()
    assert [source.suffixes for source in plugins.sources] == [(".avro",)]
    (said,) = failures(plugins)
    assert said.startswith("plugin two (acme-two 1.2.3) could not be loaded: ")
    assert said.endswith("another plugin reads .AVRO already")


def test_a_package_offers_the_rules_of_its_modules_and_not_its_base_classes(install, tmp_path) -> None:
    install("acme-rules")
    package = tmp_path / "site" / "acme_package"
    package.mkdir()
    (package / "__init__.py").write_text("from dslint.api import rules_in\ndslint_rules = rules_in(__name__)\n")
    (package / "_base.py").write_text(RULE.replace("RottenApple", "Base"))
    (package / "counted.py").write_text('''
from collections import Counter
from dslint.api import DatasetRule, Record
from acme_package._base import Base

class _Half(Base):
    """Not for use by itself."""

class Whole(_Half):
    """For use."""

class Counted(DatasetRule[Counter[str]]):
    """Counts."""
    def zero(self): return Counter()
    def add(self, state, record): return state
    def merge(self, left, right): return left
    def finish(self, state): return []
''')
    info = next((tmp_path / "site").glob("acme_rules-*.dist-info"))
    (info / "entry_points.txt").write_text("[dslint]\nacme = acme_package\n")
    plugins = load_plugins()
    assert failures(plugins) == []
    assert {name for name in plugins.rules if name.startswith("acme/")} == {"acme/whole", "acme/counted"}
