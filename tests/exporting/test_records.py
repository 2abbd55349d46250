"""Cited books for reference managers, the evidence as a table, and cards."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import jsonschema
import pytest
import rispy
from bibtexparser.entrypoint import parse_string as parse_bibtex

from rag.exporting.tables import COLUMNS
from rag.types import ExportError, Person
from tests.support.exported import (
    KEEPERS,
    LAMPS,
    OWN_NOTE,
    QUOTE,
    answer,
    citation,
    composed,
    fields,
    html_text,
    made,
    not_found,
    place,
    quoted,
)

EDITED = replace(
    LAMPS,
    id="edited",
    title_short="海岸",
    editors=(Person("许明"),),
    translators=(Person("杜若"),),
    edition="2",
)
FULL = answer("问？", (citation(1, "一句话。", place("3"), EDITED),))
NOTE = "第一章 点灯的人 › 1. 第一盏灯 · 第3页（页码确切）：“一句话。”"

# What the schema of CSL data (citation-style-language/schema, csl-data.json) says of the
# fields that are written here.
NAMES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"literal": {"type": "string"}},
        "required": ["literal"],
        "additionalProperties": False,
    },
}
DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "items": {
                "type": "array",
                "items": {"type": ["string", "number"]},
                "minItems": 1,
                "maxItems": 3,
            },
            "minItems": 1,
            "maxItems": 2,
        },
        "literal": {"type": "string"},
    },
    "additionalProperties": False,
}
STRINGS = (
    "title",
    "title-short",
    "collection-title",
    "publisher-place",
    "publisher",
    "edition",
    "ISBN",
    "language",
    "note",
)
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": ["string", "number"]},
            "type": {"enum": ["book"]},
            "author": NAMES,
            "editor": NAMES,
            "translator": NAMES,
            **{key: {"type": "string"} for key in STRINGS},
            "issued": DATE,
        },
        "required": ["id", "type"],
        "additionalProperties": False,
    },
}


def test_ris_is_read_back() -> None:
    """Another library reads each book; the series is in T2, cited pages in N1, none in SP."""
    written = made([quoted(), FULL], "ris").decode()
    lamps, keepers, edited = rispy.loads(written)
    assert lamps["type_of_reference"] == "BOOK"
    assert lamps["authors"] == ["沈青", "何田"]
    assert lamps["title"] == "灯下的海岸——1871—1901年的守塔人"
    assert (lamps["secondary_title"], lamps["place_published"]) == ("海岸丛书", "青岛")
    assert (lamps["publisher"], lamps["year"], lamps["issn"]) == (
        "海声出版社",
        "1998",
        "7-5633-0000-0",
    )
    assert QUOTE in lamps["notes"][0]
    assert "约第12–13页" in lamps["notes"][1]
    assert keepers["subsidiary_authors"] == ["Ivo Lund"]
    assert edited["notes"] == [NOTE]
    assert "ED  - 许明\n" in written
    assert not re.search(r"^(?:SP|EP|1\.)", written, re.MULTILINE)


def test_bibtex_is_read_back() -> None:
    """Another library reads each book, its names whole."""
    library = parse_bibtex(made([quoted(), FULL], "bib").decode())
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == ["lamps", "keepers", "edited"]
    entry = library.entries_dict["lamps"]
    assert entry["author"] == "{沈青} and {何田}"
    assert entry["title"] == "{灯下的海岸——1871—1901年的守塔人}"
    assert entry["series"] == "海岸丛书"
    assert "pages" not in entry
    assert library.entries_dict["edited"]["annote"] == NOTE


def test_csl_json_fits_its_schema() -> None:
    """CSL-JSON is valid, and says of a book what its record does."""
    items = json.loads(made([quoted(), FULL], "csl-json"))
    jsonschema.validate(items, CSL)
    assert items[0]["issued"] == {"date-parts": [[1998]]}
    assert items[0]["author"] == [{"literal": "沈青"}, {"literal": "何田"}]
    assert items[2]["note"] == NOTE
    unsure = answer("问？", (citation(1, "话。", place("3"), replace(LAMPS, year="约1998")),))
    assert json.loads(made([unsure], "csl-json"))[0]["issued"] == {"literal": "约1998"}


def test_endnote_lines() -> None:
    """EndNote's tagged form has these lines, and no others."""
    assert made([FULL], "enw").decode().splitlines() == [
        "%0 Book",
        "%A 沈青",
        "%A 何田",
        "%E 许明",
        "%? 杜若",
        "%T 灯下的海岸——1871—1901年的守塔人",
        "%! 海岸",
        "%B 海岸丛书",
        "%C 青岛",
        "%I 海声出版社",
        "%D 1998",
        "%7 2",
        "%@ 7-5633-0000-0",
        "%G zh",
        f"%Z {NOTE}",
    ]


