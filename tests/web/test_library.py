"""The room of the library: who may keep it, what is taken from whom, and what a press does."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rag.application.keeping.jobs import Job, State
from rag.settings import Settings
from rag.types import Added, BookSummary, Edit, Language, Problem, ReadingError, Shelf
from rag.web.gate.keeping import UPLOADS, brought, discard_old, may_keep, may_name_paths, room_of
from rag.web.html.library import (
    render_adder,
    render_books,
    render_jobs,
    render_pages,
    render_problems,
    render_record,
    render_sets,
)
from rag.web.rooms.library.desk import Desk, View
from tests.support.copies import copied
from tests.support.website import WebServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.application.shuzheng import Shuzheng
    from tests.support.addressing import Got

PASSWORD = "four words that fit nowhere"  # noqa: S105 - made up
HERE, THERE = {"client": ("127.0.0.1", 1)}, {"client": ("203.0.113.9", 1)}
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


@pytest.mark.parametrize(
    ("given", "room", "here", "there"),
    [
        ({}, "keep", True, False),
        ({"password": PASSWORD}, "read", False, False),
        ({"host": "0.0.0.0"}, "read", False, False),  # noqa: S104 - as a department would
        ({"allowed_hosts": "books.example"}, "read", False, False),
        ({"library_room": "read"}, "read", False, False),
        ({"library_room": "off"}, "off", False, False),
        ({"library_room": "keep", "password": PASSWORD}, "keep", True, True),
        ({"library_room": "paths"}, "paths", True, True),
    ],
)
def test_who_may_keep_the_library(
    tmp_path: Path,
    given: dict[str, Any],
    room: str,
    here: bool,  # noqa: FBT001 - a case
    there: bool,  # noqa: FBT001 - likewise
) -> None:
    """By itself it is kept from this machine alone, where that alone reaches it; else by a setting.

    A path of the server is taken where the setting says so, and nowhere else.
    """
    settings = Settings(data=tmp_path, **given)
    assert room_of(settings) == room
    assert (may_keep(HERE, settings), may_keep(THERE, settings)) == (here, there)
    assert may_name_paths(HERE, settings) == (room == "paths")
    assert not may_keep(None, settings)
    assert may_keep({}, settings) == there


def send(
    server: WebServer, content: bytes, name: str = "book.txt", *, path: str = "/gradio_api/upload"
) -> Got:
    """Return what uploading a file brings."""
    head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + b"\r\n--x--\r\n"
    told = {"Content-Type": "multipart/form-data; boundary=x"}
    return server.ask(path, told, method="POST", body=body)


@pytest.fixture(scope="module")
def kept(small: Shuzheng, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """Return a server whose library readers may keep, with files of a megabyte at most."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / UPLOADS / "job-old").mkdir(parents=True)
    settings = Settings(data=folder, corpus=folder / "none", library_room="keep", upload_mb=1)
    with WebServer(small, settings) as server:
        server.folder = folder / UPLOADS  # type: ignore[attr-defined]
        yield server


def test_a_file_is_taken_from_who_may_keep_the_library(kept: WebServer) -> None:
    """It lies in the data folder, its name tells no path, and what was left there is gone."""
    folder = kept.folder  # type: ignore[attr-defined]
    assert not (folder / "job-old").exists()
    got = send(kept, "河道志。".encode())
    assert got.status == 200
    [name] = json.loads(got.text)
    assert str(folder) not in got.text
    taken = brought(folder, name)
    assert taken is not None
    assert (taken.name, taken.read_text("utf-8")) == ("book.txt", "河道志。")
    assert brought(folder, name) is None
    assert brought(folder, str(taken.relative_to(folder))) is None  # a job's files are its own


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "/etc/passwd", "..", "a\x00b.txt", "x" * 400 + ".txt", EVIL, "con"]
)
def test_a_hostile_name_stays_in_its_folder(kept: WebServer, name: str) -> None:
    """Whatever a file is called, it lies in the folder of uploads or is refused."""
    folder = kept.folder  # type: ignore[attr-defined]
    got = send(kept, b"x", name.replace('"', "%22").replace("\x00", "%00"))
    if got.status == 200:
        [told] = json.loads(got.text)
        taken = brought(folder, told)
        assert taken is not None
        assert taken.resolve().is_relative_to(folder)
    everything = list(folder.parent.rglob("*"))
    assert all(path.resolve().is_relative_to(folder.parent) for path in everything)


def test_a_file_larger_than_allowed_is_refused(kept: WebServer) -> None:
    """It is refused by its announced size, and what came of one that lied is deleted."""
    folder = kept.folder  # type: ignore[attr-defined]
    assert send(kept, b"x" * 2_500_000).status == 413
    assert send(kept, b"x" * 1_500_000).status == 413
    assert [path for path in folder.glob("*") if path.is_file()] == []
    assert kept.ask("/gradio_api/queue/join", method="POST", body=b"x" * 1_500_000).status == 413


