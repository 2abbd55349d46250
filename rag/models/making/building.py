"""How a process makes a model: what it is told, and that nothing is left half-made.

Everything is made in a folder beside its place, sealed, brought to the disk and renamed into
its place, under a lock: a kill or a power cut leaves nothing half-made, and two processes do
not make one thing twice.
"""

from __future__ import annotations

import argparse
import errno
import glob
import logging
import os
import secrets
import shutil
import sys
import warnings
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from rag.models.sources import seal
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.models.sources import Source

_ROOM = 2**20
"""Bytes; with less left, a disk counts as full."""
_RANDOM = 12
"""Digits that tell two folders on their way to one place apart."""


def carry_out(
    find: Callable[[str, Path], Source], build: Callable[[Source, Path, str, bool], None]
) -> int:
    """Find what the command line names and build it.

    Exit status 0, or 1 with one sentence on standard output.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("setting")
    parser.add_argument("models", type=Path)
    parser.add_argument("wanted", choices=["folder", "graph"])
    parser.add_argument("--quiet", action="store_true")
    asked = parser.parse_args()
    # PyTorch's exporter tells its users much that is of no use to ours.
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    try:
        source = find(asked.setting, asked.models)
        with redirect_stdout(sys.stderr):
            build(source, asked.models, asked.wanted, not asked.quiet)
    except EncoderError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stdout.write(f"Models cannot be kept in {asked.models} ({error}).\n")
        return 1
    return 0


@contextmanager
def locked(models: Path, place: Path) -> Iterator[None]:
    """Hold a place in the folder of models, rid of what a killed build of it left behind.

    What else is made in the folder is made meanwhile.
    """
    models.mkdir(parents=True, exist_ok=True)
    with FileLock(models / f".lock-{place.name}"):
        for left in models.glob(f"{glob.escape(_aside(place))}{'?' * _RANDOM}"):
            shutil.rmtree(left, ignore_errors=True)
        yield


@contextmanager
def renamed(models: Path, place: Path) -> Iterator[Path]:
    """Return an empty folder that takes its place once the block has ended without an error.

    What is there is damaged, and goes; the place is held.
    """
    folder = models / f"{_aside(place)}{secrets.token_hex(_RANDOM // 2)}"
    old = models / f"{_aside(place)}{secrets.token_hex(_RANDOM // 2)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
        folder.chmod(0o755)
        seal(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            place.rename(old)
        folder.rename(place)
    except Exception as error:
        # The libraries that write a model have errors of their own for a full disk.
        full = os.strerror(errno.ENOSPC) in str(error)
        if full or shutil.disk_usage(models).free < _ROOM:
            raise EncoderError(
                f"Models cannot be kept in {models}: the disk is full; free some space there."
            ) from error
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _aside(place: Path) -> str:
    """Return how the names begin of what is on its way to a place, or from it."""
    return f".making-{place.name}."
