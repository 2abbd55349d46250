"""Machine translations on the page: below what they translate, and never as the book's words."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import gradio as gr
import pytest

from rag.types import Answer, Language, Sentence, Span, Verdict
from rag.types.translations import Translation
from rag.web.html.answers import render_answer
from rag.web.html.reader.leaf import render_leaf
from rag.web.html.talk import Exchange, translation_at
from rag.web.html.targets import Target
from rag.web.shell import Shell
from tests.support.exported import (
    IN_ENGLISH,
    LAMPS,
    QUOTE,
    SECOND,
    SECOND_IN_ENGLISH,
    composed,
    not_found,
    quoted,
    translated,
)

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng

EN = Language.EN
LABELS = {
    Language.ZH: "机器译文",
    Language.ZH_HANT: "機器譯文",
    Language.EN: "Machine translation",
    Language.RU: "Машинный перевод",
}
HOSTILE = '<img src=x onerror="alert(1)"></p></div><script>alert(2)</script>\u202e'


class _Tree(HTMLParser):
    """A piece of HTML as its elements: path of tags with classes, ``lang`` in force, own text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.elements: list[str] = []
        self.texts: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        assert not [name for name in values if name.startswith("on") or name in {"src", "href"}]
        tag = f"{tag}.{values['class']}" if values.get("class") else tag
        self.open.append((tag, values.get("lang") or ""))
        self.elements.append(self.path)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0].split(".")[0] == tag

    def handle_data(self, data: str) -> None:
        lang = next((lang for _, lang in reversed(self.open) if lang), "")
        self.texts.append((self.path, lang, data))

    @property
    def path(self) -> str:
        """The tags that are open, the outermost first."""
        return "/".join(tag for tag, _ in self.open)

    def of(self, text: str) -> tuple[str, str]:
        """Return the path and the language of a text, which stands in one place."""
        [(path, lang)] = [(path, lang) for path, lang, data in self.texts if text in data]
        return path, lang


@pytest.mark.parametrize(("language", "label"), LABELS.items())
def test_a_translation_stands_below_its_quotation(language: Language, label: str) -> None:
    """It comes after its quotation and outside of it, in its language, named in the reader's."""
    html = render_answer(translated(quoted()), {}, language)
    tree = _Tree(html)
    places = [html.index(words) for words in (QUOTE[:20], IN_ENGLISH, SECOND[:5])]
    assert places == sorted(places)
    for words in (IN_ENGLISH, SECOND_IN_ENGLISH):
        assert tree.of(words) == ("div.translation/p/span", "en")
    labels = [(path, lang) for path, lang, data in tree.texts if data == label]
    # What holds the label has no language of its own: it is that of the page.
    assert labels == [("div.translation/p/span.label", "")] * 2


@pytest.mark.parametrize(
    ("language", "tag"),
    [(Language.ZH, "zh-Hans"), (Language.ZH_HANT, "zh-Hant"), (Language.RU, "ru")],
)
def test_a_translation_says_its_language(language: Language, tag: str) -> None:
    """The language is that of the answer, whatever the language of the page."""
    html = render_answer(replace(translated(quoted()), language=language), {}, EN)
    assert _Tree(html).of(IN_ENGLISH) == ("div.translation/p/span", tag)


@pytest.mark.parametrize("one", [quoted(), composed()])
def test_what_comes_later_moves_nothing_in_the_tree(one: Answer) -> None:
    """Before it comes there is a room for it, so that all above it stays the same element.

    The page is redrawn element by element: what has the same place in the tree stays, and
    with it what the reader has in view.
    """
    before = _Tree(render_answer(replace(one, language=EN), {}, EN)).elements
    after = _Tree(render_answer(translated(one), {}, EN)).elements
    rooms = [[path for path in tree if "translation/" not in path] for tree in (before, after)]
    assert rooms[1]
    assert rooms[0][: len(rooms[1])] == rooms[1]


def test_without_a_translation_names_dates_and_numbers_help() -> None:
    """They are said in the reader's language, and how to have a translation is said once."""
    quote = "1889年5月2日，格兰用二十三万两修塔，1890年完工。"
    [first, *_] = quoted().citations
    record = replace(first.record, aliases=(("格兰", "Grant", "Грант"),))
    one = replace(first, record=record, quote=quote)
    answer = replace(
        quoted(),
        language=Language.RU,
        citations=(one,),
        sentences=(Sentence(quote, (one.n,), Verdict.SUPPORTED),),
    )
    tree = _Tree(render_answer(answer, {}, EN))
    for said in ("2 мая 1889 г.", "Грант", "230\u00a0000"):
        assert tree.of(said) == ("div.translation/ul.glosses/li/span", "ru")
    assert [path for path, _, data in tree.texts if data.startswith("1890")] == []
    assert tree.of("gé lán")[1] == "zh-Latn"
    assert render_answer(answer, {}, EN).count("RAG_LLM") == 1
    known = render_answer(answer, {record.id: replace(record, aliases=(("格兰", "Гранд"),))}, EN)
    assert "Гранд" in known
    assert "RAG_LLM" not in render_answer(replace(answer, language=Language.ZH), {}, EN)


