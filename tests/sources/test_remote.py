"""Files behind URLs: the same findings as for copies of them on this machine, and errors that name their place."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from click.testing import CliRunner
from remote_site import Site, served

import dslint
from dslint.cli.main import cli
from dslint.model.report import Report

pytest.importorskip("aiohttp", reason="needs pip install 'dslint-llm[remote]'")

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: zstandard.ZstdCompressor().compress(data),
}


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as found:
        yield found


def lines(count: int = 400) -> bytes:
    rows = [
        {"instruction": f"Name the capital of country {n % 300}", "output": "" if n % 97 == 0 else f"City number {n}"}
        for n in range(count)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode() + b'{"instruction": "cut off'


def long_lines() -> bytes:
    """Return as much as is fetched in several pieces, in records that are quickly read."""
    text = "All that is to be said of it. " * 100
    return b"".join(b'{"instruction": "Say it %d", "output": "%s"}\n' % (n, text.encode()) for n in range(8_000))


def told(report: Report, prefix: str) -> list[tuple[Any, ...]]:
    """Return what a report says, with places counted from where the data is."""

    def place(ref: Any) -> Any:
        return ref._replace(path=ref.path.removeprefix(prefix))

    def related(finding: Any) -> list[Any]:
        return [place(each.ref) for each in finding.related]

    return [
        (f.rule, f.severity, f.message.replace(prefix, ""), f.excerpt, f.fingerprint, place(f.place), related(f))
        for f in report.findings
    ]


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("ranges", [True, False], ids=["ranges", "no-ranges"])
@pytest.mark.parametrize("packing", ["", *PACKERS])
def test_a_file_behind_a_url_has_the_findings_of_its_copy(
    site: Site, tmp_path: Path, packing: str, ranges: bool
) -> None:
    name = "train.jsonl" + (f".{packing}" if packing else "")
    content = PACKERS[packing](lines()) if packing else lines()
    site.files, site.ranges = {f"/data/{name}": content}, ranges
    written(tmp_path, {name: content})
    local = dslint.check(tmp_path / name, config={})
    remote = dslint.check(site.url(f"/data/{name}"), config={})
    assert {f.rule for f in remote.findings} >= {"empty-response", "unparseable-record"}
    assert [file.path for file in remote.files] == [site.url(f"/data/{name}")]
    assert told(remote, site.url("/data/")) == told(local, f"{tmp_path}/")
    assert remote.records == local.records


def test_tables_and_arrays_behind_urls_have_the_findings_of_their_copies(site: Site, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [json.loads(line) for line in lines().splitlines()[:-1]]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "train.parquet")
    (tmp_path / "train.json").write_text(json.dumps(rows, indent=2))
    (tmp_path / "train.csv").write_text("instruction,output\n" + "".join(f"{r['instruction']},\n" for r in rows))
    for name in ("train.parquet", "train.json", "train.csv"):
        site.files = {f"/{name}": (tmp_path / name).read_bytes()}
        local, remote = dslint.check(tmp_path / name, config={}), dslint.check(site.url(f"/{name}"), config={})
        assert remote.findings
        assert told(remote, site.url("/")) == told(local, f"{tmp_path}/")


def test_folders_and_patterns_stand_for_the_files_in_them(site: Site) -> None:
    site.files = {f"/data/{name}": lines(20) for name in ("train.jsonl", "test.jsonl", "notes.md", ".hidden.jsonl")}
    both = [site.url("/data/test.jsonl"), site.url("/data/train.jsonl")]
    assert [file.path for file in dslint.check(site.url("/data/"), config={}).files] == both
    assert [file.path for file in dslint.check(site.url("/data/t*.jsonl"), config={}).files] == both
    only = dslint.check(site.url("/data/"), config={"exclude": ["test.jsonl"]})
    assert [(file.path, file.split) for file in only.files] == [(both[1], "train")]


def test_data_of_an_uncompressed_file_is_fetched_once_a_pass(site: Site) -> None:
    site.files = {"/train.jsonl": long_lines()}
    dslint.check(site.url("/train.jsonl"), config={"select": ["templated-opening"]})
    assert site.sent < 1.6 * len(site.files["/train.jsonl"])


def test_several_processes_find_the_same(site: Site) -> None:
    site.files = {"/train.jsonl": lines(9000), "/test.jsonl.gz": gzip.compress(lines(500))}
    urls = [site.url(path) for path in site.files]
    config = {"select": ["empty-response", "exact-duplicate", "repeated-response", "templated-opening"]}
    serial = dslint.check(urls, config=config)
    parallel = dslint.check(urls, config=config, jobs=2)
    assert {finding.place.path for finding in serial.findings} == {*urls}
    assert parallel == serial


def test_a_file_system_of_fsspec_is_read(tmp_path: Path) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe({"/kept/train.jsonl": lines(), "/kept/deep/test.jsonl": lines(30)})
    written(tmp_path, {"train.jsonl": lines(), "test.jsonl": lines(30)})
    try:
        remote = dslint.check("memory://kept", config={})
        assert {file.path for file in remote.files} == {"memory://kept/train.jsonl", "memory://kept/deep/test.jsonl"}
        by_pattern = dslint.check("memory://kept/*.jsonl", config={})
        local = dslint.check(tmp_path / "train.jsonl", config={})
        assert told(by_pattern, "memory://kept/") == told(local, f"{tmp_path}/")
    finally:
        memory.rm("/kept", recursive=True)


def test_settings_apply_to_urls(site: Site, tmp_path: Path) -> None:
    site.files = {"/a/train.jsonl": lines(), "/a/eval.jsonl": lines(5)}
    url = site.url("/a/train.jsonl")
    quiet = dslint.check(url, config={"select": ["empty-response"], "per-file-ignores": {"a/*.jsonl": ["ALL"]}})
    exact = dslint.check(url, config={"select": ["empty-response"], "per-file-ignores": {url: ["empty-response"]}})
    loud = dslint.check(url, config={"select": ["empty-response"], "per-file-ignores": {"b/*.jsonl": ["ALL"]}})
    assert (len(quiet.findings), len(exact.findings), len(loud.findings)) == (5, 0, 5)


def test_an_evaluation_set_may_be_a_url_and_is_not_linted_itself(site: Site, tmp_path: Path) -> None:
    question = "Which of the seven bridges of the old town was closed for repairs during the whole winter of 1987?"
    row = json.dumps({"instruction": question, "output": "The northern one."}).encode() + b"\n"
    site.files = {"/data/eval.jsonl": row, "/data/train.jsonl": row + lines(5)}
    config = {"select": ["benchmark-contamination"], "eval-sets": [site.url("/data/eval.jsonl")]}
    report = dslint.check(site.url("/data/"), config=config)
    assert [file.path for file in report.files] == [site.url("/data/train.jsonl")]
    assert [finding.place.line for finding in report.findings] == [1]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["check", *arguments, "--isolated"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_without_the_extra_a_url_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "fsspec"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    code, output = run("https://example.invalid/x.jsonl")
    assert code == 2
    assert "to read https://example.invalid/x.jsonl needs fsspec: pip install 'dslint-llm[remote]'" in output


def test_what_a_protocol_needs_besides_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    code, output = run("s3://bucket/data/*.jsonl")
    assert code == 2
    assert "to read s3://bucket/data/*.jsonl needs one more package: install s3fs" in output
    code, output = run("nowhere://bucket/x.jsonl")
    assert code == 2
    assert "cannot read nowhere://bucket/x.jsonl: protocol not known: nowhere" in output


def test_what_is_not_there_is_named(site: Site) -> None:
    assert run(site.url("/gone.jsonl"))[0] == 2
    assert f"cannot read {site.url('/gone.jsonl')}: no such file" in run(site.url("/gone.jsonl"))[1]
    code, output = run("memory://nothing/*.jsonl")
    assert code == 2
    assert "no such file or folder: memory://nothing/*.jsonl" in output


def test_no_output_shows_what_a_url_keeps_secret(site: Site, tmp_path: Path) -> None:
    site.files = {"/train.jsonl": lines(), "/broken.jsonl": lines()}
    url = site.url("/train.jsonl", "anna:geheim@") + "?token=s3cr3t"
    formats = ["text", "concise", "json", "jsonl", "sarif", "github", "markdown"]
    outputs = [f"--output-format={name}:{tmp_path / name}" for name in formats]
    code, output = run(url, *outputs)
    assert code == 1
    site.failing = lambda path, asked: path == "/broken.jsonl"
    output += run(site.url("/broken.jsonl", "anna:geheim@") + "?token=s3cr3t")[1]
    output += run(site.url("/gone.jsonl", "anna:ge@heim@") + "?token=s3cr3t")[1]
    everything = output + "".join((tmp_path / name).read_text() for name in formats)
    assert site.url("/train.jsonl") in everything
    for secret in ("geheim", "heim@", "anna", "s3cr3t", "token="):
        assert secret not in everything


def test_two_urls_that_look_the_same_are_refused(site: Site) -> None:
    site.files = {"/x.jsonl": lines(3)}
    code, output = run(site.url("/x.jsonl?id=1"), site.url("/x.jsonl?id=2"))
    assert code == 2
    assert "differ only in user, password or query" in output


def test_a_server_that_fails_on_the_way_is_told_with_the_place(site: Site) -> None:
    site.files = {"/train.jsonl": long_lines()}
    size = len(site.files["/train.jsonl"])

    def late(path: str, asked: str) -> bool:
        first = int(asked.removeprefix("bytes=").partition("-")[0] or 0)
        return 6 * 2**20 < first < size - 1

    site.failing = late
    report = dslint.check(site.url("/train.jsonl"), config={"select": ["unparseable-record"]})
    (found,) = report.findings
    assert found.place.path == site.url("/train.jsonl")
    assert 2_000 < (found.place.line or 0) < 8_000
    assert "data cannot be read further" in found.message
    assert "secret" not in found.message
