"""The JSON forms: the keys of the contract in its order, each value on one line."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from rag.types import (
    Added,
    Answer,
    Book,
    BookRecord,
    BookSummary,
    Citation,
    CitedNote,
    ContentsEntry,
    Correction,
    ExportError,
    Footnote,
    Hit,
    Language,
    Match,
    Page,
    PageStatus,
    Passage,
    PassageKind,
    Person,
    Place,
    Problem,
    Seconds,
    Section,
    Sentence,
    Span,
    TextKind,
    Verdict,
)
from rag.types.forms import (
    AddedForm,
    AnswerForm,
    FoundForm,
    PageForm,
    SummaryForm,
    answer_of,
    json_of_answer,
    json_of_record,
    one_line,
    read_answers,
    record_of,
)
from rag.types.forms.answers import HitForm

RECORD = BookRecord(
    id="lanterns",
    title="灯市志",
    subtitle="一座小城的夜",
    authors=(Person("林一舟"), Person("何田")),
)
PLACE = Place(
    part=None,
    chapter="第一章 河灯",
    section="1. 放灯的人",
    pages=("3", "4"),
    status=PageStatus.EXACT,
)
PASSAGE = Passage(
    id="lanterns:7",
    book_id="lanterns",
    kind=PassageKind.TEXT,
    section=2,
    start=10,
    end=18,
    text="河灯自东门放起。",
)
HIT = Hit(passage=PASSAGE, place=PLACE, match=Match.BOTH, score=0.5, cosine=0.9)
CITATION = Citation(
    n=1,
    record=RECORD,
    place=PLACE,
    quote="河灯自东门放起。",
    passage_id="lanterns:7",
    start=10,
    end=18,
    footnotes=(CitedNote(mark="①", text="见旧县志。", page="3"),),
    formatted="林一舟、何田：《灯市志》，第3—4页。",
)
FOUND_KEYS = [
    "passage_id",
    "text",
    "book",
    "part",
    "chapter",
    "section",
    "pages",
    "page_status",
    "match",
    "notes",
]


def said(value: object) -> Any:
    """Return what a reader of the JSON of forms gets."""
    return json.loads(one_line(value))


def answer(*, found: bool = True) -> Answer:
    """Return an answer, or the statement that the book does not say."""
    return Answer(
        question="河灯从哪里放起？",
        language=Language.ZH,
        status="answered" if found else "not_found",
        mode="quoted",
        text="河灯自东门放起。[1]" if found else "书中没有说。",
        sentences=(Sentence("河灯自东门放起。", (1,), Verdict.SUPPORTED),) if found else (),
        citations=(CITATION,) if found else (),
        seconds=Seconds(retrieve=0.0123456, answer=0.001, total=0.0133456),
        nearest=() if found else (HIT,),
    )


def test_an_answer_has_the_keys_of_the_contract_in_its_order() -> None:
    """An answer is written as the contract writes it, with the nearest places behind."""
    value = said(AnswerForm.of(answer()))
    assert list(value) == [
        "question",
        "language",
        "status",
        "confidence",
        "mode",
        "text",
        "sentences",
        "citations",
        "seconds",
        "nearest",
        "notice",
        "model",
    ]
    assert value["language"] == "zh"
    assert value["sentences"] == [
        {
            "text": "河灯自东门放起。",
            "citations": [1],
            "verdict": "supported",
            "answer": None,
            "reasons": [],
        }
    ]
    assert value["seconds"] == {"retrieve": 0.0123, "answer": 0.001, "total": 0.0133}
    assert value["nearest"] == []
    assert (value["notice"], value["model"]) == (None, None)


def test_a_citation_has_the_keys_of_the_contract_in_its_order() -> None:
    """A citation carries book, place, quotation, footnotes and the formatted reference."""
    value = said(AnswerForm.of(answer()))["citations"][0]
    assert list(value.items()) == [
        ("n", 1),
        (
            "book",
            {"id": "lanterns", "title": "灯市志", "authors": ["林一舟", "何田"], "kind": "book"},
        ),
        ("part", None),
        ("chapter", "第一章 河灯"),
        ("section", "1. 放灯的人"),
        ("pages", ["3", "4"]),
        ("page_status", "exact"),
        ("quote", "河灯自东门放起。"),
        ("translation", None),
        ("passage_id", "lanterns:7"),
        ("footnotes", [{"mark": "①", "text": "见旧县志。", "page": "3"}]),
        ("formatted", "林一舟、何田：《灯市志》，第3—4页。"),
        ("notes", []),
    ]


def test_a_translation_stands_beside_its_quote() -> None:
    """A citation that is translated says so in words; the answer's text stays as it is."""
    cited = replace(CITATION, translation="The lanterns set out from the east gate.")
    value = said(AnswerForm.of(replace(answer(), citations=(cited,))))
    [written] = value["citations"]
    assert written["translation"] == "The lanterns set out from the east gate."
    assert written["quote"] == CITATION.quote
    assert value["text"] == answer().text


