"""Books that are added while others read: one at a time, stopped, asked about, refused."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from rag.application.keeping.jobs import MOST, OVER, FullError, Job, Jobs, State
from rag.types import ReadingError
from tests.conftest import CASES
from tests.support.copies import copied, prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rag.application.shuzheng import Shuzheng


@pytest.fixture(scope="module")
def empty(models: Path, loaded: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder without books."""
    return prepared(tmp_path_factory.mktemp("none") / "data", models, loaded)


@pytest.fixture
def whole(empty: Path, small: Shuzheng, tmp_path: Path) -> Iterator[Shuzheng]:
    """Return the whole product over an empty library."""
    with copied(empty, tmp_path / "data", small) as opened:
        yield opened


def wait(jobs: Jobs, identifier: str, until: Callable[[Job], bool]) -> Job:
    """Return a job as soon as it is as wanted."""
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        [job] = [one for one in jobs.all() if one.id == identifier]
        if until(job):
            return job
        time.sleep(0.02)
    raise AssertionError(jobs.all())


def is_over(job: Job) -> bool:
    """Return whether nothing more happens to a job by itself."""
    return job.state in OVER or job.state is State.ASKING


def test_a_file_is_added_and_what_it_may_be_is_asked(whole: Shuzheng, tmp_path: Path) -> None:
    """A book is added in the background; one that may be it is kept by neither until it is said."""
    own = tmp_path / "upload"
    own.mkdir()
    shutil.copy(CASES / "river.toml", own)
    first = whole.jobs.put(CASES / "river.md", CASES / "river.toml")
    done = wait(whole.jobs, first, is_over)
    assert (done.state, done.added and done.added.status) == (State.DONE, "added")
    (own / "river.md").write_text((CASES / "river.md").read_text() + "\n最后一句是新的。\n")

    second = whole.jobs.put(own / "river.md", own / "river.toml", own=own)
    asked = wait(whole.jobs, second, is_over)
    [held] = whole.books()
    assert (asked.state, asked.alike, asked.both) == (State.ASKING, (held.record.id,), False)
    assert own.is_dir()
    whole.jobs.answer(second, None)  # its record says that it is that book: it cannot be another
    assert wait(whole.jobs, second, is_over).state is State.ASKING
    whole.jobs.answer(second, held.record.id)
    replaced = wait(whole.jobs, second, lambda job: job.state in OVER)
    assert replaced.added is not None
    assert (replaced.added.status, replaced.added.replaced_title) == (
        "replaced",
        held.record.title,
    )
    assert not own.exists()
    assert "最后一句是新的" in whole.book(held.record.id).text


def test_a_likely_book_may_be_kept_beside(whole: Shuzheng, tmp_path: Path) -> None:
    """Without a record of its own a file of the same title is asked about, and may be another."""
    whole.add(CASES / "river.md", CASES / "river.toml")
    [held] = whole.books()
    other = tmp_path / f"{held.record.title}.md"
    other.write_text("# 第一章\n\n这是另一本书，题名相同。\n", encoding="utf-8")
    job = whole.jobs.put(other)
    asked = wait(whole.jobs, job, is_over)
    assert (asked.state, asked.alike, asked.both) == (State.ASKING, (held.record.id,), True)
    assert len(whole.books()) == 1
    whole.jobs.answer(job, None)
    assert wait(whole.jobs, job, lambda one: one.state in OVER).state is State.DONE
    assert len(whole.books()) == 2


def test_a_stopped_job_leaves_the_library_as_it_was(whole: Shuzheng, tmp_path: Path) -> None:
    """In the middle of encoding a stop ends it; what it brought is gone, and no book is there."""
    own = tmp_path / "upload"
    own.mkdir()
    long = own / "long.md"
    lines = [f"第{number}句说的是第{number}条河在第{number}年结冰。" for number in range(6000)]
    long.write_text("# 长书\n\n" + "\n\n".join(lines), encoding="utf-8")
    whole.add(CASES / "river.md", CASES / "river.toml")
    generation = whole._parts.library.generation
    job = whole.jobs.put(long, own=own)
    behind = whole.jobs.put(CASES / "mill.md", CASES / "mill.toml")
    wait(whole.jobs, job, lambda one: one.stage == "encoding" and one.done > 0)
    assert [(one.state, one.before) for one in whole.jobs.all()][1] == (State.WAITING, 1)
    whole.jobs.stop(job)
    assert wait(whole.jobs, job, is_over).state is State.STOPPED
    assert not own.exists()
    assert wait(whole.jobs, behind, is_over).state is State.DONE
    assert len(whole.books()) == 2
    assert "long" not in {one.record.id for one in whole.books()}
    assert whole._parts.library.generation == generation + 1
    whole.jobs.stop(job)  # one that is over goes off the list
    assert [one.id for one in whole.jobs.all()] == [behind]


def test_what_is_no_book_fails_and_the_next_goes_on(whole: Shuzheng, tmp_path: Path) -> None:
    """A bad file is one sentence, and ends no other job."""
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7\nnothing of the kind")
    jobs = [whole.jobs.put(bad), whole.jobs.put(CASES / "mill.md", CASES / "mill.toml")]
    failed, done = (wait(whole.jobs, job, is_over) for job in jobs)
    assert failed.state is State.FAILED
    assert isinstance(failed.error, ReadingError)
    assert done.state is State.DONE


def test_no_more_wait_than_there_is_room_for(tmp_path: Path) -> None:
    """So many wait at most; closing stops what is being done and deletes what was brought."""
    begun, go = threading.Event(), threading.Event()

    def add(*_: object, **told: object) -> None:
        begun.set()
        go.wait(30)
        told["on_progress"]("reading", 0, 1)  # type: ignore[operator]

    jobs = Jobs(add)  # type: ignore[arg-type]
    folders = [tmp_path / str(number) for number in range(MOST)]
    for folder in folders:
        folder.mkdir()
        jobs.put(folder / "book.txt", own=folder)
    with pytest.raises(FullError):
        jobs.put(tmp_path / "one.txt")
    assert begun.wait(30)
    go.set()
    jobs.close()
    assert not any(folder.exists() for folder in folders)