def test_what_needs_no_translation_has_no_room_for_one() -> None:
    """Quotations in the language of the question run on in one block, as before."""
    html = render_answer(quoted(), {}, Language.ZH)
    assert html.count("translation") == 1  # the third is from a book in English
    assert html.count("<blockquote") == 2
    hant = replace(quoted(), language=Language.ZH_HANT)
    assert render_answer(hant, {}, EN).count("translation") == 1


def test_a_models_answer_has_translations_with_its_sources() -> None:
    """Where no quotation is shown, its translation stands with the place that is cited."""
    tree = _Tree(render_answer(translated(composed()), {}, EN))
    path, lang = tree.of(IN_ENGLISH)
    assert path == "section.sources/ol/li/div.translation/p/span"
    assert lang == "en"


def test_a_translation_is_shown_once() -> None:
    """What stands below a quotation is not said again among the sources."""
    html = render_answer(translated(quoted()), {}, EN)
    assert html.count("by boat every month") == 1


def test_how_it_was_made_tells_of_the_translation() -> None:
    """Below an answer with translations stands no word that no language model was used."""
    timed = replace(quoted(), seconds=replace(quoted().seconds, total=0.1))
    assert "no language model" in render_answer(timed, {}, EN)
    html = render_answer(translated(timed), {}, EN)
    assert "no language model" not in html
    assert "translated by a language model" in html


@pytest.mark.parametrize("one", [quoted(), composed()])
def test_a_translation_is_text(one: Answer) -> None:
    """Markup in a translation shows as characters; what turns writing round is left out."""
    citations = tuple(replace(item, translation=HOSTILE) for item in one.citations)
    html = render_answer(replace(one, language=EN, citations=citations), {}, EN)
    tree = _Tree(html)
    assert not [path for path in tree.elements if path.endswith(("img", "script"))]
    assert html.count("&lt;script&gt;") == len(citations)
    assert "\u202e" not in html


def test_a_long_translation_is_drawn_at_once() -> None:
    """Ten megabytes of it are text like any other."""
    long = "word " * 2_000_000
    citations = tuple(replace(item, translation=long) for item in quoted().citations[:1])
    one = replace(quoted(), sentences=quoted().sentences[:1], citations=citations)
    assert long.strip() in render_answer(one, {}, EN)


def _target(answer: Answer, at: int = 0) -> Target:
    citation = answer.citations[at]
    assert citation.start is not None
    assert citation.end is not None
    return Target(citation.record.id, (Span(citation.start, citation.end),))


def test_the_latest_translation_of_a_place_is_found() -> None:
    """Of answers that translate what stands at a place, the last one's words are taken."""
    one = translated(quoted())
    russian = replace(
        one,
        language=Language.RU,
        citations=(replace(one.citations[0], translation="Зимой 1871 года."), *one.citations[1:]),
    )
    talk = [Exchange("?", one), Exchange("?", russian), Exchange("?", quoted()), Exchange("?")]
    talk.append(Exchange("?", not_found()))
    found = translation_at(talk, _target(one))
    assert found == Translation("Зимой 1871 года.", Language.RU)
    assert translation_at(talk[:1], _target(one)) == Translation(IN_ENGLISH, EN)
    assert translation_at(talk, _target(one, at=2)) is None
    assert translation_at(talk, Target(LAMPS.id, page=0)) is None
    assert translation_at(talk, replace(_target(one), book_id="other")) is None
    assert translation_at([], _target(one)) is None


def test_the_open_page_shows_the_translation_of_what_is_marked(small: Shuzheng) -> None:
    """Below the page, apart from its text, stands what the marked sentence means."""
    asked = small.ask("盐引制是哪一年改行的？")
    [first, *_] = asked.citations
    answer = replace(asked, language=EN, citations=(replace(first, translation=IN_ENGLISH),))
    shell = Shell(
        small, gr.Dropdown(), gr.HTML(), lambda *_: None, gr.Tabs(), gr.HTML(), lambda *_: None
    )
    event = gr.EventData(None, {"place": str(_target(answer))})
    html = shell._open_cited("ru", None, [Exchange("?", answer)], event)[0]
    tree = _Tree(html)
    assert tree.of(IN_ENGLISH) == ("aside.leaf/div.translation/p/span", "en")
    assert tree.of(LABELS[Language.RU])[0] == "aside.leaf/div.translation/p/span.label"
    assert "<mark>" in html.split('<div class="translation">')[0]
    assert "translation" not in shell._open("ru", None, event)[0]
    page = gr.EventData(None, {"place": str(Target(first.record.id, page=0))})
    assert "translation" not in shell._open_cited("ru", None, [Exchange("?", answer)], page)[0]


def test_a_page_without_a_translation_is_as_it_was(small: Shuzheng) -> None:
    """Only where there is a translation is there anything below a page."""
    book = small.book(small.books()[0].record.id)
    target = Target(book.id, page=0)
    plain = render_leaf(book, target, EN)
    hostile = render_leaf(book, target, EN, translation=Translation(HOSTILE, EN))
    assert "translation" not in plain
    assert not [path for path in _Tree(hostile).elements if path.endswith(("img", "script"))]
