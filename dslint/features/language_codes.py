"""Codes and names of languages, and which are close."""

from __future__ import annotations

from typing import Final

_SAME: Final = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jw": "jv",
    "tl": "fil",
    "nb": "no",
    "nn": "no",
    "sh": "sr",
    "mo": "ro",
}
"""Codes of one language that detectors name differently."""
CLOSE: Final = (
    frozenset(("no", "da", "sv")),
    frozenset(("id", "ms")),
    frozenset(("hr", "sr", "bs", "sl", "mk", "bg")),
    frozenset(("cs", "sk")),
    frozenset(("es", "gl", "pt", "ca")),
    frozenset(("hi", "mr", "ne")),
    frozenset(("fa", "ar", "ur", "ps")),
    frozenset(("ru", "uk", "be")),
    frozenset(("nl", "af")),
)
"""Languages that detectors take for one another in short texts."""
_NAMES: Final = """
af=Afrikaans am=Amharic ar=Arabic as=Assamese az=Azerbaijani be=Belarusian bg=Bulgarian bn=Bengali bs=Bosnian
ca=Catalan cs=Czech cy=Welsh da=Danish de=German el=Greek en=English es=Spanish et=Estonian eu=Basque fa=Persian
fi=Finnish fil=Filipino fr=French ga=Irish gl=Galician gu=Gujarati he=Hebrew hi=Hindi hr=Croatian hu=Hungarian
hy=Armenian id=Indonesian is=Icelandic it=Italian ja=Japanese ka=Georgian kk=Kazakh kn=Kannada ko=Korean ku=Kurdish
ky=Kyrgyz la=Latin lt=Lithuanian lv=Latvian mk=Macedonian ml=Malayalam mn=Mongolian mr=Marathi ms=Malay mt=Maltese
ne=Nepali nl=Dutch no=Norwegian pa=Punjabi pl=Polish ps=Pashto pt=Portuguese ro=Romanian ru=Russian sa=Sanskrit
sd=Sindhi sk=Slovak sl=Slovenian so=Somali sq=Albanian sr=Serbian sv=Swedish sw=Swahili ta=Tamil te=Telugu tg=Tajik
th=Thai ti=Tigrinya tr=Turkish ug=Uyghur uk=Ukrainian ur=Urdu uz=Uzbek vi=Vietnamese yi=Yiddish yo=Yoruba zh=Chinese
zu=Zulu
"""
NAMES: Final = dict(pair.split("=") for pair in _NAMES.split())
"""English names by ISO 639 code."""


def base(code: str) -> str:
    """Return the code of a language without its region, one code for each language."""
    plain = code.lower().replace("_", "-").split("-")[0]
    return _SAME.get(plain, plain)
