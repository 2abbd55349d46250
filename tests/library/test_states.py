"""Whatever is done to a library in whatever order, it says what a library in memory says.

State machines: books are put, replaced, corrected, edited, encoded anew and taken out; questions
are asked and kept; the library is opened anew, copied and put back; another process writes to it,
and is killed at any moment; the disk is full for a while. What was acknowledged is there, what
was not is there whole or not at all, and the index of vectors finds what the library holds.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from rag.language.text import bigrams
from rag.library import open_conversations, open_library, restore_library
from rag.search.vectors import open_vectors
from rag.settings import Settings
from rag.types import LibraryReadOnlyError, RagError, TextKind, Turn
from tests.support.changes import (
    BOOKS,
    Change,
    Copy,
    Correct,
    Encode,
    Entitle,
    Learn,
    Place,
    Put,
    PutBack,
    Remove,
)
from tests.support.disks import mounted
from tests.support.exported import quoted
from tests.support.fakes import MemoryConversations, MemoryLibrary, MemoryVectors
from tests.support.files import SqliteLibrary
from tests.support.killing import DONE, NOT_KEPT, REFUSED, Killing, Moment
from tests.support.postgres import database
from tests.support.shelves import DIMENSION, unit_vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.library.ports import Library
    from tests.support.disks import Disk

pytestmark = pytest.mark.slow

STEPS = settings(
    max_examples=6,
    stateful_step_count=30,
    deadline=None,
    phases=(Phase.generate,),
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
OWNER = "a" * 40
NAMES = st.sampled_from(BOOKS)
PUT = st.builds(Put, NAMES, st.integers(1, 6), st.integers(0, 5), st.sampled_from(TextKind))
LATER = st.one_of(
    st.builds(Correct, NAMES, st.integers(0, 2), st.none() | st.integers(1, 99).map(str)),
    st.builds(Entitle, NAMES, st.text("海塔灯", min_size=1, max_size=4)),
    st.builds(Place, NAMES, st.sampled_from(("file:///a.txt", "file:///b.txt"))),
    st.builds(Learn, NAMES, st.lists(st.sampled_from("甲乙丙"), max_size=3).map(tuple)),
    st.builds(Remove, NAMES, st.booleans()),
    st.just(Encode()),
)
MOMENTS = st.one_of(
    st.integers(1, 40).map(Moment),
    st.integers(0, 12_000).map(lambda number: Moment(seconds=number / 1e6)),
)
QUESTIONS = unit_vectors(np.random.default_rng(1), 4, DIMENSION)


def outcome(change: Change, library: Library) -> str:
    """Return what came of a change, as a writer says it."""
    try:
        change.do(library)
    except LibraryReadOnlyError:
        return NOT_KEPT
    except RagError:
        return REFUSED
    return DONE


class Pair:
    """A library with its index and conversations, and beside it one in memory."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.settings = Settings(**given)
        self.model = MemoryLibrary()
        self.said = MemoryConversations()
        self.open()

    def open(self) -> None:
        """Open what is kept."""
        self.library = open_library(self.settings)
        self.talks = open_conversations(self.settings)
        self.index = open_vectors(self.settings, self.library)
        self.brief = open_vectors(self.settings, self.library, brief=True)

    def close(self) -> None:
        """Close it."""
        self.index.close()
        self.brief.close()
        self.talks.close()
        self.library.close()

    def settle(self) -> None:
        """Wait until nothing of a process that was killed is under way any more."""
        if self.settings.library_url:
            with self.library.writing(on_wait=lambda: None), self.library._file.write():  # type: ignore[attr-defined]
                pass

    def do(self, change: Change, *, full: bool = False) -> None:
        """Do the same to both: both refuse, or neither; on a full disk it may not be kept."""
        came = outcome(change, self.library)
        if not (full and came == NOT_KEPT):
            assert came == outcome(change, self.model)

    def kill(
        self, killing: Killing, changes: Sequence[Change], moment: Moment, *, full: bool = False
    ) -> None:
        """Have a writer killed: what it acknowledged is done, and of the rest one more may be."""
        said = killing.killed(self.given, changes, moment)
        self.settle()
        for change, came in zip(changes, said, strict=False):
            assert came == (NOT_KEPT if full and came == NOT_KEPT else outcome(change, self.model))
        if lasting(self.library) != lasting(self.model):
            assert len(said) < len(changes), "what was never begun is there"
            outcome(changes[len(said)], self.model)

    def ask(self, number: int) -> None:
        """Find the same words and vectors in both."""
        tokens = bigrams("".join(chr(code) for code in range(0x5317 + number, 0x5317 + 400, 9)))
        tokens += list("".join(chr(code) for code in range(0x5317, 0x5317 + 400, 17)))
        assert self.library.word_counts(tokens) == self.model.word_counts(tokens)
        found, wanted = (one.search_words(tokens, None, 9) for one in (self.library, self.model))
        alike(found, wanted)
        nearest = MemoryVectors(self.model).search(QUESTIONS[number], None, 9)
        for index in (self.index, self.brief):
            alike(index.search(QUESTIONS[number], None, 9), nearest)

    def keep(self, number: int, *, full: bool = False) -> None:
        """Keep a question with its answer; on a full disk it may not be."""
        turn = Turn(f"第{number}问", quoted(number))
        try:
            self.talks.add(turn, OWNER)
        except LibraryReadOnlyError:
            assert full
        else:
            self.said.add(turn, OWNER)
        titles = [[one.title for one in talks.of(OWNER)] for talks in (self.talks, self.said)]
        assert titles[0] == titles[1]

    def agree(self) -> None:
        """Both say the same, and nothing is wrong."""
        assert lasting(self.library) == lasting(self.model)
        assert self.library.check() == []


