"""The pictures of scanned pages, kept in one folder: which may go."""

from __future__ import annotations

import shutil
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path


def discard_pictures(folder: Path, before: AbstractSet[str], now: AbstractSet[str]) -> None:
    """Delete what pictures of pages were kept ``before`` and are kept no longer ``now``.

    Both are files relative to the folder. A book's pictures lie in a folder of their own,
    which goes whole, with what was read on them, when no page refers to anything in it.
    """
    for name in _tops(before) - _tops(now):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def left_pictures(folder: Path, kept: AbstractSet[str], before: float) -> list[Path]:
    """Return the folders of pictures that no page refers to and nobody has touched since.

    ``before`` is a moment as ``time.time`` gives it. They are of readings that were given up,
    or were broken off and may yet go on.
    """
    if not folder.is_dir():
        return []
    tops = _tops(kept)
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_dir()
        and not path.is_symlink()
        and path.name not in tops
        and path.stat().st_mtime < before
    )


def _tops(files: AbstractSet[str]) -> set[str]:
    """Return what lies directly in the folder: those files' first folders."""
    return {PurePosixPath(file).parts[0] for file in files}
