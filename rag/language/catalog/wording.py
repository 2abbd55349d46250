"""Pages, days, and what a check has shown, as a reader says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog.texts import say
from rag.types import PageStatus, ReasonKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rag.types import Language, Place, Reason, Sentence


def page_words(place: Place, language: Language) -> str:
    """Return the pages of a place as a reader says them: 第3–5页, about p. 12, page unknown.

    Where paragraphs are counted because no page is known, they are said: 第12段.
    """
    if place.paragraphs:
        numbers = "–".join(dict.fromkeys((str(place.paragraphs[0]), str(place.paragraphs[-1]))))
        several = "s" if len(place.paragraphs) > 1 else ""
        return say(f"answers.paragraph{several}", language, numbers=numbers)
    if place.status is PageStatus.UNKNOWN or not place.pages:
        return say("answers.page_unknown", language)
    first, last = place.pages[0], place.pages[-1]
    pages = first if len(place.pages) == 1 else f"{first}–{last}"
    return say(f"answers.page_{place.status}", language, pages=pages)


def pages_words(places: Sequence[Place], language: Language) -> str:
    """Return the first pages of several places as an index gives them: 第1、3、4页; 约第7页.

    Pages of front or back matter are named with their part, for their numbers may come twice.
    """
    groups: dict[tuple[str | None, PageStatus], dict[str, None]] = {}
    for place in places:
        known = bool(place.pages) and place.status is not PageStatus.UNKNOWN
        key = (place.part, place.status) if known else (None, PageStatus.UNKNOWN)
        groups.setdefault(key, {}).setdefault(place.pages[0] if known else "")
    joint = say("index.joint", language)
    said = []
    for (part, status), labels in groups.items():
        words = say(f"answers.page_{status}", language, pages=joint.join(labels))
        said.append(say("index.of_part", language, part=part, pages=words) if part else words)
    return joint.join(said)


def say_date(day: date, language: Language) -> str:
    """Return a day as it is written: 2026年11月22日, 22 November 2026, 22 ноября 2026 г."""
    month = say(f"months_of_days.{day.month}", language)
    return say("dates.date", language, year=day.year, month=month, day=day.day)


def reason_words(sentence: Sentence, language: Language) -> list[str]:
    """Return what a check has shown of a sentence: the facts that were found, then each doubt.

    Empty for a quotation, of which nothing was compared.
    """
    said = [_reason(reason, language) for reason in sentence.reasons]
    facts = sentence.facts
    if facts is None or not facts.stated:
        return said
    return [say("reasons.facts", language, found=facts.found, stated=facts.stated), *said]


def _reason(reason: Reason, language: Language) -> str:
    """Return a reason: what stands in place of what was said, or that it does not stand there."""
    kind, said = reason.kind, reason.said
    if kind in {ReasonKind.NUMBER, ReasonKind.DATE, ReasonKind.NAME}:
        if reason.stands:
            return say("reasons.instead", language, said=said, stands=reason.stands)
        return say(
            "reasons.date" if kind is ReasonKind.DATE else "reasons.missing", language, said=said
        )
    if kind is ReasonKind.WORDS and not said:
        return say("reasons.wording", language)
    if kind in {ReasonKind.QUOTATION, ReasonKind.WORDS}:
        return say(f"reasons.{kind}", language, said=said)
    return say(f"reasons.{kind}", language)
