"""Runs pandoc, the program that the wheel pypandoc-binary brings."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rag.types import CitingError

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS_AT_MOST = 60
"""How long one run may take; rendering a long bibliography takes less than one second."""


def run_pandoc(arguments: Sequence[str], source: bytes) -> bytes:
    """Return what pandoc makes of ``source``, run in its sandbox.

    In the sandbox it reads no file but those named in ``arguments`` and reaches no network,
    whatever the source says. Raises CitingError where pandoc is missing or fails.
    """
    try:
        done = subprocess.run(  # noqa: S603 -- our own program, no shell, arguments as a list
            [pandoc_path(), "--sandbox", *arguments],
            input=source,
            capture_output=True,
            timeout=SECONDS_AT_MOST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CitingError(
            f"pandoc did not finish within {SECONDS_AT_MOST} seconds; try again with less."
        ) from None
    except OSError as error:
        raise CitingError(
            f"pandoc cannot be started ({error.strerror}); run `make clean`, then `make run`."
        ) from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CitingError(f"pandoc failed: {said[-1] if said else done.returncode}.")
    return done.stdout


@cache
def pandoc_path() -> str:
    """Return the path of the program; raise CitingError where the wheel is not installed.

    The wheel is found without importing it: the import and its own search for the program
    take 0.3 s, ten times as long as a citation.
    """
    spec = find_spec("pypandoc")
    name = "pandoc.exe" if sys.platform == "win32" else "pandoc"
    path = Path(spec.origin).parent / "files" / name if spec and spec.origin else None
    if path is None or not path.exists():
        raise CitingError("pandoc is not installed; run `make clean`, then `make run`.")
    return str(path)
