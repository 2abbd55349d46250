"""The process that reads a file, or draws a page of it, under limits: see ``apart`` beside it."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import sys
import threading
import time
import traceback
from base64 import b64encode
from pathlib import Path
from typing import Any, BinaryIO

PROGRESS_SECONDS = 0.2
PATIENCE = 200
"""How many times the seconds without progress the processors may work in all."""
ADDRESSES = 8
"""How many times the memory that may be used a process may reserve."""
MEMORY_GONE = 77
"""The exit status where memory runs out."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""What the system says where a disk takes nothing."""
_PR_SET_PDEATHSIG = 1
"""From ``linux/prctl.h``: the signal that a process gets when the thread that began it ends."""


def main() -> None:
    """Read what the first line of standard input asks for, and say what came of it."""
    # What libraries print must not come between the values.
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        request: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
        _limit(*request["limits"])
        end_with_parent()
        logging.getLogger("rag").addHandler(_Log(out))
        logging.getLogger("rag").setLevel(logging.INFO)
        try:
            answer = _picture(request) if "picture" in request else _read(request, out)
        except MemoryError:
            os._exit(MEMORY_GONE)
        _say(out, answer)
    # Other threads, of libraries, may still hold on to something.
    os._exit(0)


def _read(request: dict[str, Any], out: BinaryIO) -> dict[str, Any]:
    """Return the book as the library's rows, or the sentence that says what is wrong."""
    from rag.reading.formats import read_book  # noqa: PLC0415
    from rag.reading.source import Source  # noqa: PLC0415
    from rag.types import RagError, rows_of  # noqa: PLC0415
    from rag.types.forms import (  # noqa: PLC0415 -- only under the limits, as all that follows
        json_of_record,
        record_of,
    )

    path = Path(request["path"])
    source = Source(
        path=path,
        record=record_of(request["record"]) if request["record"] else None,
        known=tuple(map(record_of, request["known"])),
        pictures=Path(request["pictures"]) if request["pictures"] else None,
        on_progress=_Progress(out),
    )
    try:
        book = read_book(source)
        written = json_of_record(book.record)
    except MemoryError:
        raise
    except RagError as error:
        return {"error": str(error), "kind": type(error).__name__}
    except OSError as error:
        if error.errno not in _NO_ROOM:
            return failure(path.name, error)
        return {
            "error": f"{path.name} was not read, as what is kept of its pages cannot be written "
            f"({error.strerror}); free some space, or let the data folder be written to.",
            "kind": "ReadingError",
        }
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is this file's alone
        return failure(path.name, error)
    return {"book": [written, book.body_end, book.text, rows_of(book)]}


def _picture(request: dict[str, Any]) -> dict[str, Any]:
    """Return the picture of a page of a PDF as base64, or none."""
    from rag.reading.formats.pdf import picture_of  # noqa: PLC0415 -- only under the limits

    index, pages, texts = request["picture"]
    try:
        picture = picture_of(Path(request["path"]), index, pages, texts)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is this file's alone
        return failure(Path(request["path"]).name, error)
    return {"picture": picture and b64encode(picture).decode()}


def failure(name: str, error: Exception) -> dict[str, Any]:
    """Return what is told of an error that no reader foresaw, and, for the log, where it came up.

    Whoever added the file cannot do anything with the kind of the error.
    """
    return {
        "error": f"{name} could not be read: its reader failed; the file may be damaged.",
        "kind": "ReadingError",
        "trace": "".join(traceback.format_exception(error)),
    }


class _Log(logging.Handler):
    """Passes on what is logged while a file is read."""

    def __init__(self, out: BinaryIO) -> None:
        super().__init__()
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        """Say what a record has to say."""
        _say(self._out, {"log": self.format(record)})


class _Progress:
    """Passes on how far reading is, but not more often than anybody can see."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._said = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` are done."""
        now = time.monotonic()
        if done == total or now - self._said >= PROGRESS_SECONDS:
            self._said = now
            _say(self._out, {"progress": [stage, done, total]})


def _say(out: BinaryIO, value: dict[str, Any]) -> None:
    out.write(json.dumps(value).encode() + b"\n")
    out.flush()


def _limit(seconds: float, memory: int, written: int) -> None:
    """Set the limits of this process, where the system has such."""
    # One thread of linear algebra is enough, and each would reserve memory.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 -- not on Windows

    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, written * 2**20)
    _lower(resource.RLIMIT_CPU, int(seconds * PATIENCE))
    # What counts is memory that is written to. Threads reserve far more addresses than they
    # use, the more processors there are, so that addresses are but a second line of defence.
    _lower(resource.RLIMIT_DATA, memory * 2**20)
    _lower(resource.RLIMIT_AS, ADDRESSES * memory * 2**20)


def _lower(limit: int, value: int) -> None:
    import resource  # noqa: PLC0415 -- not on Windows

    [_, most] = resource.getrlimit(limit)
    if most != resource.RLIM_INFINITY:
        value = min(value, most)
    resource.setrlimit(limit, (value, value))


def end_with_parent() -> None:
    """End this process when its parent does, whatever it is doing then.

    Standard input ends with the parent, on every system; but whoever waits for that waits
    too while one call into C keeps the interpreter to itself. Linux sends a signal besides,
    when the thread ends that began this process: ``read_apart`` waits for it in that thread.
    """
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 -- not on Windows

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_end_with_input, daemon=True).start()


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
