"""Texts that never had pages, or have them marked in words."""

from __future__ import annotations

from rag.reading.formats.etext.reader import read_etext
from rag.reading.formats.etext.traces import is_etext

__all__ = ["is_etext", "read_etext"]
