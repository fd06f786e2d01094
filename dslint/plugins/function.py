"""Makes rule classes of plain ``check_`` functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any, Final, get_type_hints

from pydantic import create_model
from pydantic.fields import FieldInfo

from dslint.api.function import MARK, Problem
from dslint.api.rule import DatasetRule, RecordRule, Rule, kebab
from dslint.model.finding import Finding
from dslint.model.record import Dataset, Record
from dslint.plugins.asserts import Explained

PREFIX: Final = "check_"


def rule_of(function: Callable[..., Any], module: ModuleType) -> type[Rule]:
    """Make a rule class of a function, and put it into the module, where pickle looks for it.

    Raises:
        TypeError: If the signature says neither ``Record`` nor ``Dataset``, or has a parameter that nothing fills.
    """
    call = _Call(function, module)
    marks = dict(getattr(function, MARK, {}))
    name = marks.pop("id", None) or kebab(function.__name__.removeprefix(PREFIX))
    base: type[Rule] = RecordRule if call.first is Record else DatasetRule
    title = "".join(word[:1].upper() + word[1:] for word in name.split("-"))
    title = f"{title}Rule" if hasattr(module, title) else title
    options: dict[str, Any] = call.options
    rule: type[Rule] = create_model(
        title, __base__=base, __module__=module.__name__, __doc__=inspect.getdoc(function) or "", **options
    )
    marks["id"] = classmethod(lambda _cls: name)
    for key, value in {**marks, **(_record_methods(call) if call.first is Record else _dataset_methods(call))}.items():
        setattr(rule, key, value)
    setattr(module, title, rule)
    return rule


class _Call:
    """A function, and what to call it with."""

    def __init__(self, function: Callable[..., Any], module: ModuleType) -> None:
        self.function = function
        self.file = module.__file__ or ""
        self.name = function.__name__
        if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
            raise TypeError(f"{self.name} yields or awaits; a function rule asserts, or raises Problem")
        parameters = list(inspect.signature(function).parameters.values())
        hints = self._hints()
        given = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        self.first = hints.get(given[0].name) if given else None
        if self.first not in (Record, Dataset):
            raise TypeError(f"{self.name}: annotate the first parameter as Record or as Dataset")
        self.features = [p.replace(annotation=hints.get(p.name, p.empty), default=p.empty) for p in given[1:]]
        self.options = {p.name: self._option(p, hints) for p in parameters if p not in given}

    def _hints(self) -> dict[str, Any]:
        try:
            return get_type_hints(self.function, include_extras=True)
        except NameError as error:
            raise TypeError(
                f"{self.name}: annotation {error.name!r} is not defined when the program runs; "
                "import it outside of 'if TYPE_CHECKING'"
            ) from error

    def _option(self, parameter: inspect.Parameter, hints: dict[str, Any]) -> tuple[Any, Any]:
        name, default = parameter.name, parameter.default
        if parameter.kind is not parameter.KEYWORD_ONLY or default is parameter.empty:
            raise TypeError(f"{self.name}: {str(parameter)!r} is neither a feature nor an option with a default")
        if hasattr(Rule, name):
            raise TypeError(f"{self.name}: an option cannot be called {name!r}")
        if name not in hints and isinstance(default, FieldInfo):
            raise TypeError(f"{self.name}: annotate the option {name!r}")
        return hints.get(name, type(default)), default

    def outcome(self, rule: Rule, given: Sequence[Any], about: Record | None) -> Iterator[Finding]:
        """Call the function, and yield what it finds wrong."""
        options = {name: getattr(rule, name) for name in self.options}
        try:
            self.function(*given, **options)
        except Problem as problem:
            related = [(other.ref, other.message) for other in problem.related]
            where = about if problem.where is None else problem.where
            yield rule.finding(where, problem.message, score=problem.score, related=related)
        except AssertionError as error:
            if not self._is_ours(error):
                raise
            yield rule.finding(about, _message(error, rule))

    def _is_ours(self, error: AssertionError) -> bool:
        """Whether the local rule file asserts, rather than something that it calls."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        return trace is not None and trace.tb_frame.f_code.co_filename == self.file


def _message(error: AssertionError, rule: Rule) -> str:
    said = error.args[0] if error.args else ""
    if isinstance(said, Explained):
        return said.expression if rule.sensitive else str(said)
    return str(said) or "assertion failed"


def _record_methods(call: _Call) -> dict[str, Any]:
    def check(self: Rule, record: Record, /, *features: Any) -> Iterator[Finding]:
        return call.outcome(self, (record, *features), record)

    return {"check": _signed(check, "record", call)}


def _dataset_methods(call: _Call) -> dict[str, Any]:
    def finish(self: Rule, _state: None, dataset: Dataset, /, *features: Any) -> Iterator[Finding]:
        return call.outcome(self, (dataset, *features), None)

    signed = _signed(finish, "state", call, inspect.Parameter("dataset", _POSITIONAL, annotation=Dataset))
    return {"zero": _nothing, "add": _keep, "merge": _keep, "finish": signed}


_POSITIONAL = inspect.Parameter.POSITIONAL_ONLY


def _nothing(_self: Rule) -> None:
    return None


def _keep(_self: Rule, _state: None, _other: Any) -> None:
    return None


def _signed(method: Callable[..., Any], first: str, call: _Call, *more: inspect.Parameter) -> Callable[..., Any]:
    """Give a method the features of the function, for whoever reads its annotations."""
    asked = [*more, *(p.replace(kind=_POSITIONAL) for p in call.features)]
    own = [inspect.Parameter("self", _POSITIONAL), inspect.Parameter(first, _POSITIONAL)]
    method.__signature__ = inspect.Signature([*own, *asked])  # type: ignore[attr-defined]
    method.__annotations__ = {p.name: p.annotation for p in asked if p.annotation is not p.empty}
    method.__qualname__ = call.name
    return method
