"""What programs may ask, by name: values in and out are those of the command line's JSON.

One table serves the page's named endpoints and the tools of the Model Context Protocol.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rag.exporting import FORMATS, export
from rag.types import ExportError, Language, NameKind, NotInLibraryError, QuestionError
from rag.types.forms import (
    AnswerForm,
    ChronologyForm,
    Form,
    FoundForm,
    GuideForm,
    NamesForm,
    PageForm,
    SummaryForm,
    one_line,
    read_answers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rag.application import Shuzheng
    from rag.types import BookRecord

_MOST_FOUND = 100
"""Passages that one lookup gives at most."""

_CITED = (
    "Every citation has 'pages' with 'page_status': only 'exact' is the printed page; "
    "'approximate' is reckoned, and must be told as about that page; with 'unknown' no page may "
    "be named. "
    "'chapter' and 'section' are printed headings."
)
_BOOK = "id or title of a book (see books); empty for all books"
_ONE_BOOK = "id or title of a book (see books); may be empty where there is only one"
_LANGUAGE = "zh, zh-Hant, en or ru; empty for the language of the question or book"
_STYLE = "citation style, such as gb-2025-note, chicago or apa; empty for the default"


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that programs may call: what it does, and what its parameters are."""

    name: str
    about: str
    parameters: Mapping[str, str]
    call: Callable[..., Any]


_TOLD: dict[str, tuple[str, dict[str, str]]] = {
    "books": ("Lists the books that can be asked, with their tables of contents.", {}),
    "ask": (
        "Answers a question from the books, in their own words, each sentence with numbered "
        "citations. 'status' is 'answered', 'near' (the sentences do not answer it, and are the "
        "nearest to it), 'not_found' (the books do not say) or 'aside'. " + _CITED,
        {
            "question": "the question, in Chinese, English or Russian",
            "book": _BOOK,
            "language": _LANGUAGE,
            "style": _STYLE,
        },
    ),
    "find": (
        "Finds passages by words and by meaning, best first; what stands in quotation marks is "
        "found word for word ('match' says how). " + _CITED,
        {
            "words": "words to look for",
            "book": _BOOK,
            "limit": f"how many passages at most, 1 to {_MOST_FOUND}",
        },
    ),
    "page": (
        (
            "Gives the text and footnotes of the page with a printed number, as a list: more "
            "than one where front matter or a second part has the same number, none where no page "
            "is known to have it. 'status' says how sure 'label' is: only 'exact' is printed."
        ),
        {"page": "the printed number of a page, such as 12 or iv", "book": _ONE_BOOK},
    ),
    "summary": (
        "Tells what each chapter of a book says, or what one chapter says, in the book's own "
        "sentences. " + _CITED,
        {
            "book": _ONE_BOOK,
            "chapter": "number of a chapter; 0 for all",
            "language": _LANGUAGE,
            "style": _STYLE,
        },
    ),
    "chronology": (
        "Lists dated events, the earliest first, each in the book's words; 'inferred' dates are "
        "told from what stands before. " + _CITED,
        {
            "book": _BOOK,
            "start": "first year; 0 for the earliest",
            "end": "last year; 0 for the latest",
        },
    ),
    "names": (
        "Lists the names of a book as its index would, the commonest first, with all pages.",
        {"book": _BOOK, "kind": f"{', '.join(NameKind)}; empty for all"},
    ),
    "export": (
        (
            "Writes answers as a document or a file of references. 'text' holds it, or 'base64' "
            "where the format is no text."
        ),
        {
            "answers": "a list of what ask, find, chronology, names or summary gave",
            "format": ", ".join(FORMATS),
            "style": _STYLE,
            "language": _LANGUAGE,
        },
    ),
}
"""What programs may call, what it does, and what its parameters are."""


def tools(shuzheng: Shuzheng) -> tuple[Tool, ...]:
    """Return all that programs may call; each returns what JSON takes, or raises RagError."""
    made = _Made(shuzheng)
    return tuple(
        Tool(name, about, parameters, getattr(made, name))
        for name, (about, parameters) in _TOLD.items()
    )


