"""An encoder behind an address: any server that gives embeddings by OpenAI's protocol.

What is encoded is sent there, passages and questions alike, and nowhere else. The server's
tokens are not known, so they are reckoned from the letters, rather too many than too few.
"""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING

import numpy as np

from rag.models.base import Encoder, speakable, unit
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openai import OpenAI

    from rag.models.base import Vectors
    from rag.models.sources import Address

BATCH = 64
"""Texts of one request, at most."""
BATCH_TOKENS = 16_000
MAX_TOKENS = 480
"""Tokens that every model takes at once; longer text is encoded in parts."""
SECONDS = 60.0
_RETRIES = 2
_LETTERS = 3
"""Letters of an alphabet that are a token, in the least favourable language."""
_WIDE = re.compile(r"[\u2e80-\U0003ffff]")
"""Characters that are a token each."""
_NO_KEY = "none"  # the client insists on a key, and a server of one's own asks for none


class RemoteEncoder(Encoder):
    """The encoder at an address, asked once at the beginning for the length of its vectors.

    ``query`` and ``passage`` are put before questions and passages, as the model was trained.
    Raises EncoderError where it does not answer, or with something else than vectors; the message
    holds neither the key nor what the server said.
    """

    def __init__(
        self, address: Address, key: str | None, *, query: str = "", passage: str = ""
    ) -> None:
        prompts = f" ({query!r}, {passage!r})" if query or passage else ""
        self.name = f"{address.model} at {address.url}{prompts}"
        self.max_tokens = MAX_TOKENS
        self._address = address
        self._query = query
        self._passage = passage
        self._client = _client(address, key)
        self.dimension = self._asked(["a"]).shape[1]

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of passages; see ``Encoder.encode_passages``."""
        return self._encode(texts, self._passage, progress)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions: (n, dimension), unit rows."""
        return self._encode(texts, self._query, None)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, as they are reckoned."""
        return [_tokens(self._passage + text) for text in texts]

    def _encode(
        self, texts: Sequence[str], prompt: str, progress: Callable[[int], None] | None
    ) -> Vectors:
        """Vectors of texts; one of several parts is their mean, each weighing as it is long."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        batch: list[tuple[int, str]] = []
        tokens = 0
        told = 0

        def send(done: int) -> None:
            nonlocal tokens, told
            if batch:
                vectors = self._asked([prompt + part or " " for _, part in batch])
                if vectors.shape[1] != self.dimension:
                    raise self._failure("its vectors are no longer of one length")
                for (number, part), vector in zip(batch, vectors, strict=True):
                    rows[number] += vector * max(1, len(part))
                batch.clear()
                tokens = 0
            if progress and done > told:
                progress(done - told)
                told = done

        for number, text in enumerate(texts):
            for part in _parts(speakable(text), MAX_TOKENS - _tokens(prompt)):
                length = _tokens(prompt + part)
                if len(batch) == BATCH or tokens + length > BATCH_TOKENS:
                    send(number)
                batch.append((number, part))
                tokens += length
        send(len(texts))
        return unit(rows)

    def _asked(self, texts: list[str]) -> Vectors:
        """Return what the server makes of texts: unit rows, in their order."""
        import openai  # noqa: PLC0415 -- heavy

        try:
            answer = self._client.embeddings.create(
                model=self._address.model, input=texts, encoding_format="float"
            )
            found = sorted(answer.data, key=lambda one: one.index)
            vectors = np.array([one.embedding for one in found], np.float32)
        except openai.APIStatusError as error:
            raise self._failure(f"status {error.status_code}") from None
        except openai.APITimeoutError:
            raise self._failure("no answer in time") from None
        except openai.APIConnectionError:
            raise self._failure("it cannot be reached") from None
        except (openai.OpenAIError, AttributeError, TypeError, ValueError):
            raise self._failure("what it says is no embedding") from None
        sound = vectors.ndim == 2 and len(vectors) == len(texts) and np.isfinite(vectors).all()
        if not sound or not vectors.any(axis=1).all():
            raise self._failure("what it says is no embedding")
        return unit(vectors)

    def _failure(self, why: str) -> EncoderError:
        return EncoderError(
            f"The encoder {self._address.model} at {self._address.url} failed ({why}): see that "
            "its server runs, that RAG_ENCODER is right, and RAG_ENCODER_KEY if it asks for a key."
        )


def _client(address: Address, key: str | None) -> OpenAI:
    from openai import OpenAI  # noqa: PLC0415 -- heavy

    return OpenAI(
        base_url=address.url, api_key=key or _NO_KEY, timeout=SECONDS, max_retries=_RETRIES
    )


def _tokens(text: str) -> int:
    """Return how many tokens a text has at most, by its letters."""
    wide = len(_WIDE.findall(text))
    return wide + math.ceil((len(text) - wide) / _LETTERS)


def _parts(text: str, most: int) -> list[str]:
    """Return a text in parts of so many tokens, as even as can be; at least one."""
    count = max(1, math.ceil(_tokens(text) / max(1, most)))
    borders = [len(text) * number // count for number in range(count + 1)]
    return [text[start:end] for start, end in itertools.pairwise(borders)]
