"""Put the scores of texts into a store; what is stored is not scored again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dslint.api import Unusable
from dslint.features.embedding.store import open_store, stored_in, text_keys
from dslint.features.safety.answers import Scores, read_labels
from dslint.features.safety.scorers import load_scorer, scorer_identity
from dslint.features.safety.settings import SafetySettings


def add_scores(
    scores: Scores | None, texts: Sequence[str], settings: SafetySettings, vectors_dir: str
) -> tuple[Scores, str]:
    """Score texts that are not known yet, and return where scores are, and what is told of it.

    Raises:
        Unusable: If the classifier cannot be used, or the scores cannot be kept.
    """
    identity = scorer_identity(settings)
    if scores is None:
        folder, keeps = stored_in(vectors_dir, identity)
        scores = Scores(folder, read_labels(folder), keeps)
    store = open_store(scores.folder)
    keys = text_keys(texts)
    known, _ = store.find(keys)
    wanted = np.flatnonzero(~known)
    _, first = np.unique(keys[wanted], axis=0, return_index=True)
    missing = wanted[np.sort(first)]
    if len(missing):
        scorer = load_scorer(settings, identity)
        rows = scorer.score([_sound(texts[at]) for at in missing])
        if not np.isfinite(rows).all():
            raise Unusable(f"safety.classifier {settings.name!r} gave numbers that are not finite")
        if scores.labels and scores.labels != scorer.labels:
            raise Unusable(f"safety.classifier {settings.name!r} gives other labels than it gave before")
        scores = Scores(scores.folder, scorer.labels, scores.keeps)
        try:
            store.add(keys[missing], rows.astype(np.float16))
            store.note_device(scorer.device)
            (Path(scores.folder) / "labels").write_text(json.dumps(scores.labels), encoding="utf-8")
        except OSError as error:
            raise Unusable(f"scores cannot be kept: {error.strerror or error}") from error
    where = f" on {store.device}" if store.device else ""
    return scores, f"answers are scored by {settings.name}{where}"


def _sound(text: str) -> str:
    """Return ``text`` without lone surrogates, which tokenizers refuse."""
    return text.encode("utf-8", "replace").decode()
