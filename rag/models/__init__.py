"""Small neural models: made once, exported once, served by ONNX Runtime."""

from __future__ import annotations

from rag.models.base import Encoder
from rag.models.opening import examine_models, open_encoder, open_reader, open_reranker
from rag.models.reading import Reader
from rag.models.reranking import Reranker
from rag.models.wheels import Companion, Tagged, Tagger

__all__ = [
    "Companion",
    "Encoder",
    "Reader",
    "Reranker",
    "Tagged",
    "Tagger",
    "examine_models",
    "open_encoder",
    "open_reader",
    "open_reranker",
]
