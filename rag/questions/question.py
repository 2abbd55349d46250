"""A question as a value: everything that is known of it before a book's vectors are asked; pure.

It is made in one place (``rag.questions.understanding``), for the books that are asked, and
read by all that comes after: searching, answering, composing, measuring.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.questions.asking import Kind
    from rag.questions.manner import Manner
    from rag.questions.parts import OutlineAnswer, Part
    from rag.questions.terms import Term
    from rag.questions.wanting import About, Want
    from rag.types import Book, Language


@dataclass(frozen=True, slots=True)
class Sought:
    """Words that are looked for in books, and what is known of them.

    ``words`` are as they were asked. ``spelt`` has the books' form for each year or number
    that they lack as asked. ``content`` has a bar in place of each word that only makes it
    a question. ``terms`` are the names that the books know, in all their spellings, the
    years and numbers, in all the forms that the books have, and the tokens of other words.
    """

    words: str
    spelt: str
    content: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One of two sides that a question compares.

    ``alone`` are its own words; ``shared`` these with the words that both sides share, None
    where there are none.
    """

    alone: Sought
    shared: Sought | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood for the books that it is asked of.

    ``typed`` is as it was typed, ``asked`` the same without what nobody sees, and ``text``
    what it is read as: with the books' words for what was typed amiss (``reread``, as they
    are read) and, where it ``leans`` on earlier turns, with what it leans on put in (by
    rules, or by a language model that they bore out). ``own`` are the words of one that
    leans, without those that lean; None where there are none left, or it leans on nothing.

    ``language`` is that of ``asked``, Chinese for pinyin, and ``foreign`` says that no book is
    in it. ``want`` is what it wants, ``about`` what of the last answer, where it wants something
    about that, and ``item`` which item of what was listed, from 0, -1 for the last. ``kind`` is
    what it asks for, ``manner`` how it wants to be answered, ``sides`` the two that it compares,
    none else.

    ``told`` is what the contents or the records of books say to it; the rest is then not
    needed. ``part`` is the part of the books that it confines itself to, ``sought`` what is
    left to be looked for there; without such a part, ``sought`` is all of ``text``.

    As words for a quick lookup, ``entire`` is all of ``asked``; ``quoted`` are the texts in it that
    stand in quotation marks, and ``only_quoted`` says that there are no words beside them.
    """

    typed: str
    asked: str
    text: str
    leans: bool
    language: Language
    book_ids: tuple[str, ...]
    foreign: bool
    want: Want
    about: About | None
    item: int | None
    kind: Kind
    manner: Manner
    sides: tuple[Compared, ...]
    told: tuple[tuple[Book, OutlineAnswer], ...] = field(repr=False)
    part: Part | None
    sought: Sought
    own: Sought | None
    entire: Sought
    quoted: tuple[str, ...]
    only_quoted: bool
    reread: tuple[str, ...] = ()
