"""The rooms that list: what a lookup found, dated events, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.web.rooms.lists import chronology, lookup, names

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.web.shell import Shell

__all__ = ["LISTS"]

LISTS: tuple[Callable[[Shell], None], ...] = (lookup.build, chronology.build, names.build)
"""The rooms in the order of their tabs."""
