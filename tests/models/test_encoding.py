"""The encoder: the bundled model, any other sentence-transformers model, and the fake."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.application.retriever import BookEmbeddings
from rag.models.making import bundled as encoding_bundled
from rag.models.making.graph import pack_exactly
from rag.models.opening import open_encoder
from rag.types import EncoderError
from tests.support.fakes import HashEncoder

if TYPE_CHECKING:
    from rag.models.base import Encoder

ROOT = Path(__file__).resolve().parents[2]
CHINESE = "两国在首都签订了条约。苏方提供贷款，中方以茶叶偿还。会谈持续了三个星期。"


def cosine(one: Any, other: Any) -> float:
    """Return the cosine of two unit vectors."""
    return float(np.asarray(one) @ np.asarray(other))


def test_bundled_gives_the_known_vector(encoder: Encoder) -> None:
    """The bundled model gives the vector that another engine gives from the same weights."""
    vector = encoder.encode_passages([encoding_bundled.KNOWN_TEXT])[0]
    known = np.asarray(encoding_bundled.KNOWN_VECTOR)
    assert np.abs(vector[: len(known)] - known).max() < 0.01
    assert (encoder.dimension, encoder.max_tokens) == (384, 512)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_tokens_are_counted_with_prompt_and_special_tokens(encoder: Encoder) -> None:
    """Counts agree with those that another engine gives for the same texts."""
    texts = [encoding_bundled.KNOWN_TEXT, "中苏两国在1937年签订条约，苏联提供了贷款。"]
    assert encoder.count_tokens(texts) == [13, 19]


def test_meaning_crosses_languages(encoder: Encoder) -> None:
    """A question in one language is nearest to the passage in another that answers it."""
    passages = encoder.encode_passages(
        [CHINESE, "河里的鱼在春天产卵。", "他写了一部关于音乐的书。"]
    )
    questions = encoder.encode_queries(["How did China repay the loan?", "Когда рыба мечет икру?"])
    assert (questions @ passages.T).argmax(axis=1).tolist() == [0, 1]


def test_a_vector_does_not_depend_on_its_batch(encoder: Encoder) -> None:
    """A text has the same vectors alone and among others, and LangChain's methods agree."""
    alone = encoder.encode_passages([CHINESE])
    among = encoder.encode_passages(["短。", CHINESE, "长" * 300])
    assert np.abs(alone[0] - among[1]).max() < 1e-6
    theirs = BookEmbeddings(encoder)
    assert theirs.embed_documents([CHINESE])[0] == pytest.approx(alone[0].tolist())
    assert theirs.embed_query("问") == pytest.approx(encoder.encode_queries(["问"])[0].tolist())


def test_long_text_is_never_cut(encoder: Encoder) -> None:
    """What stands at the end of a long text changes its vector, towards what it says."""
    filler = "山谷里的村庄种着水稻和棉花，河上有一座石桥。" * 80
    end = "两国在首都签订了互不侵犯条约。"
    text = filler + end
    assert encoder.count_tokens([text])[0] > 2 * encoder.max_tokens
    without, with_end = encoder.encode_passages([filler, text])
    question = encoder.encode_queries(["两国签订了什么条约？"])[0]
    assert np.abs(without - with_end).max() > 1e-4
    assert question @ with_end > question @ without


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", " \n\t", "\U000e0041", "🙂" * 5])
def test_any_text_has_a_unit_vector(encoder: Encoder, text: str) -> None:
    """Text of nothing, of control characters or of half a character does no harm."""
    assert np.linalg.norm(encoder.encode_passages([text])[0]) == pytest.approx(1, abs=1e-5)


def test_a_nul_does_not_cut_a_text(encoder: Encoder) -> None:
    """A NUL counts as a space, and what stands behind it is read."""
    clean, dirty = encoder.encode_passages(["条约 在首都签订", "条约\x00在首都签订"])
    assert cosine(clean, dirty) == pytest.approx(1, abs=1e-5)


def test_progress_adds_up(encoder: Encoder) -> None:
    """Progress tells of every passage once, also of long ones and empty ones."""
    told: list[int] = []
    encoder.encode_passages(["一", "二" * 700, ""], progress=told.append)
    assert sum(told) == 3
    assert encoder.encode_passages([]).shape == (0, 384)


