"""The command line as it is used: real commands, real files, a library of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rag.cli.arguments import parse_arguments
from rag.cli.commands import _sentence
from rag.types import ReadingError

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).resolve().parents[1] / "cases" / "cli"
QUESTION = "宣统元年灯市改在哪里举行？"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind: exit status, standard output, standard error."""

    status: int
    out: str
    error: str

    @property
    def value(self) -> Any:
        """The one JSON value on standard output."""
        return json.loads(self.out)

    @property
    def values(self) -> list[Any]:
        """The JSON values on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def sentences(self) -> list[str]:
        """The lines on standard error."""
        return self.error.splitlines()


@dataclass(frozen=True, slots=True)
class Library:
    """A library in a folder of its own, and the command line on it."""

    folder: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a command: this library, no bundled books."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
        here = {"RAG_DATA": str(self.folder / "data"), "RAG_CORPUS": str(self.folder / "corpus")}
        return kept | here | more

    def run(self, *arguments: str, stdin: bytes = b"", **more: str) -> Done:
        """Run one command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "rag", *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            input=stdin,
            capture_output=True,
            check=False,
            timeout=300,
        )
        return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    def file(self, name: str, content: bytes) -> str:
        """Return the path of a file with this content."""
        path = self.folder / "files" / name
        path.write_bytes(content)
        return str(path)


def folders(root: Path) -> Library:
    """Return an empty library in a folder."""
    for name in ("data", "corpus", "files"):
        (root / name).mkdir()
    return Library(root)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Return a library that nothing is ever added to."""
    return folders(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Library:
    """Return a library with one book of paged Markdown; models are shared with the checkout."""
    one = folders(tmp_path_factory.mktemp("library"))
    models.mkdir(parents=True, exist_ok=True)
    (one.folder / "data" / "models").symlink_to(models)
    done = one.run(
        "add", str(CASES / "lanterns.md"), "--record", str(CASES / "lanterns.toml"), "--json"
    )
    assert (done.status, done.error) == (0, "")
    (added,) = done.value
    assert (added["id"], added["status"], added["pages"]) == ("lanterns", "added", 4)
    return one


def usage_cases() -> list[tuple[str, str]]:
    """Return command lines that are wrong, each with what must be said of it."""
    lines = (CASES / "wrong-usage.txt").read_text(encoding="utf-8").splitlines()
    return [(a, b) for a, b in (line.split(" -> ") for line in lines if line[0] != "#")]


@pytest.mark.parametrize(("line", "message"), usage_cases())
def test_wrong_usage_is_explained(
    line: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong usage exits with 2, says what is wrong and prints nothing else."""
    with pytest.raises(SystemExit) as stopped:
        parse_arguments(line.split())
    assert stopped.value.code == 2
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.out == ""


def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """The help of each command shows how it is really called."""
    for name in "add books remove pages ask find evaluate doctor backup restore serve".split():  # noqa: SIM905
        with pytest.raises(SystemExit) as stopped:
            parse_arguments([name, "--help"])
        assert stopped.value.code == 0
        assert f"examples:\n  rag {name}" in capsys.readouterr().out


def test_verbose_may_stand_before_the_command_or_behind_it() -> None:
    """The one option of all commands is taken on both sides."""
    assert parse_arguments(["--verbose", "books"]).verbose
    assert parse_arguments(["books", "--verbose"]).verbose
    assert not parse_arguments(["books"]).verbose


def test_help_answers_within_a_second(empty: Library) -> None:
    """The help is there at once: nothing heavy is loaded for it."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        done = empty.run("--help")
        seconds.append(time.perf_counter() - start)
        assert done.status == 0
    assert min(seconds) < 1
    assert "rag add book.txt" in done.out


def test_only_answers_go_to_standard_output() -> None:
    """What a library or a child process prints meanwhile goes to standard error."""
    code = (
        "import os; from rag.cli.commands import _answers_only\n"
        "with _answers_only() as out:\n"
        "    print('a print'); os.write(1, b'a write\\n'); os.system('echo a child')\n"
        "    out.write('the answer')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "the answer"
    assert sorted(done.stderr.splitlines()) == ["a child", "a print", "a write"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ReadingError("The file a\x1b[2J.txt\nis empty."), "The file a�[2J.txt is empty."),
        (
            OSError(28, "No space left on device", "library.sqlite"),
            "The system refused: No space left on device (library.sqlite)",
        ),
        (
            KeyError("part"),
            (
                "This failed in a way that was not foreseen (KeyError: 'part'); "
                "run it again with --verbose to see where"
            ),
        ),
    ],
)
def test_every_failure_is_one_safe_sentence(error: Exception, sentence: str) -> None:
    """A failure is told on one line, without a traceback and without orders to the terminal."""
    assert _sentence(error) == sentence


def test_an_unknown_setting_is_one_sentence(empty: Library) -> None:
    """A slip in a setting's name stops every command with a sentence that names it."""
    done = empty.run("books", "--json", RAG_PROT="80")
    assert (done.status, done.out) == (1, "")
    assert done.sentences == ["rag: The setting RAG_PROT is unknown; did you mean RAG_PORT?"]


