"""Put the vectors of texts into a store; what is stored is not encoded again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dslint.api import Record, Unusable
from dslint.features.embedding.encoders import load_encoder, model_identity
from dslint.features.embedding.given import GivenVectors, given_vectors
from dslint.features.embedding.settings import EmbeddingSettings
from dslint.features.embedding.store import VectorStore, open_store, stored_in, text_keys
from dslint.features.embedding.vectors import Encoded, EncodingState, text_of
from dslint.model.naming import full_name

if TYPE_CHECKING:
    from numpy.typing import NDArray


def vectors_of(texts: Sequence[str], settings: EmbeddingSettings, vectors_dir: str = "") -> NDArray[np.float32]:
    """Return ``float32[n, d]``: unit vectors of ``texts``, zero for a blank one.

    For texts that are not those of a run's records, such as what they are compared with. Call it in the process of the
    run only: it may load the model.

    Args:
        texts: What to encode.
        settings: Which model; or a file of vectors of texts.
        vectors_dir: Folder of the vectors of earlier runs; empty keeps none.

    Raises:
        Unusable: If the model cannot be used, or a text has no vector in the file.
    """
    if settings.resolved_backend == "file":
        given = _given(settings, vectors_dir)
        if given.by != "text":
            raise Unusable(f"{settings.name} holds vectors of records; those of other texts need a column 'text'")
        encoded = Encoded(given.folder, by="text", keeps=given)
        return encoded.rows(text_keys(texts))
    folder, keeps = stored_in(vectors_dir, model_identity(settings))
    _encode(texts, settings, folder)
    return Encoded(folder, keeps=keeps).rows(text_keys(texts))


def add_records(
    state: EncodingState,
    records: Sequence[Record],
    settings: EmbeddingSettings,
    vectors_dir: str,
    *,
    answers: bool = False,
) -> Encoded:
    """Encode texts of records that are not stored yet, or look for them in a file; return where the vectors are.

    Raises:
        Unusable: If the model or the file cannot be used, or the vectors cannot be kept.
    """
    add = _add_given if settings.resolved_backend == "file" else _add_texts
    return add(state, records, settings, vectors_dir, answers=answers)


def _add_texts(
    state: EncodingState, records: Sequence[Record], settings: EmbeddingSettings, vectors_dir: str, *, answers: bool
) -> Encoded:
    if state.encoded is None:
        folder, keeps = stored_in(vectors_dir, model_identity(settings))
        state.encoded = Encoded(folder, answers=answers, keeps=keeps)
    store = _encode([text_of(record, answers=answers) for record in records], settings, state.encoded.folder)
    where = f" on {store.device}" if store.device else ""
    state.told = f"texts are encoded by {settings.name} ({settings.resolved_backend}){where}"
    return state.encoded


def _add_given(
    state: EncodingState, records: Sequence[Record], settings: EmbeddingSettings, vectors_dir: str, *, answers: bool
) -> Encoded:
    given = _given(settings, vectors_dir)
    if state.encoded is None:
        state.encoded = Encoded(given.folder, answers=answers, by=given.by, bases=state.bases, keeps=given)
        state.told = f"vectors of {given.width} numbers from {settings.name}, by {given.by}"
    encoded = state.encoded
    if answers:
        return encoded
    if given.by == "record":
        for record in records:
            base = state.bases.setdefault(record.ref.path, state.records)
            state.records = max(state.records, base + (record.ref.record or 0) + 1)
        return encoded
    known, _ = open_store(encoded.folder).find(keys := encoded.keys(records))
    absent = np.flatnonzero(~known & keys.any(axis=1))
    if len(absent):
        ref = records[absent[0]].ref
        raise Unusable(f"{settings.name} has no vector, by {given.by}, for {full_name(ref)}")
    return encoded


def complete(state: EncodingState, settings: EmbeddingSettings, vectors_dir: str) -> Encoded:
    """Return where the vectors are.

    Raises:
        Unusable: If a file has not one vector for each record.
    """
    if state.encoded is None:
        raise Unusable("there are no records to encode")
    if settings.resolved_backend != "file":
        try:
            open_store(state.encoded.folder).join()
        except OSError as error:
            raise Unusable(f"vectors cannot be kept: {error.strerror or error}") from error
        return state.encoded
    given = _given(settings, vectors_dir)
    if given.by == "record" and not state.encoded.answers and given.count != state.records:
        files = ", ".join(f"{path} from {base:,} on" for path, base in list(state.bases.items())[:5])
        raise Unusable(f"{settings.name} has {given.count:,} vectors for {state.records:,} records: {files}")
    return state.encoded


def _encode(texts: Sequence[str], settings: EmbeddingSettings, folder: str) -> VectorStore:
    store = open_store(folder)
    keys = text_keys(texts)
    known, _ = store.find(keys)
    wanted = np.flatnonzero(~known & keys.any(axis=1))
    _, first = np.unique(keys[wanted], axis=0, return_index=True)
    missing = wanted[np.sort(first)]
    if len(missing):
        encoder = load_encoder(settings)
        try:
            store.add(keys[missing], encoder.encode([texts[at] for at in missing]).astype(np.float16))
            store.note_device(encoder.device)
        except OSError as error:
            raise Unusable(f"vectors cannot be kept in {folder}: {error.strerror or error}") from error
    return store


def _given(settings: EmbeddingSettings, vectors_dir: str) -> GivenVectors:
    if settings.missing:
        raise Unusable(settings.missing)
    return given_vectors(Path(settings.model), vectors_dir)
