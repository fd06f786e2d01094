"""Rules as plain functions, for local rule files.

In a file that the configuration lists under ``local-rules``, every function called ``check_…`` is a rule: its docstring
is the description, a failing ``assert`` or a raised :class:`Problem` is a finding, features come by annotation, and
keyword-only parameters with a default are options.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from dslint.model.finding import Related
from dslint.model.record import Message, Record
from dslint.model.ref import Ref
from dslint.model.severity import Severity, Status

F = TypeVar("F", bound=Callable[..., Any])
MARK = "__dslint_rule__"


class Problem(Exception):
    """Raised by a function rule: the record or the dataset has a defect.

    Args:
        message: What was found; lower case, no full stop.
        where: The turn or place it is about, where that is not the whole record.
        score: 0 to 1, ranks findings of one severity.
        related: Other places, each with what it is.
    """

    def __init__(
        self,
        message: str,
        where: Record | Message | Ref | None = None,
        *,
        score: float = 0.5,
        related: tuple[tuple[Record | Message | Ref, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.score = score
        self.related = tuple(Related(o if isinstance(o, Ref) else o.ref, what) for o, what in related)


def rule(
    *,
    id: str | None = None,  # the field's own word for it
    severity: Severity | str = Severity.WARNING,
    status: Status | str = Status.STABLE,
    sensitive: bool = False,
) -> Callable[[F], F]:
    """Set what a function rule cannot say by itself.

    Args:
        id: Its id, where the function's name does not do.
        severity: Its level.
        status: ``preview`` rules run only when asked for.
        sensitive: Whether what it finds must never be shown.
    """

    def mark(function: F) -> F:
        setattr(
            function,
            MARK,
            {"id": id, "severity": Severity(severity), "status": Status(status), "sensitive": sensitive},
        )
        return function

    return mark
