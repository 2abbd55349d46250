"""Kept answers follow the corrections that are made after them."""

from __future__ import annotations

from dataclasses import replace

from rag.answering.quoting import cite
from rag.answering.redating import redated
from rag.library.correcting import correct
from rag.types import Answer, Correction, Language, Seconds, Sentence, Span, Verdict
from tests.support.shelves import volume

BOOK = volume("jia", ["第一页的文字在此。", "第二页讲了别的事。", "见旧志。"]).book
MOVED = correct(BOOK, [Correction(first=0, label="31")])


def answer() -> Answer:
    """Return an answer that cites a sentence of each page."""
    spans = [Span(page.start, page.end) for page in BOOK.pages]
    citations = tuple(cite(BOOK, n, span, f"jia:{n}") for n, span in enumerate(spans, 1))
    sentences = tuple(Sentence(one.quote, (one.n,), Verdict.SUPPORTED) for one in citations)
    text = "".join(one.text for one in sentences)
    seconds = Seconds(0.0, 0.0, 0.0)
    return Answer("何事？", Language.ZH, "answered", "quoted", text, sentences, citations, seconds)


def test_a_kept_answer_cites_the_corrected_page() -> None:
    """Place, footnotes and reference are those of now; what did not move stays as it was."""
    first, second = redated(answer(), {"jia": MOVED}).citations
    assert first.place.pages == ("31",)
    assert [note.page for note in first.footnotes] == ["31"]
    assert "31" in first.formatted
    assert second == answer().citations[1]


def test_an_answer_out_of_a_book_that_is_gone_or_changed_stays() -> None:
    """Where the words are no longer in their place, nothing is said anew."""
    assert redated(answer(), {}) == answer()
    other = replace(MOVED, text="别" * len(MOVED.text))
    assert redated(answer(), {"jia": other}) == answer()
