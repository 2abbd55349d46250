"""A language model behind any server of OpenAI's protocol: words as they come, or why not."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from contextlib import aclosing, closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.language.text import BLOT, whole_text, without_half
from rag.types import RagError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    Messages = Sequence[tuple[str, str]]

CHARACTERS_PER_TOKEN = 8
"""No language has longer tokens on average: an answer with more characters is not heeded."""
_RETRIES = 3
_SECONDS_TO_CLOSE = 2.0
_TOO_LONG = {"exceed_context_size_error", "context_length_exceeded"}
"""What llama.cpp and OpenAI call a prompt that is longer than the model's context."""
_NO_KEY = "none"  # the client insists on a key, and a server of one's own asks for none

_log = logging.getLogger(__name__)


class ModelError(RagError):
    """The model is down, slow, or broke off; the message says which, without what it said."""


class CutShortError(Exception):
    """The answer is longer than it may be; what was heard of it stands."""


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a stream, with the error that ended it."""

    error: Exception | None


class LanguageModel:
    """A model of a name, at a server's address; holds no connection between answers.

    ``silence`` bounds the time to the first word and between two, ``seconds`` the time to
    the last one, ``tokens`` the length. Without ``address`` it is OpenAI's own server.
    ``callbacks`` are LangChain's, and hear of each call.
    """

    def __init__(
        self,
        name: str,
        address: str | None,
        key: str | None,
        *,
        silence: float,
        seconds: float,
        tokens: int,
        callbacks: Sequence[Any] = (),
    ) -> None:
        self.name = name
        self._address = address
        self._key = key
        self._silence = silence
        self._seconds = seconds
        self._tokens = tokens
        self._callbacks = list(callbacks)

    def load(self) -> None:
        """Import what asking needs: the second that it takes is not the first reader's."""
        from langchain.chat_models import init_chat_model  # noqa: F401, PLC0415 -- heavy
        from openai import DefaultAsyncHttpxClient  # noqa: F401, PLC0415 -- heavy

    def stream(self, messages: Messages) -> Generator[str]:
        """Yield the words of the answer to messages of (role, text) as they come.

        Raises ModelError for an answer that does not come, or not to its end, and
        CutShortError for one that is too long. Before the first word, a connection
        that fails and a server that says 429 or 5xx are tried again, up to three times after
        growing pauses, for as long as ``silence`` allows. Closing the iterator closes the
        connection.
        """
        heard: queue.SimpleQueue[str | _End] = queue.SimpleQueue()
        runner = asyncio.Runner()
        loop = runner.get_loop()
        task = loop.create_task(self._listen(messages, heard))

        def run() -> None:
            with runner, suppress(asyncio.CancelledError):
                runner.run(_until_done(task))

        thread = threading.Thread(target=run, name="language-model", daemon=True)
        thread.start()
        try:
            while isinstance(piece := heard.get(), str):
                yield piece
            if piece.error:
                raise piece.error
        finally:
            with suppress(RuntimeError):  # the loop is closed where all has been said
                loop.call_soon_threadsafe(task.cancel)
            thread.join(_SECONDS_TO_CLOSE)

    def check(self) -> None:
        """Ask for a word; raise ModelError where none comes."""
        with (
            closing(self.stream((("user", "Answer with the one word: yes"),))) as words,
            suppress(CutShortError),
        ):
            next(words, None)

    async def _listen(self, messages: Messages, heard: queue.SimpleQueue[str | _End]) -> None:
        """Put what the model says into the queue, and how it ended."""
        error: Exception | None = None
        try:
            async with asyncio.timeout(self._seconds):
                await self._hear(messages, heard)
        except (ModelError, CutShortError) as known:
            error = known
        except TimeoutError:
            error = ModelError(f"The language model {self.name} did not answer in time.")
        except Exception as unknown:  # noqa: BLE001 -- whatever a client or server does
            # What a server says may hold the key or the question: its kind is enough.
            status = getattr(unknown, "status_code", None)
            kind = f"status {status}" if status else type(unknown).__name__
            if _TOO_LONG & {getattr(unknown, "type", None), getattr(unknown, "code", None)}:
                kind = "its context is too short for the passages: lower RAG_EVIDENCE"
            error = ModelError(f"The language model {self.name} failed ({kind}).")
        finally:
            heard.put(_End(error))
        if isinstance(error, ModelError):
            _log.warning("%s", error)

    async def _hear(self, messages: Messages, heard: queue.SimpleQueue[str | _End]) -> None:
        from langchain.chat_models import init_chat_model  # noqa: PLC0415 -- heavy
        from openai import DefaultAsyncHttpxClient  # noqa: PLC0415 -- heavy

        # Servers of other makes know the older name of the limit only.
        more: dict[str, Any] = {}
        if self._address:
            more["extra_body"] = {"max_tokens": self._tokens}
        async with DefaultAsyncHttpxClient(timeout=self._seconds) as client:
            model = init_chat_model(
                self.name,
                model_provider="openai",
                base_url=self._address or "https://api.openai.com/v1",
                api_key=self._key or _NO_KEY,
                http_async_client=client,
                timeout=self._seconds,
                max_retries=_RETRIES,
                max_tokens=self._tokens,
                temperature=0,
                use_responses_api=False,
                stream_usage=False,
                stream_chunk_timeout=None,  # ``silence`` bounds it, not the client
                **more,
            )
            ended, half = False, ""
            left = self._tokens * CHARACTERS_PER_TOKEN
            async with (
                aclosing(model.astream(list(messages), {"callbacks": self._callbacks})) as chunks,
                asyncio.timeout(self._silence) as patience,
            ):
                async for chunk in chunks:
                    if text := str(chunk.text)[:left]:
                        patience.reschedule(asyncio.get_running_loop().time() + self._silence)
                        # A character may come in two chunks, half in each.
                        piece, half = without_half(half + text)
                        if piece:
                            heard.put(whole_text(piece))
                    left -= len(text)
                    reason = chunk.response_metadata.get("finish_reason")
                    if not left or reason == "length":
                        raise CutShortError
                    ended = ended or bool(reason)
            if half:
                heard.put(BLOT)
            if not ended:
                raise ModelError(f"The language model {self.name} broke off.")


async def _until_done(task: asyncio.Task[None]) -> None:
    await task
