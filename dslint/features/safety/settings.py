"""The ``[safety]`` table of the configuration, and what has to be there for it to work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from dslint.api import kebab
from dslint.features.embedding.settings import fetched, may_be_name

Kind = Literal["field", "function", "model"]

EXTRA: Final = "dslint-llm[safety]"
_FIELD: Final = "field:"
_FUNCTION: Final = re.compile(r"[^:\\]*[\w]:[A-Za-z_]\w*")
_PACKAGES: Final = ("torch", "transformers")


class SafetySettings(BaseModel):
    """What tells how unsafe an answer is."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=kebab, validate_by_name=True, defer_build=True
    )

    classifier: str = Field(
        "",
        description="Folder of a text classifier of transformers', name of one on the hub that was fetched before, "
        "`field:NAME` for scores in the data, or `module:function` for code of your own.",
    )
    device: str = Field("auto", description="Where a model runs: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`.")
    batch_size: int = Field(32, ge=1, description="How many pieces of text the model takes at a time.")
    max_tokens: int | None = Field(None, ge=8, description="Tokens of a piece of text; by default the model's limit.")
    download: bool = Field(False, description="Whether a model that is not there may be fetched from the hub.")

    @property
    def kind(self) -> Kind:
        """What the classifier is."""
        if self.field:
            return "field"
        return "function" if _FUNCTION.fullmatch(self.classifier) else "model"

    @property
    def field(self) -> str:
        """The field or path of the scores; empty where the data holds none."""
        return self.classifier.removeprefix(_FIELD) if self.classifier.startswith(_FIELD) else ""

    @property
    def runs_code(self) -> bool:
        """Whether it names code that would be run."""
        return self.kind == "function"

    @property
    def file(self) -> Path | None:
        """The file of code that it names; nothing where it names an installed module."""
        path = Path(self.classifier.rpartition(":")[0])
        return path if path.suffix == ".py" else None

    @property
    def name(self) -> str:
        """The classifier's name without the folders above it."""
        return Path(self.classifier).name

    @property
    def place(self) -> Path | None:
        """Where what decides the scores is on this machine: a model's folder, a file of code; else nothing."""
        if self.kind == "function":
            return self.file or _source(self.classifier.rpartition(":")[0])
        path = Path(self.classifier)
        if not self.classifier or self.field:
            return None
        return path if path.exists() else fetched(self.classifier) if may_be_name(path) else None

    @property
    def places(self) -> Sequence[Path]:
        """Where the files are that decide the scores."""
        return [place for place in (self.place,) if place is not None]

    @property
    def missing(self) -> str:
        """What is missing to score answers; empty when nothing is."""
        if not self.classifier:
            return "set safety.classifier"
        if self.kind == "field":
            return ""
        if self.kind == "function":
            there = self.file is None or self.file.is_file()
            return "" if there else f"safety.classifier {self.classifier!r} names a file that is not there"
        if any(find_spec(name) is None for name in _PACKAGES):
            return f"install {EXTRA} to run {self.name}"
        if self.place is not None:
            return ""
        if not may_be_name(Path(self.classifier)):
            return f"safety.classifier {self.classifier!r} is not there"
        if not self.download:
            return f"fetch {self.classifier!r}, which is not on this machine, or set safety.download"
        return ""


def _source(module: str) -> Path | None:
    """Return the file of an installed module; this imports the packages around it."""
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin) if spec is not None and spec.origin and Path(spec.origin).is_file() else None