def test_serving_imports_no_torch(models: Path, encoder: Encoder) -> None:
    """A process that encodes on a CPU imports neither PyTorch nor sentence-transformers."""
    code = (
        "import sys; from pathlib import Path; from rag.models.opening import open_encoder;"
        f"e = open_encoder('bundled', Path({str(models)!r})); e.encode_queries(['问']);"
        "print(e.name);"
        "print(*{'torch', 'sentence_transformers', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [encoder.name, ""]


def test_packing_changes_nothing_or_is_not_done() -> None:
    """A table packs to 4 bits only where every value comes back the same."""
    random = np.random.default_rng(1)
    numbers = random.integers(-7, 8, (5, 64)).astype(np.float32)
    numbers[:, ::32] = -8
    scales = random.random((5, 2)).astype(np.float16).astype(np.float32)
    table = numbers * np.repeat(scales, 32, axis=1)
    packed = pack_exactly(table)
    assert packed is not None
    nibbles = np.stack([packed[0] & 15, packed[0] >> 4], axis=2).reshape(5, 64)
    back = (nibbles.astype(np.float32) - 8) * np.repeat(packed[1], 32, axis=1)
    assert np.array_equal(back, table)
    assert pack_exactly(random.random((5, 64)).astype(np.float32)) is None


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny random model: BERT, WordPiece, CLS, a prompt for queries."""
    folder = tmp_path_factory.mktemp("tiny")
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.tiny", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)
    return folder


@pytest.mark.slow
def test_any_sentence_transformers_folder_is_served(tiny_model: Path, tmp_path: Path) -> None:
    """A folder of another build gives the vectors that sentence-transformers gives."""
    encoder = open_encoder(str(tiny_model), tmp_path / "models", progress=False)
    wanted = np.load(tiny_model / "expected.npz")
    texts = wanted["texts"].tolist()
    assert (encoder.dimension, encoder.max_tokens) == (32, 24)
    for found, right in (
        (encoder.encode_queries(texts), wanted["queries"]),
        (encoder.encode_passages(texts), wanted["passages"]),
    ):
        assert (found * right).sum(axis=1).min() > 0.9999
    assert open_encoder(str(tiny_model), tmp_path / "models").name == encoder.name
    assert not list((tmp_path / "models").glob(".making-*"))


@pytest.mark.slow
def test_an_interrupted_build_leaves_nothing_half_made(tmp_path: Path) -> None:
    """A killed build has put nothing in its place, and the next one of it cleans up and ends."""
    models = tmp_path / "models"
    command = [sys.executable, "-m", "rag.models.making.encoder", "bundled", str(models), "folder"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as build:
        while build.poll() is None and not list(models.glob(".making-*/*")):
            time.sleep(0.01)
        build.kill()
    assert [path.name for path in models.iterdir() if not path.name.startswith(".")] == []
    assert list(models.glob(".making-*"))
    subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL, check=True)
    assert not list(models.glob(".making-*"))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A folder that is not there, or holds no model, is refused in a sentence."""
    with pytest.raises(EncoderError, match="There is no folder"):
        open_encoder(str(tmp_path / "nowhere"), tmp_path / "models")
    with pytest.raises(EncoderError, match="not a sentence-transformers model"):
        open_encoder(str(tmp_path), tmp_path / "models")


@pytest.mark.slow
def test_a_model_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    """A folder that only looks like a model is refused in a sentence that names it."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "modules.json").write_text("[]")
    with pytest.raises(EncoderError, match="broken"):
        open_encoder(str(tmp_path / "broken"), tmp_path / "models", progress=False)


def test_the_fake_encoder_keeps_the_interface() -> None:
    """The fake gives unit vectors, the same each time, like for like texts."""
    fake = HashEncoder()
    encoded = fake.encode_passages([CHINESE, ""])
    assert encoded.shape == (2, 64)
    assert np.linalg.norm(encoded, axis=1) == pytest.approx(1)
    assert cosine(*fake.encode_queries(["条约在首都签订", "条约在首都签订了"])) > 0.8
    assert fake.count_tokens(["条约"]) == [2]