def test_an_empty_library_is_an_empty_list(empty: Library) -> None:
    """A library without books is listed as such."""
    done = empty.run("books", "--json")
    assert (done.status, done.value, done.error) == (0, [], "")


@pytest.mark.slow
def test_adding_the_same_file_again_changes_nothing(library: Library) -> None:
    """A file that is there already is left as it is."""
    before = library.run("books", "--json").value
    done = library.run(
        "add", str(CASES / "lanterns.md"), "--record", str(CASES / "lanterns.toml"), "--json"
    )
    assert [one["status"] for one in done.value] == ["unchanged"]
    assert library.run("books", "--json").value == before


@pytest.mark.slow
def test_the_page_map_is_the_book(library: Library) -> None:
    """Pages come in reading order with labels, headings, text and footnotes."""
    pages = library.run("pages", "lanterns", "--json").value
    assert [page["label"] for page in pages] == ["1", "1", "2", "3"]
    assert {page["status"] for page in pages} == {"exact"}
    assert [page["index"] for page in pages] == [0, 1, 2, 3]
    assert (pages[0]["part"], pages[0]["chapter"]) == ("前言", None)
    assert pages[3]["chapter"] == "第二章 停办"
    assert [note["text"] for page in pages for note in page["notes"]] == [
        "见县署旧档《河防册》第二卷，第十八页。",
        "口述，陈阿桂，时年八十一岁。",
    ]


@pytest.mark.slow
def test_a_page_map_is_corrected_and_put_back(library: Library) -> None:
    """Labels and offsets set by hand are shown with the map and listed with the book."""
    before = library.run("pages", "lanterns", "--json").value
    done = library.run("pages", "lanterns", "--set", "1=ix", "--set", "2=-", "--offset", "+4")
    assert (done.status, done.error) == (0, "")
    lines = done.out.splitlines()
    assert lines[1].split()[:3] == ["1", "ix", "exact"]
    assert lines[3].split()[:3] == ["3", "7", "exact"]
    assert lines[4:7] == [
        "  = set by hand: index 1 is page ix",
        "  = set by hand: index 2 is no label",
        "  = set by hand: an offset of +4 from the first page to the last",
    ]
    pages = library.run("pages", "lanterns", "--json").value
    assert [list(page) for page in pages] == [list(page) for page in before]
    assert [page["label"] for page in pages[1:]] == ["ix", None, "7"]
    (book,) = library.run("books", "--json").value
    assert book["corrections"][0] == {"index": 1, "label": "ix"}
    assert book["corrections"][2] == {"offset": 4, "from": None, "to": None}
    refused = library.run("pages", "lanterns", "--set", "99=1")
    assert (refused.status, refused.out, len(refused.sentences)) == (1, "", 1)
    assert library.run("pages", "lanterns", "--clear", "--json").value == before


@pytest.mark.slow
def test_an_answer_names_its_page(library: Library) -> None:
    """A question from the command line is answered with a sentence of the book and its page."""
    done = library.run("ask", QUESTION, "--book", "lanterns", "--json")
    assert (done.status, done.error) == (0, "")
    answer = done.value
    assert (answer["status"], answer["mode"]) == ("answered", "quoted")
    cited = [one for one in answer["citations"] if "改在南码头" in one["quote"]]
    assert cited[0]["pages"] == ["2"]
    assert cited[0]["page_status"] == "exact"
    assert cited[0]["chapter"] == "第一章 河灯"
    assert cited[0]["section"] == "1. 放灯的人"


@pytest.mark.slow
def test_a_person_sees_answer_place_and_reference(library: Library) -> None:
    """Without --json the answer stands above its numbered citations."""
    done = library.run("ask", QUESTION)
    assert (done.status, done.error) == (0, "")
    assert "[1] 第一章 河灯 › 1. 放灯的人, page 2 (exact)" in done.out
    assert "林一舟" in done.out


