"""Special tokens of chat templates, and the headings by which instruction templates set turns apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from dslint.features.patterns import expression

SPECIAL: Final[Mapping[str, tuple[str, ...]]] = {
    "ChatML": ("<|im_start|>", "<|im_end|>", "<|im_sep|>"),
    "GPT": ("<|endoftext|>", "<|endofprompt|>"),
    "Harmony": ("<|start|>", "<|channel|>", "<|message|>", "<|return|>", "<|call|>", "<|constrain|>"),
    "Llama 3": (
        "<|begin_of_text|>",
        "<|end_of_text|>",
        "<|start_header_id|>",
        "<|end_header_id|>",
        "<|eot_id|>",
        "<|eom_id|>",
        "<|python_tag|>",
        "<|finetune_right_pad_id|>",
    ),
    "Llama 4": ("<|header_start|>", "<|header_end|>", "<|eot|>", "<|eom|>"),
    "Llama 2 and Mistral": ("[INST]", "[/INST]", "<<SYS>>", "<</SYS>>"),
    "Mistral": (
        "[AVAILABLE_TOOLS]",
        "[/AVAILABLE_TOOLS]",
        "[TOOL_CALLS]",
        "[TOOL_RESULTS]",
        "[/TOOL_RESULTS]",
        "[SYSTEM_PROMPT]",
        "[/SYSTEM_PROMPT]",
    ),
    "Gemma": ("<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>"),
    "Phi and Zephyr": ("<|user|>", "<|assistant|>", "<|system|>", "<|end|>", "<|tool|>", "<|placeholder1|>"),
    "GLM": ("<|observation|>", "[gMASK]", "<sop>", "<eop>"),
    "Command": (
        "<|START_OF_TURN_TOKEN|>",
        "<|END_OF_TURN_TOKEN|>",
        "<|CHATBOT_TOKEN|>",
        "<|USER_TOKEN|>",
        "<|SYSTEM_TOKEN|>",
        "<|START_RESPONSE|>",
        "<|END_RESPONSE|>",
        "<|START_THINKING|>",
        "<|END_THINKING|>",
        "<BOS_TOKEN>",
        "<EOS_TOKEN>",
    ),
    "DeepSeek": (
        "<\uff5cUser\uff5c>",
        "<\uff5cAssistant\uff5c>",
        "<\uff5cbegin\u2581of\u2581sentence\uff5c>",
        "<\uff5cend\u2581of\u2581sentence\uff5c>",
        "<\uff5ctool\u2581calls\u2581begin\uff5c>",
        "<\uff5ctool\u2581calls\u2581end\uff5c>",
    ),
    "Kimi": ("<|im_user|>", "<|im_assistant|>", "<|im_system|>", "<|im_middle|>"),
    "Granite": ("<|start_of_role|>", "<|end_of_role|>"),
    "OpenChat": ("<|end_of_turn|>",),
    "InternLM": ("<eoh>", "<eoa>", "<|action_start|>", "<|action_end|>"),
    "EXAONE": ("[|system|]", "[|user|]", "[|assistant|]", "[|endofturn|]"),
    "Jamba": ("<|bom|>",),
    "T5 and Nemotron": ("<extra_id_0>", "<extra_id_1>"),
}
"""Tokens by the template that has them."""

TEMPLATE: Final = {token: name for name, tokens in SPECIAL.items() for token in tokens}

TOKEN: Final = expression("|".join(re.escape(token) for token in sorted(TEMPLATE, key=len, reverse=True)))
EDGE: Final = expression(r"\A\s{0,9}<s>|</s>\s{0,9}\Z")
"""Beginning and end of text, which elsewhere are HTML's strikethrough."""

_COLON: Final = "\uff1a"
_HEADS: Final = (
    "instruction|response|human|assistant|instruktion|antwort|instrucci\u00f3n|respuesta|r\u00e9ponse|risposta"
    "|\u6307\u4ee4|\u56de\u7b54|\u56de\u590d|\u6307\u793a|\u5fdc\u7b54|\uba85\ub839\uc5b4|\uc751\ub2f5"
    "|\u043e\u0442\u0432\u0435\u0442|\u0438\u043d\u0441\u0442\u0440\u0443\u043a\u0446\u0438\u044f"
)
HEADINGS: Final = (
    rf"^[ \t]{{0,8}}(?:#{{3}}[ \t]?(?:{_HEADS})s?[ \t]{{0,3}}[:{_COLON}]"
    r"|\d{1,3}[.)][ \t]{0,3}instructions?[ \t]{0,3}:"
    r"|below is an instruction that describes a task)"
)
HEADING: Final = expression(HEADINGS, re.IGNORECASE | re.MULTILINE)
"""Headings of Alpaca's and similar templates, and the numbered ones of self-instruct's generation prompt."""

ABOUT: Final = expression(
    r"chat ?templates?|prompt (?:format|template)s?|special tokens?|tokeni[sz]|chatml|control tokens?"
    r"|end[- ]of[- ](?:text|turn|sequence|sentence)|\beos\b|apply_chat_template|jinja"
    r"|\u5bf9\u8bdd\u6a21\u677f|\u7279\u6b8a(?:\u6807\u8bb0|token)|\u5206\u8bcd\u5668",
    re.IGNORECASE,
)
"""Words by which a text shows that it is about templates."""
