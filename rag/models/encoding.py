"""Texts to unit vectors, by a sentence-transformers model that ONNX Runtime serves.

Whatever the model, the graph ends in one vector a token. Pooling is done here, so that a
text of several windows is one vector, each window weighing as much as it has tokens.

PyTorch and sentence-transformers are needed only to make a model (``encoding_export``, in
a process of its own) and to use a GPU; on a CPU they are never imported here.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar, cast

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tokenizers import Encoding, Tokenizer

Vectors = NDArray[np.float32]
"""Rows of float32; where it is said, of unit length."""

_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates: each is encoded as a space."""


class Kept:
    """A dataclass that is kept as JSON; lists come back as tuples.

    ``inputs`` are the names that the graph beside it takes.
    """

    __slots__ = ()
    inputs: tuple[str, ...]

    def save(self, path: Path) -> None:
        """Write the values as JSON."""
        values = asdict(cast("Any", self))
        path.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return what ``save`` wrote."""
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in content.items()})


K = TypeVar("K", bound=Kept)


@dataclass(frozen=True, slots=True)
class Description(Kept):
    """What serving a model takes besides its graph and its tokenizer.

    ``name`` is a fingerprint of weights, tokenizer, pooling and precision. ``pooling`` is
    one of mean, cls, max, lasttoken. ``inputs`` are the names that the graph takes.
    """

    name: str
    dimension: int
    max_tokens: int
    pooling: str
    query_prompt: str
    passage_prompt: str
    pad_token: int
    inputs: tuple[str, ...]


class Encoder(Embeddings, ABC):
    """Texts to unit vectors; also LangChain's ``Embeddings``.

    ``name`` is a fingerprint of model and precision: vectors of two names are never
    compared. ``max_tokens`` is what one pass takes; longer text is encoded in windows.
    """

    name: str
    dimension: int
    max_tokens: int

    @abstractmethod
    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of passages: (n, dimension), unit rows.

        ``progress`` is called with the number of passages done since its last call.
        """

    @abstractmethod
    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions: (n, dimension), unit rows."""

    @abstractmethod
    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, prompt and special tokens included.

        A text is encoded in one pass where this is at most ``max_tokens``.
        """

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return unit vectors of passages, as LangChain wants them."""
        vectors: list[list[float]] = self.encode_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question, as LangChain wants it."""
        vector: list[float] = self.encode_queries([text])[0].tolist()
        return vector


class TokenModel(Protocol):
    """The network between tokenizer and pooling, or of a reranker between tokenizer and score.

    ``batch_tokens`` is how many tokens it likes to run at once, padding included; a text
    that is longer runs alone.
    """

    batch_tokens: int

    def run(
        self,
        tokens: NDArray[np.int64],
        mask: NDArray[np.int64],
        kinds: NDArray[np.int64] | None = None,
    ) -> Vectors:
        """One vector a token: (rows, tokens, width), from tokens and mask (rows, tokens).

        A reranker's gives one row a pair: (rows, labels). ``kinds`` says which text of a pair
        a token is of, 0 where there is one text only.
        """


class OnnxModel:
    """A network that ONNX Runtime runs on the CPU, on all cores this process may use.

    Each text runs alone: on a CPU that is as fast as a batch, nothing is padded, and as the
    scales of int8 are those of one text, its vector does not depend on its neighbours.
    """

    batch_tokens = 1

    def __init__(self, path: Path, inputs: Sequence[str]) -> None:
        import onnxruntime  # noqa: PLC0415 - only where a model is opened

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _cores()
        options.log_severity_level = 3
        self._inputs = inputs
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def run(
        self,
        tokens: NDArray[np.int64],
        mask: NDArray[np.int64],
        kinds: NDArray[np.int64] | None = None,
    ) -> Vectors:
        """See ``TokenModel.run``."""
        known = {
            "input_ids": tokens,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(tokens) if kinds is None else kinds,
        }
        (hidden,) = self._session.run(None, {name: known[name] for name in self._inputs})
        return np.asarray(hidden, dtype=np.float32)


class Window(Protocol):
    """What a network reads in one pass."""

    @property
    def ids(self) -> NDArray[np.int64]:
        """The tokens."""


W = TypeVar("W", bound=Window)


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A text as tokens: ``prompt`` of them say what the text is for, the rest are its own."""

    ids: NDArray[np.int64]
    prompt: int


@dataclass(frozen=True, slots=True)
class _Window:
    """A pass over ``own`` of a text's own tokens, with everything around them."""

    text: int
    own: int
    ids: NDArray[np.int64]


