"""action.yml and the example workflow: valid, and their steps do what they say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
ACTION: Mapping[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(BASH is None, reason="the action's steps are bash")

GOOD = '{"instruction": "Name a colour of the sea.", "output": "Teal is one of them."}\n'
BAD = '{"instruction": "Name a river of Saxony.", "output": ""}\n'


@pytest.mark.parametrize(
    ("schema", "path"),
    [("vendor.github-actions", "action.yml"), ("vendor.github-workflows", "examples/workflows/dslint.yml")],
)
def test_is_valid(schema: str, path: str) -> None:
    command = [BIN / "check-jsonschema", "--builtin-schema", schema, ROOT / path]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout


def test_scripts_take_inputs_from_the_environment_only() -> None:
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)


def test_actions_are_pinned_to_a_major_version() -> None:
    texts = [(ROOT / "action.yml").read_text(), (ROOT / "examples/workflows/dslint.yml").read_text()]
    used = [name for text in texts for name in re.findall(r"uses: (\S+)", text)]
    assert len(used) == 4
    assert all(re.fullmatch(r"[\w./-]+@v\d+", name) for name in used)


def test_the_example_uses_inputs_and_outputs_that_exist() -> None:
    text = (ROOT / "examples/workflows/dslint.yml").read_text()
    step = next(s for s in yaml.safe_load(text)["jobs"]["dslint"]["steps"] if s.get("id") == "dslint")
    assert set(step["with"]) <= set(ACTION["inputs"])
    assert set(re.findall(r"steps\.dslint\.outputs\.([\w-]+)", text)) <= set(ACTION["outputs"])


class Job:
    """What GitHub would set for the step ``Check``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "repo"
        self.temp = folder / "temp"
        self.output = folder / "output"
        self.summary = folder / "summary"
        for path in (self.folder, self.temp):
            path.mkdir()
        for path in (self.output, self.summary):
            path.touch()

    def check(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        values = {name: str(spec["default"]) for name, spec in ACTION["inputs"].items()}
        values.update({name.replace("_", "-"): value for name, value in inputs.items()})
        step = STEPS["Check"]
        env = {key: value for key, value in os.environ.items() if not key.startswith(("DSLINT", "GITHUB"))}
        for key, expression in step["env"].items():
            name = expression.removeprefix("${{ ").removesuffix(" }}")
            env[key] = str(BIN) if name == "steps.install.outputs.bin" else values[name.removeprefix("inputs.")]
        env |= {
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_WORKSPACE": str(self.folder),
            "RUNNER_TEMP": str(self.temp),
        }
        script = self.temp / "step.sh"
        script.write_text(step["run"])
        # The command line that the runner uses for `shell: bash`.
        command = [str(BASH), "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, timeout=120)

    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.output.read_text().splitlines())


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_findings_are_annotated_summed_up_and_uploaded(job: Job) -> None:
    (job.folder / "data").mkdir()
    (job.folder / "data" / "train.jsonl").write_text(GOOD + BAD)
    result = job.check(paths="data")
    assert result.returncode == 1, result.stderr
    assert re.search(r"^::error [^\n]*file=data/train\.jsonl,line=2,", result.stdout, re.MULTILINE)
    sarif = json.loads((job.folder / "dslint.sarif").read_text())
    results = sarif["runs"][0]["results"]
    assert {r["ruleId"] for r in results} >= {"empty-response"}
    assert job.outputs() == {"exit-code": "1", "sarif-file": "dslint.sarif", "findings": str(len(results))}
    assert "empty-response" in job.summary.read_text()


def test_clean_data_passes(job: Job) -> None:
    (job.folder / "train.jsonl").write_text(GOOD)
    result = job.check()
    assert result.returncode == 0, result.stdout + result.stderr
    assert "::error" not in result.stdout
    assert job.outputs()["exit-code"] == "0"


def test_inputs_become_arguments_and_nothing_else(job: Job) -> None:
    (job.folder / "my data.jsonl").write_text(BAD)
    (job.folder / "$(touch gone).jsonl").write_text(BAD)
    result = job.check(args="--ignore '$(touch gone)'")
    assert result.returncode == 2
    assert "unknown rule '$(touch gone)'" in result.stderr
    assert job.check(args="--exit-zero; touch gone").returncode == 2
    assert not (job.folder / "gone").exists()
    result = job.check(paths="my data.jsonl\n$(touch gone).jsonl\n", args="--select 'empty-response'", fail_on="never")
    assert result.returncode == 0, result.stderr
    assert job.outputs()["findings"] == "2"
    assert not (job.folder / "gone").exists()


def test_a_mistake_in_args_fails_before_anything_runs(job: Job) -> None:
    (job.folder / "train.jsonl").write_text(GOOD)
    result = job.check(args="--select 'unclosed")
    assert result.returncode not in (0, None)
    assert job.outputs() == {}


def test_a_run_that_cannot_start_leaves_no_stale_file(job: Job) -> None:
    (job.folder / "dslint.sarif").write_text("{}")
    result = job.check(paths="missing")
    assert result.returncode == 2
    assert job.outputs() == {"exit-code": "2"}
    assert not (job.folder / "dslint.sarif").exists()


def test_the_summary_stays_below_what_github_takes(job: Job) -> None:
    (job.folder / "train.jsonl").write_text(GOOD + BAD)
    job.summary.write_bytes(b"x" * (1024 * 1024 - 300) + b"\n")
    assert job.check().returncode == 1
    assert job.summary.stat().st_size <= 1024 * 1024
    assert "The summary is cut" in job.summary.read_text()


@pytest.mark.slow
def test_the_install_step_installs_the_checkout(tmp_path: Path) -> None:
    output = tmp_path / "output"
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_OUTPUT": str(output),
        "DSLINT_ACTION_PYTHON": sys.executable,
        "DSLINT_ACTION_VERSION": "",
    }
    env |= {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "UV_", "SSL_"))}
    command = [str(BASH), "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS["Install dslint"]["run"]]
    subprocess.run(command, env=env, check=True, timeout=600)
    folder = Path(output.read_text().strip().removeprefix("bin="))
    result = subprocess.run([folder / "dslint", "rules"], capture_output=True, text=True, check=True, timeout=60)
    assert "near-duplicate" in result.stdout