def test_what_is_near_is_written_and_read_as_such() -> None:
    """Its status is near, its sentences are those of an answer, and it comes back equal."""
    near = replace(answer(), status="near")
    [written] = [one_line(AnswerForm.of(near))]
    assert json.loads(written) == {**said(AnswerForm.of(answer())), "status": "near"}
    [read] = read_answers(written)
    assert (read.status, read.sentences) == ("near", near.sentences)


def test_what_is_not_found_offers_the_nearest_places() -> None:
    """Where nothing answers, the nearest places are found passages."""
    value = said(AnswerForm.of(answer(found=False), {"lanterns": RECORD}))
    assert value["citations"] == []
    assert value["nearest"] == [said(HitForm.of(HIT, {"lanterns": RECORD}))]


def test_a_found_passage_has_the_keys_of_the_contract_in_its_order() -> None:
    """A found passage says where it stands and how it was found."""
    value = said(FoundForm.of({"query": "河灯", "hits": [HIT]}, {"lanterns": RECORD}))
    assert list(value) == ["query", "hits"]
    hit = said(HitForm.of(HIT, {"lanterns": RECORD}))
    assert value["hits"] == [hit]
    assert list(hit) == FOUND_KEYS
    assert hit["match"] == "both"


def test_a_footnote_that_is_cited_or_found_is_named_by_its_mark() -> None:
    """Beside the pages stand the marks of the footnotes that are meant."""
    place = replace(HIT.place, notes=("①", "②"))
    assert said(HitForm.of(replace(HIT, place=place), {"lanterns": RECORD}))["notes"] == ["①", "②"]
    cited = replace(answer(), citations=(replace(CITATION, place=place),))
    assert said(AnswerForm.of(cited))["citations"][0]["notes"] == ["①", "②"]


def test_paragraphs_are_there_where_no_page_is_known() -> None:
    """The key stands behind those of the contract, and only where paragraphs are counted."""
    place = replace(HIT.place, pages=(), status=PageStatus.UNKNOWN, paragraphs=(12, 13))
    hit = said(HitForm.of(replace(HIT, place=place), {"lanterns": RECORD}))
    assert list(hit) == [*FOUND_KEYS, "paragraphs"]
    cited = replace(answer(), citations=(replace(CITATION, place=place),))
    written = said(AnswerForm.of(cited))
    assert written["citations"][0]["paragraphs"] == [12, 13]
    [read] = read_answers(one_line(AnswerForm.of(cited)))
    assert read.citations[0].place == place


def test_notes_are_marked_as_notes() -> None:
    """The book of a citation says whether its words are the book's own."""
    record = BookRecord(id="n", title="灯市志", kind=TextKind.NOTES)
    value = said(HitForm.of(HIT, {"lanterns": record}))
    assert value["book"] == {"id": "n", "title": "灯市志", "authors": [], "kind": "notes"}


