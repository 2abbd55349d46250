"""What a question is: its language, its words, what kind of thing it asks for; pure.

The tables below are about languages, never about a book.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from rag.types import QuestionError

MAX_CHARACTERS = 2000
"""Longest question, in characters; a page of a book has some 700."""

_UNSEEN = re.compile("[\u115f\u1160\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Fillers and variation selectors: letters and marks to Unicode, nothing to the eye."""


class Kind(StrEnum):
    """What a question asks for, as far as its words say."""

    TIME = "time"
    NUMBER = "number"
    SOURCE = "source"
    OTHER = "other"


_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.SOURCE,
        re.compile(
            r"出自|出处|出處|(?:引自|来源于|來源於|引用了?|依据的?是?)(?:什么|什麼|哪)|(?:什么|什麼|哪[些个種种]?)(?:史料|文献|文獻)"
            r"|资料来源|資料來源|史料来源|史料來源"
            r"|\b(?:what|which)\s+(?:is\s+the\s+|was\s+the\s+)?(?:sources?|documents?)\b"
            r"|\b(?:cited|quoted|taken)\s+from\b|\bfootnotes?\b"
            r"|\b(?:из\s+како\w+|какой|каков|на\s+какой)\s+(?:источник\w*|документ\w*)|\bсноск\w*",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.TIME,
        re.compile(
            r"什么时候|什麼時候|何时|何時|哪一?[年月日天]|哪个?(?:世纪|年代|月份)|几[年月]|幾[年月]"
            r"|\bwhen\b|\b(?:what|which|in what|on what)\s+(?:year|date|day|month|century|decade)\b"
            r"|\bкогда\b|\bкако(?:й|го|м)\s+(?:год|дат|ден|дн|месяц|век)|\bкак(?:ая|ую)\s+дат",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.NUMBER,
        re.compile(
            r"多少|几[个种次条名位人架艘辆所座家]|幾[個種次條名位人]|多[大高长久远深宽重快]"
            r"|\bhow\s+(?:many|much|long|old|far|tall|large|big|high|often|deep|fast)\b"
            r"|\bwhat\s+(?:percentage|percent|number|amount|proportion|population)\b"
            r"|\bсколько\b|\bскольких\b|\bкак\s+(?:долго|часто|далеко)\b|\bкако(?:й|е|в)\s+"
            r"(?:процент|количеств|размер|возраст)",
            re.IGNORECASE,
        ),
    ),
)

_FUNCTION_WORDS = re.compile(
    r"什么时候|什麼時候|是什么|是什麼|为什么|為什麼|怎么样|怎麼樣|什么|什麼|哪一[年月日天个位种次]"
    r"|哪[些个里儿年月日天位种次]|哪裡|哪個|哪種|多少|几[个种次条名位年月]|幾[個種次條名位年月]"
    r"|为何|為何|何时|何時|何地|何人|如何|怎样|怎樣|怎么|怎麼|是否|有没有|有沒有|吗|嗎|呢|谁|誰"
    r"|请问|請問|告诉我|告訴我"
)
_PARTICLES = "的了着在和与與及对對把被是哪"
_COMPOUNDS = (
    r"的[确確]|了解|着[手重]|存在|在[位野]|共和|[讲講媾]和|和[平约約谈談解]|[参參][与與]|[与與][会會]"
    r"|[埃普]及|[反敌敵相针針绝絕][对對]|[对對](?:[手策抗立象]|[外内內](?![国國蒙])|日(?!本)"
    r"|[华華](?![北南中东東]))|被[迫俘捕告]"
)
"""Common words that a particle helps to make; in them it is no particle."""
_PARTICLE_OR_COMPOUND = re.compile(rf"{_COMPOUNDS}|[{_PARTICLES}]")
_OTHER_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the of in on at to for from by with and or as is are was were be been did do does "
        "what which who whom whose when where why how many much it its this that these those than "
        "then there their his her he she they had has have not no book page "
        "и в во на по с со к о об от до из за у для при что кто где когда как какой какая какое "
        "какие каком какого каких сколько почему был была было были это этот эта не ли же его ее "
        "их он она они чем чего кого кому бы а но или",
    )
)
"""Words of English and Russian that only make a question."""


def clean_question(text: str) -> str:
    """Return a question as it is asked: invisible characters out, white space single.

    Raises QuestionError for one that is empty, has fewer than two letters or digits
    (one, where it is a Chinese character, is still too little to search for), or is
    longer than 2,000 characters.
    """
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(
            f"The question is too long ({len(text):,} characters): "
            f"ask in at most {MAX_CHARACTERS:,}."
        )
    sound = _UNSEEN.sub("", text).encode("utf-8", "replace").decode("utf-8")
    kinds = {"Cc": " ", "Cf": ""}  # controls part words; formats, as zero widths and tags, do not
    visible = "".join(kinds.get(unicodedata.category(character), character) for character in sound)
    visible = " ".join(visible.split())
    letters = sum(character.isalnum() for character in visible)
    if letters == 0:
        raise QuestionError("The question has no words: ask about something in the book.")
    if letters == 1:
        raise QuestionError("The question is too short: use at least two characters.")
    return visible


def kind_of(question: str) -> Kind:
    """Return what the question asks for: a time, a number, or something else."""
    for kind, pattern in _KINDS:
        if pattern.search(question):
            return kind
    return Kind.OTHER


def content_words(question: str) -> str:
    """Return the question with a bar in place of each word that only makes it a question.

    The bar keeps apart what such a word kept apart: 制度的兴起 holds no pair 度兴.
    A character that is such a word by itself stays inside the common words that it helps
    to make (共和, 和平, 对外, 参与).
    """
    kept = _PARTICLE_OR_COMPOUND.sub(
        lambda found: found.group() if len(found.group()) > 1 else "|",
        _FUNCTION_WORDS.sub("|", question),
    )
    words = re.split(r"(\w+)", kept)
    return "".join("|" if word.lower() in _OTHER_FUNCTION_WORDS else word for word in words)