def alike(found: list[tuple[str, float]], wanted: list[tuple[str, float]]) -> None:
    """Assert that the same is found, in the same order and with the same scores."""
    assert [name for name, _ in found] == [name for name, _ in wanted]
    scores = [score for _, score in wanted]
    assert [score for _, score in found] == pytest.approx(scores, abs=1e-5)


def lasting(library: Library) -> dict[str, object]:
    """Return what is to be the same whatever engine it is: all but generations and moments."""
    found: dict[str, object] = {}
    for summary in library.summaries():
        name = summary.record.id
        ids, vectors = library.vectors(name)
        words = library.vocabulary(name)
        found[name] = [
            summary.record,
            summary.digest,
            summary.source,
            library.book(name),
            library.passages(name),
            vectors.tolist(),
            [one.sentence_vectors.tolist() for one in library.stored(ids)],
            words and (words.words, words.counts.tolist(), words.vectors.tolist()),
            ids,
        ]
    said = [[library.corrections(name), library.edits(name)] for name in BOOKS]
    return found | {"removed": sorted(library.removed()), "encoder": [library.encoder, *said]}


class Machine(RuleBasedStateMachine):
    """A library, and beside it one in memory to which the same is done."""

    killing: Killing
    fresh: Callable[[Path], dict[str, Any]]
    root: Path
    full = False

    @initialize()
    def begin(self) -> None:
        """Begin with an empty library."""
        self.folder = Path(tempfile.mkdtemp(dir=type(self).root))
        self.pair = Pair(type(self).fresh(self.folder))

    @rule(changes=st.lists(PUT, min_size=1, max_size=3))
    def put(self, changes: list[Change]) -> None:
        """Put books, be it in the place of others."""
        for change in changes:
            self.pair.do(change, full=self.full)

    @rule(changes=st.lists(LATER, min_size=1, max_size=5))
    def change(self, changes: list[Change]) -> None:
        """Change what is there."""
        for change in changes:
            self.pair.do(change, full=self.full)

    @rule(changes=st.lists(PUT | LATER, min_size=1, max_size=4), moment=MOMENTS)
    def kill_a_writer(self, changes: list[Change], moment: Moment) -> None:
        """Kill another process that changes it."""
        self.pair.kill(type(self).killing, changes, moment, full=self.full)

    @rule(number=st.integers(0, len(QUESTIONS) - 1))
    def ask(self, number: int) -> None:
        """Ask, and keep what was asked."""
        self.pair.ask(number)
        self.pair.keep(number, full=self.full)

    @rule(copied=st.booleans())
    def restart(self, *, copied: bool) -> None:
        """Close it and open it again, or put a copy in its place under those who have it open."""
        if not copied or self.full:
            self.pair.close()
            self.pair.open()
            return
        copy = self.folder / "copy.sqlite"
        self.pair.library.backup(copy)
        outcome(Put("jia", 2, 9), self.pair.library)
        kept = restore_library(self.pair.settings, copy)
        assert kept is None or kept.is_file()
        for left in self.folder.glob("*before-restore*"):
            left.unlink()

    @invariant()
    def agrees(self) -> None:
        """Both say the same after each step."""
        self.pair.agree()

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "pair"):
            self.pair.close()
        shutil.rmtree(self.folder)


class SmallMachine(Machine):
    """The same on a small disk, which is full for a while."""

    disk: Disk

    @rule()
    def fill(self) -> None:
        """Leave no room on the disk, or give it back."""
        disk = type(self).disk
        if self.full:
            disk.free()
        else:
            disk.fill()
        self.full = not self.full

    def teardown(self) -> None:
        """Leave the disk as it was."""
        if self.full:
            type(self).disk.free()
        super().teardown()


@pytest.fixture(scope="module")
def killing() -> Iterator[Killing]:
    """Return what kills writers."""
    with Killing() as killing:
        yield killing