def test_no_more_files_wait_than_there_is_room_for(kept: WebServer) -> None:
    """So many files lie there at most; what nobody took is deleted after its time."""
    folder = kept.folder  # type: ignore[attr-defined]
    got = [send(kept, f"{number}".encode()).status for number in range(20)]
    assert got[-1] == 429
    assert got.count(429) >= 4
    job = folder / "job-1"
    job.mkdir()
    discard_old(folder, 0.001)
    assert job.is_dir()
    assert all(path.name.startswith("job-") for path in folder.glob("*"))


def test_no_file_is_taken_from_who_may_not(small: Shuzheng, tmp_path: Path) -> None:
    """Where the library may only be read, or who asks comes from elsewhere, nothing is taken."""
    settings = Settings(data=tmp_path, corpus=tmp_path / "none", library_room="read")
    with WebServer(small, settings) as server:
        assert send(server, b"x").status == 404
    settings = Settings(data=tmp_path, corpus=tmp_path / "none", library_room="keep")
    locked = settings.model_copy(update={"password": Settings(password=PASSWORD).password})
    with WebServer(small, locked) as server:
        assert send(server, b"x").status == 401
        assert send(server, b"x", path="/gradio_api/process_recording").status == 404
    assert not list((tmp_path / UPLOADS).glob("*"))


def test_no_file_of_the_machine_is_named_to_the_framework(kept: WebServer) -> None:
    """What Gradio would copy or fetch for one of its parts is refused before it sees it."""
    file = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    for body in ({"data": [file], "fn_index": 0}, {"data": [[{"x": file}]], "fn_index": 0}):
        got = kept.ask("/gradio_api/queue/join", method="POST", body=json.dumps(body).encode())
        assert got.status == 400


@pytest.fixture
def whole(two: Path, small: Shuzheng, tmp_path: Path) -> Iterator[Shuzheng]:
    """Return the whole product with two books, which a test may change."""
    with copied(two, tmp_path / "data", small) as opened:
        yield opened


def test_nobody_changes_the_library_who_may_not_keep_it(whole: Shuzheng) -> None:
    """Every press that changes something is refused in the function that would do it."""
    desk = Desk(whole, Language.EN, keeps=False)
    before = whole.books()
    for doing in (
        {"do": "remove", "book": "emu-he"},
        {"do": "edit", "title": "x"},
        {"do": "look", "book": "emu-he", "offset": "5"},
        {"do": "correct"},
        {"do": "undo"},
        {"do": "unedit"},
        {"do": "import", "refs": "x"},
        {"do": "shelve", "name": "x", "books": ["emu-he"]},
        {"do": "unshelve", "name": "x"},
        {"do": ["remove"]},
        {},
    ):
        view = desk.press(View("pages", "emu-he"), doing)
        assert view.said == "Only whoever keeps the library may do this."
    assert whole.books() == before
    assert whole.shelves.all() == []
    for name in ("pages", "record", "books", "sets"):
        shown = desk.render(View(name, "emu-he"))
        assert "<form" not in shown
        assert "&quot;remove&quot;" not in shown


def test_a_page_is_corrected_after_a_look_and_taken_back(whole: Shuzheng) -> None:
    """A correction is shown, then kept, and citations follow at once; undo brings back what was."""
    desk = Desk(whole, Language.EN, keeps=True)
    question = "额木河上的沙洲是怎么回事？"
    cited = whole.ask(question, book="emu-he").citations[0].place.pages
    view = desk.press(
        View(), {"do": "look", "book": "emu-he", "offset": "10", "from": "", "to": ""}
    )
    assert "Pages that change: 6" in desk.render(view)
    assert whole.ask(question, book="emu-he").citations[0].place.pages == cited
    view = desk.press(view, {"do": "correct"})
    assert "Kept" in desk.render(view)
    now = whole.ask(question, book="emu-he").citations[0].place.pages
    assert [int(page) for page in now] == [int(page) + 10 for page in cited]
    view = desk.press(view, {"do": "undo"})
    assert whole.ask(question, book="emu-he").citations[0].place.pages == cited

    view = desk.press(view, {"do": "look", "book": "emu-he", "index": "2", "label": "-"})
    view = desk.press(view, {"do": "correct"})
    assert whole.book("emu-he").pages[2].label is None
    view = desk.press(view, {"do": "look", "book": "emu-he", "clear": True})
    desk.press(view, {"do": "correct"})
    assert whole.book("emu-he").pages[2].label == "3"
    for wrong in (
        {"index": "x", "label": "3"},
        {"index": "999", "label": "3"},
        {"index": "1", "label": "\x1b[3"},
        {"offset": "-999"},
        {"offset": "1", "from": "4", "to": "2"},
        {"offset": 5},
        {"index": "٣", "label": "3"},
    ):
        assert desk.press(view, {"do": "look", "book": "emu-he", **wrong}).said