@pytest.mark.slow
def test_questions_by_the_line_are_answered_by_the_line(library: Library) -> None:
    """A bad question gives an error in its line, the others are answered, the status is 1."""
    questions = [
        "糊灯的作坊有多少家？",
        "灯",
        "？！……。",
        "",
        "河" * 100_000,
        "灯市为什么停办？",
    ]
    lines = [question.encode() for question in questions]
    lines.insert(5, b"\xff\xfe\xb0\xa1")
    done = library.run("ask", "--json", "-", stdin=b"\xef\xbb\xbf" + b"\r\n".join(lines))
    assert done.status == 1
    assert done.error == ""
    values = done.values
    assert len(values) == 7
    assert ["error" in value for value in values] == [False, True, True, True, True, True, False]
    assert values[0]["question"] == questions[0]
    assert any("二十六家" in one["quote"] for one in values[0]["citations"])
    for value in values[1:6]:
        assert list(value) == ["question", "error"]
        assert 10 < len(value["error"]) < 300


@pytest.mark.slow
@pytest.mark.parametrize("question", ["灯", "x" * 100_000, "?!...", "\udc80\udc81"])
def test_a_bad_question_is_one_sentence(library: Library, question: str) -> None:
    """A question that cannot be asked is refused in one sentence."""
    done = library.run("ask", question)
    assert (done.status, done.out) == (1, "")
    assert len(done.sentences) == 1
    assert len(done.error) < 300


@pytest.mark.slow
def test_an_unknown_book_is_one_sentence(library: Library) -> None:
    """Whoever asks for a book that is not there is told so, whatever the command."""
    before = library.run("books", "--json").value
    for arguments in (
        ("ask", QUESTION, "--book", "no-such-book"),
        ("pages", "no-such-book", "--json"),
        ("remove", "no-such-book"),
    ):
        done = library.run(*arguments)
        assert (done.status, done.out) == (1, "")
        assert len(done.sentences) == 1
        assert "no-such-book" in done.error
    assert library.run("books", "--json").value == before


@pytest.mark.slow
def test_lookups_by_the_line_find_word_for_word(library: Library) -> None:
    """What stands in quotation marks is in the best passage found, in either script."""
    stdin = '“浸过桐油”\n"走馬燈"\n灯首'.encode()
    done = library.run("find", "--json", "-k", "2", "-", stdin=stdin)
    assert (done.status, done.error) == (0, "")
    oil, lantern, head = done.values
    assert list(oil) == ["query", "hits"]
    assert "浸过桐油" in oil["hits"][0]["text"]
    assert "走马灯" in lantern["hits"][0]["text"]
    assert "灯首" in head["hits"][0]["text"]
    assert len(head["hits"]) <= 2
    assert oil["hits"][0]["pages"] == ["1"]
    assert oil["hits"][0]["match"] in {"words", "both"}


@pytest.mark.slow
def test_a_chronology_is_listed_and_exported(library: Library) -> None:
    """Dated events come in order from the years asked for, and become a document."""
    done = library.run("chronology", "--book", "lanterns", "--from", "1900", "--json")
    assert (done.status, done.error) == (0, "")
    events = done.value["events"]
    assert [event["date"] for event in events] == ["1909", "1910", "1937", "1937"]
    assert [event["inferred"] for event in events] == [False, True, False, False]
    assert library.run("chronology", "--from", "1937").out.startswith("1937  白河城")
    written = library.run(
        "export", "-", "--format", "txt", "--answers", "-", stdin=done.out.encode()
    )
    assert "■ 1909\n\n宣统元年大水" in written.out


@pytest.mark.slow
def test_a_bad_file_is_one_sentence_and_the_library_stays(library: Library) -> None:
    """What cannot be read is refused by name, and nothing else happens."""
    before = library.run("books", "--json").value
    files = [
        library.file("empty.txt", b""),
        library.file("blank.md", b" \n\n\t\n"),
        library.file("binary.txt", bytes(range(256)) * 40),
        library.file("tune.mp3", b"ID3\x03\x00" + bytes(500)),
        str(library.folder / "missing.txt"),
        str(library.folder / "files"),
    ]
    done = library.run("add", "--json", *files)
    assert (done.status, done.value) == (1, [])
    assert len(done.sentences) == len(files)
    for path, sentence in zip(files, done.sentences, strict=True):
        assert Path(path).name in sentence
    assert library.run("books", "--json").value == before


@pytest.mark.slow
def test_one_bad_file_does_not_stop_the_others(library: Library) -> None:
    """Texts in GB18030 and in UTF-16 are read beside a file that is not there."""
    text = (CASES / "ferry.txt").read_text(encoding="utf-8")
    done = library.run(
        "add",
        "--json",
        library.file("ferry.txt", text.encode("gb18030")),
        str(library.folder / "missing.txt"),
        library.file("ford.txt", text.replace("渡口记", "浅滩记").encode("utf-16")),
    )
    assert done.status == 1
    assert len(done.sentences) == 1
    assert [(one["title"], one["status"]) for one in done.value] == [
        ("渡口记", "added"),
        ("浅滩记", "added"),
    ]
    books = library.run("books", "--json").value
    assert {"灯市志", "渡口记", "浅滩记"} == {book["title"] for book in books}
    for one in done.value:
        removed = library.run("remove", one["id"])
        assert (removed.status, removed.error) == (0, "")
    assert [book["id"] for book in library.run("books", "--json").value] == ["lanterns"]


