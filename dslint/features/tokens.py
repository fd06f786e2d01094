"""Token counts: exact with a tokenizer, estimated from the scripts of the text without one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

from dslint.api import Feature, Message, Record, setting
from dslint.features.patterns import expression
from dslint.features.script import BLOCKS

TIKTOKEN: Final = "tiktoken:"
EXTRA: Final = "dslint-llm[tokenizers]"
COUNTED: Final = ("text", "reasoning")
ANSWERS: Final = ("assistant", "function_call")

LATIN_RATE: Final = 4.0
_DENSE: Final = ("han", "kana")
_APART: Final = frozenset(("latin", "cyrillic", "hangul", *_DENSE))
_WIDE: Final = "\u3000-\u303f\uff00-\uff65"
_RATES: Final = tuple(
    (expression(f"[{ranges}]+"), rate)
    for ranges, rate in (
        ("".join(BLOCKS[name] for name in _DENSE) + _WIDE, 1.3),
        (BLOCKS["hangul"], 1.8),
        (BLOCKS["cyrillic"], 3.5),
        ("".join(ranges for name, ranges in BLOCKS.items() if name not in _APART), 2.5),
    )
)


class TokenCount(NamedTuple):
    """The tokens of one record, without those that a chat template adds.

    Attributes:
        prompt: Tokens before the first text that is trained on; 0 where nothing is.
        total: All tokens; of a preference pair with the longer of the two answers.
        exact: Whether a tokenizer counted; an estimate otherwise.
    """

    prompt: int
    total: int
    exact: bool


@dataclass(frozen=True)
class TokenCounter(Feature[TokenCount]):
    """Counts tokens with the tokenizer of the ``tokenizer`` setting, or estimates them.

    The estimate divides characters by characters per token: 4.0 for Latin script, 3.5 Cyrillic, 1.8 Hangul, 1.3 Chinese
    and Japanese, 2.5 all others. That is near the middle of what the vocabularies of tekken, o200k and DeepSeek need
    (English 4.5 to 4.9, code 3.5 to 3.7, worked mathematics 2.9 to 3.3; Chinese with its digits and names 1.2 to 1.9,
    where the estimate gives 1.5; Russian 3.7 to 4.4; Korean 1.7 to 1.9; Arabic, Hindi, Hebrew, Greek, Thai and Tamil
    1.8 to 3.3). Older vocabularies need several times as many tokens outside of Latin script.

    Attributes:
        tokenizer: A ``tokenizer.json``, the folder that holds it, or ``tiktoken:`` and the name of an encoding.
        digest: Of the tokenizer file, so that a cached count does not outlive a change of it.
    """

    tokenizer: str = setting("", path=True)
    digest: str = field(default="", init=False)

    def __post_init__(self) -> None:
        path = _file(self.tokenizer)
        if path is not None and path.is_file():
            object.__setattr__(self, "digest", blake2b(path.read_bytes(), digest_size=16).hexdigest())

    def compute(self, records: Sequence[Record], /) -> Sequence[TokenCount]:
        """Return each record's counts."""
        count = load_tokenizer(self.tokenizer) if self.tokenizer else estimate
        return [_counted(record, count, bool(self.tokenizer)) for record in records]


Tokens = Annotated[TokenCount, TokenCounter]
"""Ask for a record's token counts."""


def estimate(text: str) -> float:
    """Return about how many tokens ``text`` has."""
    if text.isascii():
        return len(text) / LATIN_RATE
    tokens, rest = 0.0, len(text)
    for letters, rate in _RATES:
        count = sum(map(len, letters.findall(text)))
        tokens += count / rate
        rest -= count
    return tokens + rest / LATIN_RATE


def missing_tokenizer(tokenizer: str) -> str:
    """Return what is missing to count with ``tokenizer``; empty when nothing is."""
    if not tokenizer:
        return ""
    path = _file(tokenizer)
    if path is None:
        return "" if find_spec("tiktoken") else f"install {EXTRA} to count with tiktoken"
    if not path.is_file():
        return f"tokenizer {tokenizer!r} is no tokenizer.json, no folder with one, and no {TIKTOKEN}ENCODING"
    return "" if find_spec("tokenizers") else f"install {EXTRA} to count with {path.name}"


@lru_cache(maxsize=4)
def load_tokenizer(tokenizer: str) -> Callable[[str], int]:
    """Return a function that counts the tokens of a text.

    Args:
        tokenizer: As in :class:`TokenCounter`. For an encoding of tiktoken's, that library fetches the vocabulary by
            itself unless it has it already.
    """
    path = _file(tokenizer)
    if path is None:
        import tiktoken

        encoding: Any = tiktoken.get_encoding(tokenizer.removeprefix(TIKTOKEN))
        return lambda text: len(encoding.encode_ordinary(text))
    from tokenizers import Tokenizer

    loaded: Any = Tokenizer.from_file(str(path))
    loaded.no_truncation()
    loaded.no_padding()

    def count(text: str) -> int:
        try:
            return len(loaded.encode(text, add_special_tokens=False))
        except (UnicodeEncodeError, TypeError):  # a lone surrogate
            return len(loaded.encode(text.encode("utf-8", "replace").decode(), add_special_tokens=False))

    return count


def _file(tokenizer: str) -> Path | None:
    if not tokenizer or tokenizer.startswith(TIKTOKEN):
        return None
    path = Path(tokenizer)
    return path / "tokenizer.json" if path.is_dir() else path


def _counted(record: Record, count: Callable[[str], float], exact: bool) -> TokenCount:
    messages = record.messages
    first = record.preferred_from
    if first is None:
        first = next(
            (i for i, m in enumerate(messages) if m.role in ("assistant", "function_call") and m.trained), None
        )
    prompt = _tokens(messages[:first], count) + sum(map(count, _declared(record)))
    answer = 0.0 if first is None else _tokens(messages[first:], count)
    if record.rejected:
        answer = max(answer, _tokens(record.rejected, count))
    return TokenCount(0 if first is None else round(prompt), round(prompt + answer), exact)


def _tokens(messages: Sequence[Message], count: Callable[[str], float]) -> float:
    return sum(count(text) for message in messages for text in _texts(message))


def _texts(message: Message) -> Iterator[str]:
    for part in message.parts:
        if part.kind in COUNTED:
            yield part.text
    for call in message.tool_calls:
        yield call.name or ""
        yield _text(call.arguments)


def _declared(record: Record) -> Iterator[str]:
    if record.tools:
        yield _text(record.tools)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
