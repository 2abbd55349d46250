"""An ASGI wrapper that lets programs in: by a key, by the password, or because they run here.

A program has no page to give a password on. It says a key, or the password, with each request,
in the header ``Authorization`` (``Bearer KEY``, or ``Basic`` with the key as the password). Where
the server has neither, the ways of programs are open to this machine alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
from ipaddress import ip_address
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from rag.types import LibraryError
from rag.web.gate.guard import LOOPBACK, authority, network_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.library import Readers
    from rag.web.gate.crowding import Guesses
    from rag.web.gate.guard import Application, Message, Receive, Send

PROGRAM = "shuzheng.program"
"""Under this name a request that was let in as a program's says by what: here, key, password."""

WAYS = frozenset({"/v1", "/metrics", "/gradio_api/info"})
WAYS_BELOW = ("/v1/", "/gradio_api/call/", "/gradio_api/mcp")
"""What programs alone ask for; a page has no use for it."""

_CHALLENGE = 'Bearer realm="shuzheng", Basic realm="shuzheng", charset="UTF-8"'
_LOG = logging.getLogger(__name__)


class Programs:
    """``inside`` for programs that say a secret; ``page`` for whoever comes as a reader does.

    ``secrets`` are the key and the password, by the names that ``PROGRAM`` gives; ``guesses``
    counts wrong ones with the password's. As long as ``readers`` has accounts, the password is
    nobody's and opens nothing. A reader's own requests may bear ``Basic`` for a proxy
    before this server: with those nothing is guessed here, and nothing opened.
    """

    def __init__(
        self,
        page: Application,
        inside: Application,
        secrets: dict[str, str],
        guesses: Guesses,
        readers: Callable[[], Readers],
    ) -> None:
        self._readers = readers
        self._page = page
        self._inside = inside
        self._secrets = {name: _digest(secret.encode()) for name, secret in secrets.items()}
        self._guesses = guesses

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a program's request on where it is let in; a reader's goes to the page."""
        if scope["type"] != "http":
            await self._page(scope, receive, send)
            return
        path = scope["path"]
        way = path in WAYS or path.startswith(WAYS_BELOW)
        given = _given(scope, basic=way) if self._secrets else None
        if not self._secrets and _is_here(scope):
            await self._page({**scope, PROGRAM: "here"}, receive, send)
        elif given is not None:
            await self._judge(given, scope, receive, send)
        elif way:
            await self._without(scope, receive, send)
        else:
            await self._page(scope, receive, send)

    async def _judge(self, given: bytes, scope: Message, receive: Receive, send: Send) -> None:
        """Let in whoever knows a secret; nothing is waited for, so that no guess is uncounted."""
        address = network_of(scope)
        wait = self._guesses.wait(address)
        if wait:
            said = f"Too many wrong keys were given from here; try again in {wait} seconds."
            refused = refusal(429, said, "rate_limit_error", "too_many_guesses")
            refused.headers["retry-after"] = str(wait)
            await refused(scope, receive, send)
            return
        digest = _digest(given)
        known = [name for name, one in self._secrets.items() if hmac.compare_digest(digest, one)]
        if known == ["password"] and self._have_accounts():
            known = []
        if known:
            await self._inside({**scope, PROGRAM: known[0]}, receive, send)
            return
        self._guesses.wrong(address)
        _LOG.warning("A wrong key was given from %s", address)
        await _unknown("This key is not the server's.")(scope, receive, send)

    def _have_accounts(self) -> bool:
        try:
            return self._readers().exist()
        except LibraryError:
            _LOG.exception("The accounts of readers cannot be read")
            return True

    async def _without(self, scope: Message, receive: Receive, send: Send) -> None:
        if self._secrets:
            said = "Programs must say the server's key, as in the header Authorization: Bearer KEY."
            refused = _unknown(said)
        else:
            said = (
                "From other machines programs are let in by a key alone, and this server has none; "
                "whoever runs it can set RAG_API_KEY."
            )
            refused = refusal(403, said, "authentication_error", "no_key_is_set")
        await refused(scope, receive, send)


def refusal(
    status: int, sentence: str, kind: str, code: str | None, parameter: str | None = None
) -> JSONResponse:
    """Return an error as OpenAI's clients read it; others read the sentence in it."""
    error = {"message": sentence, "type": kind, "param": parameter, "code": code}
    return JSONResponse({"error": error}, status)


def _unknown(sentence: str) -> JSONResponse:
    answer = refusal(401, sentence, "authentication_error", "invalid_api_key")
    answer.headers["www-authenticate"] = _CHALLENGE
    return answer


def _given(scope: Message, *, basic: bool) -> bytes | None:
    """Return the secret that a request says; None where it says none."""
    said = [value for key, value in scope["headers"] if key == b"authorization"]
    if len(said) != 1:
        return None
    kind, _, rest = said[0].strip().partition(b" ")
    if kind.lower() == b"bearer":
        return bytes(rest.strip())
    if kind.lower() == b"basic" and basic:
        try:
            decoded = base64.b64decode(rest.strip(), validate=True)
        except binascii.Error:
            return b""
        return decoded.partition(b":")[2]
    return None


def _is_here(scope: Message) -> bool:
    """Return whether this machine asks itself, by a name that means the machine itself."""
    asked = [value.decode("latin-1") for key, value in scope["headers"] if key == b"host"]
    named = authority(asked[0]) if len(asked) == 1 else None
    try:
        comes_from = ip_address(scope["client"][0])
    except (TypeError, ValueError):
        return False
    return comes_from.is_loopback and named is not None and named.host in LOOPBACK


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()
