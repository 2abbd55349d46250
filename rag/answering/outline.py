"""Questions about the book itself, answered from its contents and its record; pure.

"On which page …", "which section treats …", "how many chapters", "who wrote it".
The patterns are about languages, never about a book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.asking import content_words
from rag.folding import bigrams, fold
from rag.reading.folding import chinese_number
from rag.terms import all_tokens, find_terms, weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Book, BookRecord, ContentsEntry

ENOUGH = 0.6
"""Share of a topic's terms that a heading must cover to be what is asked for."""

_PLACE = re.compile(
    r"(?:在|是在|见于|見於)?(?:这本书|這本書|本书|本書|书中|書中)?(?:的)?(?:在)?"
    r"(?:哪一?|第?几|第?幾|那一)(?:页|頁|章|节|節|部分)"
    r"|(?:在)?(?:书中|書中|这本书|這本書|本书|本書)(?:的)?(?:哪里|哪裡|哪儿|何处|何處)"
    r"|(?:on|in|at)?\s*\b(?:which|what)\s+(?:page|chapter|section|part|appendix)s?\b"
    r"|\bwhere\s+(?:in|does)\s+(?:the|this)\s+book\b"
    r"|\b(?:на\s+как(?:ой|их)\s+страниц\w*|в\s+как(?:ой|ом)\s+(?:глав|раздел|част)\w*"
    r"|как(?:ая|ой)\s+(?:глава|раздел)|где\s+в\s+книге)",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"讲到?|講到?|论述|論述|谈到?|談到?|提到|介绍|介紹|写到?|寫到?|记载|記載|叙述|敘述|讨论|討論|涉及"
    r"|关于|關於|有关|有關|这本书|這本書|本书|本書|书中|書中|内容|內容|开始|開始|起"
    r"|\b(?:treats?|discuss(?:es|ed)?|covers?|deals?|describes?|about|mentions?|talks?|begins?"
    r"|starts?|found|find|chapter|section|page|book)\b"
    r"|\b(?:книг\w*|говорится|рассказывается|рассматрива\w*|описыва\w*|начина\w*|речь|идет|идёт)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"这本书|這本書|本书|本書|该书|該書|全书|全書|\b(?:this|the)\s+book\b|\bкниг\w*", re.IGNORECASE
)
_RECORD: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("authors", re.compile(r"作者|谁写|誰寫|\bwho\s+wrote\b|\bauthor\b|\bавтор|кто\s+написал", re.I)),
    ("publisher", re.compile(r"出版社|出版者|\bpublish(?:er|ed\s+by)\b|\bиздательств", re.I)),
    ("year", re.compile(r"出版(?:年|时间|時間)|哪一?年出版|\bwhen\b.*\bpublished\b|\bгод\w*\s+издани", re.I)),
    ("series", re.compile(r"丛书|叢書|\bseries\b|\bсери[ия]", re.I)),
    ("title", re.compile(r"书名|書名|\btitle\b|\bназвани|называется", re.I)),
)  # fmt: skip
_COUNT = re.compile(
    r"(?:几|幾|多少)个?(?:章|节|節)|\bhow\s+many\s+(?:chapters|sections)\b"
    r"|\bсколько\b.*\b(?:глав|раздел)",
    re.IGNORECASE,
)
_CHAPTER = re.compile(
    r"第\s*([\d一二三四五六七八九十百]+)\s*章|\bchapter\s+(\d+)\b|\bглав\w+\s+(\d+)\b|\b(\d+)(?:-?[йя]\w*)?\s+глав",
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
    if _COUNT.search(question) and book.contents:
        return OutlineAnswer(field="count")
    if _ABOUT.search(question):
        for field, pattern in _RECORD:
            if pattern.search(question):
                value = _value(book.record, field)
                return OutlineAnswer(field=field, value=value) if value else None
    if _PLACE.search(question):
        topic = _TELLING.sub(" ", _PLACE.sub(" ", question))
        best = _covering(topic, book.contents, book.record.aliases)
        return OutlineAnswer(entries=(best,)) if best is not None else None
    return _chapter(question, book.contents)


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
    terms = find_terms(content_words(topic), aliases)
    headings = [frozenset(bigrams(entry.heading)) for entry in contents]
    tokens = all_tokens(terms)
    counts = {token: sum(token in heading for heading in headings) for token in tokens}
    # Letters that no heading has are of another language; they say nothing either way.
    lettered = any(_has_latin(heading) for heading in headings)
    terms = [
        term
        for term in terms
        if term.name or lettered or not _has_latin(frozenset(all_tokens([term])))
    ]
    weighed = weigh(terms, counts, len(headings))
    best = max(
        range(len(headings)),
        key=lambda index: (weighed.coverage(headings[index]), -len(headings[index])),
        default=None,
    )
    if best is None or weighed.coverage(headings[best]) < ENOUGH:
        return None
    return best


def _has_latin(tokens: frozenset[str]) -> bool:
    return any(re.match(r"[a-zа-яё\u00c0-\u024f]", token) for token in tokens)


def _chapter(question: str, contents: Sequence[ContentsEntry]) -> OutlineAnswer | None:
    """Return a numbered chapter with its sections, where the question is what is in it."""
    match = _CHAPTER.search(question)
    rest = _CHAPTER.sub(" ", question)
    topic = content_words(_TELLING.sub(" ", _WHAT.sub(" ", rest)))
    if not match or not _WHAT.search(rest) or bigrams(topic):
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
