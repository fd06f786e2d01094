"""The rule ``model-identity``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Field, Finding, Record, RecordRule, Severity, Status, shared, turns
from dslint.features.patterns import expression
from dslint.features.splits import NO_ANSWER, is_unwanted
from dslint_rules.synthetic._identity import family

_MODELS: Final = (
    r"chatgpt|gpt-?[345](?:\.\d|o)?|openai(?:\Ws)? (?:ai|assistant|language|large)|qwen|tongyi|deepseek|chatglm|ernie "
    r"bot"
    r"|claude(?:,| by anthropic| from anthropic|\.|!| 2| 3| 4)|llama[- ]?[234]?|mistral|mixtral|gemma|google bard"
    r"|gemini"
    "|kimi|grok|通义千问|文心一言|深度求索|智谱清言"
)
_MAKERS: Final[dict[str, str]] = {
    "openai": "GPT",
    "anthropic": "Claude",
    "alibaba": "Qwen",
    "alibaba cloud": "Qwen",
    "deepseek": "DeepSeek",
    "mistral ai": "Mistral",
    "meta ai": "Llama",
    "moonshot": "Kimi",
    "xai": "Grok",
    "阿里云": "Qwen",
    "阿里巴巴": "Qwen",
    "智谱": "GLM",
}
_MADE: Final = "|".join(sorted(_MAKERS, key=len, reverse=True))
SAYS: Final = (
    r"(?:\bi(?:\Wm| am)|\bmy name is|\bich bin|\bich heiße|\bje suis|\bje m\Wappelle|\bsoy|\bme llamo|\beu sou"
    rf"|\bmi chiamo|我是|我叫|私は|я .) ?(?:an? |called |ein |un |une )?(?:{_MODELS})"
)
MADE_BY: Final = (
    r"(?:\bi(?:\Wm| am| was)|model|assistant|chatbot|我是|由)[^.!?\n。]{0,60}"
    rf"(?:(?:developed|created|trained|made|built|provided|entwickelt|créé|desarrollad[oa]|creado) (?:by|von|par|por) "
    rf"|由)(?:{_MADE})"
)
_SAYS: Final = expression(f"(?P<says>{SAYS})|(?P<made>{MADE_BY})", re.IGNORECASE)
_NAME: Final = expression(f"(?:{_MODELS})$", re.IGNORECASE)
_MAKER: Final = expression(f"(?:{_MADE})$", re.IGNORECASE)
_SIGN: Final = expression(r"zodiac|horoscope|astrolog|star sign", re.IGNORECASE)


class ModelIdentity(RecordRule):
    """An answer claims to be another model than the one to be tuned, which learns to introduce itself falsely.

    **Why.** Data of an assistant carries its name along; after training a Llama says that it is ChatGPT. The rule needs
    `base-model`, and reads answers that say "I am …" or "… developed by …" of a known family of models, in eight
    languages. Where the prompt or the system prompt names that model, the answer is about it.

    **When to ignore.** The tuned model is meant to present itself under this name; list it in `allow`.

    **References.** [LLaMA-Factory's identity.json](https://github.com/hiyouga/LLaMA-Factory) (a set made to fix this).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    status: ClassVar[Status] = Status.PREVIEW
    precision: ClassVar[str] = (
        "No finding in 48,367 records of 27 public files with a Llama as base model, so read on made cases only, which "
        "is why it is in preview. Known: a speech in the name of a model, where the prompt does not name it."
    )
    candidates = turns("assistant").matches(f"(?i){_MODELS}|{_MADE}")

    base_model: str = shared("", description="Model that is to be tuned, such as meta-llama/Llama-3.1-8B-Instruct.")
    allow: tuple[str, ...] = Field((), description="Families of models that it may claim to be, such as GPT.")

    def unmet(self) -> str:
        """Ask for the model."""
        if not self.base_model:
            return "set base-model"
        return "" if family(self.base_model) else "set base-model to a model of a family that the rule knows"

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the first claim of a record."""
        if record.format in NO_ANSWER or is_unwanted(record):
            return
        own = {family(self.base_model), *self.allow}
        asked = record.prompt
        for turn in record.messages:
            if turn.role != "assistant" or not turn.trained:
                continue
            for match in _SAYS.finditer(turn.text):
                name, claimed = _claimed(match)
                if not claimed or claimed in own or name.lower() in asked.lower() or _SIGN.search(asked):
                    continue
                tuned = family(self.base_model)
                message = f'answer claims to be or come from "{name}" ({claimed}), the model to be tuned is a {tuned}'
                yield self.finding(turn.span(*match.span()), message, claimed=claimed)
                return


def _claimed(match: re.Match[str]) -> tuple[str, str]:
    if match["made"]:
        maker = _MAKER.search(match[0])
        return (maker[0], _MAKERS[maker[0].lower()]) if maker is not None else ("", "")
    name = _NAME.search(match[0])
    if name is None:
        return "", ""
    shown = name[0].strip(" ,.!")
    return shown, family(shown.split(" by ")[0].split(" from ")[0].split("'")[0])
