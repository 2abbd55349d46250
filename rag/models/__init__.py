"""Small neural models: made once, exported once, served by ONNX Runtime."""

from __future__ import annotations

from rag.models.base import Encoder
from rag.models.opening import (
    examine_models,
    open_companion,
    open_encoder,
    open_judge,
    open_reader,
    open_reranker,
)
from rag.models.pairing import Judge, Reranker
from rag.models.reading import Reader
from rag.models.ready import Companion, RemoteEncoder, Tagged, Tagger
from rag.models.serving import give_way
from rag.models.sources import address_of

__all__ = [
    "Companion",
    "Encoder",
    "Judge",
    "Reader",
    "RemoteEncoder",
    "Reranker",
    "Tagged",
    "Tagger",
    "address_of",
    "examine_models",
    "give_way",
    "open_companion",
    "open_encoder",
    "open_judge",
    "open_reader",
    "open_reranker",
]
