"""Whatever the data holds, every line of output is one that dslint meant to write."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from report_samples import ERROR, RULES, WARNING
from rich.cells import cell_len

from dslint.model.finding import Finding, Notice, Notification, Related
from dslint.model.ref import Ref
from dslint.model.report import FileInfo, Report
from dslint.report import REPORTERS, RenderOptions, reporter
from dslint.report.escape import excerpt, json_text, markdown, markdown_code, plain, uri, visible
from dslint.report.wrap import cut, wrap

SARIF = json.loads((Path(__file__).parent / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
FRAGMENTS = (
    "::error::x", "::", ":", "##[error]", "##vso[task.complete]", "##VSO[x]", "#", "##", "[", "\x1b[31m", "\x9b0m",
    "\n", "\r\n", "\t", "\u2028", "\x85", "\u202e", "\u200b", "\ufeff", "\ud800", "\udce9", "\U000e0041",
    "|", "\\|", "`", "``", "<script>", "</code>", "<br>", "&lt;", "![x](y)", "[a](1)", "](1)", "{0}", "{{",
    "%0A", "%", ",", "*b*", "_", "~~", "$x$", "@me", "#1", "http://x.y", "www.x.y", "-->",
    "你好", "e\u0301", "👩\u200d🔬", " ", "  ", "/", "..", "\\", '"', "'", "a", "word",
)  # fmt: skip
hostile = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=5)), max_size=12).map("".join)
# A command as the GitHub and Azure runners find it: at the start of a trimmed line, or anywhere.
command = re.compile(r"^\s*::|##\[|##vso\[", re.IGNORECASE)
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def is_unseen(character: str) -> bool:
    # Arabic and other signs of category Cf that are drawn in front of numbers can be seen.
    drawn = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in drawn


@st.composite
def reports(draw: st.DrawFn) -> Report:
    def place() -> Ref:
        line = draw(st.one_of(st.none(), st.integers(1, 9)))
        column = draw(st.one_of(st.none(), st.integers(1, 99)))
        path = draw(hostile.filter(bool))
        return Ref(path, draw(st.one_of(st.none(), st.integers(0, 9))), line, line, draw(hostile), column=column)

    findings = [
        Finding(
            draw(st.sampled_from(["empty-response", "acme/no-foo", "opening-skew", "gone"])),
            draw(st.sampled_from([ERROR, WARNING])),
            draw(hostile),
            place(),
            excerpt=draw(hostile),
            mark=draw(st.one_of(st.none(), st.tuples(st.integers(0, 20), st.integers(0, 40)))),
            dataset=draw(hostile),
            related=tuple(Related(place(), draw(hostile)) for _ in range(draw(st.integers(0, 2)))),
            properties={draw(hostile): draw(hostile)},
            fingerprint="f" * 32,
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    notes = [Notification(draw(st.sampled_from(list(Notice))), WARNING, draw(hostile), draw(hostile), draw(hostile))]
    files = [FileInfo(draw(hostile.filter(bool)), draw(hostile), "", "jsonl", draw(hostile), records=1)]
    return Report(findings, (), notes, RULES, files, (), "0.1.0")


def render(name: str, report: Report, **options: object) -> str:
    return "".join(reporter(name).render(report, RenderOptions(**options)))  # type: ignore[arg-type]


def rows(output: str) -> list[str]:
    assert output == "" or output.endswith("\n")
    assert output.splitlines() == output.split("\n")[:-1], "something but a line feed ends a line"
    return output.splitlines()


@slow
@given(reports(), st.integers(20, 150), st.booleans(), st.booleans())
def test_formats_for_terminals(report: Report, width: int, color: bool, verbose: bool) -> None:
    for name in ("text", "concise"):
        for row in rows(render(name, report, width=width, color=color, verbose=verbose)):
            bare = re.sub(r"\x1b\[(0|2|1|1;3[1236])m", "", row) if color else row
            assert not any(map(is_unseen, bare)), row
            assert not command.search(bare), row
    found = rows(render("concise", report, width=width))
    assert len([row for row in found if not row.startswith("dslint: ")]) <= len(report.findings)
    assert len(found) == len(report.findings) + 2


@slow
@given(reports())
def test_github_reads_our_commands_and_no_others(report: Report) -> None:
    found = rows(render("github", report))
    assert len(found) == len(report.findings) + 2
    for row in found:
        assert not any(map(is_unseen, row))
        match = re.fullmatch(r"::(error|warning|notice) ([^\n]*?)::(.*)", row)
        assert match
        properties = dict(pair.split("=", 1) for pair in match[2].split(","))
        assert list(properties) in (
            ["title"],
            ["title", "file"],
            ["title", "file", "line", "endLine"],
            ["title", "file", "line", "endLine", "col"],
        )
        assert not re.search(r"##(\[|vso\[)", row, re.IGNORECASE)
        assert re.fullmatch(r"([^%]|%25|%3A|%2C)*", match[2])
        assert re.fullmatch(r"([^%]|%25)*", match[3])


@slow
@given(reports())
def test_json_comes_back_as_it_was(report: Report) -> None:
    for name in ("json", "jsonl"):
        output = render(name, report)
        for row in rows(output):
            assert not any(map(is_unseen, row))
            assert not command.search(row)
        written = json.loads(output)["findings"] if name == "json" else [json.loads(row) for row in rows(output)]
        for found, back in zip(report.findings, written, strict=False):
            for value, other in ((found.message, back["message"]), (found.place.path, back["location"]["path"])):
                assert other == value.encode("utf-8", "backslashreplace").decode()


@settings(slow, max_examples=25)
@given(reports())
def test_sarif_stays_sarif(report: Report) -> None:
    output = render("sarif", report)
    for row in rows(output):
        assert not any(map(is_unseen, row))
        assert not command.search(row)
    log = json.loads(output)
    Draft202012Validator(SARIF).validate(log)
    for result in log["runs"][0]["results"]:
        for place in (*result["locations"], *result.get("relatedLocations", [])):
            assert re.fullmatch(r"[A-Za-z0-9._~/%:+-]+", place["physicalLocation"]["artifactLocation"]["uri"])
        links = re.findall(r"(?<!\\)\]\(([^)]*)\)", result["message"]["text"])
        assert set(links) <= {str(related["id"]) for related in result.get("relatedLocations", [])}


@slow
@given(reports())
def test_markdown_has_our_markup_and_no_other(report: Report) -> None:
    output = render("markdown", report)
    for row in rows(output):
        assert not any(map(is_unseen, row))
        assert not command.search(row)
    tokens = list(tokens_of(output))
    # One row for each rule and finding, and the heads.
    rules = len({(found.rule, found.severity) for found in report.findings})
    expected = rules + len(report.findings) + 2 if report.findings else 0
    assert sum(kind == "tr_open" for kind, _ in tokens) == expected
    assert sum(kind == "td_open" for kind, _ in tokens) == 4 * max(0, expected - 2)
    assert {kind for kind, _ in tokens} <= OURS
    assert {content for kind, content in tokens if kind == "html_inline"} <= {"<br>", "<code>", "</code>", "<!-- -->"}


BLOCKS = ("heading", "paragraph", "bullet_list", "list_item", "strong", "table", "thead", "tbody", "tr", "th", "td")
OURS = {
    *(f"{kind}_{end}" for kind in BLOCKS for end in ("open", "close")),
    *("inline", "text", "html_inline", "text_special"),
}


def tokens_of(page: str) -> Iterator[tuple[str, str]]:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for token in parser.parse(page):
        yield token.type, token.content
        for child in token.children or ():
            yield child.type, child.content


@given(hostile)
def test_visible_is_one_line_of_what_can_be_seen(text: str) -> None:
    assert not any(map(is_unseen, visible(text)))
    assert len(visible(text).splitlines()) <= 1
    assert visible(visible(text)) == visible(text)
    visible(text).encode()


def test_every_unseen_character_is_escaped() -> None:
    everything = "".join(map(chr, range(0x110000)))
    assert not [hex(ord(c)) for c in visible(everything) if is_unseen(c)]
    kept = "aé你👩 \u0301\ufe0f\u00a0"
    assert visible(kept) == kept


@given(hostile)
def test_markdown_reads_back_as_the_text(text: str) -> None:
    for escaped in (markdown(text), markdown_code(text)):
        tokens = list(tokens_of(f"| a | b |\n| --- | --- |\n| x{escaped}x | y |\n"))
        cells = [content for kind, content in tokens if kind == "inline"]
        assert len(cells) == 4
        shown = "".join(content for kind, content in tokens if kind in ("text", "text_special"))
        assert shown == f"abx{visible(text)}xy"
        assert {content for kind, content in tokens if kind == "html_inline"} <= {"<code>", "</code>", "<!-- -->"}


@given(hostile, st.integers(0, 60), st.integers(0, 60), st.integers(4, 80), st.booleans())
def test_excerpts_fit_and_show_the_mark(text: str, start: int, length: int, limit: int, wide: bool) -> None:
    measure = cell_len if wide else len
    piece = excerpt(text, (start, start + length), limit, measure)
    assert measure(piece.text) <= limit
    assert not any(map(is_unseen, piece.text))
    assert not command.search("x" + piece.text)
    assert 0 <= piece.start <= piece.end <= len(piece.text)
    marked = plain_mark(text, start, length)
    assert marked.startswith(piece.text[piece.start : piece.end])
    if measure(plain_mark(text, 0, len(text))) <= limit:
        assert piece.text == plain_mark(text, 0, len(text))
        assert piece.text[piece.start : piece.end] == marked


def plain_mark(text: str, start: int, length: int) -> str:
    """Return what stands for the marked characters once the whole text is made plain."""
    return plain(text)[len(plain_head(text, start)) : len(plain_head(text, start + length))]


def plain_head(text: str, end: int) -> str:
    # A number sign is broken by what follows it, so the tail takes part.
    whole = [re.sub(r"##(?=\[|vso\[)", "", "")]
    for index, character in enumerate(text[:end]):
        breaks = re.compile(r"##(?:\[|vso\[)", re.IGNORECASE).match(text, index)
        whole.append("#\\" if breaks else visible(character))
    return "".join(whole)


@given(hostile)
def test_uris_are_uris(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._~/%:+-]*", uri(text))


encodable = hostile.map(lambda text: re.sub("[\ud800-\udfff]", "", text))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | encodable, lambda x: st.lists(x) | st.dictionaries(encodable, x)
)


@given(values)
def test_json_text_keeps_the_value(value: object) -> None:
    assert json.loads(json_text(json.dumps(value, ensure_ascii=False))) == value


@given(hostile, st.integers(1, 40))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    text = visible(text)
    found = list(wrap(text, width))
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(row) <= width or len(row) == 1 for row in found)
    assert cell_len(cut(text, width)) <= max(width, 3)


@pytest.mark.parametrize("name", sorted(REPORTERS))
def test_lines_do_not_start_as_commands_where_a_text_is_wrapped(name: str) -> None:
    message = " ".join(["::error::forged"] * 40)
    found = Finding("x", ERROR, message, Ref("::warning::y", 0, 1))
    for row in rows(render(name, Report((found,)), width=40)):
        assert name == "github" or not command.search(row)


@pytest.mark.parametrize("name", ["text", "concise"])
def test_a_file_called_colon_makes_no_command(name: str) -> None:
    finding = Finding("empty-response", ERROR, "response is empty", Ref(":", 0), fingerprint="f" * 32)
    for line in "".join(reporter(name).render(Report([finding]), RenderOptions())).splitlines():
        assert not line.lstrip().startswith("::")
