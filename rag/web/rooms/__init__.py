"""The rooms of the page: each lays itself out and wires itself with Gradio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.web.rooms import chat
from rag.web.rooms.classroom import build_class, build_quiz
from rag.web.rooms.keeping import build_notes
from rag.web.rooms.library import build as build_library
from rag.web.rooms.lists import LISTS
from rag.web.rooms.reader import build as build_reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.web.shell import Shell

__all__ = ["ROOMS"]

ROOMS: tuple[Callable[[Shell], None], ...] = (
    chat.build,
    build_reader,
    *LISTS,
    build_quiz,
    build_notes,
    build_library,
    build_class,
)
"""The rooms in the order of their tabs."""
