"""What the library says of its books: what was added, what there is, and page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field

from rag.types.book import Correction, PageStatus, TextKind
from rag.types.forms.answers import Names, NoteForm
from rag.types.forms.form import Form, Rounded, Text, at

if TYPE_CHECKING:
    from rag.types.book import Book, Footnote


class ProblemForm(Form):
    """Something that a person should look at."""

    kind: Text
    page: Text | None
    text: Text


class AddedForm(Form):
    """What came of adding one file."""

    id: Text
    title: Text
    status: Text
    replaced_title: Text | None
    pages: int
    sections: int
    passages: int
    footnotes: int
    problems: tuple[ProblemForm, ...]
    seconds: Rounded
    pages_per_second: Rounded


class EntryForm(Form):
    """One line of a table of contents."""

    number: Text | None
    title: Text
    level: int
    page: Text | None


class LabelForm(Form):
    """A page's label that was set by hand, as ``book.toml`` has it; null: no number."""

    index: int | None = Field(validation_alias="first")
    label: Text | None


class OffsetForm(Form):
    """An offset of page numbers that was set by hand, as ``book.toml`` has it."""

    offset: int = Field(validation_alias="shift")
    first: int | None = Field(serialization_alias="from")
    last: int | None = Field(serialization_alias="to")


def _corrected(value: object) -> object:
    """Return the form that is for a correction of its kind."""
    if not isinstance(value, Correction):
        return value
    return LabelForm.of(value) if value.shift is None else OffsetForm.of(value)


class SummaryForm(Form):
    """What the library says of one of its books."""

    id: Text = Field(validation_alias=at("record.id"))
    title: Text = Field(validation_alias=at("record.title"))
    subtitle: Text | None = Field(validation_alias=at("record.subtitle"))
    authors: Names = Field(validation_alias=at("record.authors"))
    kind: TextKind = Field(validation_alias=at("record.kind"))
    pages: int
    sections: int
    passages: int
    footnotes: int
    contents: tuple[EntryForm, ...]
    problems: tuple[ProblemForm, ...]
    corrections: tuple[Annotated[LabelForm | OffsetForm, BeforeValidator(_corrected)], ...]


class PersonForm(Form):
    """A person as the record names him."""

    name: Text
    latin: Text | None


People = tuple[PersonForm, ...]


class RecordForm(Form):
    """The record of a book as it is edited, and the fields that were set by hand."""

    id: Text = Field(validation_alias=at("record.id"))
    title: Text = Field(validation_alias=at("record.title"))
    subtitle: Text | None = Field(validation_alias=at("record.subtitle"))
    title_short: Text | None = Field(validation_alias=at("record.title_short"))
    authors: People = Field(validation_alias=at("record.authors"))
    translators: People = Field(validation_alias=at("record.translators"))
    editors: People = Field(validation_alias=at("record.editors"))
    publisher: Text | None = Field(validation_alias=at("record.publisher"))
    place: Text | None = Field(validation_alias=at("record.place"))
    year: Text | None = Field(validation_alias=at("record.year"))
    edition: Text | None = Field(validation_alias=at("record.edition"))
    isbn: Text | None = Field(validation_alias=at("record.isbn"))
    series: Text | None = Field(validation_alias=at("record.series"))
    language: Text | None = Field(validation_alias=at("record.language"))
    edited: tuple[Text, ...]


class PageForm(Form):
    """A page with its running text, and the footnotes at its foot."""

    index: int
    label: Text | None
    status: PageStatus
    part: Text | None
    chapter: Text | None
    section: Text | None
    text: Text
    notes: tuple[NoteForm, ...]

    @classmethod
    def each(cls, book: Book) -> list[PageForm]:
        """Return the page map of a book: every page in reading order."""
        feet: dict[int, list[Footnote]] = {}
        for note in book.footnotes:
            feet.setdefault(note.page, []).append(note)
        return [
            cls(
                index=page.index,
                label=page.label,
                status=page.status,
                part=page.part,
                chapter=page.chapter,
                section=page.section,
                text=book.text[page.start : page.end],
                notes=tuple(
                    NoteForm(mark=one.mark, text=book.text[one.start : one.end], page=page.label)
                    for one in feet.get(page.index, ())
                ),
            )
            for page in book.pages
        ]