class ModelEncoder(Encoder):
    """An encoder made of a tokenizer, a network and pooling."""

    def __init__(self, description: Description, tokenizer: Tokenizer, model: TokenModel) -> None:
        self.name = description.name
        self.dimension = description.dimension
        self.max_tokens = description.max_tokens
        self.query_prompt = description.query_prompt
        self._description = description
        self._model = model
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        special = tokenizer.encode("a").special_tokens_mask
        ids = np.asarray(tokenizer.encode("a").ids, dtype=np.int64)
        self._before = ids[: special.index(0)]
        self._after = ids[len(special) - special[::-1].index(0) :]

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of passages; see ``Encoder.encode_passages``."""
        return self._encode(self._tokenise(texts, self._description.passage_prompt), progress)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions: (n, dimension), unit rows."""
        return self._encode(self._tokenise(texts, self._description.query_prompt), None)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, prompt and special tokens included."""
        around = len(self._before) + len(self._after)
        prompt = self._description.passage_prompt
        return [len(encoding.ids) + around for encoding in self._read(texts, prompt)]

    def _read(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        """Return the tokens of each text behind its prompt, without the special ones."""
        clean = [prompt + speakable(text) for text in texts]
        return self._tokenizer.encode_batch(clean, add_special_tokens=False)

    def _tokenise(self, texts: Sequence[str], prompt: str) -> list[_Tokens]:
        """Return the texts as tokens."""
        length = len(prompt.rstrip())
        return [
            _Tokens(
                np.asarray(encoding.ids, dtype=np.int64),
                sum(end <= length for _, end in encoding.offsets),
            )
            for encoding in self._read(texts, prompt)
        ]

    def _windows(self, number: int, tokens: _Tokens) -> Iterator[_Window]:
        """Return the passes that a text takes, as even in length as can be; at least one."""
        prompt, own = tokens.ids[: tokens.prompt], tokens.ids[tokens.prompt :]
        around = len(self._before) + len(prompt) + len(self._after)
        count = max(1, -(-len(own) // max(1, self.max_tokens - around)))
        borders = [len(own) * i // count for i in range(count + 1)]
        for start, end in itertools.pairwise(borders):
            ids = np.concatenate([self._before, prompt, own[start:end], self._after])
            yield _Window(number, end - start, ids)

    def _encode(self, tokens: Sequence[_Tokens], progress: Callable[[int], None] | None) -> Vectors:
        """Vectors of texts; a text of several windows is their weighted mean."""
        passages = np.zeros((len(tokens), self.dimension), dtype=np.float32)
        windows = [w for number, text in enumerate(tokens) for w in self._windows(number, text)]
        waiting = np.bincount([window.text for window in windows], minlength=len(tokens))
        for batch in batches(windows, self._model.batch_tokens):
            ids = np.full((len(batch), max(len(w.ids) for w in batch)), self._description.pad_token)
            mask = np.zeros_like(ids)
            for row, window in enumerate(batch):
                ids[row, : len(window.ids)] = window.ids
                mask[row, : len(window.ids)] = 1
            hidden = self._model.run(ids, mask)
            for window, row in zip(batch, hidden, strict=True):
                pooled = self._pool(row[: len(window.ids)])
                passages[window.text] += pooled * max(1, window.own)
                waiting[window.text] -= 1
            if progress is not None:
                done = sum(1 for text in {w.text for w in batch} if waiting[text] == 0)
                if done:
                    progress(done)
        return _unit(passages)

    def _pool(self, vectors: Vectors) -> Vectors:
        """One vector from those of all tokens, as the model was trained to do."""
        pooled: Vectors
        match self._description.pooling:
            case "mean":
                pooled = vectors.mean(axis=0)
            case "cls":
                pooled = vectors[0]
            case "max":
                pooled = vectors.max(axis=0)
            case _:
                pooled = vectors[-1]
        return pooled


def open_served(folder: Path) -> ModelEncoder:
    """Return the encoder that was exported into ``folder``. Raises EncoderError."""
    return ModelEncoder(*open_exported(folder, "encoder", Description))


def open_exported(folder: Path, word: str, kind: type[K]) -> tuple[K, Tokenizer, OnnxModel]:
    """Return description, tokenizer and network of the model that was exported into a folder.

    ``word`` is what the model is called, which names its description too. Raises
    EncoderError.
    """
    from tokenizers import Tokenizer  # noqa: PLC0415 - only where a model is opened

    try:
        description = kind.load(folder / f"{word}.json")
        # Both take half a second and neither holds the interpreter for long.
        with ThreadPoolExecutor(1) as aside:
            opening = aside.submit(OnnxModel, folder / "model.onnx", description.inputs)
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            model = opening.result()
    except Exception as error:  # whatever the runtime says of a damaged file
        raise EncoderError(
            f"The {word} in {folder} cannot be loaded ({error}): delete that folder, "
            "and it is made again."
        ) from error
    return description, tokenizer, model


def speakable(text: str) -> str:
    """Return a text as a tokenizer takes it, with spaces for what is no character."""
    return _UNSPEAKABLE.sub(" ", text)


def batches(windows: Sequence[W], most: int) -> Iterator[list[W]]:
    """Return the windows by length, in batches of ``most`` tokens, padding included."""
    batch: list[W] = []
    for window in sorted(windows, key=lambda window: len(window.ids)):
        if batch and (len(batch) + 1) * len(window.ids) > most:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _unit(rows: Vectors) -> Vectors:
    """Return the rows, each of length 1 (a row of zeros stays as it is)."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
