"""Encoders: anything that turns texts into unit vectors. A model is loaded in one process of a run only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import xxhash

from dslint.api import Unusable
from dslint.features.embedding.settings import EmbeddingSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A hub's copy of a model often holds it in the forms of several frameworks.
_OTHER_FORMS: Final = ("openvino/*", "*.h5", "*.ot", "*.msgpack", "*.tflite", "*.mlmodel", "pytorch_model*.bin")


class Encoder(Protocol):
    """Turns texts into vectors."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Return ``float32[n, d]``: one row for each text."""
        ...


@dataclass(frozen=True)
class LoadedEncoder:
    """An encoder with what is told of it.

    Attributes:
        encoder: Makes the vectors.
        device: Where it runs.
    """

    encoder: Encoder
    device: str

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return ``float32[n, d]``, rows of length one (zero where a text gives no vector).

        Texts are given to the model by length, so that few of a batch are padded.

        Raises:
            Unusable: If the model gives rows of another number, or numbers that are not finite.
        """
        import numpy as np

        order = sorted(range(len(texts)), key=lambda at: (len(texts[at]), texts[at]))
        rows = np.asarray(self.encoder.encode([_sound(texts[at]) for at in order]), dtype=np.float32)
        if rows.ndim != 2 or len(rows) != len(texts):
            raise Unusable(f"the model gave an array of shape {rows.shape} for {len(texts)} texts")
        result = np.empty_like(rows)
        result[order] = unit_rows(rows)
        return result


def unit_rows(rows: NDArray[Any]) -> NDArray[np.float32]:
    """Return rows of length one; of length zero where a row is zero.

    Raises:
        Unusable: If a number is not finite.
    """
    import numpy as np

    rows = np.asarray(rows, dtype=np.float32)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(norms).all():
        raise Unusable(f"vector {int(np.flatnonzero(~np.isfinite(norms))[0])} holds numbers that are not finite")
    return cast("NDArray[np.float32]", rows / np.where(norms > 0, norms, 1))


def model_identity(settings: EmbeddingSettings) -> str:
    """Return what decides the vectors of a model: its files and how it is run."""
    place = settings.place
    files = "" if place is None else content_digest(place)
    return f"{settings.resolved_backend}:{settings.model if place is None else files}:{settings.max_tokens or ''}"


@lru_cache(maxsize=2)
def load_encoder(settings: EmbeddingSettings) -> LoadedEncoder:
    """Load the model.

    Raises:
        Unusable: If it is not there or cannot be used; nothing is downloaded unless ``download`` is set.
    """
    if settings.missing:
        raise Unusable(settings.missing)
    try:
        place = settings.place or _download(settings)
        load = {"sentence-transformers": _sentence_transformers, "model2vec": _model2vec, "onnx": _onnx}
        encoder, device = load[settings.resolved_backend](settings, place)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        told = " ".join(str(error).split())[:120]
        raise Unusable(f"embeddings: {settings.name!r} cannot be loaded: {told}") from error
    return LoadedEncoder(encoder, device)


def _sound(text: str) -> str:
    """Return ``text`` without lone surrogates, which tokenizers refuse."""
    return text.encode("utf-8", "replace").decode()


@lru_cache(maxsize=4)
def content_digest(place: Path) -> str:
    """Return a digest of a file, or of all files in a folder."""
    digest = xxhash.xxh3_128()
    for file in [place] if place.is_file() else sorted(each for each in place.rglob("*") if each.is_file()):
        digest.update(file.relative_to(place).as_posix().encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _download(settings: EmbeddingSettings) -> Path:
    from huggingface_hub import snapshot_download

    graphs = () if settings.backend == "onnx" else ("onnx/*", "*.onnx")
    return Path(snapshot_download(settings.model, ignore_patterns=[*_OTHER_FORMS, *graphs]))


def _sentence_transformers(settings: EmbeddingSettings, place: Path) -> tuple[Encoder, str]:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    cast(Any, logging).disable_progress_bar()
    cast(Any, logging).set_verbosity_error()
    device = None if settings.device == "auto" else settings.device
    model: Any = SentenceTransformer(str(place), device=device, local_files_only=True)
    if settings.max_tokens:
        model.max_seq_length = settings.max_tokens
    return _SentenceTransformer(model, settings.batch_size), str(model.device)


@dataclass(frozen=True)
class _SentenceTransformer:
    model: Any
    batch_size: int

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        return cast(
            "NDArray[np.float32]",
            self.model.encode(texts, batch_size=self.batch_size, show_progress_bar=False, convert_to_numpy=True),
        )


def _model2vec(settings: EmbeddingSettings, place: Path) -> tuple[Encoder, str]:
    from model2vec import StaticModel

    return _Model2Vec(StaticModel.from_pretrained(str(place), force_download=False), settings.max_tokens), "cpu"


@dataclass(frozen=True)
class _Model2Vec:
    model: Any
    max_tokens: int | None

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        # Its own processes would be spawned, and are slower below some ten thousand texts.
        return cast(
            "NDArray[np.float32]", self.model.encode(texts, max_length=self.max_tokens, use_multiprocessing=False)
        )


def _onnx(settings: EmbeddingSettings, place: Path) -> tuple[Encoder, str]:
    from dslint.features.embedding.onnx import load

    return load(settings, place)
