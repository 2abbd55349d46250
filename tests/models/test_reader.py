"""The reader: made from the adapter that is installed, exported and served."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rag.language.text import sentences
from rag.models.encoding import ModelEncoder
from rag.models.opening import open_encoder, open_reader
from rag.models.reading import BundledReader
from rag.types import EncoderError

ROOT = Path(__file__).resolve().parents[2]
PASSAGE = (
    "灯塔建于1871年，由石匠何田带领三十名工人用两年时间砌成。塔高二十四米，灯光可照到十六海里之外。"
    "守塔人每天日落前上塔点灯，天亮后把油灯擦净。"
)
SENTENCES = sentences(PASSAGE)
POINTED = {"灯塔是哪一年建的？": 0, "灯塔有多高？": 1, "守塔人每天做什么？": 2}
"""Questions with the number of the sentence that answers."""
ASKED = {
    "zh": ("灯塔是哪一年建的？", "灯塔是哪一年拆的？"),
    "en": ("Who led the workers that built the lighthouse?", "Who paid for the lighthouse?"),
    "ru": ("В каком году построили маяк?", "В каком году маяк сгорел?"),
}
"""In each language a question that the passage answers, and one on its subject that it does not."""


@pytest.mark.slow
def test_the_bundled_reader_is_made_and_tells_what_a_passage_answers(models: Path) -> None:
    """What a passage answers scores above what it only speaks of, in three languages."""
    reader = open_reader("bundled", models)
    assert reader.name.startswith("multilingual-e5-small-reader:int8:")
    gaps = {}
    for language, questions in ASKED.items():
        answered, near = (reader.read(asked, PASSAGE, SENTENCES).answers for asked in questions)
        gaps[language] = answered - near
    assert min(gaps.values()) > 0, gaps


@pytest.mark.slow
def test_a_reader_scores_each_passage_by_itself(models: Path) -> None:
    """A passage's logit does not depend on what else is read with it."""
    reader = open_reader("bundled", models)
    question, fog = ASKED["zh"][0], "海面上起了雾。"
    first, other, again = (
        reader.read(question, text, sentences(text)) for text in (PASSAGE, fog, PASSAGE)
    )
    assert first == again
    assert first.answers > other.answers


@pytest.mark.slow
def test_a_reader_points_at_the_sentence_that_answers(models: Path) -> None:
    """Of a passage's sentences, as many logits as there are, around nought; the right one leads."""
    reader = open_reader("bundled", models)
    found = [reader.read(question, PASSAGE, SENTENCES).sentences for question in POINTED]
    assert {len(each) for each in found} == {len(SENTENCES)}
    assert all(sum(each) == pytest.approx(0.0, abs=1e-4) for each in found)
    assert [each.index(max(each)) for each in found] == list(POINTED.values())


@pytest.mark.slow
def test_encoder_and_reader_share_what_they_cut_words_by(models: Path) -> None:
    """A process opens the tokenizer, which is the larger half of a small model, once."""
    encoder, reader = open_encoder("bundled", models), open_reader("bundled", models)
    assert isinstance(encoder, ModelEncoder)
    assert isinstance(reader, BundledReader)
    assert encoder._tokenizer is reader._tokenizer


def test_a_reader_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A setting that names a folder which there is not gets one sentence."""
    with pytest.raises(EncoderError, match=r"There is no folder .* RAG_READER"):
        open_reader(str(tmp_path / "nowhere"), tmp_path)


@pytest.mark.slow
def test_a_file_that_is_no_adapter_gets_one_sentence(models: Path, tmp_path: Path) -> None:
    """Whatever stands in a file, what is wrong with it is said in one sentence."""
    wrong = tmp_path / "reader.safetensors"
    wrong.write_bytes(b"no adapter")
    code = (
        "import sys; from pathlib import Path; from rag.models.adapter import load_adapter\n"
        "from rag.types import EncoderError\n"
        "try: load_adapter(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except EncoderError as error: print(error)"
    )
    base = str(models / "multilingual-e5-small")
    command = [sys.executable, "-c", code, str(wrong), base]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{wrong} is no adapter of the encoder in {base}")
    assert len(done.stdout.splitlines()) == 1
