"""Sentence encoders as ONNX graphs: a folder with ``tokenizer.json`` and a graph, run by onnxruntime."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dslint.features.embedding.settings import EmbeddingSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DEFAULT_TOKENS: Final = 256
_PREFERRED: Final = ("model_quantized.onnx", "model_int8.onnx", "model.onnx")


@dataclass(frozen=True)
class OnnxEncoder:
    """Runs a graph with the inputs of BERT, and averages its token vectors where it does not pool by itself.

    Attributes:
        session: The ``onnxruntime.InferenceSession``.
        tokenizer: The ``tokenizers.Tokenizer``, which pads and cuts.
        batch_size: How many texts it takes at a time.
    """

    session: Any
    tokenizer: Any
    batch_size: int

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Return ``float32[n, d]``."""
        blocks = [
            self._encode(texts[start : start + self.batch_size]) for start in range(0, len(texts), self.batch_size)
        ]
        return np.concatenate(blocks) if blocks else np.empty((0, 0), dtype=np.float32)

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        encoded = self.tokenizer.encode_batch(texts)
        mask = np.array([each.attention_mask for each in encoded], dtype=np.int64)
        given = {
            "input_ids": np.array([each.ids for each in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([each.type_ids for each in encoded], dtype=np.int64),
        }
        wanted = {each.name: given[each.name] for each in self.session.get_inputs()}
        output: NDArray[np.float32] = self.session.run(None, wanted)[0]
        if output.ndim == 2:
            return output
        weights = mask[:, :, None].astype(np.float32)
        pooled: NDArray[np.float32] = (output * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
        return pooled


def load(settings: EmbeddingSettings, path: Path) -> tuple[OnnxEncoder, str]:
    """Load a graph and its tokenizer.

    Args:
        settings: How to run it.
        path: The graph, or a folder that holds it.

    Raises:
        OSError: If a file is not there.
    """
    import onnxruntime
    from tokenizers import Tokenizer

    folder = path if path.is_dir() else path.parent
    tokenizer: Any = Tokenizer.from_file(str(_tokenizer(folder)))
    tokenizer.enable_truncation(settings.max_tokens or _limit(folder))
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id("[PAD]") or 0, pad_token="[PAD]")  # noqa: S106 - a token of text
    available = onnxruntime.get_available_providers()
    cuda = settings.device.startswith("cuda") or settings.device == "auto"
    providers = [name for name in ("CUDAExecutionProvider",) if cuda and name in available] + ["CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(str(_graph(path)), providers=providers)
    device = "cuda" if session.get_providers()[0].startswith("CUDA") else "cpu"
    return OnnxEncoder(session, tokenizer, settings.batch_size), device


def _graph(path: Path) -> Path:
    if path.is_file():
        return path
    found = sorted(path.rglob("*.onnx"), key=lambda each: (each.name not in _PREFERRED, each.as_posix()))
    if not found:
        raise FileNotFoundError(f"{path.name} holds no .onnx file")
    return found[0]


def _tokenizer(folder: Path) -> Path:
    for each in (folder / "tokenizer.json", folder.parent / "tokenizer.json"):
        if each.is_file():
            return each
    raise FileNotFoundError(f"{folder.name} holds no tokenizer.json")


def _limit(folder: Path) -> int:
    config = folder / "sentence_bert_config.json"
    if config.is_file():
        return int(json.loads(config.read_bytes()).get("max_seq_length") or _DEFAULT_TOKENS)
    return _DEFAULT_TOKENS
