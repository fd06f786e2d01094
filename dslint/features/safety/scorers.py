"""Scorers: anything that gives each label of a text a number from 0 to 1. One process of a run loads it."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from xxhash import xxh3_128_hexdigest

from dslint.api import Unusable
from dslint.features.embedding.encoders import content_digest
from dslint.features.safety.settings import SafetySettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNSAFE: Final = "unsafe"
"""The label of a function that gives one number for each text."""
_LONGEST: Final = 512
_AROUND: Final = 2
"""Positions that models of RoBERTa's kind set aside."""


class Scorer(Protocol):
    """Gives each label of a text a number."""

    @property
    def labels(self) -> tuple[str, ...]:
        """What the columns stand for; known once something was scored."""
        ...

    @property
    def device(self) -> str:
        """Where it runs; empty where that tells nothing."""
        ...

    def score(self, texts: list[str]) -> NDArray[np.float32]:
        """Return ``float32[n, labels]``."""
        ...


def scorer_identity(settings: SafetySettings) -> str:
    """Return what decides the scores: a model's files and how it is run, or the code of a function's file."""
    place = settings.place
    if place is not None and settings.kind == "function":
        content = xxh3_128_hexdigest(place.read_bytes())  # it may change while a notebook runs
    else:
        content = settings.classifier if place is None else content_digest(place)
    return f"{settings.kind}:{settings.name}:{content}:{settings.max_tokens or ''}"


@lru_cache(maxsize=2)
def load_scorer(settings: SafetySettings, identity: str = "") -> Scorer:  # noqa: ARG001 - tells one content from others
    """Load what scores.

    Args:
        settings: Where it is.
        identity: Of what is there; the same is loaded once in a process.

    Raises:
        Unusable: If it is not there or cannot be used; nothing is downloaded unless ``download`` is set.
    """
    if settings.missing:
        raise Unusable(settings.missing)
    try:
        return _function(settings) if settings.kind == "function" else _model(settings)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, AttributeError, SyntaxError) as error:
        told = " ".join(str(error).split())[:120]
        raise Unusable(f"safety.classifier {settings.name!r} cannot be loaded: {told}") from error


@dataclass
class FunctionScorer:
    """A function of the user's that takes a list of texts.

    It returns a number for each, or a mapping of labels to numbers, with the same labels for all.

    Attributes:
        function: The function.
        labels: What it has given so far.
    """

    function: Callable[[list[str]], Sequence[Any]]
    labels: tuple[str, ...] = ()
    device: str = field(default="", init=False)

    def score(self, texts: list[str]) -> NDArray[np.float32]:
        """Call the function.

        Raises:
            Unusable: If it gives something else.
        """
        import numpy as np

        given = list(self.function(texts))
        if len(given) != len(texts):
            raise Unusable(f"safety.classifier gave {len(given)} scores for {len(texts)} texts")
        found = [each if isinstance(each, Mapping) else {UNSAFE: each} for each in given]
        self.labels = self.labels or tuple(sorted(map(str, found[0])))
        for each in found:
            if tuple(sorted(map(str, each))) != self.labels:
                raise Unusable("safety.classifier gives some texts other labels than others")
        try:
            return np.array([[float(each[label]) for label in self.labels] for each in found], dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise Unusable("safety.classifier gave something that is no number") from error


def _function(settings: SafetySettings) -> FunctionScorer:
    module, _, name = settings.classifier.rpartition(":")
    if settings.file is None:
        loaded: Any = importlib.import_module(module)
    else:
        spec = importlib.util.spec_from_file_location("dslint_safety_classifier", settings.file)
        assert spec is not None
        assert spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
    return FunctionScorer(getattr(loaded, name))


@dataclass(frozen=True)
class ModelScorer:
    """A text classifier of transformers'.

    Texts beyond the model's limit are cut into pieces, and the worst piece counts.

    Attributes:
        model: The model.
        tokenizer: Its tokenizer.
        labels: Its labels.
        device: Where it runs.
        batch_size: How many pieces it takes at a time.
        length: Tokens of a piece.
    """

    model: Any
    tokenizer: Any
    labels: tuple[str, ...]
    device: str
    batch_size: int
    length: int

    def score(self, texts: list[str]) -> NDArray[np.float32]:
        """Return the highest score that any piece of a text has, for each label."""
        import numpy as np

        pieces = self.tokenizer(texts, truncation=True, max_length=self.length, return_overflowing_tokens=True)
        owners = pieces.pop("overflow_to_sample_mapping", range(len(texts)))
        names = [name for name in self.tokenizer.model_input_names if name in pieces]
        found = np.zeros((len(texts), len(self.labels)), dtype=np.float32)
        # Pieces of about the same length go together, so that few are padded.
        order = sorted(range(len(owners)), key=lambda at: (len(pieces["input_ids"][at]), at))
        for start in range(0, len(order), self.batch_size):
            some = order[start : start + self.batch_size]
            batch = {name: [pieces[name][at] for at in some] for name in names}
            np.maximum.at(found, [owners[at] for at in some], self._batch(batch))
        return found

    def _batch(self, batch: Mapping[str, Any]) -> NDArray[np.float32]:
        import torch

        padded = self.tokenizer.pad(batch, return_tensors="pt").to(self.device)
        with torch.inference_mode():
            logits = self.model(**padded).logits.float()
        several = self.model.config.problem_type == "multi_label_classification" or len(self.labels) == 1
        scores = torch.sigmoid(logits) if several else torch.softmax(logits, dim=-1)
        return cast("NDArray[np.float32]", scores.cpu().numpy())


def _model(settings: SafetySettings) -> ModelScorer:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging

    place = settings.place or _download(settings.classifier)
    cast(Any, logging).disable_progress_bar()
    cast(Any, logging).set_verbosity_error()
    tokenizer: Any = AutoTokenizer.from_pretrained(str(place), local_files_only=True)
    model: Any = AutoModelForSequenceClassification.from_pretrained(str(place), local_files_only=True)
    device = _device() if settings.device == "auto" else settings.device
    labels = tuple(str(model.config.id2label[number]) for number in range(model.config.num_labels))
    positions = getattr(model.config, "max_position_embeddings", 0) or _LONGEST
    length = min(settings.max_tokens or _LONGEST, tokenizer.model_max_length, positions - _AROUND)
    return ModelScorer(model.eval().to(device), tokenizer, labels, device, settings.batch_size, length)


def _download(name: str) -> Path:
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, allow_patterns=["*.json", "*.txt", "*.safetensors", "*.model"]))


def _device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
