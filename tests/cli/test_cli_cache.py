"""What earlier runs have kept: never used where anything differs, never believed where it is not ours."""

from __future__ import annotations

import json
import os
import pickle
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dslint.engine.cache.codec import pack, unpack
from dslint.engine.cache.store import Store

RULE = """
from pathlib import Path

from dslint.api import Record

LOG = Path(__file__).with_name("log")

def check_counted(record: Record) -> None:
    \"\"\"Every record is looked at.\"\"\"
    with LOG.open("a") as log:
        log.write(".")
    assert "wrong" not in record.response
"""


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "train.jsonl"
        self.rule = folder / "lint_rules.py"
        self.config = folder / "dslint.toml"
        self.cache = folder / "cache"
        self.errors = ""
        words = "the answer to this question is found on the page that follows it, as everyone knows " * 12
        answers = [f"{number} {'wrong' if number == 700 else 'right'} {words}" for number in range(1100)]
        self.write([{"instruction": f"Ask {n}", "output": answer} for n, answer in enumerate(answers)])
        self.rule.write_text(RULE)
        self.config.write_text(
            'select = ["local/counted", "empty-response"]\nlocal-rules = ["lint_rules.py"]\njobs = 1\n'
        )

    def write(self, records: list[dict[str, str]]) -> None:
        self.records = records
        self.data.write_text("".join(json.dumps(record) + "\n" for record in records))

    def start(self, *options: str) -> subprocess.Popen[str]:
        command = "from dslint.cli.main import main; raise SystemExit(main())"
        arguments = ["check", str(self.data), "--config", str(self.config), "--cache-dir", str(self.cache)]
        return subprocess.Popen(
            [sys.executable, "-c", command, *arguments, "--output-format", "json", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={name: value for name, value in os.environ.items() if name != "DSLINT_NO_CACHE"},
        )

    def check(self, *options: str) -> str:
        process = self.start(*options)
        out, err = process.communicate(timeout=120)
        assert process.returncode in (0, 1), err
        self.errors = err
        return out

    @property
    def seen(self) -> int:
        """How many records the rule has looked at since this was last asked."""
        log = self.folder / "log"
        size = log.stat().st_size if log.exists() else 0
        log.write_text("")
        return size

    @property
    def entries(self) -> list[Path]:
        return sorted((self.cache / "entries").glob("*/*"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_second_run_reads_no_record_and_says_the_same(project: Project) -> None:
    first = project.check()
    assert project.seen == 1100
    assert project.check() == first
    assert project.seen == 0
    assert len(json.loads(first)["findings"]) == 1
    assert project.check("--no-cache") == first
    assert project.seen == 1100


def test_whatever_changes_is_looked_at_again(project: Project) -> None:
    project.check()
    assert project.seen == 1100
    stat = project.data.stat()
    changed = [dict(record) for record in project.records]
    changed[3]["output"] = changed[3]["output"].replace("right", "wrong")
    project.write(changed)
    os.utime(project.data, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # size and time tell nothing
    assert len(json.loads(project.check())["findings"]) == 2
    assert project.seen == 1100
    project.rule.write_text(RULE.replace('"wrong"', '"right"'))
    assert len(json.loads(project.check())["findings"]) == 1098
    assert project.seen == 1100
    before = project.check()
    assert project.seen == 0
    assert project.check("--config", "rules.\"local/counted\".severity = 'note'") != before
    assert project.seen == 0  # what a rule finds does not depend on its level
    project.data = project.data.rename(project.folder / "other.jsonl")
    assert "other.jsonl" in project.check()
    assert project.seen == 1100


@pytest.mark.parametrize("damage", ["flip", "truncate", "empty"])
def test_a_damaged_result_is_not_used(project: Project, damage: str) -> None:
    first = project.check()
    for entry in project.entries:
        body = bytearray(entry.read_bytes())
        body[len(body) // 2] ^= 1
        entry.write_bytes({"flip": bytes(body), "truncate": bytes(body[:50]), "empty": b""}[damage])
    assert project.seen == 1100
    assert project.check() == first
    assert project.seen == 1100
    assert project.check() == first
    assert project.seen == 0


def test_a_result_that_another_user_made_is_not_used(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    first = project.check()
    assert project.seen == 1100
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.folder / "home of another"))
    assert project.check() == first
    assert project.seen == 1100


def test_objects_of_other_classes_are_not_made() -> None:
    for harmful in (os.system, subprocess.Popen, eval):
        with pytest.raises(pickle.PickleError):
            unpack(pickle.dumps(harmful), {"dslint"})
    with pytest.raises(pickle.PickleError):
        unpack(b"cdslint.cli.main\nos.system\n(S'true'\ntR.", {"dslint"})
    with pytest.raises(pickle.PickleError):
        pack(Path(), {"dslint"})
    assert unpack(pack({"a": (1, frozenset("b"))}, ()), ()) == {"a": (1, frozenset("b"))}


def test_runs_at_the_same_time(project: Project) -> None:
    running = [project.start() for _ in range(3)]
    outputs = {process.communicate(timeout=120)[0] for process in running}
    assert len(outputs) == 1
    assert project.check() == outputs.pop()
    assert len(project.entries) == 3  # of the run, of its one shard, and of the places there


def test_a_folder_that_cannot_be_used_is_told_and_no_more(project: Project) -> None:
    first = project.check("--no-cache")
    project.cache.write_text("a file")
    assert project.check() == first
    assert "nothing is kept for the next run" in project.errors


def test_small_data_and_a_run_with_a_crash_are_not_kept(project: Project) -> None:
    project.write(project.records[:10])
    project.check()
    assert not project.entries


def test_a_run_in_which_a_rule_failed_is_not_kept(project: Project) -> None:
    project.rule.write_text(RULE.replace('assert "wrong"', "raise ZeroDivisionError\n    assert 'wrong'"))
    process = project.start()
    process.communicate(timeout=120)
    assert process.returncode == 3
    assert not project.entries


def test_clean_removes_what_is_kept(project: Project) -> None:
    project.check()
    command = "from dslint.cli.main import main; raise SystemExit(main())"
    done = subprocess.run(
        [sys.executable, "-c", command, "clean", "--cache-dir", str(project.cache)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("removed 3 results of earlier runs")
    assert not project.entries


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    for number in range(3):
        store = Store(tmp_path, limit=2_500)
        store.put(bytes([number]), bytes(1_000))
        for age, path in enumerate(sorted((tmp_path / "entries").glob("*/*"), key=lambda p: p.stat().st_mtime_ns)):
            os.utime(path, ns=(age * 10**9, age * 10**9))
    assert store.get(b"\0") is not None  # now it is the last one used
    store.evict()
    assert [store.get(bytes([number])) is not None for number in range(3)] == [True, False, True]


def test_a_run_writes_no_more_than_may_be_kept(tmp_path: Path) -> None:
    store = Store(tmp_path, limit=2_500)
    for number in range(9):
        store.put(bytes([number]), bytes(1_000))
    assert [store.get(bytes([number])) is not None for number in range(9)] == [True, True] + 7 * [False]


def test_a_run_that_is_killed_leaves_what_the_next_one_can_use(project: Project) -> None:
    project.rule.write_text(
        RULE.replace("LOG =", "import time\nLOG =").replace("assert", "time.sleep(0.01)\n    assert")
    )
    running = project.start()
    log = project.folder / "log"
    while not (log.exists() and log.stat().st_size > 20):
        assert running.poll() is None
        time.sleep(0.05)
    running.kill()
    running.communicate()
    project.rule.write_text(RULE)
    assert project.check() == project.check("--no-cache")
    assert project.check() == project.check("--no-cache")


def test_after_an_edit_the_report_is_that_of_a_whole_run(project: Project) -> None:
    rng = random.Random(7)
    words = ["volcano", "trombone", "penguin", "cheddar", "telescope", "mortgage", "glacier", "castle", "lantern"]
    records = []
    for number in range(9_000):
        if number % 50 == 3:
            records.append(dict(rng.choice(records)))
            continue
        told = " ".join(rng.choices(words, k=9))
        records.append({"instruction": f"Describe {rng.choice(words)} {number}.", "output": f"It is: {told}."})
        if number % 50 == 4:
            records[-1]["output"] = rng.choice(["", "As an AI language model, I cannot say.", "Write to a.b@mail.org."])
    project.config.write_text("jobs = 1\n")
    project.write(records)
    project.check()
    before = len(project.entries)
    new = {"instruction": "Name the capital of Ruritania.", "output": ""}
    for at, removed, inserted in ((6_000, 1, [new]), (0, 0, [new]), (8_990, 1, [])):
        records[at : at + removed] = inserted
        project.write(records)
        report = project.check()
        assert report == project.check("--no-cache")
        assert len(json.loads(report)["findings"]) > 100
        assert len(project.entries) < 2 * before  # most of what was kept was used
        before = len(project.entries)
