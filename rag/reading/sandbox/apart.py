"""Reading, and drawing, in a process apart, with limits: what a bad file does, it does there.

The process (``rag.reading.sandbox.child``) is told on its standard input what to read, and
writes on its standard output a JSON value a line: how far it is, what is to be logged, and at
last the book as rows of the library's tables, or what is wrong in one sentence. Nothing that
comes back is ever executed. It ends when this process does.
"""

from __future__ import annotations

import json
import logging
import queue
import subprocess
import sys
import threading
import time
from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, cast

from rag.language.text import whole_values
from rag.reading.sandbox.child import MEMORY_GONE
from rag.types import ReadingError, RecordError, book_of
from rag.types.forms import json_of_record, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.reading.source import Source
    from rag.types import Book

    OnProgress = Callable[[str, int, int], None]

ROOT = Path(__file__).resolve().parents[3]
TELL_SECONDS = 0.5
"""Seconds of silence after which it is told again how far reading is."""
_KINDS = {"RecordError": RecordError}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading a file may take.

    ``seconds`` without any progress (a page read is progress), ``memory`` in MiB, and files
    of at most ``written`` MiB. Where the system knows no such limits (Windows), the time
    alone is limited.
    """

    seconds: float = 120.0
    memory: int = 4096
    written: int = 1024


def read_apart(source: Source, *, limits: Limits | None = None) -> Book:
    """Return the book that a file holds, read in a process of its own.

    Raises ReadingError with one sentence, as ``read_book`` does, and also where the reader
    crashes, or goes beyond a limit.
    """
    limits = limits or Limits()
    name = source.path.absolute().name
    answer = _asked(_request(source, limits), name, limits, source.on_progress)
    record, body_end, text, rows = answer["book"]
    book = book_of(record_of(record), body_end, text, rows)
    _see_that_pictures_are_inside(book, name)
    return book


def picture_apart(
    path: Path, index: int, pages: int, texts: Sequence[str], *, limits: Limits | None = None
) -> bytes | None:
    """Return the picture of a page of a PDF, as ``picture_of`` does, drawn in a process apart.

    Raises ReadingError where drawing crashes, or goes beyond a limit.
    """
    limits = limits or Limits()
    request = {
        "path": str(path.absolute()),
        "picture": [index, pages, list(texts)],
        "limits": [limits.seconds, limits.memory, limits.written],
    }
    picture = _asked(request, path.name, limits)["picture"]
    return None if picture is None else b64decode(picture)


def _asked(
    request: dict[str, Any], name: str, limits: Limits, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Return what a process of its own answers to a request; ReadingError where it does not."""
    with subprocess.Popen(
        [sys.executable, "-m", "rag.reading.sandbox.child"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        # A thread of its own listens, as not every system can wait for a pipe and a clock.
        lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        listener = threading.Thread(target=_listen, args=[child.stdout, lines], daemon=True)
        listener.start()
        try:
            _tell(child, request, name, limits)
            progress = ("reading", 0, 1)

            def tell() -> None:
                if on_progress:
                    on_progress(*progress)

            for message in _messages(lines, name, limits, tell):
                match message:
                    case {"progress": [str(stage), int(done), int(total)]}:
                        progress = stage, done, total
                        tell()
                    case {"log": str(text)}:
                        _log.info("Reading %s: %s", name, text)
                    case {"error": str(sentence), "kind": str(kind), **more}:
                        if "trace" in more:
                            _log.info("Reading %s: %s", name, more["trace"])
                        raise _KINDS.get(kind, ReadingError)(sentence)
                    case _:
                        return cast("dict[str, Any]", message)
            raise ReadingError(_broken_off(name, child.wait(), limits))
        finally:
            child.kill()
            listener.join()


def _tell(
    child: subprocess.Popen[bytes], request: dict[str, Any], name: str, limits: Limits
) -> None:
    """Tell the process what to do."""
    assert child.stdin is not None  # noqa: S101 -- it was asked for
    try:
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.flush()
    except BrokenPipeError:
        # What could not be said would be tried once more when the pipe is closed.
        with suppress(BrokenPipeError):
            child.stdin.close()
        raise ReadingError(_broken_off(name, child.wait(), limits)) from None


def _request(source: Source, limits: Limits) -> dict[str, Any]:
    return {
        "path": str(source.path.absolute()),
        "record": source.record and json_of_record(source.record),
        "known": [json_of_record(record) for record in source.known],
        "pictures": source.pictures and str(source.pictures.absolute()),
        "limits": [limits.seconds, limits.memory, limits.written],
    }


def _messages(
    lines: queue.SimpleQueue[bytes], name: str, limits: Limits, tell: Callable[[], None]
) -> Iterator[Any]:
    """Yield what the process says; raise ReadingError where it is silent for too long.

    While it is silent, ``tell`` is called now and then: whoever is told may break off.
    """
    until = time.monotonic() + limits.seconds
    while True:
        left = until - time.monotonic()
        try:
            line = lines.get(timeout=max(0.0, min(TELL_SECONDS, left)))
        except queue.Empty:
            if left <= TELL_SECONDS:
                raise ReadingError(
                    f"{name} was given up: nothing of it could be read within {limits.seconds:g} "
                    "seconds; the file may be damaged (RAG_READ_SECONDS sets how long to wait)."
                ) from None
            tell()
            continue
        until = time.monotonic() + limits.seconds
        if not line.endswith(b"\n"):
            return
        yield whole_values(json.loads(line))


def _listen(stream: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    while line := stream.readline():
        lines.put(line)
    lines.put(b"")


def _broken_off(name: str, status: int, limits: Limits) -> str:
    """Return what befell a process that ended without a word."""
    if status == MEMORY_GONE:
        return (
            f"{name} needs more memory to be read than the {limits.memory} MiB that are allowed; "
            "the file may be damaged, or set RAG_READ_MEMORY higher."
        )
    how = f"signal {-status}" if status < 0 else f"status {status}"
    return (
        f"{name} could not be read: its reader broke off ({how}); the file may be damaged, or "
        f"need more than {limits.memory} MiB of memory (RAG_READ_MEMORY)."
    )


def _see_that_pictures_are_inside(book: Book, name: str) -> None:
    """Raise ReadingError where a page's picture would lie outside the folder of pictures."""
    for page in book.pages:
        path = PurePosixPath(page.image or "")
        if path.is_absolute() or ".." in path.parts or "\\" in str(path):
            raise ReadingError(f"{name} names a picture that is not its own; it was not read.")
