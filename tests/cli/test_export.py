"""``rag export``: files written whole, and one sentence where they cannot be."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.application.shuzheng import Shuzheng
from rag.cli.arguments import parse_arguments
from rag.cli.export import run_export
from rag.settings import Settings
from rag.types import RagError, Turn
from rag.types.forms import AnswerForm, one_line
from tests.support.exported import LAMPS, QUOTE, docx_texts, not_found, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shuzheng(tmp_path: Path) -> Iterator[Shuzheng]:
    """Yield the whole product over an empty data folder."""
    with Shuzheng(Settings(data=tmp_path / "data", corpus=tmp_path / "none")) as opened:
        yield opened


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """Return a file of two answers, as 'rag ask --json' writes them."""
    path = tmp_path / "answers.jsonl"
    lines = [one_line(AnswerForm.of(one, {"lamps": LAMPS})) for one in (quoted(), not_found())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def ran(shuzheng: Shuzheng, *arguments: str) -> str:
    """Return what ``rag export`` prints."""
    out = io.StringIO()
    run_export(parse_arguments(["export", *arguments]), shuzheng, out)
    return out.getvalue()


def test_answers_become_a_file(shuzheng: Shuzheng, answers: Path, tmp_path: Path) -> None:
    """The file's ending names the format; what is written is said, with where it is from."""
    path = tmp_path / "out.docx"
    said = ran(shuzheng, str(path), "--answers", str(answers))
    assert said == f"Wrote 2 answers of the given answers to {path}\n"
    assert QUOTE in docx_texts(path.read_bytes())[0]
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def test_answers_are_picked_and_printed(shuzheng: Shuzheng, answers: Path) -> None:
    """A dash writes text to standard output; --pick takes answers out in the order wanted."""
    said = ran(shuzheng, "-", "--format", "txt", "--answers", str(answers), "--pick", "2,1")
    assert said.index(not_found().question) < said.index(quoted().question)
    one = ran(shuzheng, "-", "--format", "md", "--answers", str(answers), "--pick", "2")
    assert quoted().question not in one


def test_the_last_conversation_is_meant(shuzheng: Shuzheng, tmp_path: Path) -> None:
    """Without more words the last conversation is exported, or the one that is named."""
    first = shuzheng.conversations.add(Turn("甲？", quoted()), "x" * 40)
    last = shuzheng.conversations.add(Turn("乙？", not_found()), "y" * 40)
    path = tmp_path / "out.txt"
    assert f"the last conversation ({last})" in ran(shuzheng, str(path))
    assert not_found().question in path.read_text(encoding="utf-8")
    assert f"the conversation ({first})" in ran(shuzheng, str(path), "--conversation", first)
    assert quoted().question in path.read_text(encoding="utf-8")
    listed = ran(shuzheng, "--list").splitlines()
    assert [line.split()[0] for line in listed] == [last, first]
    with pytest.raises(RagError, match="no conversation 0000"):
        ran(shuzheng, str(path), "--conversation", "0000")


def test_a_refusal_says_what_to_do(shuzheng: Shuzheng, answers: Path, tmp_path: Path) -> None:
    """What cannot be done is one sentence, and what stood in the file's place stays."""
    given = ("--answers", str(answers))
    for arguments, complaint in (
        ((), "Name the file"),
        (("out.txt",), "ask in the browser first"),
        (("-", *given), "name the format"),
        (("-", "--format", "docx", *given), "no text"),
        (("out.odt", *given), "choose one with --format"),
        (("out.txt", "--style", "none", *given), "no style none"),
        (("out.txt", "--pick", "3", *given), "no answer 3"),
        (("out.txt", "--answers", str(tmp_path / "none.jsonl")), "cannot be read"),
        ((str(tmp_path / "none" / "out.txt"), *given), "cannot be written"),
    ):
        with pytest.raises(RagError, match=complaint):
            ran(shuzheng, *arguments)
    folder = tmp_path / "full.txt"
    (folder / "kept").mkdir(parents=True)
    with pytest.raises(RagError, match="cannot be written"):
        ran(shuzheng, str(folder), *given)
    assert (folder / "kept").is_dir()
    assert {path.name for path in tmp_path.iterdir()} == {"answers.jsonl", "data", "full.txt"}


@pytest.mark.slow
def test_the_command_line_takes_answers_from_a_pipe(answers: Path, tmp_path: Path) -> None:
    """``rag export - --answers -`` reads standard input and writes standard output."""
    command = [sys.executable, "-m", "rag", "export", "-", "--format", "csl-json", "--answers", "-"]
    environment = {**os.environ, "RAG_DATA": str(tmp_path / "data")}
    done = subprocess.run(
        command,
        input=answers.read_bytes(),
        capture_output=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert '"title": "灯下的海岸"' in done.stdout.decode()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
