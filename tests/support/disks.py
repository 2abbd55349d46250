"""Small disks that can be filled and made read-only; only where this process may mount."""

from __future__ import annotations

import errno
import shutil
import subprocess
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support.files import SqliteLibrary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk of its own, mounted on a folder."""

    folder: Path

    def fill(self) -> None:
        """Leave no byte free on it."""
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while ballast.write(bytes(size)) == size:
                        pass
                except OSError as error:
                    assert error.errno == errno.ENOSPC  # noqa: PT017 - it is what is wanted

    def free(self) -> None:
        """Give back what was filled."""
        (self.folder / "ballast").unlink()

    def lock(self, how: str = "ro") -> None:
        """Make it read-only, or with ``rw`` let it be written to again."""
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True)

    def take(self, data: Path) -> None:
        """Copy library and index of a folder of data that is in use; its models are linked."""
        with closing(SqliteLibrary(data / "library.sqlite")) as library:
            library.backup(self.folder / "library.sqlite")
        with closing(SqliteLibrary(self.folder / "library.sqlite")):
            pass  # as an opened library is: in write-ahead mode
        left_out = shutil.ignore_patterns("private-*")
        shutil.copytree(data / "chroma", self.folder / "chroma", ignore=left_out)
        (self.folder / "models").symlink_to(data / "models")


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Yield a disk of so many megabytes; the test is skipped where none can be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no command that mounts a disk")
    if done.returncode:
        pytest.skip("this process may not mount a disk")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
