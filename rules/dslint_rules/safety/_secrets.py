"""What keys, tokens and passwords look like."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from dslint.features.patterns import expression

TOKENS: Final[Mapping[str, str]] = {
    "AWS access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[0-9A-Za-z_]{60,}\b",
    "GitLab token": r"\bglpat-[0-9A-Za-z_-]{20,}",
    "Anthropic key": r"\bsk-ant-[A-Za-z0-9_-]{30,}",
    "OpenAI key": r"\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}",
    "Slack token": r"\bxox[abeprs]-[0-9]{6,20}-[A-Za-z0-9-]{10,}",
    "Slack webhook": r"hooks\.slack\.com/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{20,28}",
    "Google API key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "Google client secret": r"\bGOCSPX-[0-9A-Za-z_-]{28}\b",
    "Stripe key": r"\b[sr]k_live_[0-9A-Za-z]{20,}",
    "Hugging Face token": r"\bhf_[A-Za-z0-9]{34,40}\b",
    "npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "PyPI token": r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}",
    "SendGrid key": r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b",
    "Telegram bot token": r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b",
    "DigitalOcean token": r"\bdop_v1_[a-f0-9]{64}\b",
    "Databricks token": r"\bdapi[a-f0-9]{32}\b",
    "JSON web token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}",
    "private key": r"-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s){1,4}[A-Za-z0-9+/:=., \n\\-]{60}",
}
"""Expressions, in RE2's syntax, of what only is a secret of its kind."""

SCREEN: Final = (
    r"AKIA[0-9A-Z]|ASIA[0-9A-Z]|gh[pousr]_[A-Za-z0-9]|github_pat_|glpat-|sk-[A-Za-z0-9_-]{9}|xox[abeprs]-[0-9]"
    r"|hooks\.slack\.com/services/T|AIza[0-9A-Za-z_-]{9}|GOCSPX-|[sr]k_live_|hf_[A-Za-z0-9]{9}|npm_[A-Za-z0-9]{9}"
    r"|pypi-AgEI"
    r"|SG\.[A-Za-z0-9_-]{9}|[0-9]:AA[A-Za-z0-9_-]{9}|dop_v1_|dapi[a-f0-9]{9}|eyJ[A-Za-z0-9_-]{9}|PRIVATE KEY"
    r"|://[^\s/:@]+:[^\s/@]+@"
    r"|(?i:key|secret|token|passwd|password)[\"']?\s*(?:=>|[:=])\s*[\"'][A-Za-z0-9_\-/+=.]{16}"
)
"""What stands in every text that holds one of them; short, for it is matched against every text."""

URL: Final = r"\b[a-z][a-z0-9+]+://[^\s/:@\"'<>{}$*]+:[^\s/:@\"'<>{}$*\[\]]{4,}@[A-Za-z0-9.-]{3,}"
ASSIGNED: Final = (
    r"(?i)\b[a-z_-]*(?:api[_-]?key|secret(?:[_-]?(?:access[_-]?)?key)?|client[_-]?secret|access[_-]?token"
    r"|auth[_-]?token"
    r"|passw(?:or)?d|private[_-]?token)[\"']?\s{0,3}(?:=>|[:=])\s{0,3}[\"'][A-Za-z0-9_\-/+=.]{16,}[\"']"
)
"""A name for a secret, with a quoted value that may be one."""
VALUE: Final = expression(r"[:=>]\s{0,3}[\"']([^\"']+)[\"']$")

_STAND_IN: Final = expression(
    r"your|example|sample|placeholder|dummy|fake|test|demo|change|redacted|insert|replace|here|secret|passw|token|key"
    r"|user"
    r"|xxx|\*\*|\.\.\.|<|\$\{|%s|none|null|foo|bar|hello|world|lorem|admin|12345|abcd|qwert|asdf|deadbeef|0000|1111|aaaa",
    re.IGNORECASE,
)
"""What stands in the place of a secret."""
_TOKEN_STAND_IN: Final = expression(
    r"example|your|placeholder|dummy|fake|redacted|insert|xxxx|\*\*|12345678|abcdefgh|(.)\1{5}"
    r"|eyJzdWIiOiIxMjM0NTY3ODkwI|eyJzdWIiOiAiMTIzNDU2Nzg5MCI",
    re.IGNORECASE,
)
"""The same in a token of a known form, and the claims that jwt.io shows."""
_HOSTS: Final = expression(
    r"@(?:localhost|127\.|0\.0\.0\.0|10\.|192\.168\.|(?:[\w-]+\.)*(?:example|host|test|local|domain)\b)"
)


def entropy(text: str) -> float:
    """Return the entropy of the characters of ``text``, in bits."""
    size = len(text)
    return -math.fsum(count / size * math.log2(count / size) for count in Counter(text).values()) if size else 0.0


def is_token(kind: str, token: str) -> bool:
    """Whether a text of a token's form is no stand-in for one."""
    if _TOKEN_STAND_IN.search(token):
        return False
    if kind == "private key":
        return True
    body = token.split("_")[-1] if "_" in token[:8] else token
    if kind == "OpenAI key" and not (re.search(r"\d", body) and re.search("[A-Z]", body) and re.search("[a-z]", body)):
        return False
    return entropy(body) > 3.0


def is_password_in_url(url: str) -> bool:
    """Whether a URL carries a password that is no stand-in."""
    user, _, secret = url.split("://", 1)[1].rsplit("@", 1)[0].partition(":")
    if _STAND_IN.search(secret) or _STAND_IN.search(user) or _HOSTS.search(url) or secret.isdigit():
        return False
    return (
        secret.lower() not in ("pass", "pwd", "postgres", "mysql", "root", "guest", user.lower())
        and entropy(secret) > 2.0
    )


def is_secret_value(value: str) -> bool:
    """Whether an assigned value is random enough for a secret: letters, digits, 3.5 bits a character, no stand-in."""
    if _STAND_IN.search(value) or not re.search(r"\d", value) or not re.search("[A-Za-z]", value):
        return False
    return entropy(value) > 3.5 and not re.fullmatch(r"[\w.-]+\.(?:com|org|net|py|js|json|txt|env)", value)
