"""From weights to a served model, in a process of its own."""

from __future__ import annotations

from rag.models.making.export import open_encoder_on_gpu
from rag.models.making.reranker import open_reranker_on_gpu

__all__ = ["open_encoder_on_gpu", "open_reranker_on_gpu"]
