"""Teaches a reader: examples by rule from data files, the loop, and the adapter that comes out."""

from __future__ import annotations

from rag.models.making.training.learning import train

__all__ = ["train"]