def test_noteexpress_lines() -> None:
    """NoteExpress's form has these lines, names ended by semicolons, and no others."""
    assert made([FULL], "noteexpress").decode().splitlines() == [
        "{Reference Type}: Book",
        "{Author}: 沈青;何田;",
        "{Title}: 灯下的海岸——1871—1901年的守塔人",
        "{Short Title}: 海岸",
        "{Secondary Author}: 许明;",
        "{Secondary Title}: 海岸丛书",
        "{Subsidiary Author}: 杜若;",
        "{Place Published}: 青岛",
        "{Publisher}: 海声出版社",
        "{Year}: 1998",
        "{Edition}: 2",
        "{ISBN/ISSN}: 7-5633-0000-0",
        "{Language}: zh",
        f"{{Notes}}: {NOTE}",
    ]


def test_a_book_is_one_record() -> None:
    """A book cited many times is one record with each place once; without any there is none."""
    [lamps, keepers] = rispy.loads(made([quoted(), quoted(), quoted(1)], "ris").decode())
    assert len(lamps["notes"]) == 3
    assert len(keepers["notes"]) == 1
    with pytest.raises(ExportError, match="cite no book"):
        made([not_found()], "ris")


def test_the_table_has_a_row_for_each_piece_of_evidence() -> None:
    """Each citation of each sentence is a row; what is cited by nothing, and not found, is too."""
    content = made([quoted(), composed(), not_found()], "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 3 + 4 + 1
    assert (rows[0]["sentence"], rows[0]["pages"], rows[0]["page_status"]) == (QUOTE, "1", "exact")
    assert rows[0]["footnotes"] == f"① {OWN_NOTE}"
    assert (rows[1]["pages"], rows[1]["page_status"]) == ("12–13", "approximate")
    assert rows[2]["book"] == KEEPERS.title
    assert [row["verdict"] for row in rows[3:7]] == ["supported"] * 2 + ["partly", "unsupported"]
    assert rows[3]["model"] == "sea-model:7b"
    assert rows[0]["formatted"].startswith("沈青、何田：《灯下的海岸——")
    assert (rows[7]["status"], rows[7]["sentence"]) == ("not_found", "")


def test_cards_keep_their_ids() -> None:
    """A card has question, answer and citation in full; its id comes of question and book."""
    answers = [quoted(), quoted(1), composed(), not_found()]
    cards = fields(made(answers, "apkg"))
    assert [html_text(card["question"]) for card in cards] == [one.question for one in answers]
    assert QUOTE in html_text(cards[0]["answer"])
    # Each card stands alone: the second is no later note of the first.
    for card in cards[:2]:
        assert "海声出版社，1998年" in html_text(card["citation"])
    assert "只有部分得到所引文字支持" in html_text(cards[2]["answer"])
    assert "书里没有找到" in html_text(cards[3]["answer"])
    again = fields(made(list(reversed(answers)), "apkg"))
    assert {card["guid"] for card in again} == {card["guid"] for card in cards}
    assert len({card["guid"] for card in cards}) == 4
