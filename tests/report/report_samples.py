"""Reports with everything in them, made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dslint.model.finding import Finding, Notice, Notification, Related
from dslint.model.record import Dataset, Source
from dslint.model.ref import Ref
from dslint.model.report import FileInfo, Report, RuleInfo
from dslint.model.severity import Scope, Severity, Status

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
HOSTILE = (
    "::error title=forged::x\r\n##[error]y ##vso[task.complete]\x1b[31mred\x9b0m\u202eltr\u200b|`<b>[a](1){0}\ud800 %0A"
)
SECRET = "AKIA-this-must-not-be-shown"


def rule(id: str, summary: str, **changes: object) -> RuleInfo:
    facts: dict[str, object] = {
        "family": "length",
        "kind": "record",
        "description": f"Why {id} matters.\n\nMore `Markdown` about it.",
        "severity": WARNING,
        "default_severity": WARNING,
        "status": Status.STABLE,
        "scope": Scope.DATASET,
        "since": "0.1.0",
        "origin": "dslint-llm 0.1.0",
        "url": f"https://example.org/rules/{id}/",
    }
    return RuleInfo(id=id, summary=summary, **(facts | changes))  # type: ignore[arg-type]


RULES: Mapping[str, RuleInfo] = {
    info.id: info
    for info in (
        rule("acme/no-foo", "A record says foo.", origin="acme-rules 2.1", family="acme", url=""),
        rule(
            "empty-response",
            "An assistant turn has no text, so the model learns to answer nothing.",
            family="schema",
            severity=ERROR,
            default_severity=ERROR,
            precision="1.0 of 40 findings read in 9 datasets",
        ),
        rule(
            "near-duplicate",
            "Two or more records say almost the same thing.",
            family="duplicates",
            kind="pair",
            severity=ERROR,
            options={
                "type": "object",
                "properties": {"threshold": {"type": "number", "default": 0.8, "description": "Similarity."}},
            },
            values={"threshold": 0.9},
        ),
        rule("opening-skew", "Too many prompts start with the same words.", family="diversity", kind="dataset"),
        rule("secret", "A record holds a credential.", family="safety", sensitive=True, default_severity=WARNING),
        rule(
            "byte-order-mark", "A file starts with a byte order mark.", family="encoding", kind="damage", severity=NOTE
        ),
    )
}
FILES = (
    FileInfo("data/eval set/ünïcode, 100%.jsonl", "eval", "test", "jsonl", "chat", "", 12, 4096, 12),
    FileInfo("data/rows.parquet", "train", "train", "parquet", "alpaca", "", 5000, 120_000, None),
    FileInfo("data/train.jsonl", "train", "train", "jsonl", "alpaca", "", 9229, 4_000_000, 9229),
)
DATASETS = (
    Dataset("eval", "test", (Source(FILES[0].path, "eval", "test", "jsonl", "chat"),), 12),
    Dataset(
        "train",
        "train",
        tuple(Source(f.path, "train", "train", f.container, "alpaca") for f in FILES[1:]),
        14_229,
    ),
)


def ref(path: str = "data/train.jsonl", record: int | None = 0, **changes: Any) -> Ref:
    line = None if record is None or path.endswith(".parquet") else record + 1
    return Ref(path, record, line, line)._replace(**changes)


def empty_response(record: int, number: int) -> Finding:
    return Finding(
        "empty-response",
        ERROR,
        "assistant turn is empty",
        ref(record=record, pointer="/output", column=40, end_column=42, byte_offset=2000, byte_length=50),
        score=0.9,
        dataset="train",
        excerpt='"input": "", "output": ""}',
        mark=(23, 25),
        fingerprint=f"e{number:031x}",
    )


def near_duplicate(record: int, number: int) -> Finding:
    return Finding(
        "near-duplicate",
        ERROR,
        f"repeats an earlier record almost word for word (similarity {0.99 - number / 1000:.3f})",
        ref(record=record),
        score=0.99 - number / 1000,
        related=(Related(ref(record=1), "the record it repeats"),),
        dataset="train",
        properties={"similarity": 0.99},
        fingerprint=f"d{number:031x}",
    )


FINDINGS = (
    *(near_duplicate(100 + n, n) for n in range(9)),
    empty_response(41, 1),
    Finding(
        "opening-skew",
        WARNING,
        "41 % of the prompts start with 'generate a' (5,834 of 14,229)",
        Ref("data/rows.parquet", line=1, end_line=1),
        score=0.41,
        key="generate a",
        dataset="train",
        properties={"share": 0.41},
        fingerprint="0" * 31 + "1",
    ),
    Finding(
        "secret",
        WARNING,
        "holds an AWS access key (20 characters)",
        ref(record=7, pointer="/input", span=(3, 23), column=12, end_column=32),
        dataset="train",
        excerpt=SECRET,
        mark=(0, 4),
        fingerprint="0" * 31 + "2",
    ),
    Finding(
        "acme/no-foo",
        WARNING,
        "says foo 3 times in a text that is long enough to be wrapped at eighty columns, and 你好世界 besides",
        ref("data/rows.parquet", 4711, pointer="/messages/2/content"),
        dataset="train",
        excerpt="tell me: 你好世界 foo 你好世界, says the tab\tand the end" + "." * 60,
        mark=(14, 17),
        related=tuple(Related(ref("data/rows.parquet", n), "says foo too") for n in range(5)),
        fingerprint="0" * 31 + "3",
    ),
    Finding(
        "byte-order-mark",
        NOTE,
        "file starts with a byte order mark",
        Ref(FILES[0].path, None, 1, 1, column=1, end_column=2),
        dataset="eval",
        fingerprint="0" * 31 + "4",
    ),
)
SUPPRESSED = (empty_response(900, 2).with_(suppressed="baseline"), empty_response(901, 3).with_(suppressed="record"))
NOTIFICATIONS = (
    Notification(Notice.RULE_SKIPPED, NOTE, "set max-length", rule="too-long"),
    Notification(Notice.RULE_SKIPPED, NOTE, "install dslint-llm[semantic]", rule="paraphrase"),
    Notification(Notice.FILE_SKIPPED, WARNING, "no reader for this format", path="data/photo.png"),
    Notification(Notice.CONFIG, WARNING, "unknown rule 'near-duplicates' in ignore; did you mean near-duplicate"),
)
BROKEN = (
    Notification(Notice.RULE_CRASHED, ERROR, "ZeroDivisionError: division by zero", rule="acme/no-foo"),
    Notification(Notice.FILE_UNREADABLE, ERROR, "permission denied", path="data/private.jsonl"),
    Notification(Notice.PLUGIN_FAILED, ERROR, "broken-plugin 1.0 does not load: ImportError: no module named 'x'"),
)

full = Report(FINDINGS, SUPPRESSED, NOTIFICATIONS, RULES, FILES, DATASETS, "0.1.0")
clean = Report((), (), (), RULES, FILES, DATASETS, "0.1.0")
nothing = Report((), (), (), RULES, (), (), "0.1.0")
broken = Report(FINDINGS[-2:], (), (*NOTIFICATIONS, *BROKEN), RULES, FILES, DATASETS, "0.1.0")
hostile = Report(
    (
        Finding(
            "empty-response",
            ERROR,
            HOSTILE,
            Ref(f"{HOSTILE}.jsonl", 3, 4, 4, f"/{HOSTILE}", column=2, end_column=9),
            excerpt=HOSTILE,
            mark=(2, 30),
            dataset=HOSTILE,
            related=(Related(Ref(f"../{HOSTILE}", 1), HOSTILE),),
            properties={HOSTILE: HOSTILE},
            fingerprint="f" * 32,
        ),
    ),
    (),
    (Notification(Notice.CONFIG, WARNING, HOSTILE, rule=HOSTILE, path=HOSTILE),),
    RULES,
    (FileInfo(f"{HOSTILE}.jsonl", HOSTILE, "", "jsonl", "chat", records=4, bytes=10, line_count=4),),
    (),
    "0.1.0",
)
SAMPLES: Mapping[str, Report] = {"full": full, "clean": clean, "nothing": nothing, "broken": broken, "hostile": hostile}


def flood(number: int) -> Report:
    """Return a report with ``number`` findings, ranked."""
    findings = [empty_response(n, n) for n in range(number // 2)]
    findings += [
        near_duplicate(n, 0).with_(fingerprint=f"d{n:031x}", severity=WARNING) for n in range(number - number // 2)
    ]
    return Report(findings, (), (), RULES, FILES, DATASETS, "0.1.0")
