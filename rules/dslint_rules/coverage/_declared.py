"""Edge categories that a user declares."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from dslint.api import Field, Record, kebab
from dslint.features.edges import word_count
from dslint.features.patterns import compile_pattern, search

Where = Literal["question", "prompt", "response", "system", "any"]


class Category(BaseModel):
    """An edge category: what all its records have in common. Conditions that are set must all hold."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=kebab, validate_by_name=True)

    pattern: str | None = Field(None, description="Expression (RE2 syntax) that a text matches.")
    where: Where = Field("any", description="The text that the expression is matched against.")
    field: str | None = Field(None, description="Field of the record.")
    equals: str | int | float | bool | tuple[str | int | float | bool, ...] | None = Field(
        None, description="Value that the field has or, where it is a list, holds; of several values any one."
    )
    min_prompt_words: int | None = Field(None, ge=0, description="Least number of words before the answer.")
    max_prompt_words: int | None = Field(None, ge=0, description="Greatest number of words before the answer.")
    min_response_words: int | None = Field(None, ge=0, description="Least number of words of the answer.")
    max_response_words: int | None = Field(None, ge=0, description="Greatest number of words of the answer.")
    min_turns: int | None = Field(None, ge=0, description="Least number of user turns.")
    max_turns: int | None = Field(None, ge=0, description="Greatest number of user turns.")
    has_system: bool | None = Field(None, description="Whether there is a system prompt.")
    has_tools: bool | None = Field(None, description="Whether tools are declared.")

    @field_validator("pattern")
    @classmethod
    def _is_an_expression(cls, value: str | None) -> str | None:
        if value is not None:
            compile_pattern(value)
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Category:
        if not self.model_fields_set - {"where"}:
            raise ValueError("set at least one condition, such as pattern")
        if self.equals is not None and self.field is None:
            raise ValueError("equals needs field")
        return self

    def holds(self, record: Record) -> bool:
        """Whether ``record`` belongs to the category."""
        return self._text_holds(record) and self._field_holds(record) and self._measures_hold(record)

    def _text_holds(self, record: Record) -> bool:
        if self.pattern is None:
            return True
        compiled = _compiled(self.pattern)
        if self.where == "any":
            return search(compiled, record.prompt) or search(compiled, record.response)
        return search(compiled, str(getattr(record, self.where)))

    def _field_holds(self, record: Record) -> bool:
        if self.field is None:
            return True
        value = record.field(self.field)
        if self.equals is None:
            return value not in (None, "", [], {})
        wanted = self.equals if isinstance(self.equals, tuple) else (self.equals,)
        return any(_same(each, want) for each in (value if isinstance(value, list) else [value]) for want in wanted)

    def _measures_hold(self, record: Record) -> bool:
        return (
            _within(self.min_prompt_words, self.max_prompt_words, record.prompt)
            and _within(self.min_response_words, self.max_response_words, record.response)
            and _between(self.min_turns, self.max_turns, len(record.turns("user")))
            and self.has_system in (None, bool(record.system.strip()))
            and self.has_tools in (None, bool(record.tools))
        )


def _same(value: Any, wanted: str | int | float | bool) -> bool:
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def _within(least: int | None, most: int | None, text: str) -> bool:
    return (least is None and most is None) or _between(least, most, word_count(text))


def _between(least: int | None, most: int | None, count: int) -> bool:
    return (least is None or count >= least) and (most is None or count <= most)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    return compile_pattern(pattern)
