"""What a press in the library does: the library changed, and the view that is shown then.

Whether who pressed may do it is asked here, for each press, and not where buttons are drawn.
"""

from __future__ import annotations

import logging
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rag.language.catalog import say
from rag.library import FIELDS, edit_of, text_of
from rag.types import (
    Correction,
    CorrectionError,
    Language,
    QuestionError,
    RagError,
    ReadingError,
)
from rag.web.gate import UPLOADS, brought
from rag.web.html.library import (
    render_books,
    render_compare,
    render_compared,
    render_pages,
    render_problems,
    render_record,
    render_sets,
    render_views,
)
from rag.web.words import error_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from rag.application import Shuzheng

log = logging.getLogger(__name__)

LONGEST = 4000
"""Characters of anything that a press says."""
_NUMBERS = 6


@dataclass(frozen=True, slots=True)
class View:
    """What one reader looks at: which view, of which book, and what waits to be kept or undone.

    ``pending`` are corrections that were previewed, with ``cleared`` in place of the earlier ones;
    ``before`` are those of ``book`` before the last that were kept.
    """

    name: str = "books"
    book: str = ""
    first: int = 0
    pending: tuple[Correction, ...] = ()
    cleared: bool = False
    before: tuple[Correction, ...] | None = None
    said: str = ""
    shown: str = ""