@pytest.fixture
def fresh(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[Path], dict[str, Any]]]:
    """Return what gives the settings of a new library, in a file or on a server."""
    if request.param == "file":
        yield lambda folder: {"data": folder}
        return
    with database(tmp_path / "postgres") as first:
        server, _, rest = first.rpartition("/library_")
        made: list[str] = []

        def on_the_server(folder: Path) -> dict[str, Any]:
            made.append(f"library_{len(made)}")
            with psycopg.connect(first, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {made[-1]}")
            url = f"{server}/{made[-1]}?{rest.partition('?')[2]}"
            return {"data": folder, "library_url": url}

        yield on_the_server


@pytest.mark.parametrize("fresh", ["file", "server"], indirect=True)
def test_a_library_is_what_was_done_to_it(
    fresh: Callable[[Path], dict[str, Any]], killing: Killing, tmp_path: Path
) -> None:
    """In a file as on a server, through restarts, kills and copies that are put back."""
    made = {"fresh": staticmethod(fresh), "killing": killing, "root": tmp_path}
    run_state_machine_as_test(type("Whole", (Machine,), made), settings=STEPS)


def test_a_library_on_a_full_disk_is_what_was_done_to_it(tmp_path: Path, killing: Killing) -> None:
    """What cannot be kept is said and changes nothing; all is read and found meanwhile."""
    with mounted(tmp_path / "disk", 48) as disk:
        fresh = staticmethod(lambda folder: {"data": folder})
        made = {"fresh": fresh, "killing": killing, "root": disk.folder, "disk": disk}
        run_state_machine_as_test(type("Small", (SmallMachine,), made), settings=STEPS)


KILLS = 100


def test_a_hundred_killed_writers_leave_old_or_new(tmp_path: Path) -> None:
    """After each kill every book is whole, what was acknowledged holds, and the index follows.

    The writers bring Chroma up to date besides, and are killed at that as well.
    """
    chance = random.Random(20)  # noqa: S311 -- moments to kill at, no secrets
    with Killing(index=True) as killing:
        pair = Pair({"data": tmp_path})
        for number in range(KILLS):
            kill_at_random(pair, killing, chance, seconds=0.12)
            if number % 10 == 9:
                pair.ask(number % len(QUESTIONS))
                assert pair.index.check() == []
        pair.close()
    left = [path.name.split("-")[0] for path in (tmp_path / "chroma").iterdir()]
    assert left.count("snapshot") == 1


@pytest.mark.parametrize("fresh", ["server"], indirect=True)
def test_a_hundred_killed_writers_leave_a_server_old_or_new(
    fresh: Callable[[Path], dict[str, Any]], killing: Killing, tmp_path: Path
) -> None:
    """What the server was told to keep is there, of the rest nothing, and the next may write."""
    chance = random.Random(20)  # noqa: S311 -- as above
    pair = Pair(fresh(tmp_path))
    for _ in range(KILLS):
        kill_at_random(pair, killing, chance, seconds=0.03)
    pair.ask(0)
    pair.close()


def test_killed_copies_are_whole_or_not_there(killing: Killing, tmp_path: Path) -> None:
    """A copy is made or put back whole, or not at all; what was begun goes the next time."""
    chance = random.Random(20)  # noqa: S311 -- as above
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    given, settled = {"data": data}, Settings(data=data)
    with closing(open_library(settled)) as library:
        Put("jia", 200, 1).do(library)
        first = lasting(library)
        library.backup(copy)
        Put("jia", 200, 2).do(library)
        second = lasting(library)
        for number in range(12):
            target = tmp_path / f"{number}.sqlite"
            killing.killed(given, [Copy(target)], Moment(seconds=chance.uniform(0, 0.03)))
            if target.exists():
                with closing(SqliteLibrary(target)) as copied:
                    assert lasting(copied) == second
        for _ in range(12):
            killing.killed(given, [PutBack(data, copy)], Moment(seconds=chance.uniform(0, 0.08)))
            assert lasting(library) in (first, second)
            assert library.check() == []
        PutBack(data, copy).do(library)
        assert lasting(library) == first
    assert list(tmp_path.rglob(".*.new*")), "none was killed in its midst"
    for path in tmp_path.rglob(".*.new*"):
        os.utime(path, (0, 0))
    with closing(open_library(settled)) as library:
        library.backup(copy)
        PutBack(data, copy).do(library)
    assert list(tmp_path.rglob(".*.new*")) == []


def kill_at_random(pair: Pair, killing: Killing, chance: random.Random, *, seconds: float) -> None:
    """Kill a writer before a statement of two books and what follows, or within some seconds."""
    made = [Put(chance.choice(BOOKS), chance.randint(2, 6), chance.randrange(999)) for _ in "ab"]
    later: list[Change] = [
        Correct(made[0].book, 0, str(chance.randrange(99))),
        Encode(),
        Remove(chance.choice(BOOKS)),
    ]
    changes: list[Change] = [made[0], chance.choice(later), made[1]]
    at = Moment(seconds=chance.uniform(0, seconds))
    pair.kill(killing, changes, chance.choice([Moment(chance.randint(1, 90)), at]))
    pair.agree()
