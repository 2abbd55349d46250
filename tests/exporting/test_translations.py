"""Machine translations in what is exported: beside their quotations, and never as the book's."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import docx
import pytest

from rag.exporting.copying import copied
from rag.types import Answer, ExportError, Language
from rag.types.forms import AnswerForm, one_line, read_answers
from tests.support.exported import (
    IN_ENGLISH,
    KEEPERS,
    LAMPS,
    QUOTE,
    SECOND,
    SECOND_IN_ENGLISH,
    THIRD,
    Html,
    composed,
    docx_texts,
    fields,
    html_text,
    made,
    pandoc_text,
    pdf_text,
    quoted,
    squeezed,
    translated,
)

ANSWER = translated(quoted())
BY_MODEL = replace(ANSWER, model="sea-model:7b")


def visible(name: str, answer: Answer, language: Language = Language.EN) -> str:
    """Return the text of a document, without the backslashes of Markdown and TeX's braces."""
    content = made([answer], name, language=language)
    if name == "docx":
        return "\n".join(docx_texts(content)[0].splitlines())
    if name == "pdf":
        return pdf_text(content)
    if name == "html":
        return Html(content).text
    if name == "tex":
        body = content.decode().split("\\maketitle")[1].removesuffix("\\end{document}\n")
        return pandoc_text(body.encode(), "latex-smart")[0]
    return content.decode().replace("\\", "")


@pytest.mark.parametrize("name", ["docx", "pdf", "html", "md", "tex", "txt"])
def test_a_translation_stands_below_its_quotation(name: str) -> None:
    """Below each quotation is its translation, named as a machine's and by the model's name."""
    text = squeezed(visible(name, ANSWER))
    order = [
        squeezed(QUOTE),
        squeezed(f"[machine translation] {IN_ENGLISH}"),
        squeezed(SECOND),
        squeezed(f"[machine translation] {SECOND_IN_ENGLISH}"),
        squeezed(THIRD),
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert text.count("machinetranslation") == 2
    assert squeezed("no language model was used") not in text
    assert squeezed("the translations are a language model’s") in text
    named = squeezed(visible(name, BY_MODEL))
    assert named.count(squeezed("[machine translation by sea-model:7b]")) == 2


@pytest.mark.parametrize(
    ("language", "mark", "named"),
    [
        (Language.ZH, "〔机器译文〕", "〔机器译文，sea-model:7b〕"),
        (Language.ZH_HANT, "〔機器譯文〕", "〔機器譯文，sea-model:7b〕"),
        (Language.EN, "[machine translation] ", "[machine translation by sea-model:7b] "),
        (Language.RU, "[машинный перевод] ", "[машинный перевод, sea-model:7b] "),
    ],
)
def test_the_mark_is_in_the_documents_language(language: Language, mark: str, named: str) -> None:
    """What says that a machine translated is in the language of the document."""
    assert f"\n\n{mark}{IN_ENGLISH}\n\n" in visible("txt", ANSWER, language)
    assert f"\n\n{named}{IN_ENGLISH}\n\n" in visible("txt", BY_MODEL, language)


def test_word_sets_a_translation_apart() -> None:
    """Translations have a style of their own in Word; quotations are the book's words alone."""
    styled: dict[str, list[str]] = {}
    document = docx.Document(io.BytesIO(made([ANSWER], "docx")))
    for paragraph in document.paragraphs:
        assert paragraph.style is not None
        styled.setdefault(str(paragraph.style.name), []).append(paragraph.text)
    assert styled["Block Text"] == [QUOTE, SECOND, THIRD]
    assert styled["Translation"] == [
        f"[machine translation] {IN_ENGLISH}",
        f"[machine translation] {SECOND_IN_ENGLISH}",
    ]
    style: Any = document.styles["Translation"]
    assert style.font.size.pt < 11
    assert str(style.font.color.rgb) == "595959"


def test_a_web_page_says_the_language_of_a_translation() -> None:
    """The words of a translation have their own language; no block quotation holds them."""
    content = made([ANSWER], "html", language=Language.ZH).decode()
    quotations = [part.split("</blockquote>")[0] for part in content.split("<blockquote")[1:]]
    assert len(quotations) == 3
    assert not any("1871 the keepers" in part for part in quotations)
    assert f'<p class="translation">〔机器译文〕<span lang="en">{IN_ENGLISH}</span></p>' in content


@pytest.mark.parametrize("style", ["lishi-yanjiu", "gb-2025-numeric", "apa"])
@pytest.mark.parametrize("one", [ANSWER, translated(composed())])
def test_no_note_has_a_translation(one: Answer, style: str) -> None:
    """Notes and citations are of the book's words; a model's sentence needs no translation."""
    body, notes = docx_texts(made([one], "docx", style=style))
    assert notes
    assert not any("keepers lit" in note or "by boat" in note for note in notes)
    assert body.count(IN_ENGLISH) == (one is ANSWER)
    assert IN_ENGLISH not in copied(one, Language.EN, style=style)


@pytest.mark.parametrize("name", ["ris", "bib", "csl-json", "enw", "noteexpress"])
def test_references_have_no_translation(name: str) -> None:
    """What a reference manager reads is the same with translations and without."""
    plain = replace(quoted(), language=Language.EN)
    assert made([BY_MODEL], name) == made([plain], name)


def test_the_table_has_a_column_for_it() -> None:
    """A row has the translation of its quotation, empty where there is none."""
    for one in (ANSWER, translated(composed())):
        content = made([one], "csv").decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(content)))
        wanted = {QUOTE: IN_ENGLISH, SECOND: SECOND_IN_ENGLISH, THIRD: "", "": ""}
        assert rows
        assert all(row["translation"] == wanted[row["quote"]] for row in rows)


