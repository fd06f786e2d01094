"""Runs on a cluster of Ray: the report of a local run, whatever dies on the way."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from remote_site import served

import sample_rules as sample
from dslint.api import Rule
from dslint.api.entry import RuleEntry
from dslint.config.errors import ConfigError
from dslint.engine.describe import describe
from dslint.engine.executors.cluster import kept
from dslint.engine.executors.cluster.executor import FAN_IN, RayExecutor
from dslint.engine.executors.serial import Executor, SerialExecutor
from dslint.engine.limits import Limits
from dslint.engine.run import Job, Outcome, execute
from dslint.model.record import Source
from dslint.sources import unpacked
from dslint.sources.files import DiscoverySettings, FileSpec, discover

pytest.importorskip("ray", reason="needs pip install 'dslint-llm[ray]'")
pytestmark = pytest.mark.ray

RULES = '''
import os, signal, time
from collections.abc import Iterator
from pathlib import Path
from dslint.api import Finding, Group, GroupRule, Record

HERE = Path(__file__).parent


def check_fatal(record: Record) -> None:
    """Ends every process that reads it."""
    if record.response == "fatal":
        os.kill(os.getpid(), signal.SIGKILL)


def check_held(record: Record) -> None:
    """Waits for as long as a file is there, and says who does."""
    while record.response == "held" and (HERE / "hold").exists():
        (HERE / f"held-{os.getpid()}-{os.getppid()}").touch()
        time.sleep(0.05)


class HeldTogether(GroupRule):
    """Waits likewise, where records of the same answer are judged."""

    def key(self, record: Record) -> bytes | None:
        return b"" if record.response == "held together" else None

    def check(self, group: Group) -> Iterator[Finding]:
        while (HERE / "hold-together").exists():
            (HERE / f"held-{os.getpid()}-{os.getppid()}").touch()
            time.sleep(0.05)
        yield self.finding(group.refs[0], f"{len(group.refs)} records are held together")


def check_bad(record: Record) -> None:
    """Says bad."""
    assert record.response != "bad"
'''
SELECT = ["local", "exact-duplicate", "near-duplicate", "conflicting-duplicate", "templated-opening", "empty-response"]
WORDS = "river stone light wood iron glass sugar green under over about which never".split()  # noqa: SIM905


class Nodes:
    """A cluster with a head that runs nothing and two workers, whose environment names a store of objects."""

    def __init__(self, store: str) -> None:
        from ray.cluster_utils import Cluster

        memory = {"object_store_memory": 80 * 2**20, "include_dashboard": False}
        self._worker = {"num_cpus": 1, "object_store_memory": memory["object_store_memory"]}
        self.cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **memory})
        self.workers = [self.add(), self.add()]
        self.address: str = self.cluster.address
        self.store = store

    def add(self) -> Any:
        return self.cluster.add_node(**self._worker)

    def kill_parent_of(self, worker: str) -> None:
        """Kill the node whose raylet started a process."""
        raylet = int(worker.rpartition("-")[2])
        (node,) = [each for each in self.workers if each.all_processes["raylet"][0].process.pid == raylet]
        self.cluster.remove_node(node, allow_graceful=False)
        self.workers.remove(node)

    def refill(self) -> None:
        while len(self.workers) < 2:
            self.workers.append(self.add())


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    with pytest.MonkeyPatch.context() as patch, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        store = f"http://127.0.0.1:{free.getsockname()[1]}"
        free.close()
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))  # for rules that workers import by name
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("AWS_ENDPOINT_URL", store)  # workers have it, and what opens the store, of the machine
        patch.setenv("AWS_ACCESS_KEY_ID", "key")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        found = Nodes(store)
        yield found
        found.cluster.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.py").write_text(RULES, "utf-8")
    (tmp_path / "dslint.toml").write_text(f'local-rules = ["rules.py"]\nselect = {json.dumps(SELECT)}\n', "utf-8")
    return tmp_path


def lines(count: int, answers: dict[int, str], seed: str = "") -> str:
    same = " ".join(word + str(n) for n in range(4) for word in WORDS)
    rows = [
        {"instruction": f"Repeat number {n}: {same}", "output": f"{same} and so on."}
        if n % 101 == 0
        else {
            "instruction": " ".join(WORDS[n * step % 13] for step in (1, 3, 5, 7)) + f" {seed} {n % 4000}",
            "output": answers.get(n, "" if n % 997 == 0 else " ".join(WORDS[n * step % 13] for step in range(2, 9))),
        }
        for n in range(count)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)


def arguments(folder: Path, *options: str) -> list[str]:
    program = [sys.executable, "-c", "from dslint.cli.main import main; raise SystemExit(main())", "check"]
    return [*program, str(folder), "--config", str(folder / "dslint.toml"), "--output-format", "json", *options]


def check(folder: Path, *options: str) -> tuple[int, bytes]:
    run = subprocess.run(arguments(folder, *options), capture_output=True, timeout=240)
    assert b"Traceback" not in run.stderr
    return run.returncode, run.stdout


def test_a_run_on_a_cluster_gives_the_report_of_a_local_one_though_a_machine_dies(folder: Path, nodes: Nodes) -> None:
    held = dict.fromkeys((100, 7_000), "held together")
    (folder / "train.jsonl").write_text(lines(9_000, {10: "bad", 5_000: "held", **held}))
    (folder / "test.csv").write_text("instruction,output\nwhat,bad\nwhy,\nwhen,now\n")
    (folder / "valid.jsonl.gz").write_bytes(gzip.compress(lines(5_000, {7: "bad"}, "other").encode()))
    expected = check(folder, "--jobs", "1")
    holds = [folder / "hold", folder / "hold-together"]
    for hold in holds:
        hold.touch()
    run = subprocess.Popen(
        arguments(folder, "--engine", "ray", "--ray-address", nodes.address),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        for hold in holds:  # while shards are run, and while what shares a key is judged
            wait_for(lambda: list(folder.glob("held-*")) or run.poll() is not None)
            nodes.kill_parent_of(next(folder.glob("held-*")).name)
            nodes.refill()
            hold.unlink()
            for told in folder.glob("held-*"):
                told.unlink()
        output, errors = run.communicate(timeout=240)
    finally:
        run.kill()
    assert b"Traceback" not in errors  # of a machine that is gone, Ray's own log may tell
    assert (run.returncode, output) == expected
    report = json.loads(output)
    wanted = {"local/bad", "local/held-together", "near-duplicate", "empty-response"}
    assert {finding["rule"] for finding in report["findings"]} >= wanted


def test_lines_that_end_every_worker_are_told_and_never_look_like_a_pass(folder: Path, nodes: Nodes) -> None:
    (folder / "train.jsonl").write_text(lines(12_000, {10: "bad", 11_990: "fatal"}))
    with (folder / "dslint.toml").open("a") as file:
        file.write(f'engine = "ray"\nray-address = "{nodes.address}"\n')
    code, output = check(folder)
    report = json.loads(output)
    (note,) = [note for note in report["notifications"] if note["notice"] == "worker-lost"]
    assert note["severity"] == "error"
    assert note["path"].endswith("train.jsonl")
    assert "were not checked: each Ray worker that read them ended" in note["message"]
    assert "local/bad" in {finding["rule"] for finding in report["findings"]}
    assert code == 3


def test_files_behind_urls_are_read_by_the_workers(folder: Path, nodes: Nodes) -> None:
    with served() as site:
        site.files = {"/train.jsonl": lines(6_000, {3: "bad"}).encode(), "/test.jsonl.gz": b""}
        site.files["/test.jsonl.gz"] = gzip.compress(lines(300, {3: "bad"}, "other").encode())
        urls = [site.url(path) for path in site.files]
        expected = check(folder, *urls, "--exclude", "*", "--jobs", "1")
        found = check(folder, *urls, "--exclude", "*", "--engine", "ray", "--ray-address", nodes.address)
    assert json.loads(found[1])["findings"]
    assert found == expected


def test_objects_of_an_s3_store_are_read_by_the_workers(folder: Path, nodes: Nodes) -> None:
    pytest.importorskip("s3fs", reason="needs pip install s3fs")
    server = pytest.importorskip("moto.server", reason="needs pip install 'moto[server]'").ThreadedMotoServer(
        port=int(nodes.store.rpartition(":")[2]), verbose=False
    )
    server.start()
    try:
        import fsspec

        s3 = fsspec.filesystem("s3", endpoint_url=nodes.store, key="key", secret="secret")
        s3.mkdir("data")
        s3.pipe("data/set/train.jsonl", lines(6_000, {3: "bad"}).encode())
        s3.pipe("data/set/test.jsonl.gz", gzip.compress(lines(300, {3: "bad"}, "other").encode()))
        urls = ["s3://data/set/train.jsonl", "s3://data/set/test.jsonl.gz"]
        expected = check(folder, *urls, "--exclude", "*", "--jobs", "1")
        found = check(folder, *urls, "--exclude", "*", "--engine", "ray", "--ray-address", nodes.address)
    finally:
        server.stop()
    report = json.loads(found[1])
    assert {finding["rule"] for finding in report["findings"]} >= {"local/bad", "near-duplicate"}
    assert [file["records"] for file in report["files"]] == [300, 6_000]
    assert found == expected


@pytest.fixture
def executor(nodes: Nodes) -> Iterator[RayExecutor]:
    found = RayExecutor(nodes.address)
    yield found
    found.close()


def run(folder: Path, executor: Executor, limits: Limits | None = None) -> Outcome:
    rules: dict[str, Rule] = {rule.id(): rule() for rule in sample.KINDS}
    infos = {name: describe(RuleEntry(name, "test", type(rule)), rule=rule) for name, rule in rules.items()}
    found = discover([str(folder)], DiscoverySettings(root=folder))
    return execute(found, Job(rules, infos, shard_size=2, limits=limits or Limits()), executor=executor)


def test_every_kind_of_rule_gives_the_same_with_states_and_keys_brought_together_by_workers(
    tmp_path: Path, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEYS_OF_RANGE", 50)
    monkeypatch.setattr(kept, "ROWS_OF_DIVISION", 70)
    for name in ("a.jsonl", "b.jsonl", "test.jsonl"):
        rows = [{"instruction": f"{name} {n % 4}", "output": "alpha beta GAMMA delta"[n % 7 :]} for n in range(60)]
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    expected = run(tmp_path, SerialExecutor())
    assert len(expected.findings) > 3 * FAN_IN
    assert repr(run(tmp_path, RayExecutor(nodes.address))) == repr(expected)


@pytest.mark.parametrize("reached", [True, False])
def test_copies_of_compressed_files_and_tables_are_read_where_all_machines_reach_them(
    reached: bool, tmp_path: Path, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    rows = [{"instruction": f"Name sight {n % 20}.", "output": f"It is the tower {n % 7}."} for n in range(60)]
    (tmp_path / "train.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "train-2.parquet")
    (tmp_path / "spill").mkdir()
    expected = run(tmp_path, SerialExecutor())
    monkeypatch.setattr(unpacked, "UNPACKED_FROM", 1)
    read: list[str] = []

    @contextmanager
    def noted(files: Mapping[str, FileSpec], *arguments: Any) -> Iterator[Mapping[str, FileSpec]]:
        with unpacked.unpacked(files, *arguments) as found:
            read.extend(file.location for file in found.values())
            yield found

    monkeypatch.setattr("dslint.engine.run.unpacked", noted)
    executor = RayExecutor(nodes.address)
    if not reached:
        monkeypatch.setattr(executor, "reaches", lambda _: False)
    found = run(tmp_path, executor, Limits(folder=str(tmp_path / "spill")))
    assert repr(found) == repr(expected)
    assert {finding.rule for finding in found.findings} >= {"same-question", "similar-answer"}
    assert len(read) == 2
    assert all(place.startswith(str(tmp_path / "spill")) == reached for place in read)
    assert list((tmp_path / "spill").iterdir()) == []


def test_what_a_task_raises_is_raised(executor: RayExecutor) -> None:
    from worker_tasks import scaled

    assert list(executor.map(scaled, 3, range(5))) == [0, 3, 6, 9, 12]
    with pytest.raises(ValueError, match="seven"):
        list(executor.map(scaled, 3, range(10)))


def test_data_that_a_machine_cannot_read_is_named_before_anything_is_done(nodes: Nodes, tmp_path: Path) -> None:
    absent = FileSpec(Source("data/gone.jsonl"), location=str(tmp_path / "gone.jsonl"), size=3)
    with pytest.raises(ConfigError, match=r"cannot read .*gone.jsonl: data has to be where all can read it"):
        RayExecutor(nodes.address, files=[absent])


def test_a_package_that_workers_lack_is_named(folder: Path, nodes: Nodes, tmp_path: Path) -> None:
    package = tmp_path / "elsewhere"
    package.mkdir()
    (package / "only_here.py").write_text("def task(context, item):\n    return item\n")
    sys.path.insert(0, str(package))
    try:
        from only_here import task

        ray = RayExecutor(nodes.address)
        try:
            with pytest.raises(ConfigError, match="cannot load the rules: No module named 'only_here'"):
                list(ray.map(task, None, [1]))
        finally:
            ray.close()
    finally:
        sys.path.remove(str(package))


def test_an_address_where_nothing_listens_is_an_error_without_a_traceback(folder: Path) -> None:
    (folder / "train.jsonl").write_text(lines(10, {}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    for given, words in (
        (address, f"no Ray cluster at {address}: connection refused"),
        ("ray://head:10001", "Ray address 'ray://head:10001' is not host:port"),
    ):
        run = subprocess.run(
            arguments(folder, "--engine", "ray", "--ray-address", given), capture_output=True, text=True, timeout=120
        )
        assert words in run.stderr
        assert "Traceback" not in run.stderr
        assert run.returncode == 2


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "terminate"])
def test_an_end_from_outside_leaves_nothing_of_a_cluster_that_was_started_for_the_run(
    folder: Path, number: signal.Signals, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "local")
    (folder / "train.jsonl").write_text(lines(100, {5: "held"}))
    (folder / "hold").touch()
    process = subprocess.Popen(
        arguments(folder, "--engine", "ray"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        wait_for(lambda: list(folder.glob("held-*")) or process.poll() is not None)
        begun = descendants(process.pid)
        assert begun
        os.killpg(process.pid, number)
        output, errors = process.communicate(timeout=60)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert (process.returncode, output) == (code, b"")
    assert b"Traceback" not in errors  # of tasks that it gives up, Ray's own log may tell
    wait_for(lambda: not [pid for pid in begun if alive(pid)])


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit():
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
