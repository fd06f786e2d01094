"""The rule ``mixed-column-type``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Final

from dslint.api import DatasetRule, FieldSpec, Finding, Record, Scope, Severity, Target, escape_pointer
from dslint_rules.schema._keys import KeyUse
from dslint_rules.schema._layout import CONTENT_KEYS, ROLE_KEYS, json_type, layout_of, with_article

_HELD: Final = (*ROLE_KEYS, *CONTENT_KEYS)
_DEPTH: Final = 4
_ITEMS: Final = 64
_FREE: Final = frozenset(
    {
        "tools",
        "functions",
        "tool_calls",
        "function_call",
        "arguments",
        "parameters",
        "schema",
        "input_schema",
        "_dslint",
    }
)
"""Keys below which types differ by nature."""


class MixedColumnType(DatasetRule[KeyUse]):
    """A column has values of different JSON types, so loaders refuse the file or hand on what code does not expect.

    **Why.** `datasets` takes the type of a column from the first rows; many of its releases stop at the first value of
    another type, newer ones keep both and leave the exception to the training script. Null beside one type is fine.

    **When to ignore.** For a metadata column that your loader leaves out. A text here and a list of parts there as
    `content` is right for OpenAI.

    **References.** [datasets#6460](https://github.com/huggingface/datasets/issues/6460),
    [datasets#7322](https://github.com/huggingface/datasets/issues/7322).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "no finding in 48,367 records of 27 public files. Known: content that is text here and parts there, where a "
        "loader takes both"
    )
    targets: ClassVar[Mapping[Target, Severity]] = {Target.OPENAI: Severity.NOTE}
    scope: ClassVar[Scope] = Scope.FILE

    def zero(self) -> KeyUse:
        """No column seen."""
        return KeyUse()

    def add_batch(self, state: KeyUse, records: Sequence[Record], /) -> KeyUse:
        """Note the type of each value; types that the format rules out belong to `wrong-type`."""
        # What keys and types a record has, only the record knows; the rest is asked once for all that are alike.
        shapes: dict[tuple[Any, ...], list[Record]] = {}
        for record in records:
            data = record.data
            if record.source.container in ("jsonl", "json") and data.__class__ is dict:
                shapes.setdefault((record.format, *data, *map(type, data.values())), []).append(record)
        for alike in shapes.values():
            # A text has nothing inside: where there is nothing else, the first record speaks for all of its shape.
            if all(value.__class__ is str for value in alike[0].data.values()):
                self._add(state, alike[0], len(alike))
            else:
                for record in alike:
                    self._add(state, record, 1)
        return state

    def _add(self, state: KeyUse, record: Record, times: int) -> None:
        data = record.data
        layout = layout_of(record)
        columns = _columns(tuple(data), tuple(map(type, data.values())), layout.wrong if layout else ())
        for key, pointer, column in columns:
            if column:
                state.count("record", column, record.ref, pointer, None, times)
            elif layout and key in layout.turns and isinstance(data[key], list):
                _add_turns(state, record, key, pointer)
            else:
                _walk(state, record, key, pointer, data[key], 1)

    def merge(self, left: KeyUse, right: KeyUse) -> KeyUse:
        """Add up."""
        return left.merge(right)

    def finish(self, state: KeyUse) -> Iterator[Finding]:
        """Report each column that has two types or more, at the first value of the rarest."""
        columns: dict[str, list[tuple[int, str]]] = {}
        for name, seen in state.at("record").items():
            path, kind = name.rsplit("\0", 1)
            columns.setdefault(path, []).append((seen.count, kind))
        for path, kinds in sorted(columns.items()):
            if len(kinds) < 2:
                continue
            (count, kind), *others = sorted(kinds)
            total = count + sum(n for n, _ in others)
            rest = " or ".join(with_article(other) for _, other in reversed(others))
            yield self.finding(
                state.at("record")[f"{path}\0{kind}"].place,
                f"`{path[:60]}` is {with_article(kind)} in {count} of {total} values and {rest} in the others",
                key=path,
                count=count,
            )


def _add_turns(state: KeyUse, record: Record, key: str, pointer: str) -> None:
    state.count("record", _column(key, "array"), record.ref, pointer, None)
    # Nearly all turns are texts under the same few keys: the first of a kind speaks for the others.
    alike: dict[tuple[str, ...], int] = {}
    for i, turn in enumerate(record.data[key]):
        if not isinstance(turn, dict):  # any other type is wrong for a turn
            continue
        keys = tuple(turn) if _is_text(turn) else ()
        if keys in alike:
            alike[keys] += 1
            continue
        if keys:
            alike[keys] = 0
        _walk(state, record, f"{key}[]", f"{pointer}/{i}", turn, 1)
    for keys, times in alike.items():
        if times:
            state.count("record", _column(f"{key}[]", "object"), record.ref, pointer, None, times)
            for name in keys:
                state.count("record", _column(f"{key}[].{name}", "string"), record.ref, pointer, None, times)


def _is_text(turn: Mapping[str, Any]) -> bool:
    """Whether all that a turn has is text."""
    for value in turn.values():  # noqa: SIM110 - a generator takes three times as long
        if value.__class__ is not str:
            return False
    return True


def _walk(state: KeyUse, record: Record, path: str, pointer: str, value: Any, depth: int) -> None:
    kind = json_type(value)
    if kind == "null" or (kind == "number" and value != value):  # NaN stands for null
        return
    state.count("record", _column(path, kind), record.ref, pointer, None)
    if kind == "object":
        if depth < _DEPTH and path.rsplit(".", 1)[-1] not in _FREE:
            for key, inner in value.items():
                if not (key in _HELD and json_type(inner) in ("number", "boolean", "object")):
                    _walk(state, record, f"{path}.{key}", f"{pointer}/{key}", inner, depth + 1)
    elif kind == "array" and path.rsplit(".", 1)[-1] not in _FREE:
        for i, inner in enumerate(value[:_ITEMS]):
            _walk(state, record, f"{path}[]", f"{pointer}/{i}", inner, depth)


@lru_cache(maxsize=4096)
def _columns(
    keys: tuple[str, ...], types: tuple[type, ...], wrong: tuple[tuple[str, FieldSpec], ...]
) -> tuple[tuple[str, str, str], ...]:
    """Return key, pointer and, where the value has nothing inside, the column's name and type, of each value."""
    ruled_out = {key for key, _ in wrong}
    return tuple(
        (key, f"/{escape_pointer(key)}", _column(key, "string") if kind is str else "")
        for key, kind in zip(keys, types, strict=True)
        if key not in ruled_out and kind is not type(None)
    )


@lru_cache(maxsize=4096)
def _column(path: str, kind: str) -> str:
    return f"{path}\0{kind}"
