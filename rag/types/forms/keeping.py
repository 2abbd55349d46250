"""What readers leave, as JSON: notes on books, and reports of answers."""

from __future__ import annotations

from pydantic import Field, StrictBool, StrictInt

from rag.types.answers import ReportKind  # noqa: TC001 - pydantic reads it
from rag.types.forms.answers import AnswerForm, BookForm, PlacedForm
from rag.types.forms.form import Form, Said, Text, at


class _NoteHead(Form):
    id: Text = Field(validation_alias=at("note.id"))
    book: BookForm = Field(validation_alias=at("note.anchor.book_id"))
    standing: Text


class OwnNoteForm(_NoteHead):
    """A reader's note: the words of the book, his own, and where they stand now.

    ``standing`` is ``there``, ``moved``, ``lost`` or ``gone``; of the last two no place is given.
    """

    part: Text | None = Field(None, validation_alias=at("place.part"))
    chapter: Text | None = Field(None, validation_alias=at("place.chapter"))
    section: Text | None = Field(None, validation_alias=at("place.section"))
    pages: tuple[Text, ...] = Field((), validation_alias=at("place.pages"))
    page_status: Text | None = Field(None, validation_alias=at("place.status"))
    quote: Text = Field(validation_alias=at("note.anchor.words"))
    note: Said = Field(validation_alias=at("note.body"))
    created: Text = Field(validation_alias=at("note.created"))
    changed: Text = Field(validation_alias=at("note.changed"))


class ReportedForm(PlacedForm):
    """The place that a report is of, as it was then; ``pages_digest`` is of its page map."""

    quote: Text
    start: StrictInt | None = None
    end: StrictInt | None = None
    source: Text
    pages_digest: Text


class ReportForm(Form):
    """A report of an answer; ``changed`` says whether the book or its pages have since."""

    id: Text = Field(validation_alias=at("report.id"))
    kind: ReportKind = Field(validation_alias=at("report.kind"))
    made: Text = Field(validation_alias=at("report.made"))
    done: Text | None = Field(None, validation_alias=at("report.done"))
    book: BookForm | None = Field(None, validation_alias=at("report.book_id"))
    place: ReportedForm | None = Field(None, validation_alias=at("report.where"))
    changed: StrictBool | None
    question: Text = Field(validation_alias=at("report.question"))
    answer: AnswerForm | None = Field(None, validation_alias=at("report.answer"))
    text: Said = Field(validation_alias=at("report.body"))
