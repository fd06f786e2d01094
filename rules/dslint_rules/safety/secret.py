"""The rule ``secret``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, ClassVar

from dslint.api import Field, Finding, Record, RecordRule, Severity, anywhere
from dslint.features.patterns import compile_pattern, encodable
from dslint_rules.safety._places import Found, report
from dslint_rules.safety._secrets import (
    ASSIGNED,
    SCREEN,
    TOKENS,
    URL,
    VALUE,
    is_password_in_url,
    is_secret_value,
    is_token,
)


class Secret(RecordRule):
    """A key, token, password or private key is in the text; whoever can ask the model may get it.

    **Why.** Models repeat secrets that they saw in training, word for word. Known are the tokens of AWS, GitHub,
    GitLab, OpenAI, Anthropic, Slack, Google, Stripe, Hugging Face, npm, PyPI, SendGrid, Telegram, DigitalOcean and
    Databricks, JSON web tokens and private keys with their content; those are errors, and so are passwords in URLs. A
    quoted value that is assigned to a name such as `api_key` is a note where it is random enough (3.5 bits a
    character), since exercises are full of made-up ones.

    Stand-ins (`your-key`, `xxx`, keys from documentation) are left out. Secrets are never shown in a report. One that
    was in a file should be revoked, not just removed.

    **When to ignore.** The value is of no use to anybody; list it in `allow`.

    **References.** [GitHub secret scanning](https://docs.github.com/en/code-security/secret-scanning),
    [detect-secrets](https://github.com/Yelp/detect-secrets), [gitleaks](https://github.com/gitleaks/gitleaks).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    sensitive: ClassVar[bool] = True
    precision: ClassVar[str] = (
        "0 of 1 note in 48,367 records of 27 public files is of use to anybody (a made-up key in an exercise); none in "
        "40 MB of source code and documentation. The forms of 16 services, private keys and URLs on made cases only."
    )
    candidates = anywhere().matches(SCREEN)

    allow: tuple[str, ...] = Field((), description="Values that are no secrets.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the secrets of a record in one finding at the first of the worst."""
        yield from report(self, record, self._secrets)

    def _secrets(self, text: str) -> list[Found]:
        found: list[Found] = []
        text = encodable(text)
        for kind, pattern in _patterns():
            for match in pattern.finditer(text):
                each = _judged(kind, match.group(), match.start())
                inside = each is not None and any(one.start <= each.start < one.end for one in found)
                if each is not None and not inside and each.value not in self.allow:
                    found.append(each)
        return sorted(found)


def _judged(kind: str, text: str, start: int) -> Found | None:
    end = start + len(text)
    if kind == "url":
        shown = "password in a URL"
        return Found(start, end, shown, text) if is_password_in_url(text) else None
    if kind == "assigned":
        value = VALUE.search(text)
        if value is None or not is_secret_value(value[1]):
            return None
        shown = f"value of {len(value[1])} random characters assigned to a name like a password or key"
        return Found(start + value.start(1), end - 1, shown, value[1], Severity.NOTE)
    return Found(start, end, f"{kind} of {len(text)} characters", text) if is_token(kind, text) else None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, Any], ...]:
    named = {**TOKENS, "url": URL, "assigned": ASSIGNED}
    return tuple((kind, compile_pattern(pattern)) for kind, pattern in named.items())
