"""The ``[embeddings]`` table of the configuration, and what has to be there for it to work."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from dslint.api import kebab

Backend = Literal["sentence-transformers", "model2vec", "onnx", "file"]

SHELF: Final = "vectors"
"""Name of the folder of vectors in that of what earlier runs have kept."""
VECTOR_FILES: Final = (".npy", ".parquet", ".jsonl")
_EXTRA: Final = {"onnx": "dslint-llm[onnx]"}
_SEMANTIC: Final = "dslint-llm[semantic]"
_PACKAGES: Final[dict[Backend, tuple[str, ...]]] = {
    "sentence-transformers": ("sentence_transformers",),
    "model2vec": ("model2vec",),
    "onnx": ("onnxruntime", "tokenizers"),
    "file": (),
}


class EmbeddingSettings(BaseModel):
    """How texts become vectors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=kebab, validate_by_name=True, defer_build=True
    )

    model: str = Field(
        "",
        description="Folder of a model, name of one on the hub that was fetched before, or a file of vectors.",
        json_schema_extra={"x-path": True},
    )
    backend: Backend | None = Field(None, description="What runs the model; by default the model's files say it.")
    device: str = Field("auto", description="Where a model runs: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`.")
    batch_size: int = Field(64, ge=1, description="How many texts the model takes at a time.")
    max_tokens: int | None = Field(None, ge=8, description="Tokens of a text that count; by default the model's limit.")
    download: bool = Field(False, description="Whether a model that is not there may be fetched from the hub.")
    propose: str = Field(
        "",
        description="A cheap model, named as `model` is: only what it finds similar is encoded and compared.",
        json_schema_extra={"x-path": True},
    )
    propose_from: float = Field(0.7, ge=0, le=1, description="Cosine from which on cheap vectors are similar.")

    @property
    def resolved_backend(self) -> Backend:
        """The backend that is set, or the one that the model's files ask for."""
        return self.backend or _guess(self.place or Path(self.model))

    @property
    def name(self) -> str:
        """The model's name without the folders above it."""
        return Path(self.model).name if Path(self.model).exists() else self.model

    @property
    def place(self) -> Path | None:
        """Where the model's files, or the vectors, are on this machine; nothing where they are not."""
        path = Path(self.model)
        if not self.model or path.exists():
            return path if self.model else None
        return fetched(self.model) if may_be_name(path) else None

    @property
    def places(self) -> Sequence[Path]:
        """Where the files are that decide what the vectors are, and which are compared."""
        named = (self.place, self.proposer.place if self.proposer else None)
        return [place for place in named if place is not None]

    @property
    def proposer(self) -> EmbeddingSettings | None:
        """How the cheap vectors are made that tell which questions are compared; nothing where all are."""
        if not self.propose:
            return None
        return self.model_copy(update={"model": self.propose, "propose": "", "backend": None, "max_tokens": None})

    @property
    def missing(self) -> str:
        """What is missing to encode; empty when nothing is."""
        if not self.model:
            return "set embeddings.model"
        backend = self.resolved_backend
        if any(find_spec(name) is None for name in _PACKAGES[backend]):
            return f"install {_EXTRA.get(backend, _SEMANTIC)} to run {self.name}"
        if self.place is not None:
            return ""
        if backend == "file" or not may_be_name(Path(self.model)):
            return f"embeddings: {self.model!r} is not there"
        if not self.download:
            return f"fetch {self.model!r}, which is not on this machine, or set embeddings.download"
        return ""


def may_be_name(path: Path) -> bool:
    """Whether what looks like a path may be the name of a model on the hub."""
    return not path.is_absolute() and len(path.parts) <= 2 and path.suffix not in VECTOR_FILES


def fetched(name: str) -> Path | None:
    """Return where a model of the hub lies that was fetched before; this looks at the disk only."""
    if find_spec("huggingface_hub") is None:
        return None
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for each in (name,) if "/" in name else (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(each, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError):
            continue
    return None


def _guess(path: Path) -> Backend:
    if path.suffix in VECTOR_FILES:
        return "file"
    if path.suffix == ".onnx":
        return "onnx"
    if path.is_dir():
        if _is_static(path / "config.json"):  # has a modules.json as well
            return "model2vec"
        if (path / "modules.json").is_file():
            return "sentence-transformers"
        if next(path.rglob("*.onnx"), None) is not None:
            return "onnx"
    return "sentence-transformers"


def _is_static(config: Path) -> bool:
    return config.is_file() and b'"model2vec"' in config.read_bytes()
