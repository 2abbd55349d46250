"""Teaches a reader, and an encoder of questions, from data files."""

from __future__ import annotations

from rag.models.making.training.learning import train
from rag.models.making.training.querying import train_queries

__all__ = ["train", "train_queries"]
