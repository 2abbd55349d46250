"""The pictures of pages, as a page of the front end can hold them."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 1_000_000
_WEBP = (b"RIFF", b"WEBP")


def picture_uri(folder: Path, image: str) -> str | None:
    """Return the picture of a page as a ``data:`` URI; None where there is none to be shown.

    ``image`` is a file relative to the folder of pictures, as the library has it. It is sent
    with the page itself, so that whoever may read the page may see it, and nobody else.
    """
    path = (folder / image).resolve()
    try:
        if not path.is_relative_to(folder.resolve()) or path.stat().st_size > _LARGEST:
            return None
        content = path.read_bytes()
    except OSError:
        return None
    return webp_uri(content)


def webp_uri(content: bytes) -> str | None:
    """Return a WebP picture as a ``data:`` URI; None where it is none, or too large."""
    if len(content) > _LARGEST or (content[:4], content[8:12]) != _WEBP:
        return None
    return f"data:image/webp;base64,{b64encode(content).decode()}"
