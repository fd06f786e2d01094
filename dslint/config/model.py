"""The configuration's own keys: type, bounds, default and meaning of each, once.

Besides these, every option that a rule declares with ``dslint.api.shared``, and every setting that a feature declares
with ``dslint.api.setting``, is a key of its name.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dslint.api import FORMATS, Severity, Target, kebab
from dslint.config.errors import suggest

_FORMATS: Final = tuple(name for name in FORMATS if name != "unknown")


def _known_format(name: str) -> str:
    if name not in _FORMATS:
        raise ValueError(f"{name!r} is not one of {', '.join(_FORMATS)}{suggest(name, _FORMATS)}")
    return name


def field_names(format: str | None = None) -> frozenset[str]:
    """Return the fields that records of a format, or of any, may have."""
    some = FORMATS.values() if format is None else [FORMATS[format]]
    return frozenset(name for each in some for field in each.fields for name in (field.name, *field.alternatives))


def _one_or_many(schema: dict[str, Any]) -> None:
    items = schema.pop("items")
    schema["anyOf"] = [items, {"type": schema.pop("type"), "items": items}]


FormatName = Annotated[str, AfterValidator(_known_format), Field(json_schema_extra={"enum": list(_FORMATS)})]
FailOn = Literal["error", "warning", "note", "never"]
Engine = Literal["local", "ray"]
Split = Literal["train", "validation", "test", ""]
Names = tuple[str, ...]

LISTED: Final = ("preset", "output-format")
"""Keys of lists that may be written as one string."""


class DatasetTable(BaseModel):
    """What is trained on together."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=kebab, validate_by_name=True, defer_build=True
    )

    name: str = Field(min_length=1, description="Its name in findings.")
    files: Names = Field(min_length=1, description="Glob patterns of its files.")
    split: Split = Field("", description="Which split its files are; by default their names say it.")
    format: FormatName | None = Field(None, description="Record format; by default the records say it.")
    columns: dict[str, str] = Field(
        {},
        description='Which key of the file stands for which field of the format: `instruction = "task"`.',
        json_schema_extra={"propertyNames": {"enum": [*sorted(field_names())]}},
    )


class Configuration(BaseModel):
    """dslint's configuration."""

    # Where no setting is given there is nothing to validate.
    model_config = ConfigDict(
        frozen=True, extra="allow", alias_generator=kebab, validate_by_name=True, defer_build=True
    )

    extend: str | None = Field(
        None, description="Another configuration file that this one builds on, relative to this file."
    )
    preset: Names = Field(
        (),
        description="Named selections with options to start from; of several the last wins.",
        json_schema_extra=_one_or_many,
    )
    select: Names | None = Field(
        None,
        description="Rules to run: ids, families, plugin names or ALL. By default every stable rule that is on.",
    )
    extend_select: Names = Field((), description="Rules to run besides those of `select`.")
    ignore: Names = Field((), description="Rules not to run; of two selectors the more exact one wins.")
    extend_ignore: Names = Field((), description="The same as `ignore`, for use beside an inherited one.")
    per_file_ignores: dict[str, Names] = Field(
        {}, description="Glob pattern of files to the rules not to report there."
    )
    preview: bool = Field(False, description="Whether families and ALL include preview rules.")
    rules: dict[str, dict[str, Any]] = Field({}, description="Options and severity of each rule, by its id.")
    target: Target = Field(Target.GENERIC, description="The trainer whose behaviour decides how bad a defect is.")
    fail_on: FailOn = Field("error", description="The severity from which on the exit code is 1.")
    include: Names | None = Field(None, description="Glob patterns of the files to read in the folders that are given.")
    exclude: Names | None = Field(None, description="Glob patterns of files and folders to leave out.")
    extend_exclude: Names = Field((), description="More to leave out, besides `exclude`.")
    respect_gitignore: bool = Field(True, description="Whether to leave out what git ignores.")
    force_exclude: bool = Field(
        False,
        description="Whether files that are named are left out, too, where they are excluded or are no datasets.",
    )
    datasets: tuple[DatasetTable, ...] = Field(
        (), description="What is trained on together; by default all files of one split."
    )
    per_file: bool = Field(False, description="Whether each file is a dataset of its own.")
    formats: dict[str, FormatName] = Field(
        {}, description="Glob pattern of files to the record format to read them as."
    )
    local_rules: Names = Field((), description="Python files with rules of this project, relative to this file.")
    jobs: int = Field(
        0, ge=0, description="How many processes to use; 0 means one for small data, else one for each processor."
    )
    engine: Engine = Field(
        "local", description="Where shards are read: in processes on this machine, or as tasks of a Ray cluster."
    )
    ray_address: str = Field(
        "", description="Where the Ray cluster is, as `host:port`; by default the one that Ray finds, else a new one."
    )
    cache: bool = Field(True, description="Whether to keep what was found, for files that do not change.")
    cache_dir: str = Field(
        "", description="Folder to keep it in, relative to this file; by default the user's own cache folder."
    )
    group_memory: int = Field(
        512,
        ge=0,
        description="Megabytes of memory for the keys of records that are compared; the rest goes to temporary files.",
    )
    group_disk: int = Field(
        0,
        ge=0,
        description="Megabytes that these files may take; 0 means nine tenths of what is free.",
    )
    spill_dir: str = Field(
        "",
        description="Folder of all temporary files of a run, relative to this file; by default the system's.",
    )
    output_format: Names = Field(
        (),
        description="Reports to write, each with an optional path: `sarif:out.sarif`.",
        json_schema_extra=_one_or_many,
    )
    max_findings: int = Field(0, ge=0, description="How many findings a report shows at most; 0 means all.")

    @property
    def threshold(self) -> Severity | None:
        """The severity from which on a run fails; ``None`` never."""
        return None if self.fail_on == "never" else Severity(self.fail_on)
