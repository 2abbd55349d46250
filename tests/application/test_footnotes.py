"""Footnotes are evidence: found, cited by their marks, and shown with what they hang on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.cli.printing import answer_text, hits_text

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng

pytestmark = pytest.mark.slow

NOTE = "笔录共十四册，编号为口述第3号至第16号。"


def test_a_footnote_is_found_and_named_by_its_mark(small: Shuzheng) -> None:
    """A lookup of its words gives the note, with the page at whose foot it stands."""
    [hit, *_] = small.find(f"“{NOTE}”")
    assert hit.passage.text == NOTE
    assert (hit.place.pages, hit.place.notes) == (("1",), ("1",))
    assert "page 1, note 1 (exact)" in hits_text([hit], {})


def test_a_citation_of_a_footnote_names_its_mark(small: Shuzheng) -> None:
    """An answer out of a note says so in its place and in the reference."""
    [citation] = small.ask(f"“{NOTE}”", style="lishi-yanjiu").citations
    assert (citation.quote, citation.place.notes) == (NOTE, ("1",))
    assert citation.formatted.endswith("第1页注1。")


def test_a_sentence_shows_the_note_that_hangs_on_it(small: Shuzheng) -> None:
    """The text of the note stands below the citation, apart from the author's words."""
    answer = small.ask("“笔录现存临江图书馆。”")
    citation = next(one for one in answer.citations if "笔录现存" in one.quote)
    assert NOTE not in citation.quote
    assert [note.text for note in citation.footnotes] == [NOTE]
    assert f"    Footnote 1 (page 1): {NOTE}" in answer_text(answer).splitlines()
