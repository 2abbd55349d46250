"""What readers say of answers: what a store of it does, and all that is needed to act on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rag.types import Remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.types import Answer, Book, Citation, Place, ReportKind


@dataclass(frozen=True, slots=True)
class Reported:
    """The place that a report is of, as it was when the report was made.

    ``source`` is the digest of what the book was read from, ``pages_digest`` that of its page
    map with all corrections, so that whoever mends the book sees whether either has changed.
    """

    place: Place
    quote: str
    start: int | None
    end: int | None
    source: str
    pages_digest: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a reader says of an answer, with the answer as it was shown.

    ``made``, and ``done``, None while nobody has dealt with it, are ISO 8601 in UTC; ``body``
    is in the reader's words; ``book_id`` and ``where`` are None where it is of no one place.
    """

    id: str
    kind: ReportKind
    made: str
    done: str | None
    book_id: str | None
    where: Reported | None
    question: str
    answer: Answer | None
    body: str


class Reports(Protocol):
    """The reports of readers, for whoever mends the books; safe for several threads.

    An owner is as of ``Conversations``; one who leaves no trace is the empty text. A report
    outlives its book and its conversation. Any call may raise LibraryError.
    """

    def close(self) -> None:
        """Close the reports; they cannot be used afterwards."""

    def add(
        self,
        owner: str,
        kind: ReportKind,
        answer: Answer,
        body: str = "",
        *,
        book_id: str | None = None,
        where: Reported | None = None,
    ) -> Report:
        """Keep a report and return it; of thumbs on one answer an owner's last one stays."""

    def of(self, owner: str | None = None, *, undone: bool = False) -> list[Report]:
        """Return an owner's reports, of None everybody's, the oldest first.

        With ``undone`` those alone that nobody has dealt with.
        """

    def finish(self, report_id: str) -> None:
        """Keep that a report was dealt with; NotInLibraryError."""


def where_reported(citation: Citation, book: Book, source: str) -> Reported:
    """Return the place of a citation for a report; ``source`` is the digest of its book's file."""
    return Reported(
        place=citation.place,
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        source=source,
        pages_digest=pages_digest(book),
    )


def pages_digest(book: Book) -> str:
    """Return 16 hexadecimal digits that tell a page map, corrections and all, from another."""
    said = "\n".join(
        f"{page.label}\t{page.status}\t{page.start}\t{page.end}" for page in book.pages
    )
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def remarks_on(answer: Answer, reports: Iterable[Report]) -> tuple[Remark, ...]:
    """Return what is said of an answer, known by its question and its words.

    Its pages may have been corrected since.
    """
    said = _words(answer)
    return tuple(
        Remark(one.kind, one.body, one.made)
        for one in reports
        if one.answer is not None and one.question == answer.question and _words(one.answer) == said
    )


def _words(answer: Answer) -> Sequence[str]:
    return [sentence.text for sentence in answer.sentences] or [answer.text]
