"""How models speak of themselves, and which families of models there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from dslint.features.patterns import expression

BOILERPLATE: Final = (
    r"\bas an? (?:ai|a\.i\.|artificial intelligence|(?:ai |large )?language model|ai[- ](?:language )?model|llm)\b"
    r"(?: (?:language )?(?:model|assistant|system|chatbot))?"
    r"|\bi(?:\Wm| am) (?:just |only |merely |simply )?an? "
    r"(?:ai\b|artificial intelligence|(?:large )?language model)"
    r"|\bi(?:\Wm| am) (?:a |an |the )?(?:chatgpt|claude|gemini|qwen|deepseek|llama)[^.!?\n]{0,40} "
    r"(?:by|from) (?:openai|anthropic|google|alibaba|deepseek|meta)\b"
    r"|\bmy knowledge cut-?off|\b(?:as of )?my last (?:knowledge |training )(?:update|cut-?off)"
    r"|\bmy training data (?:only )?(?:goes|extends|ends|was last|is (?:limited|current)|cuts)"
    r"|\bi (?:was|am|have been) trained (?:by (?:openai|anthropic|google|meta|alibaba|deepseek)"
    r"|on data (?:up )?(?:to|until))"
    r"|作为(?:一个|一名|一种)?(?:人工智能|ai|大?语言模型)|我(?:只|仅仅)?是一(?:个|名|种)(?:人工智能|ai|大?语言模型)"
    r"|\bals (?:ein |eine )?(?:ki|künstliche intelligenz|(?:ki-)?sprachmodell)"
    r"(?:-(?:modell|assistent|sprachmodell))?\b"
    r"|\bcomo (?:un |una |um |uma )?(?:ia|inteligencia artificial|inteligência artificial"
    r"|modelo de (?:lenguaje|linguagem)|modelo de ia)\b"
    r"|\ben tant qu(?:e |\W)"
    r"(?:ia\b|une? (?:ia\b|intelligence artificielle|modèle (?:de langage|d\Wia))|intelligence artificielle)"
    r"|\bin quanto (?:ia\b|intelligenza artificiale|modello linguistico)"
    r"|\bals (?:een )?(?:ai-?(?:taal)?model|taalmodel)\b"
    r"|как (?:искусственный интеллект|языковая модель|ии[-, ])"
    r"|ai(?:言語モデル|アシスタント)?として|(?:ai|인공지능)(?: 언어 모델)?로서"
)
"""RE2's syntax: what assistants say of being one, in twelve languages."""

ABOUT: Final = expression(
    r"(?<![a-z])ai(?![a-z])|\b(?:a\.i\.|ia|ki|llms?|robots?|gpt\S*|openai|chatgpt|chatbots?|machines?|virtual "
    r"assistants?|alexa|siri|bots?"
    r"|artificial intelligence|language models?|intelligence artificielle|inteligencia artificial"
    r"|inteligência artificial|künstliche intelligenz|sprachmodelle?|who (?:are|made|created|trained) you"
    r"|are you (?:an? |human|real|conscious|alive)|your (?:name|knowledge|training|creators?)|what are you"
    r"|(?:introduce|about|tell me about|describe) yourself)\b"
    r"|人工智能|人工知能|语言模型|机器人|你是谁|你叫什么|介绍(?:一下)?(?:你)?自己|искусственн|нейросет|인공지능",
    re.IGNORECASE,
)
"""Prompts that are about AI or ask who answers; there it is an answer."""

FAMILIES: Final[Mapping[str, str]] = {
    "GPT": r"chat-?gpt|gpt-?[2345][\w.-]*|gpt-oss[\w.-]*|text-davinci-\d+|davinci(?:-\d+)?|o[134]-(?:mini|preview|pro)"
    r"|openai",
    "Claude": r"claude(?:[- ][\w.]+)*|anthropic",
    "Gemini": r"gemini(?:[- ][\w.]+)*|google bard|bard|palm-?2|lamda",
    "Gemma": r"gemma[\w.-]*",
    "Llama": r"(?:meta[- ])?llama[\w.-]*|codellama[\w.-]*|vicuna[\w.-]*|alpaca-(?:7|13|30)b",
    "Mistral": r"mistral[\w.-]*|mixtral[\w.-]*|ministral[\w.-]*|codestral[\w.-]*|magistral[\w.-]*",
    "Qwen": r"qwen[\w.-]*|qwq[\w.-]*|tongyi[\w ]*|\u901a\u4e49\u5343\u95ee",
    "DeepSeek": r"deepseek[\w.-]*|\u6df1\u5ea6\u6c42\u7d22",
    "GLM": r"chatglm[\w.-]*|glm-?\d[\w.-]*|\u667a\u8c31\u6e05\u8a00",
    "ERNIE": r"ernie[\w.-]*|\u6587\u5fc3\u4e00\u8a00",
    "Yi": r"yi-\d+b[\w.-]*",
    "Phi": r"phi-?[1234][\w.-]*",
    "Grok": r"grok(?:-[\w.]+)?",
    "Command": r"command-?(?:r|a|light|nightly)[\w+.-]*|aya-[\w.-]+",
    "Falcon": r"falcon-?\d+b?[\w.-]*",
    "Kimi": r"kimi[\w.-]*|moonshot[\w.-]*",
    "OLMo": r"olmo[\w.-]*|tulu[\w.-]*",
    "Granite": r"granite-[\w.-]+",
    "SmolLM": r"smollm[\w.-]*",
    "MiniMax": r"minimax[\w.-]*",
    "Nemotron": r"nemotron[\w.-]*",
}
"""Families of models, as expressions of the names of their models."""

NAMED: Final = expression(
    "|".join(f"(?P<f{index}>{pattern})" for index, pattern in enumerate(FAMILIES.values())), re.IGNORECASE
)
_NAMES: Final = tuple(FAMILIES)


def family(name: str) -> str:
    """Return the family of a model's name, such as ``meta-llama/Llama-3.1-8B-Instruct``; empty if none is known.

    A name may lead through an organisation; distilled models belong to what they were made of, so the last part that
    names a family decides (``DeepSeek-R1-Distill-Qwen-7B`` is a Qwen).
    """
    found = ""
    for piece in re.split(r"[/:\s]|-(?=distill)|distill-", name.strip()[:200], flags=re.IGNORECASE):
        match = NAMED.match(piece)
        if match is not None:
            found = _NAMES[int((match.lastgroup or "f0")[1:])]
    return found


def same_model(left: str, right: str) -> bool:
    """Whether two names are of the same model, whatever their organisation, case and separators."""
    return bool(left) and _bare(left) == _bare(right)


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.strip().rstrip("/").rsplit("/", 1)[-1].lower())
