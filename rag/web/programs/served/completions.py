"""OpenAI's chat completions over the library, so that any chat client can sit on it.

A model is the whole library (``shuzheng``), a book by its id or a set of books by its name.
Earlier messages of a request are the conversation: their questions are asked anew, by quoting
alone, so nothing is kept here. Of a streamed answer nothing is said before all of it has been
checked: what a chat client has shown cannot be taken back.
"""

from __future__ import annotations

import json
import time
from contextlib import aclosing
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from rag.answering import escape
from rag.exporting import sources
from rag.language.catalog import say
from rag.language.text import whole_values
from rag.types import Answer, NotInLibraryError, QuestionError
from rag.types.forms import AnswerForm, one_line
from rag.web.gate import FullError, network_of, refusal
from rag.web.programs.served.asking import Asking, said_of
from rag.web.programs.served.messages import Asked, RequestError, asked

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from rag.application import Shuzheng
    from rag.types import BookRecord
    from rag.web.gate import Application, Line

ALL = "shuzheng"
"""The name of the model that asks the whole library."""

_PATIENCE = 10.0
"""Seconds after which a client that waits for an answer hears that it is still coming."""


def serve_completions(shuzheng: Shuzheng, line: Line) -> Application:
    """Return what answers below ``/v1``."""
    served = _Completions(shuzheng, line)
    return Starlette(
        routes=[
            Route("/v1/models", served.models),
            Route("/v1/models/{name:path}", served.model),
            Route("/v1/chat/completions", served.complete, methods=["POST"]),
            Route("/v1/{rest:path}", served.nothing, methods=["GET", "POST", "DELETE"]),
        ]
    )


class _Completions:
    """The functions behind the paths."""

    def __init__(self, shuzheng: Shuzheng, line: Line) -> None:
        self._shuzheng = shuzheng
        self._asking = Asking(line)

    async def models(self, _: Request) -> Response:
        """Return the names that a request may give as its model."""
        try:
            names = await anyio.to_thread.run_sync(self._names)
        except Exception as error:  # noqa: BLE001 - one sentence, whatever it is
            return _failed(error)
        return JSONResponse({"object": "list", "data": [_model(name) for name in names]})

    async def model(self, request: Request) -> Response:
        """Return one of them."""
        name = request.path_params["name"]
        try:
            await anyio.to_thread.run_sync(self._book, name)
        except Exception as error:  # noqa: BLE001 - as above
            return _failed(error)
        return JSONResponse(_model(name))

    async def nothing(self, _: Request) -> Response:
        """Return that there is nothing else."""
        said = "There is no such way here: ask /v1/chat/completions or /v1/models."
        return refusal(404, said, "invalid_request_error", "unknown_url")

    async def complete(self, request: Request) -> Response:
        """Return the answer to the last message of a request, whole or as a stream."""
        try:
            wanted = asked(whole_values(json.loads(await request.body())))
            book = await anyio.to_thread.run_sync(self._book, wanted.model)
        except (ValueError, RecursionError):
            return _failed(RequestError("The body must be JSON in UTF-8."))
        except Exception as error:  # noqa: BLE001 - as above
            return _failed(error)
        said = _Said(wanted.model)
        answers = self._answers(network_of(request.scope), wanted, book)
        try:
            first = await anext(answers)
            if wanted.stream:
                return StreamingResponse(
                    self._streamed(said, first, answers), media_type="text/event-stream"
                )
            last = await _last(first, answers)
        except Exception as error:  # noqa: BLE001 - as above
            return _failed(error)
        if not isinstance(last, Answer):
            return _failed(RuntimeError("An answer did not come to its end"))
        records = await anyio.to_thread.run_sync(self._records)
        return JSONResponse(said.whole(last, records))

    def _answers(self, address: str, wanted: Asked, book: str | None) -> AsyncGenerator[object]:
        def begin() -> Generator[Answer]:
            turns = self._shuzheng.recalled(wanted.earlier, book=book)
            yield from self._shuzheng.stream(wanted.question, book=book, turns=turns)

        return self._asking.growing(address, begin)

    async def _streamed(
        self, said: _Said, first: object, answers: AsyncGenerator[object]
    ) -> AsyncGenerator[str]:
        """Yield an answer as events: its text when it is checked, what it rests on at the end."""
        told, latest, heard = False, first, time.monotonic()
        yield said.piece({"role": "assistant", "content": ""})
        try:
            async with aclosing(answers):
                while True:
                    if isinstance(latest, Answer) and not latest.growing and not told:
                        told = True
                        yield said.piece({"content": latest.text})
                    elif time.monotonic() - heard > _PATIENCE:
                        heard = time.monotonic()
                        yield ": still at it\n\n"
                    try:
                        latest = await anext(answers)
                    except StopAsyncIteration:
                        break
            assert isinstance(latest, Answer)  # noqa: S101 - the last is complete
            records = await anyio.to_thread.run_sync(self._records)
            below = _below(latest, records)
            if below:
                yield said.piece({"content": f"\n\n{below}"})
            yield said.piece({}, "stop", shuzheng=_form(latest, records))
        except Exception as error:  # noqa: BLE001 - as above
            kind = "invalid_request_error" if isinstance(error, QuestionError) else "server_error"
            body = {"message": said_of(error), "type": kind, "param": None, "code": None}
            yield f"data: {one_line({'error': body})}\n\n"
        yield "data: [DONE]\n\n"

    def _records(self) -> dict[str, BookRecord]:
        return self._shuzheng.records()

    def _names(self) -> list[str]:
        """Return the names of models: for all books, for each book, for each set of books."""
        sets = (shelf.name for shelf in self._shuzheng.shelves.all())
        return list(dict.fromkeys([ALL, *self._records(), *sets]))

    def _book(self, model: str) -> str | None:
        """Return what a model's name means, None for all books; NotInLibraryError."""
        if model == ALL:
            return None
        if model not in self._names():
            raise NotInLibraryError(
                f"There is no model {model!r} here; take {ALL}, a book's id or a set's name, "
                "as /v1/models lists them."
            )
        return model


