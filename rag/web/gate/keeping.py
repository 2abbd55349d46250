"""Who may keep the library over the web, and what he may bring along."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import time
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse

from rag.library import Role
from rag.web.gate.door import reader_in
from rag.web.gate.guard import LOOPBACK, UPLOAD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rag.settings import Settings
    from rag.web.gate.guard import Application, Message, Receive, Send

UPLOADS = "uploads"
"""In the folder of data: what was brought, until it is read or an hour old."""
MOST_FILES = 16
"""Files that lie there at one time."""
_OLD = 3600.0
_JOB = "job-"
"""What the folders begin with of files that were taken, which go with their jobs."""


def room_of(settings: Settings) -> str:
    """Return what the room of the library lets readers do: ``off``, ``read``, ``keep``, ``paths``.

    Where the setting says nothing, whoever reaches a server that only this machine reaches, and
    that asks no password, keeps the library; all others read.
    """
    if settings.library_room is not None:
        return settings.library_room
    alone = settings.host in LOOPBACK and not settings.allowed_hosts
    return "keep" if alone and settings.password is None else "read"


def may_keep(request: Mapping[str, Any] | None, settings: Settings) -> bool:
    """Return whether who asks may change the library.

    ``request`` is Starlette's, or a scope of ASGI; None is nobody. Of those who have accounts,
    teachers may, unless a setting keeps the room to reading. Where neither account nor setting
    says it, who asks must be at this very machine: a proxy on it hands on others. It is asked
    on every way that changes the library, in the function that does it and for an upload before
    a byte of it is taken.
    """
    if request is None:
        return False
    reader = reader_in(request)
    if reader is not None:
        return reader.role is Role.TEACHER and settings.library_room not in {"off", "read"}
    if room_of(settings) not in {"keep", "paths"}:
        return False
    return settings.library_room is not None or _is_here(request)


def _is_here(request: Mapping[str, Any]) -> bool:
    try:
        return ip_address((request.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False


def may_name_paths(request: Mapping[str, Any] | None, settings: Settings) -> bool:
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
        self._one = asyncio.Lock()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on; of an upload, see who sends it, and how much lies there already."""
        if scope["type"] != "http" or scope["path"] != UPLOAD:
            await self._app(scope, receive, send)
            return
        if not may_keep(scope, self._settings):
            await PlainTextResponse("", 404)(scope, receive, send)
            return
        async with self._one:  # one after the other, so that what one leaves behind is known
            await self._take(scope, receive, send)

    async def _take(self, scope: Message, receive: Receive, send: Send) -> None:
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
                told = json.dumps(
                    [_within(path, self._folder) for path in json.loads(body)]
                ).encode()
            headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
            headers.append((b"content-length", str(len(told)).encode()))
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": told})

        try:
            await self._app(scope, receive, named)
        finally:
            # What came whole lies in a folder of its own; a file beside those was broken off.
            for left in self._folder.glob("*"):
                if left.is_file():
                    left.unlink(missing_ok=True)


def brought(folder: Path, name: str) -> Path | None:
    """Return the file that an upload was told to be, in a folder of its own; None if it is gone.

    ``folder`` is the one of all uploads. The file is moved, so that it is taken once.
    """
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        return None
    if path.relative_to(folder.resolve()).parts[0].startswith(_JOB):
        return None
    own = folder / f"{_JOB}{secrets.token_hex(8)}"
    own.mkdir(parents=True)
    moved = path.rename(own / path.name)
    if path.parent != folder.resolve():
        shutil.rmtree(path.parent, ignore_errors=True)
    return moved


def discard_old(folder: Path, age: float = _OLD) -> None:
    """Delete what was brought and not taken within so many seconds; what a job has is its own.

    With no ``age`` all goes: no job is there when a server starts.
    """
    for path in folder.glob("*"):
        try:
            old = path.stat().st_mtime <= time.time() - age
        except OSError:
            continue
        if old and (age <= 0 or not path.name.startswith(_JOB)):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _within(path: str, folder: Path) -> str:
    """Return the name of a file in the folder of uploads."""
    return path.removeprefix(str(folder)).lstrip("/\\")
