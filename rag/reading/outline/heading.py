"""A heading, as it was found among the blocks of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.text import ends_sentence
from rag.reading.outline.contents import Form, is_part, split_heading
from rag.types import ContentsEntry

if TYPE_CHECKING:
    from typing import TypeGuard

_LONGEST = 60
_LONGEST_TITLE = 40


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that stands in blocks [first, last]; ``entry`` is its place in the contents.

    ``form`` is that of its number, ``level`` 1 a chapter or part of the book.
    """

    first: int
    last: int
    level: int
    form: Form
    number: str | None
    title: str
    entry: int | None = None

    @property
    def text(self) -> str:
        """Number and title on one line, as a table of contents gives them."""
        return ContentsEntry(self.number, self.title, self.level).heading.rstrip()


def may_be_heading(text: str | None) -> TypeGuard[str]:
    """Whether a block is short enough for a heading, and not one that cannot be one (None)."""
    return text is not None and 0 < len(text) <= _LONGEST


def is_title(text: str) -> bool:
    """Whether a block may be the title under the number of a chapter that stands alone."""
    form, *_ = split_heading(text)
    return (
        form is Form.NONE
        and len(text) <= _LONGEST_TITLE
        and not ends_sentence(text)
        and not is_part(text)
    )
