"""From weights to a served model, in a process of its own."""

from __future__ import annotations

from rag.models.making.building import locked, renamed

__all__ = ["locked", "renamed"]
