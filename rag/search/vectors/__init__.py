"""The vectors for search, in Chroma; rebuilt from the library whenever they disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.search.vectors.port import VectorIndex

if TYPE_CHECKING:
    from rag.library import Library
    from rag.settings import Settings

__all__ = ["VectorIndex", "books_indexed", "open_vectors"]


def books_indexed(settings: Settings) -> int:
    """Return how many books the index in the folder of data holds; 0 where there is none."""
    from rag.search.vectors.snapshots import FOLDER, Snapshots  # noqa: PLC0415 -- as below

    held = (Snapshots(settings.data / FOLDER).state() or {}).get("books")
    return len(held) if isinstance(held, dict) else 0


def open_vectors(
    settings: Settings, library: Library, *, probe: bool = False, brief: bool = False
) -> VectorIndex:
    """Return the index of a library's vectors: in the folder of data, or on a Chroma server.

    Nothing heavy is loaded, and no server asked, before the first search or change. With
    ``probe`` an embedded index is first tried in a process of its own: for a server, which
    must not crash with it. With ``brief`` a small library is searched without opening an
    embedded index: for a command that asks once.
    """
    from rag.search.vectors.exact import Exact  # noqa: PLC0415 -- what is behind the port
    from rag.search.vectors.store import VectorStore  # noqa: PLC0415 -- likewise

    index = VectorStore.open(settings.data, settings.chroma_url, library, probe=probe)
    return Exact(library, index) if brief and not settings.chroma_url else index
