from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from installed_rules import INSTALLED
from jsonschema import Draft202012Validator

from dslint.config.schema import json_schema
from dslint.plugins.host import load_plugins

COMMITTED = Path(__file__).parents[2] / "docs" / "schema" / "dslint.schema.json"


def built_in() -> dict[str, Any]:
    plugins = load_plugins()
    own = {name: entry for name, entry in plugins.rules.items() if entry.origin.startswith("dslint-llm ")}
    presets = {name: preset for name, preset in plugins.presets.items() if preset.origin.startswith("dslint-llm ")}
    return json_schema(own, presets)


def test_the_committed_schema_is_current() -> None:
    text = json.dumps(built_in(), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("DSLINT_UPDATE"):
        COMMITTED.parent.mkdir(parents=True, exist_ok=True)
        COMMITTED.write_text(text, encoding="utf-8")
    assert COMMITTED.read_text(encoding="utf-8") == text, "DSLINT_UPDATE=1 pytest tests/config/test_schema.py writes it"


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema(INSTALLED.rules, INSTALLED.presets))
    Draft202012Validator.check_schema(built_in())


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("", True),
        ("preset = 'short'\nselect = ['twins', 'local/mine']\nmax-length = 5", True),
        ("[rules.near-twin]\nthreshold = 0.5\nseverity = 'note'", True),
        ("[rules.'local/mine']\nanything = 1", True),
        ("[[datasets]]\nname = 'a'\nfiles = ['*']", True),
        ("[per-file-ignores]\n'*' = ['twins']", True),
        ("counter = 'words.txt'", True),
        ("selct = []", False),
        ("fail-on = 'warn'", False),
        ("max-length = 0", False),
        ("counter = 1", False),
        ("[rules.near-twin]\nthreshold = 2", False),
        ("[rules.near-twin]\ntreshold = 0.5", False),
        ("[rules.near-twin]\nseverity = 'warn'", False),
        ("[rules.near-twins]", False),
        ("[[datasets]]\nname = 'a'", False),
        ("[formats]\n'*' = 'alpacka'", False),
        ("[[datasets]]\nname = 'a'\nfiles = ['*']\ncolumns = { question = 'q' }", True),
        ("[[datasets]]\nname = 'a'\nfiles = ['*']\ncolumns = { questoin = 'q' }", False),
    ],
)
def test_the_schema_takes_what_the_loader_takes(text: str, valid: bool) -> None:
    validator = Draft202012Validator(json_schema(INSTALLED.rules, INSTALLED.presets))
    assert validator.is_valid(tomllib.loads(text)) is valid
