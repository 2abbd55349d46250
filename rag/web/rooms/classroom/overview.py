"""What a class asked, counted by weeks and chapters; pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from rag.exporting import to_table
from rag.language.catalog import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from rag.library import Asked, Reader
    from rag.types import Language

STATES = ("answered", "near", "not_found")
"""What may come of a question that was asked of a book."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question as the teacher sees it; ``who`` is a name only where its reader agreed."""

    at: datetime
    who: str
    question: str
    state: str
    book: str
    chapter: str

    @property
    def week(self) -> date:
        """The Monday of the week in which it was asked."""
        return self.at.date() - timedelta(days=self.at.weekday())


def named(reader: Reader, language: Language) -> str:
    """Return how a reader is called before the teacher: a number that stays his, or his name."""
    return reader.name if reader.agreed else say("web.class_alias", language, number=reader.number)


def rows_of(
    asked: Iterable[Asked],
    readers: Iterable[Reader],
    language: Language,
    zone: tzinfo | None = None,
) -> list[Row]:
    """Return what was asked of the books, in local time (or that of ``zone``), the newest first."""
    who = {reader.owner: named(reader, language) for reader in readers}
    return [
        Row(
            datetime.fromisoformat(one.at).astimezone(zone),
            who[one.owner],
            one.question,
            one.status,
            one.book,
            one.chapter,
        )
        for one in asked
        if one.status in STATES and one.owner in who
    ]


def weeks_of(rows: Sequence[Row]) -> dict[date, Counter[str]]:
    """Return for each week, the newest first, how many questions came to which state."""
    found: dict[date, Counter[str]] = {}
    for row in sorted(rows, key=lambda row: row.week, reverse=True):
        found.setdefault(row.week, Counter())[row.state] += 1
    return found


def chapters_of(rows: Sequence[Row]) -> dict[tuple[str, str], Counter[str]]:
    """Return the same for each book and chapter, the one asked about most first."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        found.setdefault((row.book, row.chapter), Counter())[row.state] += 1
    return dict(sorted(found.items(), key=lambda item: -item[1].total()))


def week_words(week: date) -> str:
    """Return a week as its first and last day."""
    return f"{week:%Y-%m-%d} – {week + timedelta(days=6):%m-%d}"


def state_words(state: str, language: Language) -> str:
    """Return a state in the teacher's language."""
    return say(f"web.class_{state}", language)


def chapter_words(place: tuple[str, str], language: Language) -> str:
    """Return a book and its chapter in words."""
    book, chapter = place
    return " · ".join(filter(None, (book, chapter))) or say("web.class_no_chapter", language)


def columns(language: Language) -> tuple[str, ...]:
    """Return what stands over the columns of a table of questions."""
    keys = ("when", "reader", "question", "state", "chapter")
    return tuple(say(f"web.class_{key}", language) for key in keys)


def cells(row: Row, language: Language) -> tuple[str, ...]:
    """Return a question as the cells of such a table."""
    return (
        f"{row.at:%Y-%m-%d %H:%M}",
        row.who,
        " ".join(row.question.split()),
        state_words(row.state, language),
        chapter_words((row.book, row.chapter), language),
    )


def to_csv(rows: Sequence[Row], language: Language) -> bytes:
    """Return questions as CSV for spreadsheets."""
    return to_table(columns(language), (cells(row, language) for row in rows))


def to_markdown(rows: Sequence[Row], language: Language) -> bytes:
    """Return the overview as Markdown: counts by week and chapter, and every question."""
    states = [state_words(state, language) for state in STATES]
    total = say("web.class_total", language)

    def counted(title: str, first: str, counts: Mapping[str, Counter[str]]) -> list[str]:
        lines = [
            _line([head, *(str(one[state]) for state in STATES), str(one.total())])
            for head, one in counts.items()
        ]
        heads = [_line([first, *states, total]), _line(["---"] * 5)]
        return [f"## {title}", "", *heads, *lines, ""]

    weeks = {week_words(week): count for week, count in weeks_of(rows).items()}
    chapters: dict[str, Counter[str]] = {
        chapter_words(place, language): count for place, count in chapters_of(rows).items()
    }
    week, chapter = (say(f"web.class_{key}", language) for key in ("week", "chapter"))
    questions = say("web.class_questions", language)
    lines = [
        f"# {say('web.class_overview', language)}",
        "",
        *counted(week, week, weeks),
        *counted(chapter, chapter, chapters),
        f"## {questions}",
        "",
        _line(columns(language)),
        _line(["---"] * 5),
        *(_line(cells(row, language)) for row in rows),
    ]
    return ("\n".join(lines) + "\n").encode()


_MARKED = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|!~"})


def _line(cells: Iterable[str]) -> str:
    """Return cells as a row of a table, in which nothing is marked up."""
    shown = (" ".join(cell.split()) for cell in cells)
    return (
        "| "
        + " | ".join(cell if cell == "---" else cell.translate(_MARKED) for cell in shown)
        + " |"
    )
