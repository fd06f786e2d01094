"""The published JSON Schema of the ``json`` report, generated from its types and the model's docstrings.

``python -m dslint.report.schema > docs/schema/report.schema.json`` writes it anew.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from typing import Any, Final

from dslint.model.finding import Finding, Notification, Related
from dslint.model.record import Dataset
from dslint.model.ref import Ref
from dslint.model.report import FileInfo, RuleInfo
from dslint.model.timings import Stage, Timings
from dslint.report.shape import SCHEMA_ID, ReportJson

_DESCRIBED_BY: Final[dict[str, type]] = {
    "LocationJson": Ref,
    "RelatedJson": Related,
    "FindingJson": Finding,
    "NotificationJson": Notification,
    "RuleJson": RuleInfo,
    "FileJson": FileInfo,
    "DatasetJson": Dataset,
    "StageJson": Stage,
    "TimingsJson": Timings,
}
# Where the report names a field otherwise than the model, or holds less than the model.
_FIELDS: Final = {("RelatedJson", "location"): "ref"}


def schema() -> dict[str, Any]:
    """Return the schema, JSON Schema draft 2020-12."""
    from pydantic import TypeAdapter

    made = TypeAdapter(ReportJson).json_schema()
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **_described("ReportJson", made, inspect.getdoc(ReportJson) or ""),
    }
    for name, definition in described.get("$defs", {}).items():
        own = definition.get("description", "")
        model = _DESCRIBED_BY.get(name)
        described["$defs"][name] = _described(name, definition, own, inspect.getdoc(model) or "" if model else own)
    return described


def attributes(docstring: str) -> dict[str, str]:
    """Return what the ``Attributes`` section of a docstring says of each attribute."""
    _, _, section = docstring.partition("Attributes:\n")
    found: dict[str, str] = {}
    name = ""
    for row in section.splitlines():
        if not row.strip():
            break
        if match := re.match(r"    (\$?\w+): (.*)", row):
            name, found[match[1]] = match[1], match[2]
        elif name:
            found[name] += f" {row.strip()}"
    return {name: text.replace("``None``", "``null``") for name, text in found.items()}


def _described(name: str, definition: dict[str, Any], own: str, fields: str | None = None) -> dict[str, Any]:
    known = attributes(own if fields is None else fields)
    properties = {}
    for field, value in definition["properties"].items():
        text = known.get(_FIELDS.get((name, field), field), "")
        properties[field] = {
            **{k: v for k, v in value.items() if k != "title"},
            **({"description": text} if text else {}),
        }
    summary = own.split("\n\n")[0].replace("\n", " ")
    return {**definition, "title": name.removesuffix("Json"), "description": summary, "properties": properties}


def main() -> None:
    """Write the schema to stdout."""
    sys.stdout.write(text())


def text() -> str:
    """Return the schema as it is published."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