def test_what_was_added_counts_in_numbers() -> None:
    """What came of adding a file is counted, its problems listed with their page."""
    value = said(
        AddedForm.of(
            Added(
                "lanterns",
                "灯市志",
                "added",
                12,
                3,
                40,
                5,
                (Problem("folio", "unclear", "4"),),
                2.0,
            )
        )
    )
    assert list(value.items()) == [
        ("id", "lanterns"),
        ("title", "灯市志"),
        ("status", "added"),
        ("replaced_title", None),
        ("pages", 12),
        ("sections", 3),
        ("passages", 40),
        ("footnotes", 5),
        ("problems", [{"kind": "folio", "page": "4", "text": "unclear"}]),
        ("seconds", 2.0),
        ("pages_per_second", 6.0),
    ]


def test_nothing_done_is_no_pages_a_second() -> None:
    """A file that was there already has a speed of 0, not an infinite one."""
    assert said(AddedForm.of(Added("a", "A", "unchanged", 12, 3, 40, 5)))["pages_per_second"] == 0


def test_the_page_map_gives_each_page_its_text_and_its_footnotes() -> None:
    """A page has its running text, and the footnotes that stand at its foot."""
    text = "灯市\n河灯自东门放起。至三更方散。\n见旧县志。"
    end = text.index("\n见") + 1
    book = Book(
        record=RECORD,
        text=text,
        body_end=end,
        pages=(
            Page(0, "1", PageStatus.EXACT, 0, 11, chapter="灯市"),
            Page(1, None, PageStatus.UNKNOWN, 11, end, chapter="灯市"),
        ),
        sections=(Section(0, 0, 3, end, chapter="灯市"),),
        footnotes=(Footnote("①", end, len(text), page=0, anchor=11),),
    )
    first, second = said(PageForm.each(book))
    assert list(first.items()) == [
        ("index", 0),
        ("label", "1"),
        ("status", "exact"),
        ("part", None),
        ("chapter", "灯市"),
        ("section", None),
        ("text", "灯市\n河灯自东门放起。"),
        ("notes", [{"mark": "①", "text": "见旧县志。", "page": "1"}]),
    ]
    assert (second["label"], second["status"], second["notes"]) == (None, "unknown", [])


def test_a_summary_tells_the_outline_too() -> None:
    """What the library holds is listed with counts, contents, problems and corrections."""
    value = said(
        SummaryForm.of(
            BookSummary(
                RECORD,
                12,
                3,
                40,
                5,
                contents=(ContentsEntry("第一章", "河灯", 1, "3"),),
                corrections=(Correction(first=4, label="3"), Correction(first=6, shift=-1)),
            )
        )
    )
    assert list(value.items()) == [
        ("id", "lanterns"),
        ("title", "灯市志"),
        ("subtitle", "一座小城的夜"),
        ("authors", ["林一舟", "何田"]),
        ("kind", "book"),
        ("pages", 12),
        ("sections", 3),
        ("passages", 40),
        ("footnotes", 5),
        ("contents", [{"number": "第一章", "title": "河灯", "level": 1, "page": "3"}]),
        ("problems", []),
        ("corrections", [{"index": 4, "label": "3"}, {"offset": -1, "from": 6, "to": None}]),
    ]


@pytest.mark.parametrize(
    "text",
    ["一\n二", "\x1b[31m红", "\x9b31m", "a\u2028b\u2029c\x85d", "\u202e倒", "\udc80", "灯𠀀"],
)
def test_one_line_of_json_stays_one_line_and_says_the_same(text: str) -> None:
    """A value is one line however lines are counted, is UTF-8, and reads back unchanged."""
    line = one_line({"text": text})
    assert len(line.splitlines()) == 1
    assert json.loads(line.encode("utf-8")) == {"text": text}
    assert "\x1b" not in line
    assert "\x9b" not in line


def test_a_book_that_is_not_known_is_its_id() -> None:
    """A hit of a book whose record is not at hand names it by its id, and by no more."""
    assert said(HitForm.of(HIT))["book"] == {"id": "lanterns"}


