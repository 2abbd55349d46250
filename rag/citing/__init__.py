"""A citation to the text of a footnote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.types import PageStatus, TextKind

if TYPE_CHECKING:
    from rag.types import BookRecord, Place

STYLES = ("lishi-yanjiu",)
"""Names of the styles there are; the first is the default."""


def format_citation(record: BookRecord, place: Place, style: str | None = None) -> str:
    """Return a first note in a style: ``lishi-yanjiu`` is that of the journal 《历史研究》.

    An approximate page is marked 约; an unknown one gives way to chapter and section.
    What the record lacks is left out. Raises RagError for a style there is not.
    """
    if style not in (None, *STYLES):
        raise RagError(f"There is no style {style}; there is {', '.join(STYLES)}.")
    names = "、".join(person.name for person in record.authors)
    title = f"{record.title}——{record.subtitle}" if record.subtitle else record.title
    publisher = "：".join(item for item in (record.place, record.publisher) if item)
    year = f"{record.year}年" if record.year else ""
    notes = "读书笔记" if record.kind is TextKind.NOTES else ""
    items = [f"《{title}》", notes, publisher, year, *_locators(place)]
    return (f"{names}：" if names else "") + "，".join(item for item in items if item) + "。"


def _locators(place: Place) -> list[str]:
    known = place.status is not PageStatus.UNKNOWN and place.pages
    if not known:
        return [item for item in (place.part, place.chapter, place.section) if item]
    pages = place.pages[0] if len(place.pages) == 1 else f"{place.pages[0]}—{place.pages[-1]}"
    mark = "约" if place.status is PageStatus.APPROXIMATE else ""
    return [*([place.part] if place.part else []), f"{mark}第{pages}页"]
