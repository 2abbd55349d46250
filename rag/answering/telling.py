"""What a book's contents and record say, as sentences with their citations; pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.citing import format_citation
from rag.language.catalog import page_words, say
from rag.language.tables import Pattern
from rag.language.text import family, language_of_book
from rag.types import Citation, Language, PageStatus, Place, Sentence, Verdict, locate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.questions import OutlineAnswer
    from rag.types import Book, ContentsEntry, Section

_BODY = Pattern(
    r"第.+[章回折讲編编篇卷部講]|\d+[.、]?|[一二三四五六七八九十]+[、.]?|{reading.chapter}\s.*",
    re.IGNORECASE,
)


def tell(
    told: Sequence[tuple[Book, OutlineAnswer]], language: Language, style: str | None
) -> list[tuple[Sentence, Citation]]:
    """Return what contents or records say, a sentence and its citation each, in order.

    Raises RagError for an unknown style.
    """
    pairs: list[tuple[Sentence, Citation]] = []
    for book, outline in told:
        if outline.field:
            pair = _from_record(book, outline, len(pairs) + 1, language, style)
            pairs.append(pair if len(told) == 1 else _titled(*pair))
            continue
        for index in outline.entries:
            pairs.append(_from_entry(book, index, len(pairs) + 1, language, style))
    return pairs


def _titled(sentence: Sentence, citation: Citation) -> tuple[Sentence, Citation]:
    """Return a pair whose sentence says of which book it speaks."""
    return replace(sentence, text=f"《{citation.record.title}》{sentence.text}"), citation


def _from_entry(
    book: Book, index: int, number: int, language: Language, style: str | None
) -> tuple[Sentence, Citation]:
    entry = book.contents[index]
    chapter = entry if entry.level == 1 else _above(book.contents, index)
    place = Place(
        part=_contents_name(book),
        chapter=chapter.heading if chapter and _is_chapter(chapter) else None,
        section=entry.heading if entry.level > 1 else None,
        pages=(entry.page,) if entry.page else (),
        status=PageStatus.EXACT if entry.page else PageStatus.UNKNOWN,
    )
    # The contents say it, but the page is the body's, or that of a part which bears its name.
    body = replace(place, part=entry.heading if entry.level == 1 and not place.chapter else None)
    key = "answers.begins" if entry.page else "answers.no_page"
    text = say(key, language, heading=entry.heading, page=page_words(place, language))
    sentence = Sentence(text, (number,), Verdict.SUPPORTED)
    return sentence, Citation(
        n=number,
        record=book.record,
        place=place,
        quote=entry.heading,
        passage_id=None,
        start=None,
        end=None,
        formatted=format_citation(book.record, body, style, language),
    )


def tell_heading(
    book: Book, section: Section, number: int, language: Language, style: str | None
) -> tuple[Sentence, Citation]:
    """Return a heading with the page that it stands on, as the contents say it.

    Raises RagError for an unknown style.
    """
    heading = section.subsection or section.section or section.chapter or section.part or ""
    place = locate(book, section.start, section.body)
    key = "answers.begins" if place.pages else "answers.no_page"
    text = say(key, language, heading=heading, page=page_words(place, language))
    return Sentence(text, (number,), Verdict.SUPPORTED), Citation(
        n=number,
        record=book.record,
        place=place,
        quote=book.text[section.start : section.body].strip(),
        passage_id=None,
        start=section.start,
        end=section.body,
        formatted=format_citation(book.record, place, style, language),
    )


def _from_record(
    book: Book, told: OutlineAnswer, number: int, language: Language, style: str | None
) -> tuple[Sentence, Citation]:
    if told.field == "count":
        chapters = [entry for entry in book.contents if _is_chapter(entry)]
        sections = [entry for entry in book.contents if entry.level == 2]
        text = say("answers.count", language, chapters=len(chapters), sections=len(sections))
        quote, part = "；".join(entry.heading for entry in chapters), _contents_name(book)
    else:
        quote, part = told.value or "", "书名页"
        text = say(f"answers.record_{told.field}", language, value=quote)
    place = Place(part, None, None, (), PageStatus.UNKNOWN)
    reference = format_citation(book.record, place, style, language)
    citation = Citation(number, book.record, place, quote, None, None, None, (), reference)
    return Sentence(text, (number,), Verdict.SUPPORTED), citation


def _above(contents: Sequence[ContentsEntry], index: int) -> ContentsEntry | None:
    return next((entry for entry in reversed(contents[:index]) if entry.level == 1), None)


def _is_chapter(entry: ContentsEntry) -> bool:
    """Return whether an entry of level 1 belongs to the body: numbered, and no appendix."""
    return entry.level == 1 and bool(entry.number and _BODY.fullmatch(entry.number))


def _contents_name(book: Book) -> str:
    return "目录" if family(language_of_book(book)) == "zh" else "Contents"
