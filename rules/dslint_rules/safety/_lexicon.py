"""Abusive words, by how bad they are. Words with another common sense are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLURS: Final = (
    r"nigg(?:er|a)s?|faggots?|kikes?|wetbacks?|towelheads?|ragheads?|trann(?:y|ies)|gooks?|beaners?|darkies|sandnigg\w+"
    r"|shemales?|kanaken?|neger[ns]?|bougnoules?|youpins?|maric[óo]n(?:es)?|sudacas?|жид[ыа]?|хач[иа]?|支那猪|黑鬼"
)
"""Words that put people down for what they are."""

ABUSE: Final = (
    r"(?:you(?:\Wre| are)?(?: an?| such an?)?|u r|fucking|stupid|dumb|du|eres|esp[èe]ce d\w*|tu es|你(?:这个|是|这)?) ?"
    r"(?:fucking |stupid |dumb |little |lazy |ugly |blöde[rs]? |dumme[rs]? |une? |un |个)*"
    r"(?:idiots?|morons?|imbeciles?|scumbags?|trottel|vollidiot(?:en)?|idiotas?|imb[ée]cil(?:e|es)?|bitch(?:es)?|cunts?|whores?|sluts?|assholes?|motherfuckers?|cocksuckers?|dickheads?|dumbass(?:es)?|twats?"
    r"|retards?"
    r"|fucktards?|wankers?|hurens[oö]hn\w*|arschl[oö]ch\w*|fotzen?|wichser|schlampen?|puta|hijos? de puta|pendejos?"
    r"|cabr[óo]n"
    r"|salopes?|connards?|encul[ée]s?|putes?|傻逼|贱人|婊子|混蛋|王八蛋)"
)
"""Insults that are said to or of somebody."""

THREATS: Final = (
    r"i(?:\W?ll| will|\W?m going to| am going to| wanna) (?:kill|murder|stab|shoot|strangle|rape) "
    r"(?:you|your (?:whole |entire )?(?:family|kids|children|mother|wife|husband|dog))\b"
    r"|kill yourself|kys\b|go die|hope you (?:die|get (?:raped|cancer|killed))|should (?:all )?be (?:killed|gassed"
    r"|lynched"
    r"|exterminated)|gas the|deserve[sd]? to (?:die|be raped)|去死吧|bring dich um|m[áa]tate\b|va mourir"
)
"""Wishes of death."""

OBSCENE: Final = (
    r"fuck(?:ing|ed|er|ers|s|in)?|motherfuck\w+|bullshit|shit(?:ty|head)?|ficken|verfickt\w*|joder|mierda|putain"
    r"|操你妈|他妈的|блять|сука"
)
"""Coarse words; in a reply of an assistant out of place, and in fiction common."""

TIERS: Final[Mapping[str, str]] = {"slur": SLURS, "threat": THREATS, "insult": ABUSE, "obscene word": OBSCENE}
