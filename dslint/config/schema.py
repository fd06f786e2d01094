"""JSON Schema of the configuration, for editors: from the model and from every rule's options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from dslint.api import RuleEntry, Severity
from dslint.api.requests import feature_settings, features
from dslint.config.model import Configuration
from dslint.config.resolve import ALL, SEVERITY, shared_options

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_SELECTORS: Final = ("select", "extend-select", "ignore", "extend-ignore")


def json_schema(rules: Mapping[str, RuleEntry], presets: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a configuration file with these rules and presets."""
    entries = sorted(rules.values(), key=lambda entry: entry.id)
    models: list[type[BaseModel]] = [Configuration, *(entry.rule for entry in entries)]
    references, definitions = models_json_schema([(m, "validation") for m in models], by_alias=True)
    defs: dict[str, Any] = definitions["$defs"]
    names = {model: references[model, "validation"]["$ref"].rpartition("/")[2] for model in models}
    root = defs.pop(names[Configuration])
    properties: dict[str, Any] = root["properties"]
    for entry in entries:
        table = _rule_table(entry, defs[names[entry.rule]])
        shared = {key: table["properties"][key] for key in shared_options(entry.rule)}
        settings = [s for f in features(entry.rule) for s in feature_settings(f)]
        shared |= {s.key: TypeAdapter(s.type).json_schema() for s in settings if s.key not in shared}
        properties.update({key: schema for key, schema in shared.items() if key not in properties})
    properties["rules"] = {
        "type": "object",
        "description": properties["rules"]["description"],
        "properties": {entry.id: {"$ref": f"#/$defs/{names[entry.rule]}"} for entry in entries},
        # Rules of other plugins and of the project itself.
        "patternProperties": {"/": {"type": "object"}},
        "additionalProperties": False,
    }
    for key, table in properties.items():
        properties[key] = _tidy(table)
    defs["Selector"] = _known(sorted({*rules, *(entry.family for entry in entries), ALL}))
    defs["PresetName"] = _known(sorted(presets))
    for key in _SELECTORS:
        _refer(properties[key], "Selector")
    _refer(properties["per-file-ignores"]["additionalProperties"], "Selector")
    _refer(properties["preset"], "PresetName")
    return {
        "$schema": DIALECT,
        "title": "dslint",
        **{k: v for k, v in root.items() if k != "title"},
        "additionalProperties": False,
        "properties": dict(sorted(properties.items())),
        "$defs": dict(sorted(defs.items())),
    }


def _rule_table(entry: RuleEntry, table: dict[str, Any]) -> dict[str, Any]:
    own = {key: _tidy(option) for key, option in table.get("properties", {}).items()}
    severity = {"enum": list(Severity), "description": f"Its level; {entry.rule.severity} by default."}
    table["properties"] = {**own, SEVERITY: severity}
    table.pop("title", None)
    table["description"] = (entry.rule.__doc__ or "").strip().partition("\n")[0]
    return table


def _known(names: list[str]) -> dict[str, Any]:
    """Let editors offer ``names``; plugins and local rules add others."""
    return {"anyOf": [{"enum": names}, {"type": "string"}]}


def _refer(schema: dict[str, Any], name: str) -> None:
    """Say what the strings of a list are, also where one may stand for the list."""
    reference = {"$ref": f"#/$defs/{name}"}
    for part in [schema, *schema.get("anyOf", ())]:
        if part.get("type") == "array":
            part["items"] = reference
    if "anyOf" in schema:
        schema["anyOf"] = [reference if part == {"type": "string"} else part for part in schema["anyOf"]]


def _tidy(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out titles that repeat the key, and null, which TOML does not know."""
    own = {"title", "x-shared", "x-reads"}
    kept = {k: v for k, v in schema.items() if k not in own and not (k == "default" and v is None)}
    some = [part for part in kept.get("anyOf", ()) if part != {"type": "null"}]
    if len(some) == 1:
        return {**some[0], **{k: v for k, v in kept.items() if k != "anyOf"}}
    return {**kept, "anyOf": some} if some else kept
