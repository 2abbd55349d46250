"""The one place where a question is understood; pure."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rag.language.dates import respell, respelt
from rag.language.text import bigrams, fold, is_foreign, language_of
from rag.questions.asking import clean_question, content_words, kind_of
from rag.questions.following import follow, item_of, of_somebody
from rag.questions.manner import Manner, manner_of, sides_of
from rag.questions.parts import ask_outline, confine, part_asked
from rag.questions.question import Compared, Question, Sought
from rag.questions.rereading import reread
from rag.questions.terms import find_terms
from rag.questions.wanting import ASIDES, Sensed, Want
from rag.types import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.questions.wanting import Sense
    from rag.types import Book

_OF_PARTS = frozenset({Want.SUMMARY, Want.NAMES})
"""What is asked of a part of a book as a whole, and not looked for in it."""
_QUOTED = re.compile(r"[“\"「『«„](.+?)[”\"」』»“]")


def understand(
    text: str,
    turns: Sequence[Turn],
    books: Sequence[Book],
    *,
    read_as: str | None = None,
    sense: Sense | None = None,
) -> Question:
    """Return a question as it is to be asked of some books.

    What was typed amiss is read as the books have it (``rag.questions.rereading``). ``turns``
    are earlier exchanges, oldest first: a question that leans on them is read with
    what it leans on in its place, or as ``read_as`` says, where somebody has found better
    words for it. ``sense`` tells what it wants; without one, the sentences that say it.
    Raises QuestionError for what is no question (``clean_question``).
    """
    asked = clean_question(text)
    meant = reread(asked, books)
    sensed = sense(meant.text) if sense else Sensed(Want.PASSAGE)
    if sensed.want is Want.LAST and of_somebody(meant.text):
        sensed = Sensed(Want.PASSAGE)
    spoken = _spoken(turns, sense) if sense else turns
    aliases = [group for book in books for group in book.record.aliases]
    followed = follow(meant.text, spoken, aliases, {book.id: book.text for book in books})
    read = followed.text if read_as is None else read_as
    if sense and read != meant.text and sensed.want is not Want.LAST:
        sensed = sense(read)
    want = sensed.want
    told = tuple((book, answer) for book in books if (answer := ask_outline(read, book)))
    if want is Want.SUMMARY:  # it holds the headings that the contents would tell
        told = tuple(pair for pair in told if len(pair[1].entries) == 1 or pair[1].field)
    # What the contents tell is looked for in no part of the text.
    words, part = (read, None) if told or want in _OF_PARTS else confine(read, books)
    if want in _OF_PARTS:
        part = part_asked(read, turns, books) or part_asked(meant.text, turns, books)
    look = _looking(books)
    manner = manner_of(words)
    return Question(
        typed=text,
        asked=asked,
        text=read,
        leans=followed.own is not None,
        language=language_of(meant.text),
        book_ids=tuple(book.id for book in books),
        foreign=is_foreign(meant.text, books),
        want=want,
        about=sensed.about,
        item=item_of(asked) if turns else None,
        kind=kind_of(read),
        manner=manner,
        sides=_sides(words, look) if manner is Manner.COMPARE else (),
        told=told,
        part=part,
        sought=look(words),
        own=look(confine(followed.own, books)[0]) if followed.own else None,
        entire=look(asked),
        quoted=tuple(phrase for phrase in _QUOTED.findall(asked) if fold(phrase).strip()),
        only_quoted=not bigrams(_QUOTED.sub(" ", asked)),
        reread=meant.words,
    )


def _spoken(turns: Sequence[Turn], sense: Sense) -> list[Turn]:
    """Return the turns that asked something of the books.

    One about the last answer goes on with its question; what asked nothing is passed over.
    """
    spoken: list[Turn] = []
    for turn in turns:
        want = sense(turn.question).want
        if want is Want.LAST and spoken and turn.answer.citations:
            spoken.append(Turn(spoken[-1].question, turn.answer))
        elif want not in ASIDES | {Want.LAST, Want.CITING}:
            spoken.append(turn)
    return spoken


def _looking(books: Sequence[Book]) -> Callable[[str], Sought]:
    """Return what understands words that are looked for in some books, each once."""
    aliases = [group for book in books for group in book.record.aliases]

    @cache
    def look(words: str) -> Sought:
        numbers = respelt(words, (book.text for book in books))
        return Sought(
            words=words,
            spelt=respell(words, numbers),
            content=content_words(words),
            terms=tuple(find_terms(words, aliases, numbers)),
        )

    return look


def _sides(words: str, look: Callable[[str], Sought]) -> tuple[Compared, ...]:
    """Return the two sides that words compare, none where they compare nothing."""
    sides = sides_of(words)
    if sides is None:
        return ()
    names = (sides.one, sides.other)
    return tuple(
        Compared(look(name), look(whole) if sides.rest else None)
        for name, whole in zip(names, sides.questions(), strict=True)
    )
