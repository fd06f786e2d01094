"""Phrases that point at a text which must stand somewhere in the prompt."""

from __future__ import annotations

import re
from typing import Final

from dslint.features.patterns import expression

_ENGLISH_THINGS: Final = (
    r"texts?|sentences?|paragraphs?|passages?|articles?|lists?|data|datasets?|data sets?|tables?|code|snippets?|poems?"
    r"|stor(?:y|ies)|words?|numbers?|e-?mails?|reviews?|documents?|images?|pictures?|photos?|graphs?|charts?|inputs?"
    r"|essays?|excerpts?|quotes?|statements?|equations?|expressions?|conversations?|dialogues?|tweets?|items|phrases?"
    r"|headlines?|options|recipes?|lyrics|speech|letters?|reports?|clauses?|abstracts?|transcripts?|invoices?"
    r"|contracts?"
    r"|reviews?|comments?|messages?|case notes|patient records?|log files?"
)
_GERMAN_THINGS: Final = (
    r"Text(?:es|e)?|Satz(?:es)?|Sätze|Absatz(?:es)?|Absätze|Artikels?|Liste|Tabelle|Daten|Code|Gedicht(?:s|es)?"
    r"|Geschichte|Wörter|Zahlen|E-?Mail|Nachricht|Rezension|Bewertung|Dokument(?:s|es)?|Bild(?:es)?|Gleichung|Aussagen?"
    r"|Auszug(?:s|es)?|Zitat(?:s|es)?|Abschnitt(?:s|es)?|Vertrags?|Berichts?|Aufsatz(?:es)?|Rezepts?|Dialogs?"
)
_FRENCH_THINGS: Final = (
    r"textes?|phrases?|paragraphes?|passages?|articles?|listes?|tableaux?|données|code|poèmes?|histoires?|mots"
    r"|nombres|e-?mails?|courriels?|messages?|avis|documents?|images?|équations?|extraits?|citations?|contrats?"
    r"|rapports?|recettes?|dialogues?|énoncés?"
)
_SPANISH_THINGS: Final = (
    r"textos?|frases?|oraci(?:ón|ones)|párrafos?|pasajes?|artículos?|listas?|tablas?|datos|código|poemas?"
    r"|historias?|palabras|números|correos?|mensajes?|reseñas?|documentos?|imágen(?:es)?|imagen|ecuaci(?:ón|ones)"
    r"|fragmentos?|citas?|contratos?|informes?|recetas?|diálogos?|enunciados?"
)
_CHINESE_THINGS: Final = (
    "文本|句子|段落|文章|诗歌|代码|列表|表格|邮件|评论|文档|图片|图像|对话"
    "|短文|故事|单词|词语|方程|表达式|引文|新闻|合同|病历|短语|话"
)

ENGLISH: Final = (
    rf"\b(?:the|this|these) (?:following|below|given|provided|attached|supplied"
    rf"|enclosed) (?:\w+ ){{0,2}}?(?:{_ENGLISH_THINGS})\b"
    rf"|\b(?:the|this|these) (?:{_ENGLISH_THINGS}) (?:below|provided|given|attached|above|enclosed)\b"
)
GERMAN: Final = (
    r"\b(?:den|die|das|dem|der|des|diese[nrsm]?) (?:(?:nach|unten ?steh)?folgende|untenstehende|gegebene|angegebene"
    rf"|vorliegende|beigefügte|angehängte|obige)[nrsm]? (?:\w+ )?(?:{_GERMAN_THINGS})\b"
)
FRENCH: Final = (
    rf"\b(?:le|la|les|l['\u2019]|ce|cet|cette|ces|du|des|au|aux) ?(?:{_FRENCH_THINGS}) "
    r"(?:(?:suivant|fourni|donné|ci-joint)e?s?|ci-dessous|ci-dessus)"
)
SPANISH: Final = (
    rf"\b(?:el|la|los|las|del|al|este|esta|estos|estas) (?:siguientes? (?:{_SPANISH_THINGS})\b"
    rf"|(?:{_SPANISH_THINGS}) (?:siguientes?|adjunt[oa]s?|proporcionad[oa]s?|dad[oa]s?|a continuación|de abajo)\b)"
)
CHINESE: Final = (
    "(?:以下|下面|下列|下述|下文|给定|所给|附件)(?:的)?(?:[这一]?[段篇句个份组些首张封])?(?:中)?的?"
    f"(?:{_CHINESE_THINGS})"
)

REFERENT: Final = expression("|".join((ENGLISH, GERMAN, FRENCH, SPANISH, CHINESE)), re.IGNORECASE)
"""A text that is pointed at."""

CANDIDATE: Final = (
    "(?i)following|below|given|provided|attached|supplied|enclosed|above|folgend|untenstehend|gegeben|vorliegend"
    "|beigefügt|angehängt|obige|suivant|fourni|donné|ci-joint|ci-dess|siguiente|adjunt|proporcionad|dad[oa]"
    "|continuación|de abajo|以下|下面|下列|下述|下文|给定|所给|附件"
)
"""What every such phrase has in it, for RE2."""

ASKS_FOR_IT: Final = expression(
    r"\b(?:(?:please|could you|can you|you) (?:\w+ )?(?:provide|share|paste|send|include|attach|supply|specify|give me)"
    r"|(?:provide|share|paste|send|attach) (?:me|it|the|your)|(?:not|n['\u2019]t|forgot(?:ten)? to|without) (?:\w+ )?"
    r"(?:provid\w+|includ\w+|attach\w*|see|find|have access|shar\w+|given?|specif\w+)|no \w+ (?:was|were|is|has been)"
    r" (?:provided|given|attached|included)|(?:missing|cannot|can['\u2019]t|unable)|bitte|veuillez|por favor|fournir"
    r"|proporcion\w+|angeben|mitteilen)\b|请提供|请给出|没有提供|未提供|无法|请告诉",
    re.IGNORECASE,
)
"""Answers that notice that the text is not there."""

MAKES_CODE: Final = expression(
    r"\b(?:functions?|program\w*|scripts?|methods?|algorithms?|class|code|quer(?:y|ies)|regex|regular expressions?"
    r"|apps?"
    r"|applications?|commands?|implement\w*|javascript|python|java|sql|html|css|c\+\+|apis?|models?|systems?"
    r"|software|bot"
    r"|template|example|guidelines?|procedures?|how (?:to|do|would|can)|funktion\w*|programm\w*|fonction\w*"
    r"|programme|función|programa)\b"
    r"|函数|程序|算法|代码|模型|系统|如何",
    re.IGNORECASE,
)
"""Tasks about any text, rather than about one that is given."""
