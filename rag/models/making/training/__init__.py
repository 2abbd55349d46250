"""Teaches a reader, and a bridge: examples by rule from data files, and what comes out of them."""

from __future__ import annotations

from rag.models.making.training.bridging import train_bridge
from rag.models.making.training.learning import train

__all__ = ["train", "train_bridge"]
