"""Questions about the book itself, answered from its contents and its record; pure.

"On which page …", "which section treats …", "how many chapters", "who wrote it".
The patterns are about languages, never about a book. A question is taken for one of
these only where nothing is left of it that asks for something else: "who is the author"
is, "what does the author think of the treaty" is a question for the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.numbers import chinese_number
from rag.language.text import bigrams, fold
from rag.questions.asking import content_words
from rag.questions.terms import all_tokens, find_terms, weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Book, BookRecord, ContentsEntry

ENOUGH = 0.6
"""Share of a topic's terms that a heading must cover to be what is asked for."""

_BOOK = (
    r"(?:[这這此本该該全]一?[本部]?[书書](?!店|局|信|记|記|院|籍|面|法|画|畫)|[书書](?=[中里裡])[中里裡]"
    r"|\b(?:this|the)\s+book(?:'s|’s)?\b|\b(?:эт\w+\s+)?книг\w*)"
)
_ABOUT = re.compile(_BOOK, re.IGNORECASE)

_PAGE = re.compile(
    r"(?:是?在|见于|見於)?(?:哪一?|第?几|第?幾)[页頁]"
    r"|\b(?:on|at|from)?\s*(?:which|what)\s+pages?\b"
    r"|\b(?:на|с)\s+как(?:ой|их|ую)\s+страниц\w*|\bкакая\s+страница\b",
    re.IGNORECASE,
)
"""Asks for a page: of nothing but a book."""
_UNIT = re.compile(
    r"(?:是?在|见于|見於)?(?:哪一?个?|哪一?個?|第?几|第?幾)(?:章节|章節|章|节|節|部分)"
    r"|\b(?:in|at)?\s*(?:which|what)\s+(?:chapter|section|part|appendix)\b"
    r"|\bв\s+как(?:ой|ом|их)\s+(?:глав|раздел|част)\w*|\bкак(?:ая|ой)\s+(?:глава|раздел|часть)\b",
    re.IGNORECASE,
)
"""Asks for a chapter or section, perhaps of something else: of an army, a law, a city."""
_CHAPTER_UNIT = re.compile(r"[章]|\bchapter|\bappendix|\bглав", re.IGNORECASE)
"""The unit that few things but books have."""
_WHERE = re.compile(
    rf"{_BOOK}\s*的?(?:哪里|哪裡|哪儿|哪兒|何处|何處|什么地方|什麼地方)"
    rf"|\bwhere\s+in\s+{_BOOK}|\bwhere\s+does\s+{_BOOK}|\bгде\s+в\s+{_BOOK}",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"讲述|讲到?|講述|講到?|论述|論述|论及|論及|谈论|談論|谈到?|談到?|提到|介绍|介紹|写到?|寫到?"
    r"|记载|記載|叙述|敘述|讨论|討論|涉及|描述|关于|關於|有关|有關"
    r"|\b(?:treats?|treat(?:ed|ing)|discuss(?:es|ed|ing)?|covers?|cover(?:ed|ing)"
    r"|deal(?:s|ing)?\s+with|dealt\s+with|describes?|described|about|mention(?:s|ed)?"
    r"|talks?\s+about|devoted\s+to)\b"
    r"|\b(?:говорится|рассказывается|рассказано|рассматрива\w*|описыва\w*|описан\w*|посвящ\w*"
    r"|упомина\w*|излага\w*|речь\s+ид[её]т|ид[её]т\s+речь)\b",
    re.IGNORECASE,
)
_MANNER = re.compile(
    r"[从從](?=\|)|[这這]一?[章节節]|专门|專門|主要|分别|分別|详细|詳細|内容|內容|部分|正文|可以|能|找到|查到|看到|开始|開始|起始|(?<=\|)[起始]"
    r"|(?:目录|目錄)(?=[中里裡上])[中里裡上]|章节|章節|[章节節页頁]"
    r"|\b(?:begins?|starts?|found|find|can|could|i|you|me|tell|please|towards?|chapters?|sections?"
    r"|pages?|parts?|that|one)\b"
    r"|\b(?:начина\w*|найти|можно|находится|раздел\w*|глав[аеуы]|страниц\w*|част[ьи])\b",
    re.IGNORECASE,
)
"""Words that say how the place is asked for, and not of what."""

