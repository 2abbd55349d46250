"""A request of OpenAI's chat completions, read; pure. What is not known is passed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

EARLIER = 3
"""Questions before the last that a follow-up may lean on."""

_ROLES = frozenset({"assistant", "developer", "function", "system", "tool", "user"})


class RequestError(Exception):
    """A request is not of the form; the message says what is wrong, ``parameter`` with what."""

    def __init__(self, sentence: str, parameter: str | None = None) -> None:
        super().__init__(sentence)
        self.parameter = parameter


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: the last message's question, those before it, and of what."""

    model: str
    question: str
    earlier: tuple[str, ...]
    stream: bool


def asked(body: object) -> Asked:
    """Return what a request's JSON asks; RequestError where it is none.

    Of earlier messages the reader's count alone: what was answered to them is looked up anew.
    Instructions to a model (``system``) are for none here.
    """
    if not isinstance(body, dict):
        raise RequestError("The body must be a JSON object.")
    model, stream = body.get("model"), body.get("stream") or False
    if not isinstance(model, str) or not model:
        raise RequestError("'model' must be the name of a model.", "model")
    if not isinstance(stream, bool):
        raise RequestError("'stream' must be true or false.", "stream")
    if body.get("n") not in {None, 1}:
        raise RequestError("'n' must be 1: a question has one answer here.", "n")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise RequestError("'messages' must be a list with at least one message.", "messages")
    said = [_message(message, number) for number, message in enumerate(messages)]
    if said[-1][0] != "user":
        raise RequestError("The last message must be the user's question.", "messages")
    questions = [text for role, text in said if role == "user" and text.strip()]
    question = said[-1][1]
    return Asked(model, question, tuple(questions[:-1][-EARLIER:]), stream)


def _message(message: Any, number: int) -> tuple[str, str]:  # noqa: ANN401 - whatever JSON holds
    """Return who says a message, and its text."""
    where = f"messages[{number}]"
    role = message.get("role") if isinstance(message, dict) else None
    if not isinstance(role, str) or role not in _ROLES:
        raise RequestError(f"'{where}.role' must be one of {', '.join(sorted(_ROLES))}.", where)
    content = message.get("content")
    if role != "user":
        return role, ""
    if isinstance(content, str):
        return role, content
    parts = content if isinstance(content, list) else [None]
    texts = [
        part.get("text") if isinstance(part, dict) and part.get("type") == "text" else None
        for part in parts
    ]
    if not all(isinstance(text, str) for text in texts):
        raise RequestError(f"'{where}.content' must be text: nothing else is read here.", where)
    return role, "\n".join(map(str, texts))