class _Said:
    """What one answer is called in all that is said of it."""

    def __init__(self, model: str) -> None:
        self._head = {
            "id": f"chatcmpl-{token_hex(12)}",
            "created": int(time.time()),
            "model": model,
        }

    def whole(self, answer: Answer, records: Mapping[str, BookRecord]) -> dict[str, Any]:
        """Return an answer with what it rests on."""
        below = _below(answer, records)
        content = f"{answer.text}\n\n{below}" if below else answer.text
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": content},
            "finish_reason": "stop",
        }
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [choice],
            "shuzheng": _form(answer, records),
        }

    def piece(self, delta: dict[str, str], finish: str | None = None, **more: object) -> str:
        """Return one event of a stream."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        value = {**self._head, "object": "chat.completion.chunk", "choices": [choice], **more}
        return f"data: {one_line(value)}\n\n"


async def _last(latest: object, answers: AsyncGenerator[object]) -> object:
    async with aclosing(answers):
        async for one in answers:
            latest = one
    return latest


def _below(answer: Answer, records: Mapping[str, BookRecord]) -> str:
    """Return what stands below an answer's text, as Markdown in which text stays text."""
    lines = [f"{mark} {escape(text)}".strip() for mark, text in sources(answer, records)]
    if not lines:
        return ""
    head = [f"**{say('web.sources', answer.language)}**"] if answer.citations else []
    return "\n\n".join(["---", *head, *lines])


def _form(answer: Answer, records: Mapping[str, BookRecord]) -> Any:  # noqa: ANN401 - JSON
    return json.loads(one_line(AnswerForm.of(answer, records)))


def _model(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "shuzheng"}


def _failed(error: Exception) -> Response:
    """Return an error as OpenAI's clients read it."""
    if isinstance(error, RequestError):
        return refusal(400, str(error), "invalid_request_error", None, error.parameter)
    said = said_of(error)
    if isinstance(error, FullError):
        full = refusal(429, said, "rate_limit_error", "rate_limit_exceeded")
        full.headers["retry-after"] = str(error.seconds)
        return full
    if isinstance(error, NotInLibraryError):
        return refusal(404, said, "invalid_request_error", "model_not_found", "model")
    if isinstance(error, QuestionError):
        return refusal(400, said, "invalid_request_error", None, "messages")
    return refusal(500, said, "server_error", None)