def test_records_sets_and_removal(whole: Shuzheng) -> None:
    """A record is edited where its text was changed; a set is made; what is removed is named."""
    desk = Desk(whole, Language.EN, keeps=True)
    view = View("record", "emu-he")
    fields = {"title": "额木河交涉录", "authors": "卞一舟 [Bian Yizhou]; 王平", "year": "2001"}
    assert desk.press(view, {"do": "edit", **fields}).said.startswith("Kept")
    assert whole.keeping.summary("emu-he").edited == ("authors", "year")
    assert "cannot be" in desk.press(view, {"do": "edit", "title": " "}).said
    desk.press(view, {"do": "unedit"})
    assert whole.keeping.summary("emu-he").edited == ()
    assert desk.press(view, {"do": "import", "refs": "../../etc/passwd"}).said

    made = desk.press(View(), {"do": "shelve", "name": EVIL[:60], "books": ["emu-he", 3]})
    assert EVIL[:8] not in desk.render(made)
    assert [one.books for one in whole.shelves.all()] == [("emu-he",)]
    gone = desk.press(View(), {"do": "remove", "book": "emu-he"})
    assert "额木河交涉录 (6 pages)" in gone.said
    assert desk.render(
        replace(gone, name="pages", book="emu-he")
    )  # it is gone: the books are shown


def test_two_books_are_compared(whole: Shuzheng) -> None:
    """Answers stand side by side; the same book twice is no comparison."""
    desk = Desk(whole, Language.ZH, keeps=False)
    mill = next(one.record for one in whole.books() if one.record.id != "emu-he")
    asks = {"do": "compare", "question": "额木河上的沙洲是怎么回事？", "one": "emu-he"}
    shown = desk.render(desk.press(View(), {**asks, "other": mill.id}))
    assert shown.count("<section>") == 2
    assert "没有找到" in shown
    assert desk.press(View(), {**asks, "other": "emu-he"}).shown == ""


def test_what_comes_from_outside_is_text(whole: Shuzheng) -> None:
    """Titles, names of files and sets, problems and reasons are shown as they are written."""
    book = whole.book("emu-he")
    record = replace(book.record, title=EVIL, subtitle=EVIL, publisher=EVIL)
    problem = Problem("kind", EVIL, EVIL)
    page = replace(book.pages[0], label=EVIL, chapter=EVIL, reasons=(EVIL,))
    summary = BookSummary(record, 1, 1, 1, 0, problems=(problem,), added=EVIL)
    hostile = replace(book, record=record, pages=(page, *book.pages[1:]))
    added = Added(record.id, EVIL, "replaced", 1, 1, 1, 0, (problem,), replaced_title=EVIL)
    jobs = [
        Job("1", EVIL),
        Job("2", EVIL, State.WORKING, stage="encoding", total=3),
        Job("3", EVIL, State.ASKING, alike=(EVIL,)),
        Job("4", EVIL, State.DONE, added=added),
        Job("5", EVIL, State.FAILED, error=ReadingError(EVIL)),
        Job("6", EVIL, State.FAILED, error=OSError("/a/path/of/the/machine")),
        Job("7", EVIL, State.STOPPED),
    ]
    for language in Language:
        drawn = [
            render_books([summary], language, keeps=True, said=EVIL),
            render_adder([summary], language, most=1, paths=True, said=EVIL),
            render_jobs(jobs, {record.id: EVIL}, language),
            render_pages(summary, hostile, language, seen=book, keeps=True, said=EVIL),
            render_problems(summary, hostile, language),
            render_record(summary, language, keeps=True, said=EVIL),
            render_record(summary, language, keeps=False),
            render_sets([Shelf(EVIL, (EVIL,))], [summary], language, keeps=True),
        ]
        for html in drawn:
            assert "<script" not in html
            assert "<img" not in html
            assert "/a/path" not in html


def test_a_long_map_is_shown_in_parts(whole: Shuzheng) -> None:
    """A thousand pages are no page of a thousand rows."""
    book = whole.book("emu-he")
    pages = tuple(replace(book.pages[0], index=index) for index in range(1000))
    long = replace(book, pages=pages)
    summary = whole.keeping.summary("emu-he")
    began = time.monotonic()
    html = render_pages(summary, long, Language.EN, 400)
    assert time.monotonic() - began < 2
    assert html.count("<tr class") == 200
    assert "Earlier pages" in html
    assert "Later pages" in html


def test_an_edit_that_says_nothing_is_none(whole: Shuzheng) -> None:
    """What is as it was read is no edit, whoever says it."""
    whole.keeping.edit("emu-he", [Edit("year", whole.book("emu-he").record.year)])
    assert whole.keeping.summary("emu-he").edited == ()
