"""What dslint, its rules and its notifications are: SARIF's ``tool.driver``.

Rules of plugins stand in the driver beside the built-in ones, each with its origin: the run was made by one tool, and
consumers that ignore ``tool.extensions`` still find every rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dslint.model.finding import Finding, Notice
from dslint.model.report import Report, RuleInfo
from dslint.model.severity import Severity, Status
from dslint.report.document import tool
from dslint.report.escape import ELLIPSIS

DESCRIPTION_LENGTH: Final = 1024
NAME_LENGTH: Final = 255

# The parts of https://semver.org that a Python version can have in common with it.
_semantic = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")

_NOTICES: Final[Mapping[Notice, str]] = {
    Notice.RULE_SKIPPED: "A rule could not run because an option or an optional dependency is missing.",
    Notice.RULE_UNCONFIGURED: "A rule did not run because it needs a setting that the configuration does not make.",
    Notice.RULE_CRASHED: "A rule crashed and its findings were dropped.",
    Notice.RULE_CAPPED: "A rule found more than it may report.",
    Notice.FILE_SKIPPED: "A file was left out.",
    Notice.FILE_UNREADABLE: "A file could not be read.",
    Notice.PLUGIN_FAILED: "A plugin could not be loaded.",
    Notice.CONFIG: "The configuration has a doubtful entry.",
    Notice.CUT: "Results were left out of this log.",
    Notice.WORKER_LOST: "A worker process ended before it had a result.",
    Notice.MODEL: "A model was used.",
}
_PROBLEM: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}

_PRECISIONS: Final = ((0.95, "very-high"), (0.8, "high"), (0.5, "medium"), (0.0, "low"))


class Rules:
    """The rules of a log by id, with their positions.

    Args:
        report: The report.
        findings: The findings that the log will have.
    """

    def __init__(self, report: Report, findings: Sequence[Finding]) -> None:
        self.known = report.rules
        self.ids = sorted({*report.rules, *(found.rule for found in findings)})
        self.index = {rule: index for index, rule in enumerate(self.ids)}

    def reference(self, rule: str) -> dict[str, Any]:
        """Return a reference to ``rule``."""
        return {"id": rule, **({"index": self.index[rule]} if rule in self.index else {})}

    def listed(self) -> list[dict[str, Any]]:
        """Return the descriptors of all rules."""
        return [_rule(self.known[rule]) if rule in self.known else _unknown(rule) for rule in self.ids]


def driver(report: Report, rules: Rules) -> dict[str, Any]:
    """Return the tool component."""
    version = tool(report)["version"]
    described: dict[str, Any] = {
        "name": "dslint",
        "organization": "dslint",
        "fullName": f"dslint {version}",
        "version": version,
        "shortDescription": {"text": "The linter for the datasets that language models are fine-tuned on."},
        "rules": rules.listed(),
        "notifications": notifications(),
    }
    if _semantic.fullmatch(version):
        described["semanticVersion"] = version
    if home := homepage():
        described["informationUri"] = home
    return described


def homepage() -> str:
    """Return the project's address from the installed distribution's metadata; empty where it has none."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        listed = metadata("dslint-llm").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    urls = {label.strip().lower(): url.strip() for label, _, url in (entry.partition(",") for entry in listed)}
    return next((urls[label] for label in ("homepage", "documentation", "repository", "source") if label in urls), "")


def notifications() -> list[dict[str, Any]]:
    """Return the descriptors of the kinds of notification, in the order of ``Notice``."""
    described = []
    for notice in Notice:
        text = {"text": _NOTICES[notice]}
        name = f"{pascal(notice.value)}Notice"
        described.append(
            {"id": notice.value, "name": name, "shortDescription": text, "fullDescription": text, "help": text}
        )
    return described


def notice_reference(notice: Notice) -> dict[str, Any]:
    """Return a reference to a kind of notification."""
    return {"id": notice.value, "index": list(Notice).index(notice)}


