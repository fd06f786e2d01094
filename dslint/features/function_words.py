"""Words that hold sentences together and say nothing of their subject, by language."""

from __future__ import annotations

from typing import Final

FUNCTION_WORDS: Final = {
    "en": "the and of is that it with was for are this be have from or by you which their has were would there "
    "been what when who will more can her his they your about should into than its these",
    "de": "der die und das ist nicht ein eine den dem zu mit sich auf für von auch wird sind wie oder aber nach "
    "bei einer einem einen werden kann durch wenn nur noch zum zur über dass ich sie wir ihr ihre",
    "fr": "les des est une que dans pour qui sur pas avec plus sont aux par être nous vous cette ces mais ou où leur "
    "elle très comme peut votre vos entre fait aussi lorsque",
    "es": "los las una por con para del más pero sus como está son también fue muy hay desde sobre cuando este esta "
    "todo nos puede ser tiene entre donde hasta porque usted el y es",
    "it": "di che il è una per non con gli della nel sono anche delle alla più dei come questo questa ma ha essere "
    "nella dal perché ogni può così loro molto si",
    "pt": "não uma para com dos das mais como mas foi ao ele tem seu sua ou quando muito já está também só pelo pela "
    "são você isso essa este os as um em",
    "nl": "het een van en dat niet zijn op aan met voor als er maar om ook naar dan bij nog wordt deze door worden "
    "hebben kan meer uit wat of je ze",
    "sv": "och att det som är på för av med den inte har ett till jag kan om så men eller också från vid var han hon",
    "pl": "nie się na jest że jak ale co dla przez przy jego jej tak czy być może oraz który która które są lub",
    "tr": "bir ve bu için ile olarak daha çok olan gibi ne kadar sonra değil ama veya her olduğu",
    "id": "yang dan di dengan untuk tidak ini dari dalam akan pada itu adalah ke juga atau karena oleh saya anda",
}
