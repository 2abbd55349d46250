"""How models are served on a CPU: graphs, the pieces of words that enter them, and lanes."""

from __future__ import annotations

from rag.models.serving.lanes import give_way, side_by_side
from rag.models.serving.onnx import (
    GRAPH,
    TABLES,
    TOKENIZER,
    description_in,
    open_exported,
    open_spoken,
)
from rag.models.serving.pieces import PIECES, Cutter, Tokens, WordPieces

__all__ = [
    "GRAPH",
    "PIECES",
    "TABLES",
    "TOKENIZER",
    "Cutter",
    "Tokens",
    "WordPieces",
    "description_in",
    "give_way",
    "open_exported",
    "open_spoken",
    "side_by_side",
]
