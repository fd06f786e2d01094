"""The rule ``pii-email``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Field, Finding, Record, RecordRule, Severity, anywhere
from dslint.features.patterns import expression
from dslint_rules.safety._places import Found, report

_LOCAL: Final = expression(r"[A-Za-z0-9](?:[\w.+-]{0,62})$", re.ASCII)
_DOMAIN: Final = expression(r"((?:[A-Za-z0-9-]{1,40}\.){1,4})([A-Za-z]{2,18})(?![\w-])")
_NOT_DOMAINS: Final = """
png jpg jpeg gif svg webp css js ts py html htm json xml txt md csv pdf zip local localhost internal test
example  invalid lan corp
"""
_NO_DOMAINS: Final = frozenset(_NOT_DOMAINS.split())
"""Last parts that are file names or that RFC 2606 and others set aside."""
_MADE_UP: Final = expression(
    r"noreply|example|test|sample|domain|dummy|placeholder|fake|company|corp(?:oration)?\b|organi[sz]ation|your"
    r"|my(?:site|mail|web)"
    r"|email|e-mail|\bmail\b|website|\bsite\b|business|\bstore\b|\bshop\b|\bxyz\b|\babc\b|\bacme|foo|\bbar\b|\bhost"
    r"|server"
    r"|school|university\b|college\b|provider|\bisp\b|\bfirma\b|empresa|entreprise|beispiel|muster|ejemplo|exemple"
    r"|esempio"
)
_FREE: Final = expression(
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|live|msn|aol|icloud|me|gmx|web|mail|protonmail|proton|yandex|qq|163|126"
    r"|sina|naver|rediffmail|zoho)\.(?:com|de|net|org|fr|es|it|ru|cn|co|in|me|at|ch|br|mx|jp|uk|au|com\.\w\w|co\.\w\w)$"
)
_NOBODY: Final = expression(
    r"(?:user(?:name)?|name|first\.?(?:name)?\.?last\w*|test\w*|info|mail|e?mail|contact(?:us|o)?|support|admin\w*"
    r"|sales|help"
    r"|hello|hi|service|customer\w*|team|office|no-?reply|do-?not-?reply|noreply\w*|webmaster|postmaster|abuse|press"
    r"|jobs"
    r"|careers|hr|billing|accounts?|orders?|feedback|enquir\w+|inquir\w+|privacy|legal|trust|security|news\w*|marketing"
    r"|media|git"
    r"|pr|alerts?|admissions?|\w*info|notifications?|registration|tickets?|returns?|donations?|volunteer\w*|members?"
    r"|root|ubuntu|ec2-user|pi|me|you\w*|my\w*|someone|somebody|anyone|recipient\w*|sender|receiver|from|to|abc\w*|xyz"
    r"|foo"
    r"|bar|sample|example|jane|john|joe|alice|bob|john\.?q?\.?(?:doe|smith|public)|joe[._]?doe|john_doe|jane_doe"
    r"|j\.?doe|j\.?smith|jane\.?(?:doe|smith)"
    r"|max\.?mustermann|erika\.?mustermann|kontakt|contacto|reservations?|booking\w*|events?|membership|president"
    r"|editor"
    r"|manager|hiring\w*|recruit\w*|student|teacher|employee|client|subscriber|member)[\d._+-]*$"
)


class PiiEmail(RecordRule):
    """An e-mail address of a real-looking person is in the text, and the model may give it away.

    **Why.** Models repeat addresses that they saw in training, word for word. Reported are addresses that no convention
    sets aside: not `example.com` and the like, no mailbox of a role (`info@`, `support@`), no John Doe, no user name or
    file name. Addresses at public mail providers are notes, for most of them in such data are made up.

    Addresses are masked in every report.

    **When to ignore.** The addresses are public ones and belong to the task; name their domains in `allow-domains`.

    **References.** [Extracting Training Data from Large Language Models](https://arxiv.org/abs/2012.07805),
    [RFC 2606](https://www.rfc-editor.org/rfc/rfc2606).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    sensitive: ClassVar[bool] = True
    precision: ClassVar[str] = (
        "29 findings read, 28 of them addresses of people: all 4 in 48,367 records of 27 public files, and the first "
        "25 in 40 MB of source code and documentation. Known: addresses of small organisations in a name that looks "
        "like a person's. Later first readings on about 190 files that public packages carry found it wrong on a "
        "mailbox of an organisation; that was changed, and has no new number"
    )
    candidates = anywhere().matches(r"[A-Za-z0-9_.+-]@[A-Za-z0-9-]{1,40}\.[A-Za-z0-9]")

    allow_domains: tuple[str, ...] = Field((), description="Domains whose addresses may be there, subdomains included.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the addresses of a record in one finding at the first."""
        yield from report(self, record, self._addresses)

    def _addresses(self, text: str) -> list[Found]:
        found: list[Found] = []
        at = text.find("@")
        while at >= 0:
            local = _LOCAL.search(text, max(0, at - 64), at)
            domain = _DOMAIN.match(text, at + 1)
            if local is not None and domain is not None:
                host = domain[0].lower()
                if self._is_real(local[0].lower(), host, domain[2].lower()):
                    free = _FREE.match(host.rsplit("@", 1)[-1]) is not None
                    shown = f"e-mail address {local[0][0].lower()}…@{host[0]}….{domain[2].lower()}"
                    severity = Severity.NOTE if free else None
                    found.append(Found(local.start(), domain.end(), shown, f"{local[0]}@{host}".lower(), severity))
            at = text.find("@", at + 1)
        return found

    def _is_real(self, local: str, host: str, last: str) -> bool:
        if last in _NO_DOMAINS or _MADE_UP.search(host) or _NOBODY.match(local) or "example" in local:
            return False
        if len(local) < 2 or len(host.split(".")[0]) < 2:
            return False
        return not any(host == allowed or host.endswith(f".{allowed}") for allowed in self.allow_domains)
