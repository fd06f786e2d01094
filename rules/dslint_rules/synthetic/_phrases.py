"""Phrases that assistants write far more often than people do."""

from __future__ import annotations

from typing import Final

STOCK: Final[tuple[tuple[str, str], ...]] = (
    ("delve into", r"\bdelv(?:e|es|ing) (?:deeper )?into\b"),
    ("a tapestry of", r"\b(?:rich|vibrant|intricate) tapestry\b|\btapestry of\b"),
    (
        "it is important to note",
        r"\bit(?:'s| is|\x{2019}s) (?:also )?(?:important|worth|crucial|essential) (?:to note|noting)\b",
    ),
    ("important to remember", r"\b(?:important|crucial|essential) to (?:remember|keep in mind|understand) that\b"),
    ("in conclusion", r"\bin conclusion,"),
    ("in summary", r"\b(?:in summary|to summari[sz]e),"),
    ("great question", r"\b(?:great|excellent|good) question[!.]"),
    ("I hope this helps", r"\bi hope (?:this|that|it) helps?\b"),
    (
        "feel free to",
        r"\b(?:please )?(?:feel free|don't hesitate|do not hesitate) to (?:ask|reach|let|contact|share|provide)\b",
    ),
    ("let me know if", r"\blet me know if (?:you|there)\b"),
    ("is there anything else", r"\bis there anything else (?:i can|you)\b"),
    (
        "plays a crucial role",
        r"\bplay(?:s|ed|ing)? an? (?:crucial|vital|key|significant|pivotal|important|essential) role\b",
    ),
    ("a testament to", r"\b(?:a|is|as) testament to\b"),
    ("rich heritage", r"\brich (?:cultural )?(?:heritage|history|traditions?)\b"),
    ("ever-evolving", r"\b(?:ever|constantly|rapidly)[- ](?:evolving|changing)\b"),
    ("in today's world", r"\bin today(?:'s|\x{2019}s) (?:fast|digital|modern|world|rapidly|ever|society|globali)"),
    ("navigate the complexities", r"\bnavigat(?:e|ing) (?:the |through )?(?:complex|challeng|intricac)"),
    ("game-changer", r"\bgame[- ]chang(?:er|ing)\b"),
    (
        "unlock the potential",
        r"\bunlock(?:s|ing)? (?:the |your |new |its |their |full )*(?:full )?(?:potential|possibilities|power"
        r"|secrets)\b",
    ),
    ("embark on a journey", r"\bembark(?:s|ed|ing)? on (?:a|an|this|your|the)\b"),
    ("nestled in", r"\bnestled (?:in|between|among|within|at)\b"),
    ("a wide range of", r"\ba wide (?:range|variety|array) of\b"),
    ("multifaceted", r"\bmultifaceted\b"),
    ("foster a sense of", r"\bfoster(?:s|ing)? (?:a|an|the|greater|better|creativity|innovation|collaboration)\b"),
    ("shed light on", r"\bshed(?:s|ding)? (?:some )?light on\b"),
    ("seamlessly", r"\bseamless(?:ly)?\b"),
    ("happy to help", r"\b(?:happy|glad|delighted) to (?:help|assist)\b"),
    ("certainly!", r"(?:^|\n)(?:certainly|absolutely|of course|sure thing)!"),
    ("here are some", r"(?:^|\n)(?:sure[!,.] )?here (?:are|is) (?:some|a few|a list|the|an? )"),
    ("a beacon of", r"\bbeacon of\b"),
    ("a stark reminder", r"\bstark reminder\b"),
    ("not only … but also", r"\bnot only\b[^.!?\n]+\bbut also\b"),
    ("overall,", r"(?:^|\n|\. )overall,"),
    ("additionally,", r"(?:^|\n|\. )(?:additionally|furthermore|moreover),"),
    ("whether you're", r"\bwhether you(?:'re|\x{2019}re| are) an?\b[^.!?\n]+\bor\b"),
    ("it is essential to", r"\bit(?:'s| is|\x{2019}s) (?:essential|crucial|vital|imperative) (?:to|that)\b"),
    ("the realm of", r"\bin the realm of\b|\bthe world of [a-z]+ is\b"),
    ("underscores the importance", r"\bunderscor(?:e|es|ing) the\b|\bhighlight(?:s|ing)? the importance\b"),
    ("leaves a lasting impact", r"\blasting (?:impact|impression|legacy)\b"),
    ("take it to the next level", r"\b(?:to|at) the next level\b"),
    ("\u603b\u4e4b", "(?:^|\n|\u3002)(?:\u603b\u4e4b|\u603b\u7684\u6765\u8bf4|\u7efc\u4e0a\u6240\u8ff0)"),
    (
        "\u503c\u5f97\u6ce8\u610f\u7684\u662f",
        "\u503c\u5f97\u6ce8\u610f\u7684\u662f|\u9700\u8981\u6ce8\u610f\u7684\u662f",
    ),
    (
        "\u5e0c\u671b\u5bf9\u60a8\u6709\u5e2e\u52a9",
        "\u5e0c\u671b(?:\u8fd9|\u4ee5\u4e0a)?.{0,8}\u6709(?:\u6240)?\u5e2e\u52a9",
    ),
    ("zusammenfassend", r"\bzusammenfassend (?:l\x{e4}sst|kann|ist)\b"),
    ("es ist wichtig zu beachten", r"\bes ist wichtig(?:,)? (?:zu beachten|darauf)\b"),
    ("en resumen", r"\b(?:en resumen|en conclusi\x{f3}n),"),
    ("es importante destacar", r"\bes importante (?:destacar|tener en cuenta|recordar|se\x{f1}alar)\b"),
    ("il est important de noter", r"\bil est (?:important|essentiel) de (?:noter|rappeler|souligner)\b"),
    ("en conclusion", r"\ben (?:conclusion|r\x{e9}sum\x{e9}),"),
)
"""What a phrase is called, and its expression in RE2's syntax, matched without case."""
