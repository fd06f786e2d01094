from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import dslint
from dslint.plugins.host import load_plugins
from dslint.testing import check_laws, read_cases, run_case

EXAMPLE = Path(__file__).parents[2] / "examples" / "plugin"
PROJECT = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
CASES = [case for path in sorted((EXAMPLE / "tests").glob("*.md")) for case in read_cases(path)]


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The plugin as it would be after an editable install."""
    info = tmp_path / "dslint_acme-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PROJECT['name']}\nVersion: {PROJECT['version']}\n")
    points = "".join(f"{name} = {value}\n" for name, value in PROJECT["entry-points"]["dslint"].items())
    (info / "entry_points.txt").write_text(f"[dslint]\n{points}")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.syspath_prepend(str(EXAMPLE / "src"))
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "dslint_acme"]:
        del sys.modules[name]


@pytest.mark.usefixtures("example")
def test_its_rules_and_preset_are_offered() -> None:
    plugins = load_plugins()
    assert {name for name in plugins.rules if name.startswith("acme/")} == {
        "acme/intranet-link",
        "acme/closing-question",
    }
    assert plugins.rules["acme/intranet-link"].origin == "dslint-acme 1.0.0"
    assert plugins.presets["acme"].origin == "dslint-acme 1.0.0"


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path.stem}: {case.title}")
def test_its_cases_hold(case) -> None:
    rule = load_plugins().rules[f"acme/{case.path.stem}"].rule
    assert run_case(case, rule) == case.expected
    check_laws(rule, case.files, options=case.options)


@pytest.mark.usefixtures("example")
def test_a_run_with_its_preset() -> None:
    link = {"instruction": "How?", "input": "", "output": "See https://intra.acme.example/x for all of it."}
    report = dslint.check([link], preset="acme", extend_ignore=["ALL"], extend_select=["acme"])
    assert [(f.rule, f.severity) for f in report.findings] == [("acme/intranet-link", "error")]


@pytest.mark.slow
def test_installed_by_pip(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(tmp_path), str(EXAMPLE)], check=True, capture_output=True)
    code = (
        "from dslint.plugins.host import load_plugins; p = load_plugins(); print(p.rules['acme/intranet-link'].origin)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.strip() == "dslint-acme 1.0.0"
