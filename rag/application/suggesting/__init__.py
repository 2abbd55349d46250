"""Questions that are worth asking, made from the book at hand; each is one that is answered."""

from __future__ import annotations

from rag.application.suggesting.offering import Suggesting

__all__ = ["Suggesting"]
