"""An encoder behind an address: any server that gives embeddings by OpenAI's protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.application.shuzheng import Shuzheng
from rag.models import RemoteEncoder, address_of
from rag.models.ready.remote import BATCH, MAX_TOKENS
from rag.models.sources import Address
from rag.settings import Settings, load_settings
from rag.types import EncoderError, SettingsError
from tests.conftest import CASES
from tests.support.embedding import EmbeddingServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.embedding import Change

KEY = "sk-geheim"


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    """Return a server of embeddings."""
    with EmbeddingServer() as server:
        yield server


def opened(server: EmbeddingServer, **more: str) -> RemoteEncoder:
    """Return the encoder at a server, which has forgotten that it was asked for one vector."""
    encoder = RemoteEncoder(Address(server.address, "bge-m3"), KEY, **more)
    server.calls.clear()
    return encoder


def test_vectors_are_those_of_the_server(server: EmbeddingServer) -> None:
    """They come as unit rows in the order of the texts; prompts and key are sent, in batches."""
    encoder = opened(server, query="query: ", passage="passage: ")
    texts = [f"第{number}条铁路" for number in range(BATCH + 5)]
    steps: list[int] = []
    found = encoder.encode_passages(texts, steps.append)
    wanted = server.encoder.encode_queries([f"passage: {text}" for text in texts])
    assert found == pytest.approx(wanted, abs=1e-6)
    assert encoder.dimension == 64
    assert [len(call["input"]) for call in server.calls] == [BATCH, 5]
    assert sum(steps) == len(texts)
    assert {call["model"] for call in server.calls} == {"bge-m3"}
    assert {call["path"] for call in server.calls} == {"/v1/embeddings"}
    assert {one["authorization"] for one in server.headers} == {f"Bearer {KEY}"}
    encoder.encode_queries(["哪里？"])
    assert server.sent[-1] == "query: 哪里？"
    assert encoder.encode_passages([]).shape == (0, 64)


def test_a_long_text_is_the_mean_of_its_parts(server: EmbeddingServer) -> None:
    """No part is longer than every model takes, and what is no character is a space."""
    encoder = opened(server)
    text = "海" * (MAX_TOKENS + 1) + "\x00" + "塔" * MAX_TOKENS
    [found, short] = encoder.encode_passages([text, "海塔"])
    *parts, last = server.sent
    assert last == "海塔"
    assert "".join(parts) == text.replace("\x00", " ")
    assert max(map(len, parts)) <= MAX_TOKENS
    mean = np.mean(server.encoder.encode_queries(parts), axis=0)
    assert found @ mean / np.linalg.norm(mean) == pytest.approx(1, abs=1e-4)
    assert np.linalg.norm([found, short], axis=1) == pytest.approx(1)
    assert encoder.count_tokens(["铁路", "railway", ""]) == [2, 3, 0]


WRONG: dict[str, Change] = {
    "too few": lambda data: {"data": data[1:]},
    "none": lambda _: {"data": []},
    "no vectors": lambda _: {"text": "welcome"},
    "no JSON object": lambda _: "welcome",
    "no numbers": lambda data: {"data": [one | {"embedding": [None] * 64} for one in data]},
    "zeros": lambda data: {"data": [one | {"embedding": [0.0] * 64} for one in data]},
    "another length": lambda data: {"data": [one | {"embedding": [1.0] * 8} for one in data]},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_embedding_is_refused(server: EmbeddingServer, wrong: str) -> None:
    """Whatever a server says in place of vectors, it is an error that names the setting."""
    encoder = opened(server)
    server.change = WRONG[wrong]
    with pytest.raises(EncoderError, match=r"bge-m3 at http.* RAG_ENCODER is right"):
        encoder.encode_queries(["一", "二"])


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_server_that_refuses_is_said_without_the_key(
    server: EmbeddingServer, status: int
) -> None:
    """The status is told; neither the key nor the server's words, which may hold it."""
    server.status = status
    with pytest.raises(EncoderError, match=f"status {status}") as refused:
        opened(server)
    assert KEY not in str(refused.value)
    assert refused.value.__cause__ is None
    assert len(server.calls) == (3 if status == 500 else 1)


def test_a_server_that_is_not_there_is_said() -> None:
    """An address where nobody listens is an error of the encoder."""
    with pytest.raises(EncoderError, match="cannot be reached"):
        RemoteEncoder(Address("http://127.0.0.1:9/v1", "bge-m3"), None)


def test_an_address_is_told_from_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no address is a model of this machine; a key in an address is refused unseen."""
    assert address_of("bundled") is None
    assert address_of("BAAI/bge-m3") is None
    assert address_of("/models/bge#3") is None
    assert address_of("https://a.example/v1/#b/c") == Address("https://a.example/v1", "b/c")
    assert load_settings({}, None, changed={"RAG_ENCODER_KEY": KEY}).encoder_key
    assert KEY not in repr(load_settings({}, None, changed={"RAG_ENCODER_KEY": KEY}))
    for bad in ("https://a.example/v1", f"https://{KEY}@a.example/v1#b", "https://#b"):
        monkeypatch.setenv("RAG_ENCODER", bad)
        with pytest.raises(SettingsError, match="RAG_ENCODER is bad") as refused:
            load_settings({}, None)
        assert KEY not in str(refused.value)


@pytest.mark.slow
def test_a_library_is_encoded_anew_once_by_another_server(
    server: EmbeddingServer, tmp_path: Path, models: Path
) -> None:
    """Books are read and asked by a server; another one is noticed, and its vectors made once."""
    (tmp_path / "models").symlink_to(models)
    more: dict[str, Any] = {"data": tmp_path, "corpus": tmp_path / "none", "reader": "off"}
    first = Settings(encoder=f"{server.address}#one", encoder_query="q: ", **more)
    question = "运河是什么时候通水的？"
    with Shuzheng(first) as whole:
        whole.add(CASES / "small-book.md", CASES / "small-book.toml")
        assert any("通水" in hit.passage.text for hit in whole.find(question)[:4])
        assert f"q: {question}" in server.sent
        [said] = [one.text for one in whole.doctor() if one.name == "encoder"]
        assert said.endswith(f"Passages and questions are sent to {server.address}.")
    with EmbeddingServer(dimension=32) as other:
        second = Settings(encoder=f"{other.address}#two", **more)
        with Shuzheng(second) as whole:
            with pytest.raises(EncoderError, match="encode anew"):
                whole.find(question)
            [found] = [one for one in whole.doctor(repair=True) if one.name == "encoder"]
            assert found.ok
            assert len(other.sent) > 50
            assert any("通水" in hit.passage.text for hit in whole.find(question)[:4])
        other.calls.clear()
        with Shuzheng(second) as whole:
            whole.doctor(repair=True)
            assert any("通水" in hit.passage.text for hit in whole.find(question)[:4])
        assert len(other.sent) < 5
    assert not (tmp_path / "unfinished").exists()