class _Made:
    """The functions, over one Shuzheng."""

    def __init__(self, shuzheng: Shuzheng) -> None:
        self._shuzheng = shuzheng

    def books(self) -> list[Any]:
        """Return what ``rag books --json`` gives."""
        return _list([SummaryForm.of(book) for book in self._shuzheng.books()])

    def ask(
        self, question: str, book: str = "", language: str = "", style: str = ""
    ) -> dict[str, Any]:
        """Return what ``rag ask --json`` gives."""
        answer = self._shuzheng.ask(
            question, book=book or None, language=_language(language), style=style or None
        )
        return _object(AnswerForm.of(answer, self._records()))

    def find(self, words: str, book: str = "", limit: int = 10) -> dict[str, Any]:
        """Return what ``rag find --json`` gives."""
        if not 1 <= limit <= _MOST_FOUND:
            raise QuestionError(f"The limit must be a number from 1 to {_MOST_FOUND}.")
        hits = self._shuzheng.find(words, book=book or None, limit=limit)
        return _object(FoundForm.of({"query": words, "hits": hits}, self._records()))

    def page(self, page: str, book: str = "") -> list[Any]:
        """Return what ``rag pages --json`` gives, of the pages with one label."""
        wanted = page.strip().casefold()
        pages = PageForm.each(self._shuzheng.book(self._one(book)))
        return _list([one for one in pages if (one.label or "").strip().casefold() == wanted])

    def summary(
        self, book: str = "", chapter: int = 0, language: str = "", style: str = ""
    ) -> dict[str, Any]:
        """Return what ``rag guide --json`` gives, without dates, names and questions."""
        guide = self._shuzheng.guide(
            self._one(book),
            chapter=chapter or None,
            language=_language(language),
            style=style or None,
            brief=True,
        )
        return _object(GuideForm.of(guide))

    def chronology(self, book: str = "", start: int = 0, end: int = 0) -> dict[str, Any]:
        """Return what ``rag chronology --json`` gives."""
        events = self._shuzheng.chronology(book or None, start or None, end or None)
        return _object(ChronologyForm.of({"events": events}))

    def names(self, book: str = "", kind: str = "") -> dict[str, Any]:
        """Return what ``rag index --json`` gives."""
        if kind and kind not in set(NameKind):
            raise QuestionError(f"The kind of names must be one of {', '.join(NameKind)}.")
        names = self._shuzheng.names(book or None, NameKind(kind) if kind else None)
        return _object(NamesForm.of({"names": names}))

    def export(
        self,
        answers: list[Any],
        format: str,  # noqa: A002 - the name that programs give
        style: str = "",
        language: str = "",
    ) -> dict[str, Any]:
        """Return a document as ``rag export`` writes it, with the ending of its file's name."""
        if format not in FORMATS:
            raise ExportError(f"The format must be one of {', '.join(FORMATS)}.")
        wanted = FORMATS[format]
        written = export(
            read_answers(json.dumps(answers), ()),
            format,
            day=datetime.now().astimezone().date(),
            style=style or None,
            language=_language(language),
            records=self._records(),
        )
        text = written.decode() if wanted.is_text else None
        packed = None if wanted.is_text else base64.b64encode(written).decode("ascii")
        return {"format": format, "ending": wanted.ending, "text": text, "base64": packed}

    def _one(self, book: str) -> str:
        """Return the id of the book that is named, or of the only one; NotInLibraryError."""
        found = self._shuzheng.chosen(book or None)
        if len(found) != 1:
            there = ", ".join(found) or "no books"
            raise NotInLibraryError(f"Name one of the books by its id: {there}.")
        return found[0]

    def _records(self) -> dict[str, BookRecord]:
        return self._shuzheng.records()


def _language(name: str) -> Language | None:
    if name and name not in set(Language):
        raise QuestionError(f"The language must be one of {', '.join(Language)}.")
    return Language(name) if name else None


def _list(forms: list[Any]) -> list[Any]:
    """Return forms as what JSON takes: the very values that the command line writes."""
    values: list[Any] = json.loads(one_line(forms))
    return values


def _object(form: Form) -> dict[str, Any]:
    """Return one likewise."""
    values: dict[str, Any] = json.loads(one_line(form))
    return values
