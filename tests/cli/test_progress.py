"""The progress bar: there on a terminal, silent elsewhere."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.progress import ProgressBar

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = """
from rag.cli.progress import ProgressBar
with ProgressBar("lanterns.md") as bar:
    bar("reading", 0, 4)
    bar("reading", 4, 4)
    bar("encoding", 1, 9)
"""


def test_no_bar_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    """Where standard error is a file or a pipe, nothing is written to it."""
    with ProgressBar("lanterns.md") as bar:
        bar("reading", 1, 4)
        bar("encoding", 4, 4)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_a_bar_for_each_stage() -> None:
    """On a terminal each stage has its bar, with the name of the file."""
    ours, theirs = pty.openpty()
    # A terminal without a size has no room for a bar.
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    try:
        subprocess.run(
            [sys.executable, "-c", CODE], cwd=ROOT, stderr=theirs, check=True, timeout=60
        )
        ready, _, _ = select.select([ours], [], [], 5)
        shown = os.read(ours, 65536).decode("utf-8") if ready else ""
    finally:
        os.close(ours)
        os.close(theirs)
    assert "lanterns.md: reading" in shown
    assert "lanterns.md: encoding" in shown