def test_what_is_written_is_read_again() -> None:
    """Answers come back equal, but for what the form does not say of book, text and time."""
    for one in (answer(), answer(found=False)):
        [again] = read_answers(one_line(AnswerForm.of(one, {"lanterns": RECORD})))
        assert said(AnswerForm.of(again)) | {"seconds": 0, "nearest": 0} == said(
            AnswerForm.of(one)
        ) | {"seconds": 0, "nearest": 0}
        assert [hit.passage.text for hit in again.nearest] == [
            hit.passage.text for hit in one.nearest
        ]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"text": None}, "Answer 1: 'text' is not text; export it anew."),
        ({"citations": {}}, "Answer 1: 'citations' is not a list; export it anew."),
        ({"mode": "sung"}, "Answer 1: 'mode' is not 'quoted', 'composed', 'found' or 'dated';"),
        ({"sentences": ["河灯"]}, "Answer 1, 'sentences' 1 is not what 'rag ask --json' writes"),
        (
            {"sentences": [{"text": "河灯", "citations": [1, True], "verdict": "supported"}]},
            "Answer 1, 'sentences' 1: 'citations' 2 is not a whole number; export it anew.",
        ),
        (
            {"citations": [{"n": 1, "pages": [], "page_status": "exact", "quote": "", "book": 3}]},
            "Answer 1, 'citations' 1: 'book' is not an object; export it anew.",
        ),
        (
            {"citations": [{"n": 1, "pages": [], "page_status": "exact", "book": {"id": "x"}}]},
            "Answer 1, 'citations' 1: 'quote' is missing; export it anew.",
        ),
        (
            {"citations": [{"n": 1, "record": {"id": "x"}, "place": {"pages": []}, "quote": ""}]},
            "Answer 1, 'citations' 1: 'book' is missing; export it anew.",
        ),
        ({"seconds": {"retrieve": "1", "answer": 1, "total": 1}}, "'retrieve' is not a number;"),
    ],
)
def test_what_is_not_of_the_form_is_refused_with_its_place(
    change: dict[str, object], complaint: str
) -> None:
    """The first thing that is of another kind, or not there, is named in one sentence."""
    value = said(AnswerForm.of(answer())) | change
    with pytest.raises(ExportError, match=re.escape(complaint)):
        read_answers(one_line(value))


def test_a_question_with_half_a_character_is_written_and_read() -> None:
    """A lone surrogate, which no UTF-8 can carry, passes through JSON as an escape."""
    written = one_line(AnswerForm.of(replace(answer(), question="灯\udc80")))
    assert "\\udc80" in written
    [again] = read_answers(written)
    assert again.question == "灯\udc80"


def test_what_is_kept_comes_back_equal() -> None:
    """Answers and records that the library keeps are whole, and an older one has less."""
    for one in (answer(), answer(found=False)):
        assert answer_of(json_of_answer(one)) == one
    whole = replace(
        RECORD,
        contents=(ContentsEntry("第一章", "河灯", 1, "3"),),
        aliases=(("林一舟", "Lin"),),
        corrections=(Correction(first=4, label="3"),),
    )
    assert record_of(json_of_record(whole)) == whole
    older = json.loads(json_of_record(whole))
    del older["corrections"]
    assert record_of(json.dumps(older)) == replace(whole, corrections=())


def test_the_words_that_answer_are_written_and_read_again() -> None:
    """They are two numbers; what is not weighed has no word of it, as what is older."""
    [sentence] = answer().sentences
    pointed = replace(answer(), sentences=(replace(sentence, answer=Span(2, 6)),), weighed=True)
    value = said(AnswerForm.of(pointed))
    assert value["sentences"][0]["answer"] == [2, 6]
    assert value["weighed"] is True
    again = AnswerForm.read(value).answer()
    assert (again.sentences, again.weighed) == (pointed.sentences, True)
    assert "weighed" not in said(AnswerForm.of(answer()))
    del value["weighed"], value["sentences"][0]["answer"]
    older = AnswerForm.read(value).answer()
    assert (older.sentences[0].answer, older.weighed) == (None, False)
