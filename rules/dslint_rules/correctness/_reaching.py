"""References to what a model cannot see, and what prompts want of them."""

from __future__ import annotations

import re
from typing import Final

from dslint.features.patterns import expression

URL: Final = r"(?:https?://|www\.)[^\s<>\"'|]+"
_KINDS: Final = (
    r"picture|image|photo(?:graph)?|screenshot|video|audio|song|painting|drawing|file|document|article|link|attachment"
    r"|attached|chart|graph|diagram|pdf|spreadsheet|map|bild|foto|datei|anhang|artikel|imagen|archivo|adjunto|artículo"
    r"|photographie|fichier|pièce jointe|图片|照片|附件|视频|链接|画像|添付"
)
PLACEHOLDER: Final = (
    rf"!\[[^\]\n]{{0,80}}\]\([^)\s]{{1,400}}\)"
    rf"|[<\[(](?:the |an? |insert |link to |attached |see )?(?:{_KINDS})\b[^>\])\n]{{0,200}}[>\])]"
    rf"|<img\b[^>\n]{{0,400}}>"
)
CANDIDATE: Final = rf"(?i)https?://|www\.|!\[|<img\b|[<\[(](?:the |an? |insert |link to |attached |see )?(?:{_KINDS})"
"""What every reference has in it, for RE2."""

_LABEL: Final = (
    r"(?:[^\W\d_][\w ]{0,24}[:\uff1a]\s*|(?:the )?(?:link|url|article|website|video|image|photo|source) ?(?:is|at)? )?"
)
WHOLE: Final = expression(rf"\s*(?:{_LABEL}[<(\[\"']*(?:{URL}|{PLACEHOLDER})[>)\]\"'.]*[\s,;]*){{1,4}}", re.IGNORECASE)
"""An input that is nothing but references."""

FOUND: Final = expression(f"{PLACEHOLDER}|{URL}", re.IGNORECASE)
BRACKETED: Final = expression(PLACEHOLDER, re.IGNORECASE)
MARKER: Final = expression(
    r"<(?:image|video|audio|img|picture|photo|file)(?:_?\d+)?>|\[(?:image|img|video|audio)\]", re.IGNORECASE
)
"""What multimodal templates replace by the media."""

WANTS_CONTENT: Final = expression(
    r"\b(?:summar\w*|describ\w*|descri(?:be|ption)|read|visit|watch|listen|review\w*|evaluat\w*|analy[sz]\w*|rate"
    r"|outline"
    r"|main (?:points?|ideas?|instrument)|key (?:points?|takeaways?)|contents?|paraphras\w*|critique|caption"
    r"|transcri\w*"
    r"|translat\w*|rewrite|edit|improve\w*|comment|according to|based on|(?:the|this|an?|following|given|provided) "
    r"(?:\w+ )?(?:article|photo|image|picture|painting|song|video|trailer|pattern|artwork|design|piano piece|shape"
    r"|figure|drawing)"
    r"|zusammenfass\w*|fass\w*|beschreib\w*|lies|lesen|analysier\w*|bewerte\w*|résum\w*|décri\w*|lis\w*"
    r"|analyse\w*|resum\w*|describ\w*|lee|analiza\w*|tradu\w*)\b"
    r"|总结|概括|描述|阅读|分析|评价|翻译|要約|説明し",
    re.IGNORECASE,
)
"""Tasks that need what is behind the reference."""

WANTS_ADDRESS: Final = expression(
    r"\b(?:domain\w*|host ?names?|hyperlinks?|uri|parse|regex\w*|regular expression|html|css|code|script|function"
    r"|program"
    r"|python|java\w*|curl|ajax|requests?|api|endpoint|scrap\w*|crawl\w*|button|download|shorten|qr|markdown"
    r"|redirect\w*"
    r"|citation|cite|bibliograph\w*|reference list|apa|mla|valid\w*|phishing|safe|classify (?:the|a"
    r"|this) (?:web ?)?site|(?:web ?)?site[^.\n]{0,20} classify"
    r"|link element|anchor|tag|sql|library|package|framework|install\w*|repository|github)\b|https?://\S*github"
    r"|域名|代码|程序|脚本|函数|链接地址",
    re.IGNORECASE,
)
"""Tasks about the address itself, or about code that opens it."""

DECLINES: Final = expression(
    r"\b(?:unable|can(?:not|['\u2019]t| not)|could(?: not|n['\u2019]t)|not able|do(?: not"
    r"|n['\u2019]t) have (?:the )?(?:access|ability"
    r"|capab\w+)|no access|sorry|unfortunately|please (?:provide|paste|share|upload|attach)|kann (?:ich )?(?:nicht"
    r"|keine\w?)"
    r"|leider|bitte|désolé\w?|je ne (?:peux|suis)|malheureusement|lo siento|no puedo|lamentablemente)\b"
    r"|无法|不能|抱歉|对不起|请提供|できません",
    re.IGNORECASE,
)
"""Answers that say that it cannot be seen."""