_RECORD: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "authors",
        re.compile(
            r"(?:作者|著者)(?:的?姓名|的?名字)?(?:叫什么|叫什麼|叫)?|(?:由|是)?(?:谁|誰|何人)(?:所)?[写寫著]"
            r"|\bwho\s+(?:wrote|is\s+the\s+author)\b|\bauthors?(?:'s\s+name)?\b|\bwritten\b"
            r"|\bавтор\w*|\bкто\s+написал\b",
            re.IGNORECASE,
        ),
    ),
    (
        "publisher",
        re.compile(
            r"出版社|出版者|\bpublisher\b|\bwho\s+published\b|\bpublished\s+by\s+whom\b"
            r"|\bиздательств\w*|\bкто\s+издал\b",
            re.IGNORECASE,
        ),
    ),
    (
        "year",
        re.compile(
            r"出版(?:年份?|时间|時間|于|於)?(?:哪一?年|什么时候|什麼時候|何时|何時)?"
            r"|(?:哪一?年|什么时候|什麼時候|何时|何時)(?:出版|问世|問世)"
            r"|\b(?:when|(?:in\s+)?(?:what|which)\s+year)\b(?=.*\bpublished\b)|\byear\s+of\s+publication\b"
            r"|\bгод\w*\s+издания\b|\bкогда\b(?=.*\b(?:издан|вышла|опубликован))"
            r"|\bв\s+каком\s+году\b(?=.*\b(?:издан|вышла|опубликован))",
            re.IGNORECASE,
        ),
    ),
    (
        "series",
        re.compile(r"(?:哪一?[套个個])?(?:丛书|叢書)|\bseries\b|\bсери[ияюей]+\b", re.IGNORECASE),
    ),
    (
        "title",
        re.compile(
            r"书名|書名|叫什么名字|叫什麼名字|\btitle\b|\bcalled\b|\bназвани\w*|\bназывается\b",
            re.IGNORECASE,
        ),
    ),
)
_RECORD_MANNER = re.compile(
    r"出版|发行|發行|属于|屬於|收入|收在|哪一?[家位套个個本]|是?什么|是?什麼|名称|名稱|全名|完整|全称|全稱"
    r"|叫|由|写|寫|书|書|[年份姓名所有]"
    r"|\b(?:published|publish|full|name|called|belong|part|appear|appeared|whole|complete|out|come"
    r"|came|tell|me|please|year|house|house's)\b"
    r"|\b(?:полно\w*|издан\w*|издал\w*|вышла|опубликован\w*|принадлеж\w*|входит|относится|имя|фамилия"
    r"|зовут|году?|год\w*|какую|какой|какому|какое|каково|каком)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?:(?<!第)[几幾]|多少)个?個?(?:章节|章節|章|节|節)"
    r"|\bhow\s+many\s+(?:chapters|sections)\b|\bсколько\b.*?\b(?:глав|раздел\w*)\b",
    re.IGNORECASE,
)
_COUNT_MANNER = re.compile(
    r"一共|总共|總共|共|分为|分為|分成|分|包括|包含|[有成几幾]|多少|目录|目錄|[章节節]"
    r"|\b(?:contain(?:s|ed)?|consists?|divided|into|altogether|total|comprises?|sections?|chapters?)\b"
    r"|\b(?:всего|содерж\w*|разделена|состоит|включает|сколько|раздел\w*|глав)\b",
    re.IGNORECASE,
)
_CHAPTER = re.compile(
    r"第\s*([\d一二三四五六七八九十百]+)\s*章|\bchapter\s+(\d+)\b|\bглав\w+\s+(\d+)\b"
    r"|\b(\d+)(?:-?[йяеu]\w*)?\s+глав\w+",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"什么|什麼|哪些|内容|內容|讲|講|\bwhat\b|\babout\b|\bcontain|\bо\s+чем\b|\bо\s+чём\b|\bчто\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OutlineAnswer:
    """What the contents or the record say: entries of the contents, or one field.

    ``field`` names a field of the record, or ``count``; ``value`` is what it says.
    """

    entries: tuple[int, ...] = ()
    field: str | None = None
    value: str | None = None


def ask_outline(question: str, book: Book) -> OutlineAnswer | None:
    """Return the answer from a book's contents or record, or None where it is not asked for.

    ``entries`` are indexes into ``book.contents``. A question for a place whose topic no
    heading covers is left to the book's text: None.
    """
    if _COUNT.search(question):
        asked = book.contents and _is_empty(question, _COUNT, _ABOUT, _COUNT_MANNER)
        return OutlineAnswer(field="count") if asked else None
    if _ABOUT.search(question):
        for field, pattern in _RECORD:
            if pattern.search(question) and _is_empty(question, pattern, _ABOUT, _RECORD_MANNER):
                value = _value(book.record, field)
                return OutlineAnswer(field=field, value=value) if value else None
    if _asks_for_place(question):
        topic = _without(question, _WHERE, _PAGE, _UNIT, _ABOUT, _TELLING, _MANNER)
        best = _covering(topic, book.contents, book.record.aliases)
        return OutlineAnswer(entries=(best,)) if best is not None else None
    return _chapter(question, book.contents)


def _without(question: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        question = pattern.sub("|", question)
    return question


def _is_empty(question: str, *patterns: re.Pattern[str]) -> bool:
    """Return whether nothing that could be a topic is left of a question without the patterns."""
    return not bigrams(content_words(_without(question, *patterns)))


def _asks_for_place(question: str) -> bool:
    """Return whether a place in the book is asked for.

    A page always is one; a chapter where that is all that is asked of its topic; a section
    or part only where the question also says that it tells of something, names the book, or
    ends in 在哪一节.
    """
    if _PAGE.search(question):
        return True
    if _WHERE.search(question):
        return bool(_TELLING.search(question))
    unit = _UNIT.search(question)
    if not unit:
        return False
    comes_last = unit.group()[0] in "是在见見" and not bigrams(question[unit.end() :])
    return bool(
        comes_last
        or _CHAPTER_UNIT.search(unit.group())
        or _TELLING.search(question)
        or _ABOUT.search(question)
    )


def _value(record: BookRecord, field: str) -> str | None:
    if field == "authors":
        return "、".join(person.name for person in record.authors) or None
    if field == "title":
        return "——".join(part for part in (record.title, record.subtitle) if part)
    value: str | None = getattr(record, field)
    return value


def _covering(
    topic: str, contents: Sequence[ContentsEntry], aliases: Sequence[Sequence[str]]
) -> int | None:
    """Return the entry whose heading covers the topic best, if well enough; None else."""
    terms = find_terms(topic, aliases)
    headings = [frozenset(bigrams(entry.heading)) for entry in contents]
    # Words of a script that no heading is in say nothing either way; but where they
    # outnumber the names that are known, most of what is asked is not understood.
    lettered = any(_has_letters(heading) for heading in headings)
    known = [
        term
        for term in terms
        if term.name or lettered or not _has_letters(frozenset(all_tokens([term])))
    ]
    if len(terms) - len(known) > len(known):
        return None
    tokens = all_tokens(known)
    counts = {token: sum(token in heading for heading in headings) for token in tokens}
    weighed = weigh(known, counts, len(headings))
    best = max(
        range(len(headings)),
        key=lambda index: (weighed.coverage(headings[index]), -len(headings[index])),
        default=None,
    )
    if best is None or weighed.coverage(headings[best]) < ENOUGH:
        return None
    return best


def _has_letters(tokens: frozenset[str]) -> bool:
    return any(re.match(r"[a-zа-яё\u00c0-\u024f]", token) for token in tokens)


def _chapter(question: str, contents: Sequence[ContentsEntry]) -> OutlineAnswer | None:
    """Return a numbered chapter with its sections, where the question is what is in it."""
    match = _CHAPTER.search(question)
    if not match or not _WHAT.search(_CHAPTER.sub("|", question)):
        return None
    if not _is_empty(question, _CHAPTER, _WHAT, _ABOUT, _TELLING, _MANNER, _COUNT_MANNER):
        return None
    asked = chinese_number(next(group for group in match.groups() if group))
    for index, entry in enumerate(contents):
        number = re.search(r"[\d一二三四五六七八九十百]+", fold(entry.number or ""))
        if entry.level == 1 and number and "附" not in (entry.number or ""):
            if chinese_number(number.group()) != asked:
                continue
            end = index + 1
            while end < len(contents) and contents[end].level > 1:
                end += 1
            return OutlineAnswer(entries=tuple(range(index, end)))
    return None
