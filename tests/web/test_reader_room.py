"""The functions behind the room of reading, over a real library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from rag.types import Span
from rag.web.html.targets import Target
from rag.web.rooms.reader.room import Reading, _Reader
from rag.web.shell import Shell

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng


def room(small: Shuzheng) -> _Reader:
    """Return the functions behind the room."""
    return _Reader(Shell(small, gr.Dropdown(), gr.HTML(), lambda *_: None, gr.Tabs(), gr.HTML(),
                         lambda *_: None))  # fmt: skip


def test_where_one_reads_is_the_readers_own(small: Shuzheng) -> None:
    """A label, a word that is looked for and an address lead to places; marks stay meanwhile."""
    one = room(small)
    book = small.book(small.books()[0].record.id)
    label = next(page.label for page in book.pages if page.label)
    word = book.text[book.sections[0].body :][:2]
    mark = (Span(0, 3),)
    reading = Reading(Target(book.id, page=0), mark)
    turned = one.turn_to(reading, "zh", f"第{label}页")[4]
    assert book.pages[turned.target.page].label == label
    assert turned.marks == mark
    missing = one.turn_to(reading, "en", "p. 98765")
    assert "98765" in missing[2]
    found = one.look_for(reading, "zh", word)
    assert found[4].words == word
    assert 'class="found"' in found[0] or 'class="hit"' in found[2]
    following = one.next_hit(found[4], "zh", word)[4]
    assert book.text[following.marks[0].start : following.marks[0].end] == word


def test_an_address_that_names_nothing_is_said_calmly(small: Shuzheng) -> None:
    """A book, a page or a stretch that is not there is no error, and shows nothing else."""
    one = room(small)
    book = small.books()[0].record.id
    for query in ("?book=<b>x</b>", f"?book={book}&sheet=9999", f"?book={book}&at=5-99999999"):
        drawn = one.arrive("zh", query)
        assert 'class="calm"' in drawn[0]
        assert "<b>" not in drawn[0]
    assert "<b>" not in str(one.arrive("zh", f"?book={book}&page=<b>")[2])
