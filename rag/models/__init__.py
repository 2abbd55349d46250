"""Small neural models: made once, exported once, served by ONNX Runtime."""

from __future__ import annotations

from rag.models.base import Encoder
from rag.models.companion import Companion
from rag.models.opening import examine_models, open_encoder, open_reader, open_reranker
from rag.models.reading import Reader
from rag.models.reranking import Reranker

__all__ = [
    "Companion",
    "Encoder",
    "Reader",
    "Reranker",
    "examine_models",
    "open_encoder",
    "open_reader",
    "open_reranker",
]
