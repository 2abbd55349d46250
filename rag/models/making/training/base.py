"""What all that is taught has in common: the bundled encoder, a bar, checkpoints, digests."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tqdm import tqdm

from rag.models.adapter import Shape
from rag.models.opening import make_apart
from rag.models.serving import TOKENIZER
from rag.models.sources import BUNDLED, find_source


def base_of(models: Path) -> Path:
    """Return the encoder's folder in ``models``, made where it is missing. Raises EncoderError."""
    source = find_source(BUNDLED, models)
    make_apart(source, models, "folder", progress=True)
    return Path(source.model)


def tokenizer_in(base: Path) -> Tokenizer:
    """Return the encoder's tokenizer, cutting and padding nothing."""
    tokenizer = Tokenizer.from_file(str(base / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def shape_of(base: Path) -> Shape:
    """Return the shape of what learns on the encoder in a folder: its upper two thirds do."""
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    hidden, layers = config["hidden_size"], config["num_hidden_layers"]
    return Shape(hidden, config["num_attention_heads"], layers, layers // 3, hidden // 2)


def bar_of(what: str, done: int, until: int) -> tqdm:
    """Return a bar on standard error that shows how many of the steps of a training are done."""
    return tqdm(total=until, initial=done, desc=what, unit="step", file=sys.stderr, disable=None)


def keep(kept: dict[str, Any], path: Path) -> None:
    """Write a checkpoint, whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    torch.save(kept, part)
    part.replace(path)


def digest(path: Path) -> str:
    """Return a file's sha256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
