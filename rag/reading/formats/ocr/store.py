"""What was read on the pages of a scan, and their pictures, kept from one run to the next."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from rag.reading.sheets import Line, Part, Sheet
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_DIGEST = 16


@dataclass(frozen=True, slots=True)
class Read:
    """A page as it is kept: its sheet, and what was met in reading it.

    ``vertical`` says that its lines run from top to bottom; ``lost`` counts what looked like
    lines and could not be read.
    """

    sheet: Sheet
    vertical: bool = False
    lost: int = 0


class Store:
    """The pages of one scan, in a folder of its own: ``0001.json`` and ``0001.webp`` for each.

    The folder's name is a digest of what the files hold, so a file that is changed is read
    anew. ``version`` says how pages are read: what was read otherwise, or is damaged, is read
    again. Both files of a page appear whole or not at all, the picture first.
    """

    def __init__(self, root: Path, files: Iterable[Path], version: str) -> None:
        self._name = _digest(files)
        self._folder = root / self._name
        self._version = version
        self._folder.mkdir(parents=True, exist_ok=True)

    def get(self, page: int) -> Read | None:
        """Return what was read on a page, counted from 0; None where it must be read."""
        try:
            kept = json.loads(self._path(page, "json").read_text(encoding="utf-8"))
            if kept["version"] != self._version:
                return None
            if not self._path(page, "webp").stat().st_size:
                return None
            return Read(_sheet(kept["sheet"]), bool(kept["vertical"]), int(kept["lost"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def put(self, page: int, read: Read, picture: bytes) -> Read:
        """Keep what was read on a page, with its picture; return it naming the picture."""
        _write(self._path(page, "webp"), picture)
        image = f"{self._name}/{self._path(page, 'webp').name}"
        read = replace(read, sheet=replace(read.sheet, image=image))
        kept = {"version": self._version, **asdict(read)}
        _write(self._path(page, "json"), json.dumps(kept, ensure_ascii=False).encode())
        return read

    def _path(self, page: int, ending: str) -> Path:
        return self._folder / f"{page + 1:04d}.{ending}"


def _digest(files: Iterable[Path]) -> str:
    """Return the beginning of the SHA-256 of what files hold, in their order."""
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()[:_DIGEST]


def _write(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _sheet(kept: dict[str, Any]) -> Sheet:
    lines = tuple(
        Line(
            **{
                **line,
                "raised": _spans(line["raised"]),
                "doubts": _spans(line["doubts"]),
                "parts": tuple(Part(**part) for part in line["parts"]),
            }
        )
        for line in kept["lines"]
    )
    return Sheet(**{**kept, "lines": lines})


def _spans(kept: list[dict[str, int]]) -> tuple[Span, ...]:
    return tuple(Span(**span) for span in kept)
