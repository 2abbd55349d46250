"""Who may keep the library over the web, and what he may bring along."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse

from rag.library import Role
from rag.web.gate.guard import LOOPBACK, UPLOAD
from rag.web.gate.identity import reader_in

if TYPE_CHECKING:
    from pathlib import Path

    from rag.settings import Settings
    from rag.web.gate.guard import Application, Message, Receive, Send

UPLOADS = "uploads"
"""In the folder of data: what was brought, until it is read or an hour old."""
MOST_FILES = 16
"""Files that lie there at one time."""
_OLD = 3600.0


def room_of(settings: Settings) -> str:
    """Return what the room of the library lets readers do: ``off``, ``read``, ``keep``, ``paths``.

    Where the setting says nothing, whoever reaches a server that only this machine reaches, and
    that asks no password, keeps the library; all others read.
    """
    if settings.library_room is not None:
        return settings.library_room
    alone = settings.host in LOOPBACK and not settings.allowed_hosts
    return "keep" if alone and settings.password is None else "read"


def may_keep(request: Any, settings: Settings) -> bool:  # noqa: ANN401 - Starlette's, or a scope
    """Return whether who asks may change the library; of those who have accounts, teachers may.

    ``request`` is Starlette's, or a scope of ASGI. It is asked on every way that changes the
    library, in the function that does it and for an upload before a byte of it is taken.
    """
    reader = reader_in(request)
    if reader is not None:
        return reader.role is Role.TEACHER and room_of(settings) != "off"
    return room_of(settings) in {"keep", "paths"}


def may_name_paths(request: Any, settings: Settings) -> bool:  # noqa: ANN401 - as above
    """Return whether who asks may have files of this machine read, by their paths."""
    return room_of(settings) == "paths" and may_keep(request, settings)


class Uploads:
    """``app`` that takes a file from who may keep the library, and from nobody else.

    What was taken lies in a folder of the data folder; the answer says its name there and no
    path of this machine. ``brought`` finds it again.
    """

    def __init__(self, app: Application, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._folder = settings.data / UPLOADS

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on; of an upload, see who sends it, and how much lies there already."""
        if scope["type"] != "http" or scope["path"] != UPLOAD:
            await self._app(scope, receive, send)
            return
        if not may_keep(scope, self._settings):
            await PlainTextResponse("", 404)(scope, receive, send)
            return
        discard_old(self._folder)
        if len(list(self._folder.glob("*"))) >= MOST_FILES:
            said = "Too many files wait to be read; try again when some are in the library.\n"
            await PlainTextResponse(said, 429)(scope, receive, send)
            return
        started: list[Message] = []
        body = b""

        async def named(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                started.append(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            [start] = started
            told = body
            if start["status"] == 200:
                paths = json.loads(body)
                told = json.dumps([_within(path, self._folder) for path in paths]).encode()
            headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
            headers.append((b"content-length", str(len(told)).encode()))
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": told})

        await self._app(scope, receive, named)


def brought(folder: Path, name: str) -> Path | None:
    """Return the file that an upload was told to be, in a folder of its own; None if it is gone.

    ``folder`` is the one of all uploads. The file is moved, so that it is taken once.
    """
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or path.is_symlink() or not path.is_file():
        return None
    own = folder / f"job-{secrets.token_hex(8)}"
    own.mkdir(parents=True)
    moved = path.rename(own / path.name)
    if path.parent != folder.resolve():
        shutil.rmtree(path.parent, ignore_errors=True)
    return moved


def discard_old(folder: Path, age: float = _OLD) -> None:
    """Delete what was brought and not taken within so many seconds; what a job has is its own."""
    for path in folder.glob("*"):
        try:
            old = path.stat().st_mtime <= time.time() - age
        except OSError:
            continue
        if old and not path.name.startswith("job-"):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _within(path: str, folder: Path) -> str:
    """Return the name of a file in the folder of uploads."""
    return path.removeprefix(str(folder)).lstrip("/\\")
