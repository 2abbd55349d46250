"""Reading in a process apart, under limits of memory and time."""

from __future__ import annotations

from rag.reading.sandbox.apart import Limits, read_apart

__all__ = ["Limits", "read_apart"]
