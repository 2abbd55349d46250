"""Reading, and drawing pages, in a process apart, under limits of memory and time."""

from __future__ import annotations

from rag.reading.sandbox.apart import Limits, picture_apart, read_apart

__all__ = ["Limits", "picture_apart", "read_apart"]