def defaults(info: RuleInfo) -> dict[str, Any]:
    """Return the default values of the rule's options."""
    properties = info.options.get("properties", {})
    return {name: option["default"] for name, option in properties.items() if "default" in option}


def pascal(name: str) -> str:
    """Return ``near-duplicate`` as ``NearDuplicate``."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^0-9A-Za-z]+", name))[: NAME_LENGTH - 6]


def _name(rule: str) -> str:
    """Return a readable name that is not the id in other letters, which SARIF asks for."""
    name = pascal(rule)
    return f"{name}Rule" if name.lower() == rule.lower() else name


def _rule(info: RuleInfo) -> dict[str, Any]:
    configuration: dict[str, Any] = {"level": info.default_severity.value}
    if values := defaults(info):
        configuration["parameters"] = values
    described: dict[str, Any] = {
        "id": info.id,
        "name": _name(info.id),
        "shortDescription": {"text": _cut(_sentence(info.summary or info.id))},
        "fullDescription": {"text": _cut(_full(info))},
        "help": {"text": _help(info, markdown=False), "markdown": _help(info, markdown=True)},
        # Rules word their messages themselves; the whole text is the argument.
        "messageStrings": {"default": {"text": "{0}."}},
        "defaultConfiguration": configuration,
        "properties": _properties(info),
    }
    if re.match(r"https?://", info.url):
        described["helpUri"] = info.url
    return described


def _unknown(rule: str) -> dict[str, Any]:
    text = {"text": f"The rule {rule}."}
    return {
        "id": rule,
        "name": _name(rule),
        "shortDescription": text,
        "fullDescription": text,
        "help": text,
        "messageStrings": {"default": {"text": "{0}."}},
    }


def _properties(info: RuleInfo) -> dict[str, Any]:
    tags = [info.family, *(["preview"] if info.status is Status.PREVIEW else [])]
    found: dict[str, Any] = {
        "tags": sorted({tag for tag in tags if tag}),
        "problem.severity": _PROBLEM[info.default_severity],
        "kind": info.kind,
        "scope": info.scope.value,
        "status": info.status.value,
        "since": info.since,
        "origin": info.origin,
    }
    if info.precision:
        found["measuredPrecision"] = info.precision
    if (word := precision(info.precision)) is not None:
        found["precision"] = word
    return found


def precision(measured: str) -> str | None:
    """Return GitHub's word for a precision that starts with ``19 of 20``, ``19/20``, ``95 %`` or ``0.95``."""
    if match := re.match(r"(\d+) ?(?:/|of) ?(\d+)", measured):
        share = int(match[1]) / max(1, int(match[2]))
    elif match := re.match(r"(\d+(?:\.\d+)?) ?%", measured):
        share = float(match[1]) / 100
    elif match := re.match(r"([01]?\.\d+|1)(?![\d%])", measured):
        share = float(match[1])
    else:
        return None
    return next((word for limit, word in _PRECISIONS if limit <= share <= 1), None)


def _full(info: RuleInfo) -> str:
    first = " ".join(info.description.split("\n\n")[0].split())
    return f"{_sentence(info.summary or info.id)} {_sentence(first)}" if first else _sentence(info.summary or info.id)


def _help(info: RuleInfo, *, markdown: bool) -> str:
    parts = [_sentence(info.summary or info.id), info.description]
    options = info.options.get("properties", {})
    if options:
        code = "`" if markdown else "'"
        rows = [f"- {code}{name}{code}: {option.get('description', '')}".rstrip() for name, option in options.items()]
        parts.append("\n".join([f"{'## ' if markdown else ''}Options", "", *rows]))
    if info.precision:
        parts.append(f"Measured precision: {info.precision}")
    if info.url:
        parts.append(f"[Documentation]({info.url})" if markdown else f"Documentation: {info.url}")
    return "\n\n".join(part for part in parts if part)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."


def _cut(text: str) -> str:
    return text if len(text) <= DESCRIPTION_LENGTH else text[: DESCRIPTION_LENGTH - 1] + ELLIPSIS