def test_cards_have_it_on_the_back() -> None:
    """The back of a card has each translation below its sentence, the front has none."""
    [card] = fields(made([BY_MODEL], "apkg"))
    assert html_text(card["answer"]).splitlines() == [
        QUOTE,
        f"[machine translation by sea-model:7b] {IN_ENGLISH}",
        SECOND,
        f"[machine translation by sea-model:7b] {SECOND_IN_ENGLISH}",
        THIRD,
    ]
    assert IN_ENGLISH not in html_text(card["question"])
    assert IN_ENGLISH not in html_text(card["citation"])


def test_part_of_a_quote_is_not_given_the_translation_of_the_whole() -> None:
    """Where a sentence quotes less than its citation, the translation would say more than it."""
    first, *others = ANSWER.sentences
    part = replace(first, text=QUOTE.split("——", maxsplit=1)[0])
    text = visible("txt", replace(ANSWER, sentences=(part, *others)))
    assert IN_ENGLISH not in text
    assert SECOND_IN_ENGLISH in text


def test_an_empty_translation_is_none() -> None:
    """White space is no translation: nothing says that a machine was used."""
    citations = tuple(replace(one, translation=" \n") for one in ANSWER.citations)
    text = visible("txt", replace(ANSWER, citations=citations))
    assert "machine translation" not in text
    assert "no language model was used" in text


def test_translations_are_read_back() -> None:
    """What the command line writes has the translations; an older file without them is read."""
    records = {book.id: book for book in (LAMPS, KEEPERS)}
    line = one_line(AnswerForm.of(BY_MODEL, records))
    [again] = read_answers(line)
    assert [one.translation for one in again.citations] == [IN_ENGLISH, SECOND_IN_ENGLISH, None]
    assert made([again], "txt", records=records) == made([BY_MODEL], "txt", records=records)
    assert json.loads(made([again], "json"))[0]["citations"][1]["translation"] == SECOND_IN_ENGLISH
    older = json.loads(line)
    for one in older["citations"]:
        del one["translation"]
    [without] = read_answers(one_line(older))
    assert [one.translation for one in without.citations] == [None] * 3


@pytest.mark.parametrize("value", [7, True, ["x"], {"text": "x"}])
def test_a_translation_that_is_no_text_is_refused(value: object) -> None:
    """A translation of another kind is named with the answer that it stands in."""
    written = AnswerForm.of(ANSWER)
    again = json.loads(one_line(written))
    again["citations"][1]["translation"] = value
    with pytest.raises(ExportError, match=r"Answer 1, 'citations' 2: 'translation' is not text"):
        read_answers(one_line(again))