@pytest.mark.slow
def test_known_answers_are_measured(library: Library) -> None:
    """Questions with known answers give figures, for programs and for people."""
    arguments = ("evaluate", str(CASES / "questions.json"), "--book", "lanterns")
    done = library.run(*arguments, "--json")
    assert (done.status, done.error) == (0, "")
    assert isinstance(done.value, dict)
    done = library.run(*arguments, "--against", "RAG_EVIDENCE=1", "--json")
    assert {"zh", "zh other", "zh change"} <= set(done.value)


def test_questions_that_are_none_are_one_sentence(empty: Library) -> None:
    """A file that holds no list of questions is refused by name."""
    for content in (b"not json", b"{}", b'[{"question": "one"}]', b"\xff\xfe"):
        done = empty.run(
            "evaluate", empty.file("questions.json", content), "--book", "lanterns", "--json"
        )
        assert (done.status, done.out) == (1, "")
        assert len(done.sentences) == 1
        assert "questions.json" in done.error


def test_a_library_is_copied_and_put_back(empty: Library) -> None:
    """``backup`` and ``restore`` say what they did, and refuse in one sentence."""
    copy = str(empty.folder / "copy.sqlite")
    done = empty.run("backup", copy)
    assert (done.status, done.error) == (0, "")
    assert copy in done.out
    again = empty.run("backup", copy)
    assert (again.status, again.out, len(again.sentences)) == (1, "", 1)
    back = empty.run("restore", copy)
    assert (back.status, back.error) == (0, "")
    assert back.out.startswith("Restored a library of 0 books; what was there before is in ")
    rubbish = empty.run("restore", empty.file("rubbish.sqlite", b"rubbish"))
    assert (rubbish.status, rubbish.out, len(rubbish.sentences)) == (1, "", 1)
    assert "rubbish.sqlite" in rubbish.error


@pytest.mark.slow
def test_adding_is_stopped_and_goes_on(tmp_path: Path, models: Path) -> None:
    """Ctrl-C ends ``add`` with one sentence; the same command goes on where it was."""
    one = folders(tmp_path)
    (one.folder / "data" / "models").symlink_to(models)
    lines = [f"第{n}盏灯建于{1000 + n}年，守灯人记下了当夜的风向。" for n in range(4000)]
    text = "# 灯录\n\n<!-- page 1 -->\n\n## 第一章\n\n" + "\n\n".join(lines)
    book = one.file("lamps.md", text.encode())
    kept = one.folder / "data" / "unfinished"
    command = [sys.executable, "-m", "rag", "add", book]
    with subprocess.Popen(
        command, cwd=ROOT, env=one.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as adding:
        until = time.monotonic() + 200
        while not list(kept.glob("*.npy")):
            assert adding.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        adding.send_signal(signal.SIGINT)
        out, error = adding.communicate()
    assert (adding.returncode, out) == (130, b"")
    [said] = error.decode().splitlines()
    assert said.startswith("rag: lamps.md is not in the library; what was read or encoded of it is")
    assert list(kept.glob("*.npy"))
    assert one.run("books", "--json").value == []
    assert one.run("add", book, "--json").value[0]["status"] == "added"
    assert not kept.exists()


@pytest.mark.slow
def test_a_sound_library_passes_the_health_check(library: Library) -> None:
    """The health check of a sound library finds nothing to mend."""
    done = library.run("doctor")
    assert (done.status, done.error) == (0, "")
    assert all(line.startswith("ok") for line in done.out.splitlines())


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_error(library: Library) -> None:
    """When whoever reads the output stops reading, the command ends without a word."""
    command = subprocess.Popen(
        [sys.executable, "-m", "rag", "pages", "lanterns", "--json"],
        cwd=ROOT,
        env=library.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert command.stdout is not None
    command.stdout.close()
    command.stdout = None
    _, error = command.communicate(timeout=60)
    assert error == b""


@pytest.mark.slow
def test_the_streams_are_utf8_whatever_the_locale(library: Library) -> None:
    """Under a locale without Chinese, questions and answers are UTF-8 all the same."""
    done = library.run(
        "find",
        "-",
        "-k",
        "1",
        stdin="皮纸".encode(),
        LC_ALL="C",
        PYTHONCOERCECLOCALE="0",
        PYTHONUTF8="0",
    )
    assert done.status == 0
    assert "灯市志" in done.out
