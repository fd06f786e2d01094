"""The one module that a rule author imports, besides ``dslint.features``."""

from pydantic import Field

from dslint.api.condition import (
    Condition,
    Fact,
    HasRejected,
    HasTools,
    Shape,
    anywhere,
    formats,
    keys,
    part,
    shape,
    turns,
)
from dslint.api.entry import Preset, RuleEntry
from dslint.api.feature import DatasetFeature, Feature, Unusable, provided, setting
from dslint.api.function import Problem, rule
from dslint.api.hooks import hookimpl, rules_in
from dslint.api.rule import (
    Cluster,
    DamageRule,
    DatasetRule,
    Group,
    GroupRule,
    PairRule,
    RecordRule,
    Rule,
    kebab,
    shared,
)
from dslint.model.finding import Damage, DamageKind, Finding
from dslint.model.formats import FORMATS, ROLES, FieldSpec, Format
from dslint.model.record import Dataset, Message, Part, Record, Source, ToolCall
from dslint.model.ref import Ref, escape_pointer
from dslint.model.severity import Levels, Scope, Severity, Status, Target
from dslint.model.topics import TopicMap, TopicPoint

__all__ = [
    "FORMATS",
    "ROLES",
    "Cluster",
    "Condition",
    "Damage",
    "DamageKind",
    "DamageRule",
    "Dataset",
    "DatasetFeature",
    "DatasetRule",
    "Fact",
    "Feature",
    "Field",
    "FieldSpec",
    "Finding",
    "Format",
    "Group",
    "GroupRule",
    "HasRejected",
    "HasTools",
    "Levels",
    "Message",
    "PairRule",
    "Part",
    "Preset",
    "Problem",
    "Record",
    "RecordRule",
    "Ref",
    "Rule",
    "RuleEntry",
    "Scope",
    "Severity",
    "Shape",
    "Source",
    "Status",
    "Target",
    "ToolCall",
    "TopicMap",
    "TopicPoint",
    "Unusable",
    "anywhere",
    "escape_pointer",
    "formats",
    "hookimpl",
    "kebab",
    "keys",
    "part",
    "provided",
    "rule",
    "rules_in",
    "setting",
    "shape",
    "shared",
    "turns",
]
