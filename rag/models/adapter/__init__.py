"""What was learned beyond the bundled encoder's weights, and the networks that it makes of them.

``reader.safetensors`` holds the reader's differences and heads, ``query-zh.safetensors`` the
differences of the encoder that questions to books in Chinese are encoded by. A file in JSON beside
each is its card: data, licences, commands, figures, limits. ``lessons/`` has passages
that were written for them, with their questions.
"""

from __future__ import annotations

from rag.models.adapter.network import (
    Attend,
    Logits,
    ReaderNetwork,
    Shape,
    Trunk,
    base_weights,
    differences,
    load_adapter,
    load_query_weights,
    masked,
    save_adapter,
    save_tensors,
    split_heads,
)

__all__ = [
    "Attend",
    "Logits",
    "ReaderNetwork",
    "Shape",
    "Trunk",
    "base_weights",
    "differences",
    "load_adapter",
    "load_query_weights",
    "masked",
    "save_adapter",
    "save_tensors",
    "split_heads",
]