class Desk:
    """The presses of the room over one library; ``keeps``: who presses may change it."""

    def __init__(self, shuzheng: Shuzheng, language: Language, *, keeps: bool) -> None:
        self._shuzheng = shuzheng
        self._language = language
        self._keeps = keeps

    def press(self, view: View, said: Mapping[str, Any]) -> View:
        """Return the view after a press; what could not be done is said in it."""
        doing: dict[str, Callable[[View, Mapping[str, Any]], View]] = {
            "view": self._view,
            "compare": self._compare,
        }
        if self._keeps:
            doing |= {
                "look": self._look,
                "correct": self._correct,
                "undo": self._undo,
                "edit": self._edit,
                "unedit": self._unedit,
                "import": self._import,
                "remove": self._remove,
                "shelve": self._shelve,
                "unshelve": self._unshelve,
            }
        done = doing.get(str(said.get("do")))
        if done is None:
            return replace(view, said=self._say("web.library_forbidden"))
        try:
            return done(replace(view, said="", shown=""), said)
        except (CorrectionError, ReadingError, QuestionError) as error:
            return replace(view, said=self._say("web.library_bad", reason=str(error)))
        except RagError as error:
            return replace(view, said=self._say(error_key(error)))
        except Exception as error:
            log.exception("A press in the library failed")
            return replace(view, said=self._say(error_key(error)))

    def render(self, view: View) -> str:
        """Return a view as HTML; the books where the one that it is of is gone."""
        try:
            return f"{render_views(view.name, self._language)}{self._render(view)}"
        except RagError as error:
            said = self._say(error_key(error))
            books = [] if view.name == "books" else self._shuzheng.books()
            shown = render_books(books, self._language, keeps=self._keeps, said=said)
            return f"{render_views('books', self._language)}{shown}"

    def _render(self, view: View) -> str:
        language, keeping = self._language, self._shuzheng.keeping
        keeps, said = self._keeps, view.said
        if view.name == "sets":
            books = self._shuzheng.books()
            return render_sets(keeping.shelves(), books, language, keeps=keeps, said=said)
        if view.name == "compare":
            books = self._shuzheng.books()
            asks = render_compare(books, keeping.shelves(), language, said=said)
            return asks + view.shown
        if view.name in {"pages", "problems", "record"}:
            summary = keeping.summary(view.book)
            if view.name == "record":
                return render_record(summary, language, keeps=keeps, said=said)
            book = self._shuzheng.book(view.book)
            if view.name == "problems":
                return render_problems(summary, book, language)
            seen = None
            if view.pending or view.cleared:
                seen = keeping.preview(view.book, view.pending, clear=view.cleared)
            return render_pages(
                summary,
                book,
                language,
                view.first,
                seen,
                keeps=keeps,
                undoable=view.before is not None,
                said=said,
            )
        return render_books(self._shuzheng.books(), language, keeps=keeps, said=said)

    def _say(self, key: str, **told: str) -> str:
        return say(key, self._language, **told)

    def _view(self, view: View, said: Mapping[str, Any]) -> View:
        book = _text(said, "book")
        first = said.get("first", 0)
        return View(
            name=_text(said, "view"),
            book=book,
            first=first if isinstance(first, int) else 0,
            before=view.before if book == view.book else None,
        )

    def _look(self, view: View, said: Mapping[str, Any]) -> View:
        """Return the view with corrections that are shown and not kept."""
        looked = replace(view, name="pages", book=_text(said, "book"), pending=(), cleared=False)
        if looked.book != view.book:
            looked = replace(looked, before=None)
        if said.get("clear") is True:
            return replace(looked, cleared=True)
        if "offset" in said:
            shift = self._number(said, "offset")
            correction = Correction(
                first=self._number(said, "from", needed=False),
                last=self._number(said, "to", needed=False),
                shift=shift,
            )
        else:
            label = " ".join(_text(said, "label").split())
            if len(label) > 40 or not label.isprintable():
                raise CorrectionError(self._say("web.library_unknown_number"))
            correction = Correction(
                first=self._number(said, "index"), label=None if label in {"", "-"} else label
            )
        self._shuzheng.keeping.preview(looked.book, [correction])
        return replace(looked, pending=(correction,), first=self._at(looked, correction))

    def _at(self, view: View, correction: Correction) -> int:
        """Return the first row to be shown, so that a corrected page is among the rows."""
        index = correction.first or 0
        return view.first if view.first <= index < view.first + 200 else max(0, index - 5)

    def _number(self, said: Mapping[str, Any], name: str, *, needed: bool = True) -> int | None:
        text = _text(said, name).strip().replace("−", "-")
        if not text and not needed:
            return None
        digits = text.removeprefix("-").removeprefix("+") if name == "offset" else text
        if not digits.isascii() or not digits.isdigit() or len(digits) > _NUMBERS:
            raise CorrectionError(self._say("web.library_unknown_number"))
        return int(text)

    def _correct(self, view: View, _: Mapping[str, Any]) -> View:
        before = self._shuzheng.keeping.corrections(view.book)
        self._shuzheng.keeping.correct(view.book, view.pending, clear=view.cleared)
        kept = replace(view, pending=(), cleared=False, before=before)
        return replace(kept, said=self._say("web.library_kept"))

    def _undo(self, view: View, _: Mapping[str, Any]) -> View:
        if view.before is None:
            return view
        self._shuzheng.keeping.put_back(view.book, view.before)
        return replace(view, before=None, said=self._say("web.library_undone"))

    def _edit(self, view: View, said: Mapping[str, Any]) -> View:
        record = self._shuzheng.keeping.summary(view.book).record
        written = {field: _text(said, field) for field in FIELDS if field in said}
        edits = [
            edit_of(field, text)
            for field, text in written.items()
            if text != text_of(getattr(record, field))
        ]
        self._shuzheng.keeping.edit(view.book, edits)
        return replace(view, said=self._say("web.library_kept"))

    def _unedit(self, view: View, _: Mapping[str, Any]) -> View:
        self._shuzheng.keeping.edit(view.book, clear=True)
        return replace(view, said=self._say("web.library_undone"))

    def _import(self, view: View, said: Mapping[str, Any]) -> View:
        with _taken(self._shuzheng.settings.data / UPLOADS, _text(said, "refs")) as file:
            if file is None:
                return replace(view, said=self._say("web.library_not_sent"))
            edits = self._shuzheng.keeping.imported(view.book, file)
        self._shuzheng.keeping.edit(view.book, edits)
        return replace(view, said=self._say("web.library_kept"))

    def _remove(self, _: View, said: Mapping[str, Any]) -> View:
        gone = self._shuzheng.keeping.remove(_text(said, "book"))
        told = {"title": gone.record.title, "pages": str(gone.pages)}
        return View(said=self._say("web.library_removed", **told))

    def _shelve(self, _: View, said: Mapping[str, Any]) -> View:
        books = said.get("books", [])
        names = [one[:LONGEST] for one in books if isinstance(one, str)]
        self._shuzheng.keeping.shelve(_text(said, "name"), names)
        return View("sets", said=self._say("web.library_kept"))

    def _unshelve(self, _: View, said: Mapping[str, Any]) -> View:
        self._shuzheng.keeping.unshelve(_text(said, "name"))
        return View("sets", said=self._say("web.library_undone"))

    def _compare(self, _: View, said: Mapping[str, Any]) -> View:
        names = [_text(said, "one"), _text(said, "other")]
        if names[0] == names[1]:
            return View("compare", said=self._say("web.library_two"))
        question = _text(said, "question")
        answers = self._shuzheng.compare(question, names)
        records = self._shuzheng.records()
        titles = [records[name].title if name in records else name for name in names]
        sides = list(zip(titles, answers, strict=True))
        shown = render_compared(question, sides, records, self._language)
        return View("compare", shown=shown)


@contextmanager
def _taken(folder: Path, name: str) -> Iterator[Path | None]:
    """Yield a file that was brought, which is deleted afterwards; None where there is none."""
    file = brought(folder, name) if name else None
    try:
        yield file
    finally:
        if file is not None:
            shutil.rmtree(file.parent, ignore_errors=True)


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name, "")
    return value[:LONGEST] if isinstance(value, str) else ""
