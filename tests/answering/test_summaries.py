"""Summaries of books and their parts: what they hold, in which order, from where alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rag.questions.understanding import understand
from rag.questions.wanting import Sensed, Want
from rag.types import Turn
from tests.support.copies import over
from tests.support.summaries import BOOKS, Case, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.application.shuzheng import Shuzheng
    from rag.types import Answer

CASES = read()


@pytest.fixture(scope="module")
def shelf(
    models: Path, loaded: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shuzheng]:
    """Return the whole product, holding the books of the cases."""
    data = tmp_path_factory.mktemp("summaries")
    (data / "models").symlink_to(models)
    with over(data, loaded) as opened:
        for name in dict.fromkeys(case.book for case in CASES):
            opened.add(BOOKS / f"{name}.md")
        opened.find("港口")  # loads the models
        yield opened


def asked(shelf: Shuzheng, case: Case) -> Answer:
    """Return the answer to a case's question as one for a summary."""
    books = [shelf.book(case.book)]
    question = understand(case.question, (), books, sense=lambda _: Sensed(Want.SUMMARY))
    return shelf._parts.quoting.answer(question)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_summary_is_what_is_asked_for(case: Case, shelf: Shuzheng) -> None:
    """It holds the right headings and pages, nothing twice, nothing from elsewhere."""
    answer = asked(shelf, case)
    pairs = list(zip(answer.sentences, answer.citations, strict=True))
    heads = [citation.quote for _, citation in pairs if citation.passage_id is None]
    said = [(one.text, citation) for one, citation in pairs if citation.passage_id]
    texts = [text for text, _ in said]
    assert len(texts) == len(set(texts))
    assert all(citation.quote == text for text, citation in said)
    starts = [citation.start or 0 for _, citation in said]
    assert starts == sorted(starts)
    for kind, words in case.checks:
        if kind == "status":
            assert answer.status == words
            assert not pairs
        elif kind == "head":
            assert words in heads
        elif kind == "first":
            assert words in texts[0]
        elif kind == "has":
            assert any(words in text for text in texts)
        elif kind == "not":
            assert not any(words in text for text in [*texts, *heads])
        elif kind == "count":
            assert len(texts) == int(words)
        elif kind == "pages":
            pages = {page for _, citation in pairs for page in citation.place.pages}
            assert pages == set(words.split())
        else:
            pytest.fail(f"There is no check {kind}.")


def test_this_section_is_that_of_the_last_answer(shelf: Shuzheng) -> None:
    """Asked of this section or chapter, the one that was cited last is summed up."""
    books = [shelf.book("isle-zh")]
    first = asked(shelf, Case("isle-zh", "总结“撤军”一节", ()))
    turns = [Turn("总结“撤军”一节", first)]
    for question, pages in (("这一节讲了什么？", {"4"}), ("这一章讲了什么？", {"3", "4"})):
        read_as = understand(question, turns, books, sense=lambda _: Sensed(Want.SUMMARY))
        answer = shelf._parts.quoting.answer(read_as)
        assert {page for one in answer.citations for page in one.place.pages} == pages
