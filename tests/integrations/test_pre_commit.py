"""The pre-commit hooks: a valid manifest, and the hooks at work in a repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}

GOOD = '{"instruction": "Name a colour of the sea.", "output": "Teal is one of them."}\n'
BAD = '{"instruction": "Name a river of Saxony.", "output": ""}\n'
AGAIN = (
    '{"instruction": "Explain how tides come about.", '
    '"output": "The moon pulls at the sea, which rises on the near side and on the far side of the earth."}\n'
)


def test_the_manifest_is_valid() -> None:
    command = [BIN / "pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml"]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0


def test_the_files_that_the_hook_takes() -> None:
    pattern = HOOKS["dslint"]["files"]
    for name in ("a.jsonl", "d/a.ndjson", "a.json", "a.csv", "a.tsv", "a.parquet", "a.jsonl.gz", "a.json.zst"):
        assert re.search(pattern, name), name
    for name in ("a.jsonl.py", "json", "a.toml", "a.gz", "a.jsonlx"):
        assert not re.search(pattern, name), name


def git(folder: Path, *args: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *args], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def hook(name: str, repository: Path, home: Path) -> subprocess.CompletedProcess[str]:
    git(repository, "add", ".")
    return subprocess.run(
        [BIN / "pre-commit", "try-repo", str(ROOT), name, "--all-files", "--verbose"],
        cwd=repository,
        env={**os.environ, "PRE_COMMIT_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.slow
def test_the_file_hook_finds_what_is_wrong_in_a_file_and_nothing_across_files(repository: Path, home: Path) -> None:
    (repository / "train.jsonl").write_text(GOOD + AGAIN)
    (repository / "more.jsonl").write_text(AGAIN)
    result = hook("dslint", repository, home)
    assert result.returncode == 0, result.stdout
    (repository / "broken.jsonl").write_text(GOOD + BAD)
    result = hook("dslint", repository, home)
    assert result.returncode == 1
    assert re.search(r"^broken\.jsonl:2:.*empty-response", result.stdout, re.MULTILINE)
    assert "duplicate" not in result.stdout


@pytest.mark.slow
def test_the_dataset_hook_looks_across_files_with_the_configuration(repository: Path, home: Path) -> None:
    (repository / "dslint.toml").write_text('fail-on = "warning"\nselect = ["exact-duplicate"]\n')
    (repository / "train.jsonl").write_text(GOOD)
    result = hook("dslint-dataset", repository, home)
    assert result.returncode == 0, result.stdout
    (repository / "train.jsonl").write_text(GOOD + AGAIN)
    (repository / "train-more.jsonl").write_text(AGAIN)
    result = hook("dslint-dataset", repository, home)
    assert result.returncode == 1, result.stdout
    assert "exact-duplicate" in result.stdout
