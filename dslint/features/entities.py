"""Names and numbers of people that Presidio finds with a language model of spaCy's, where patterns do not reach."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Final, NamedTuple

from dslint.api import Unusable

EXTRA: Final = "dslint-llm[pii]"
MAX_CHARACTERS: Final = 100_000
"""Of longer texts only the beginning is read: a parser takes memory by the character."""

# These ask the network for the list of top-level domains.
_ONLINE: Final = ("EmailRecognizer", "UrlRecognizer")


class Entity(NamedTuple):
    """Something that is found.

    Attributes:
        kind: As Presidio calls it: ``PERSON``, ``US_PASSPORT``.
        start: Where it begins.
        end: Where it ends.
        score: How sure Presidio is.
    """

    kind: str
    start: int
    end: int
    score: float


def missing_analyzer(model: str) -> str:
    """Return what is missing to find entities with a model; empty when nothing is."""
    if not model:
        return "set model to an installed model of spaCy's"
    if find_spec("presidio_analyzer") is None:
        return f"install {EXTRA}"
    if not model.isidentifier() or find_spec(model) is None:
        return f"install the spaCy model {model!r}"
    return ""


def entities_in(text: str, model: str, kinds: Sequence[str], at_least: float) -> list[Entity]:
    """Return the entities of ``kinds`` in a text, in order.

    Args:
        text: The text.
        model: Name of an installed model of spaCy's, which begins with its language.
        kinds: As Presidio calls them.
        at_least: Least score.

    Raises:
        Unusable: The model cannot be loaded, or finds nothing of a kind.
    """
    analyzer = _analyzer(model)
    language = _language(model)
    known = analyzer.get_supported_entities(language)
    if unknown := [kind for kind in kinds if kind not in known]:
        raise Unusable(f"Presidio knows no {unknown[0]!r} with {model}; it knows {', '.join(sorted(known))}"[:300])
    found = analyzer.analyze(text[:MAX_CHARACTERS], language=language, entities=list(kinds), score_threshold=at_least)
    return sorted(
        (Entity(e.entity_type, e.start, e.end, e.score) for e in found), key=lambda e: (e.start, e.end, e.kind)
    )


def _language(model: str) -> str:
    return model.partition("_")[0]


@lru_cache(maxsize=1)
def _analyzer(model: str) -> Any:
    """Load a model; Presidio itself would fetch one that is not there."""
    if missing := missing_analyzer(model):
        raise Unusable(missing)
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    language = _language(model)
    try:
        pipeline = spacy.load(model, exclude=["parser"])  # Presidio looks for lemmas around what it finds
    except (OSError, ValueError) as error:
        raise Unusable(f"the spaCy model {model!r} cannot be loaded: {' '.join(str(error).split())[:120]}") from error
    engine = SpacyNlpEngine(models=[{"lang_code": language, "model_name": model}])
    engine.nlp = {language: pipeline}
    registry = RecognizerRegistry(supported_languages=[language])
    registry.load_predefined_recognizers(languages=[language], nlp_engine=engine)
    for name in _ONLINE:
        registry.remove_recognizer(name)
    return AnalyzerEngine(nlp_engine=engine, registry=registry, supported_languages=[language])
