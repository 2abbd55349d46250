"""Records from reference managers: what each format says, and what is no record."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from rag.exporting.managers import Reference, to_bibtex, to_csl_json, to_ris
from rag.reading.source import read_references
from rag.types import BookRecord, Edit, Person, ReadingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RECORD = BookRecord(
    id="he-dao",
    title="河道志",
    subtitle="水与人",
    title_short="河道",
    authors=(Person("王平"), Person("Jan van der Veen")),
    translators=(Person("Ivan Petrov"),),
    editors=(Person("周以宁"),),
    publisher="江海书局 & 分局",
    place="望北",
    year="1996",
    edition="第2版",
    isbn="978-7-5004-0000-1",
    series="史料丛书",
    language="zh",
)


def fields(edits: tuple[Edit, ...]) -> dict[str, object]:
    """Return what edits say, by field."""
    return {edit.field: edit.value for edit in edits}


@pytest.mark.parametrize("write", [to_ris, to_bibtex, to_csl_json])
def test_what_is_exported_is_read_back(write: Callable[[Sequence[Reference]], bytes]) -> None:
    """Our own export of a record, in each of the formats, says the same of it."""
    [read] = read_references(write([Reference(RECORD, ())]).decode(), "refs")
    assert fields(read) == {
        name: getattr(RECORD, name)
        for name in fields(read).keys() | {"title", "authors", "translators", "isbn", "language"}
    }
    assert len(read) >= 12


def test_bibtex_as_people_write_it() -> None:
    """TeX is read as it is set; names stand the way round that they are said."""
    text = r"""
@book{one, author = {Veen, Jan van der and {王平} and Li, Jiagu}, title = {{H\"ohe} \& Tiefe: ein
  Buch}, date = {1999-05}, location = {Leipzig}, publisher = "Insel", langid = {german} }
@book{two, title = {Broken
@comment{nothing}
"""
    assert fields(read_references(text, "a.bib")[0]) == {
        "title": "Höhe & Tiefe",
        "subtitle": "ein Buch",
        "authors": (Person("Jan van der Veen"), Person("王平"), Person("Jiagu Li")),
        "year": "1999",
        "place": "Leipzig",
        "publisher": "Insel",
    }


def test_csl_json_as_zotero_writes_it() -> None:
    """Names in two parts are put together, dates are years, other keys are passed over."""
    item = {
        "id": "http://zotero.org/x",
        "type": "book",
        "title": "История реки",
        "author": [{"family": "Петров", "given": "Иван"}, {"family": "李", "given": "嘉谷"}],
        "issued": {"date-parts": [["1996", 3]]},
        "publisher-place": "Москва",
        "abstract": "…",
    }
    for text in (json.dumps([item]), json.dumps({"items": [item]})):
        assert fields(read_references(text, "z.json")[0]) == {
            "title": "История реки",
            "authors": (Person("Иван Петров"), Person("李嘉谷")),
            "place": "Москва",
            "year": "1996",
        }


@pytest.mark.parametrize(
    "text",
    [
        "no such thing",
        "",
        "[",
        "[1, 2]",
        '[{"title": 3}]',
        '[{"title": "x", "author": ["y"]}]',
        "[" * 100_000,
        "TY  - BOOK\nER  - \n",
        "@book{x, year = 1999}",
        "@book{x, title = {" + "{" * 20_000,
        "@book{x, title = " + "a # " * 20_000,
        '{"title": "' + "x" * 1_000_001 + '"}',
    ],
)
def test_what_is_no_record_is_one_sentence(text: str) -> None:
    """Whatever is in a file of references, it is read within seconds or refused in a sentence."""
    began = time.monotonic()
    with pytest.raises(ReadingError, match=r"^refs\.x [^\n]+\.$"):
        read_references(text, "refs.x")
    assert time.monotonic() - began < 5
