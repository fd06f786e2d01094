"""What each format looks like; ``DSLINT_UPDATE=1 pytest tests/report`` rewrites the files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from report_samples import SAMPLES

from dslint.report import REPORTERS, RenderOptions, reporter

GOLDEN = Path(__file__).parent / "golden"
CASES: list[tuple[str, str, str, dict[str, Any]]] = [
    *((f"{sample}.{name}", sample, name, {"width": 80}) for sample in ("full", "hostile") for name in REPORTERS),
    *((f"broken.{name}", "broken", name, {"width": 80}) for name in ("text", "concise", "github", "markdown", "sarif")),
    *((f"clean.{name}", "clean", name, {"width": 80}) for name in ("text", "concise", "github", "markdown", "jsonl")),
    ("nothing.text", "nothing", "text", {}),
    ("full-140.text", "full", "text", {"width": 140}),
    ("full-colour.text", "full", "text", {"color": True}),
    ("full-colour.concise", "full", "concise", {"color": True}),
    ("full-verbose.text", "full", "text", {"verbose": True}),
    ("full-statistics.text", "full", "text", {"statistics": True}),
    ("broken-quiet.text", "broken", "text", {"quiet": True}),
    ("full-first-three.text", "full", "text", {"max_findings": 3}),
    (
        "full-suppressed.sarif",
        "full",
        "sarif",
        {
            "include_suppressed": True,
            "argv": ("check", "data"),
            "start": "2026-01-02T03:04:05Z",
            "end": "2026-01-02T03:04:06Z",
            "category": "nightly",
        },
    ),
]


@pytest.mark.parametrize(("name", "sample", "form", "options"), CASES, ids=[case[0] for case in CASES])
def test_golden(name: str, sample: str, form: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dslint.report.sarif.descriptors.homepage", lambda: "https://example.org/dslint/")
    chunks = list(reporter(form).render(SAMPLES[sample], RenderOptions(**options)))
    assert all(chunk.endswith("\n") for chunk in chunks)
    output = "".join(chunks)
    path = GOLDEN / name
    if os.environ.get("DSLINT_UPDATE"):
        path.write_bytes(output.encode())
    assert output.encode() == path.read_bytes()


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {case[0] for case in CASES}
