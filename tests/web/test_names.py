"""An index of names and a study guide as they are given out: JSON, terminal, exports, HTML."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rag.cli.printing import guide_text, index_text
from rag.exporting import FORMATS, export
from rag.questions.understanding import understand
from rag.questions.wanting import Sensed, Want
from rag.types import ExportError, Language, NameKind, NotInLibraryError
from rag.types.forms import GuideForm, NamesForm, one_line, read_answers
from rag.web.html.lists import render_names

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng

DAY = date(2026, 11, 29)


def test_names_are_listed_with_their_pages(small: Shuzheng) -> None:
    """The commonest come first, kinds narrow them, and a person's pages are the book's."""
    names = small.names()
    assert names == small.names("qu-yu-yan")
    assert [one.count for one in names] == sorted((one.count for one in names), reverse=True)
    persons = small.names(kind=NameKind.PERSON)
    assert {one.kind for one in persons} == {NameKind.PERSON}
    [person] = [one for one in persons if one.name == "顾云山"]
    text = index_text([person])
    assert text.splitlines()[0] == "顾云山 [persons]  6, 7"
    assert person.main.formatted
    with pytest.raises(NotInLibraryError):
        small.names("no-such-book")
    assert index_text([]) == "No names."


def test_an_index_is_exported_kind_by_kind(small: Shuzheng) -> None:
    """What 'rag index --json' writes becomes an answer a kind, each name cited, in any format."""
    written = one_line(NamesForm.of({"names": small.names()}))
    assert {one["kind"] for one in json.loads(written)["names"]} >= {"persons", "places"}
    answers = read_answers(written)
    [persons] = [one for one in answers if one.question == "persons"]
    assert any(one.text == "顾云山 6, 7" for one in persons.sentences)
    assert len(persons.sentences) == len(persons.citations)
    for name in ("csv", "md", "docx"):
        assert export(answers, name, day=DAY)
    assert "顾云山 6, 7" in export(answers, "csv", day=DAY).decode("utf-8-sig")
    with pytest.raises(ExportError, match="no names"):
        read_answers('{"names": []}')


def test_names_are_an_answer(small: Shuzheng) -> None:
    """Asked for its persons, a book gives each with pages and a citation; it says how many."""
    books = [small.book("qu-yu-yan")]
    asked = understand("书中提到了哪些人物？", (), books, sense=lambda _: Sensed(Want.NAMES))
    answer = small._parts.quoting.answer(asked)
    persons = small.names(kind=NameKind.PERSON)
    assert answer.status == "answered"
    assert f"共{len(persons)}个" in answer.text
    assert any(one.text.startswith("顾云山：第") for one in answer.sentences)
    for sentence, citation in zip(answer.sentences, answer.citations, strict=True):
        assert sentence.citations == (citation.n,)
        assert citation.quote
    chapter = understand("第三章提到了哪些人？", (), books, sense=lambda _: Sensed(Want.NAMES))
    within = small._parts.quoting.answer(chapter)
    assert within.sentences
    assert not any(one.text.startswith("顾云山") for one in within.sentences)


@pytest.mark.parametrize("language", Language)
def test_names_are_html_whose_pages_open(small: Shuzheng, language: Language) -> None:
    """Each name and each of its pages is a button that opens a page; what is said is escaped."""
    names = small.names()
    html = render_names(names, language)
    pages = sum(len(one.pages) for one in names)
    assert html.count("data-open=") == len(names) + pages
    assert html.count("<button") == html.count("</button>") == len(names) + pages
    assert "<script" not in html
    assert "calm" in render_names([], language)


def test_a_guide_has_every_chapter(small: Shuzheng) -> None:
    """A chapter has its summary, dates, names and questions, all of its own pages."""
    guide = small.guide("qu-yu-yan")
    heads = [one.chapter for one in guide.chapters]
    assert [head[:3] for head in heads] == ["第一章", "第二章", "第三章"]
    assert "====" in guide_text(guide)
    for chapter in guide.chapters:
        assert chapter.answers[0].question == f"{chapter.chapter}：大意"
        cited = [one for answer in chapter.answers for one in answer.citations]
        assert {one.place.chapter for one in cited} == {chapter.chapter}
        gaps = [one for one in chapter.answers if "＿" in one.question]
        assert len(gaps) >= 2
        for gap in gaps:
            [sentence], [citation] = gap.sentences, gap.citations
            asked = gap.question.removeprefix("填空：").replace("＿＿＿＿", sentence.text)
            assert asked == " ".join(citation.quote.split())
    [second] = small.guide("qu-yu-yan", chapter=2).chapters
    assert second == guide.chapters[1] or second.chapter == heads[1]
    with pytest.raises(NotInLibraryError, match="no chapter 9"):
        small.guide("qu-yu-yan", chapter=9)


def test_a_guide_is_exported(small: Shuzheng) -> None:
    """What 'rag guide --json' writes is its answers again, and every format holds them."""
    guide = small.guide("qu-yu-yan", chapter=2, language=Language.EN)
    answers = read_answers(one_line(GuideForm.of(guide)))
    own = [answer.question for chapter in guide.chapters for answer in chapter.answers]
    assert [answer.question for answer in answers] == own
    for name in FORMATS.keys() - {"pdf"}:
        assert export(answers, name, day=DAY)
