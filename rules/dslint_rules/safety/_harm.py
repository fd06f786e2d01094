"""Requests for harm, and answers that turn them down, as expressions in RE2's syntax, matched without case."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from dslint.features.patterns import compile_pattern, search

REQUEST: Final = (
    r"\b(?:how (?:to|do i|can i|would i|could i|do you|can you)|ways? (?:to|of)|steps? (?:to|for)|best way to|help me"
    r"|teach me"
    r"|show me how|instructions? (?:to|for|on)|i want to|write (?:a|me|an)|create (?:a|me|an)|wie (?:kann|mache?|baue) "
    r"ich"
    r"|c[óo]mo (?:puedo|hacer|fabricar)|comment (?:faire|fabriquer|puis-je))\b[^.?!\n]{0,60}\b(?:kill (?:someone"
    r"|somebody|a"
    r" (?:person|man|woman|human|child)|my|him|her|them|people|myself)|murder|poison (?:someone|somebody|my|a person"
    r"|him|her)"
    r"|(?:make|build|plant|buy|detonate) (?:an? |the |some )?(?:pipe |nail |car |time |home-?made |dirty )?(?:bombs?"
    r"|explosives?|grenades?|silencer)|(?:cook|make|synthesi[sz]e)"
    r"[^.?!\n]{0,20}(?:meth|methamphetamine|cocaine|heroin|fentanyl)|shoplift|rob (?:a|my|the|someone)|steal (?:from"
    r"|my|someone|money|credit"
    r"|identit\w+|cars?|an? (?:car|bike|phone|wallet|password))|hack (?:into|someone|(?:a|an|my|his|her) (?:neighbo\w+"
    r"|ex|wife|husband|girl\w+|boy\w+|school|boss|phone|computer|bank|account|server|network|wi-?fi|facebook"
    r"|instagram))|phishing (?:e?mail|site|page|message)|ransomware|malware"
    r"|keylogger|stalk (?:someone|my|a|her|him)|kidnap|rape|launder money|counterfeit (?:money|bills|currency"
    r"|documents)"
    r"|forge (?:a|an|my|documents|signature)|torture (?:someone|a person|him|her)|commit suicide|self[- ]harm"
    r"|overdose on|smuggle|dox (?:someone|my|a)|blackmail|bombe bauen|eine bombe|einen sprengsatz"
    r"|jemanden (?:töten|vergiften)|matar a|una bomba"
    r"|une bombe|tuer quelqu)\b"
    r"|(?:如何|怎么|怎样).{0,12}(?:制造炸弹|制作炸弹|杀人|制毒|自杀|投毒|洗钱|绑架|盗取|入侵.{0,4}系统)"
    r"|(?:كيف|طريقة|أريد أن).{0,14}(?:قنبلة|متفجرات)|बम (?:कैसे )?बना"
)
"""How to do harm; literal about who is harmed, so that killing a process or stealing a base is none."""

HARM: Final = (
    r"\b(?:kill|murder|poison|bomb|explosive|grenade|silencer|meth|cocaine|heroin|fentanyl|shoplift|rob|steal|hack"
    r"|phishing"
    r"|ransomware|malware|keylogger|stalk|kidnap|rape|launder|counterfeit|forge|torture|suicide|self[- ]harm|overdose"
    r"|smuggle"
    r"|dox|blackmail|jemanden|matar|bombe|tuer)|炸弹|杀人|制毒|自杀|投毒|洗钱|绑架|盗取|入侵|قنبلة|متفجرات|बम|sprengsatz"
)
"""What stands in every such request; short, for it is matched against every prompt."""

TURNED_DOWN: Final = (
    r"\b(?:can(?:not|\Wt)|won\Wt|will not|sorry|illegal|against the law|not able|unable|shouldn\Wt|should not|must not"
    r"|never"
    r"|don\Wt (?:know|think|want|recommend|advise|condone|do|support)|do not (?:recommend|condone|support|encourage)"
    r"|decline"
    r"|not (?:a good|okay|ok|something|recommended|appropriate|acceptable)|please (?:don\Wt|do not|seek|reach|call"
    r"|contact|talk)"
    r"|why (?:do|would|are) you|what do you mean|are you (?:ok|okay|safe|sure|feeling)|dangerous|crime|criminal"
    r"|unethical|harmful"
    r"|unsafe|therapist|hotline|helpline|lifeline|988|professional|wrong|not legal|prevent|protect|avoid|fiction\w*"
    r"|es tut mir leid|kann ich (?:nicht|dir nicht)|nicht helfen|verboten|illegale?s?|strafbar|lo siento|no puedo"
    r"|ilegal"
    r"|d[ée]sol[ée]|je ne peux pas|ill[ée]gal)\b"
    r"|抱歉|对不起|不能|无法|违法|犯罪|不应该|危险|求助|寻求|不建议"
)
"""Words of an answer that turns a request down, warns, asks back or sends to help."""

REFUSAL: Final = (
    r"^\W{0,9}(?:(?:oh|hello|hi|well|thank you)[^.!?\n]{0,60}[.!?,] ?)?(?:(?:i(?:\Wm| am) )?(?:very |really |so |truly "
    r")?"
    r"(?:sorry|apologi[sz]e|afraid)[^.!?\n]{0,40}? (?:i (?:can(?:not|\Wt)|won\Wt|am (?:not|unable)|\Wm (?:not|unable)"
    r"|do not|don\Wt)"
    r"|i\Wm (?:not|unable)|as an? (?:ai|language|large)|(?:but )?as an ai)"
    r"|i(?:\Wm| am) (?:unable|not able|not comfortable) to|i (?:can(?:not|\Wt)|won\Wt|will not|must decline to|have to "
    r"decline)"
    r" (?:provide|help|assist|answer|fulfil|comply|create|generate|do|access|engage|support|give|write|recommend"
    r"|continue|discuss"
    r"|participate|share)|unfortunately,? (?:i(?:\Wm| am)? ?(?:can|not|unable|do not|don\Wt)|as an)"
    r"|as an? (?:ai|language model|large language model)[^.!?\n]{0,60}(?:cannot|can\Wt|not able|unable|don\Wt|do not)"
    r"|(?:很|非常)?(?:抱歉|对不起|不好意思)[^\pL\pN]?.{0,20}(?:无法|不能|没有|不便|不具备|不可以)"
    r"|作为(?:一个|一名)?(?:人工智能|ai|语言模型).{0,14}(?:无法|不能|没有)"
    r"|(?:es )?tut mir leid[^.!?\n]{0,40}(?:kann|darf|bin nicht)|ich kann (?:ihnen |dir )?(?:dabei|damit|das) "
    r"(?:leider )?nicht"
    r"|lo siento[^.!?\n]{0,40}(?:no puedo|no es posible)|no puedo (?:ayudar|proporcionar|hacer|crear|responder)"
    r"|(?:je suis )?d[ée]sol[ée][^.!?\n]{0,40}(?:je ne peux|je ne suis pas)|je ne peux pas (?:vous |t\W)?(?:aider"
    r"|fournir|répondre)"
    r"|申し訳(?:ありません|ございません).{0,40}(?:できません|できかねます)|к сожалению, я не могу"
    r"|извините.{0,20}не могу"
    r"|죄송(?:합니다|하지만).{0,30}(?:수 없|없습니다)|desculpe[^.!?\n]{0,40}não posso"
    r"|mi dispiace[^.!?\n]{0,40}non posso)"
)
"""How an answer begins that refuses."""


def asks_for_harm(text: str) -> bool:
    """Whether a prompt asks how to do harm."""
    return search(_compiled(REQUEST), text)


def turns_down(text: str) -> bool:
    """Whether an answer has words of turning down, warning or asking back."""
    return search(_compiled(TURNED_DOWN), text)


def refuses(text: str) -> bool:
    """Whether an answer begins as a refusal."""
    return search(_compiled(REFUSAL), text[:220])


@lru_cache(maxsize=4)
def _compiled(pattern: str) -> Any:
    return compile_pattern(f"(?i){pattern}")
