"""Reports are kept with everything needed to act on them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rag.application.shuzheng import Shuzheng
from rag.cli.arguments import parse_arguments
from rag.cli.export import run_export
from rag.cli.reports import run_reports
from rag.library.keeping import remarks_on
from rag.settings import Settings
from rag.types import Correction, NotInLibraryError, RagError, ReportKind, Turn
from tests.support.exported import not_found, quoted
from tests.support.files import SqliteLibrary, SqliteReports
from tests.support.shelves import volume

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWNER = "a" * 40
HOSTILE = "\x1b[31m<b>x</b>\u202e"


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Shuzheng]:
    """Yield the whole product with the book that answers cite."""
    with Shuzheng(Settings(data=tmp_path, corpus=tmp_path / "none")) as opened:
        with SqliteLibrary(tmp_path / "library.sqlite") as library:
            volume("lamps", ["河灯。" * 30, "灯。" * 30, "注。"]).put(library, digest="d1")
        yield opened


def printed(whole: Shuzheng, *arguments: str) -> str:
    """Return what ``rag reports`` prints."""
    out = io.StringIO()
    run_reports(parse_arguments(["reports", *arguments]), whole, out)
    return out.getvalue()


def test_a_report_has_all_that_is_needed(whole: Shuzheng, tmp_path: Path) -> None:
    """Question, answer, book, place, the file's digest and the page map's are kept with it."""
    answer = quoted()
    n = answer.citations[0].n
    made = whole.report(OWNER, ReportKind.WRONG_PAGE, answer, HOSTILE, n=n)
    assert made.where is not None
    assert (made.book_id, made.where.source) == ("lamps", "d1")
    assert made.where.place == answer.citations[0].place
    with SqliteReports(tmp_path / "library.sqlite") as kept:
        assert kept.of() == [made]
        assert kept.of("b" * 40) == []
    [value] = json.loads(printed(whole, "--json"))
    assert value["answer"]["question"] == value["question"] == answer.question
    assert value["book"]["id"] == "lamps"
    assert value["place"]["pages"] == list(answer.citations[0].place.pages)
    assert value["changed"] is False
    text = printed(whole)
    assert "\x1b" not in text
    assert answer.citations[0].quote in text


def test_what_has_changed_since_is_said(whole: Shuzheng) -> None:
    """A report tells whether the page map or the book is another by now."""
    n = quoted().citations[0].n
    report = whole.report(OWNER, ReportKind.WRONG_PAGE, quoted(), n=n)
    whole.correct("lamps", [Correction(first=0, label="9")])
    assert json.loads(printed(whole, "--json"))[0]["changed"] is True
    assert "has changed" in printed(whole)
    whole.remove("lamps")
    assert json.loads(printed(whole, "--json"))[0]["changed"] is None
    assert printed(whole, "--done", report.id) == f"Done: {report.id}\n"
    assert json.loads(printed(whole, "--json")) == []
    assert json.loads(printed(whole, "--json", "--all"))[0]["done"]
    assert "not dealt with" in printed(whole)
    with pytest.raises(RagError, match="no report none"):
        printed(whole, "--done", "none")
    with pytest.raises(NotInLibraryError):
        whole.reports.finish("none")


def test_of_thumbs_the_last_one_stays(whole: Shuzheng) -> None:
    """An owner's thumb on an answer is changed, not doubled; other reports add up."""
    for kind in (ReportKind.HELPFUL, ReportKind.UNHELPFUL, ReportKind.OTHER, ReportKind.OTHER):
        whole.report(OWNER, kind, quoted())
    kinds = [report.kind for report in whole.reports.of(OWNER)]
    assert kinds == [ReportKind.UNHELPFUL, ReportKind.OTHER, ReportKind.OTHER]
    for _ in range(2):
        whole.report("", ReportKind.HELPFUL, quoted())
    assert len(whole.reports.of("")) == 2


def test_an_export_says_what_was_reported(whole: Shuzheng) -> None:
    """Markdown and JSON of a conversation say what was reported of each answer."""
    whole.conversations.add(Turn("甲？", replace(quoted(), question="甲？")), OWNER)
    [kept] = whole.conversations.latest()
    whole.conversations.add(Turn("乙？", replace(not_found(), question="乙？")), OWNER, kept.id)
    first, second = (turn.answer for turn in whole.conversations.turns(kept.id))
    whole.report(OWNER, ReportKind.HELPFUL, first)
    whole.report("", ReportKind.UNANSWERED, second, "见第二章")
    assert [one.kind for one in remarks_on(first, whole.reports.of())] == [ReportKind.HELPFUL]

    def exported(name: str) -> str:
        out = io.StringIO()
        run_export(parse_arguments(["export", "-", "--format", name]), whole, out)
        return out.getvalue()

    assert exported("md").count("读者反映") == 1
    assert "书里有，应当答出来：“见第二章”" in exported("md")
    values = json.loads(exported("json"))
    assert "reports" not in values[0]
    assert values[1]["reports"][0]["kind"] == "unanswered"
    assert values[1]["reports"][0]["text"] == "见第二章"
