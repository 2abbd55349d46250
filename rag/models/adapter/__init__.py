"""The reader's network, and what it has learned beyond the bundled encoder's weights.

``reader.safetensors`` holds the differences and the heads, ``reader.json`` is their card: data,
licences, commands, figures, limits.
"""

from __future__ import annotations

from rag.models.adapter.network import (
    Attend,
    Logits,
    ReaderNetwork,
    Shape,
    base_weights,
    load_adapter,
    save_adapter,
    split_heads,
)

__all__ = [
    "Attend",
    "Logits",
    "ReaderNetwork",
    "Shape",
    "base_weights",
    "load_adapter",
    "save_adapter",
    "split_heads",
]
