"""What tiny models of tests have in common; only the processes that make them import it."""

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Encoding, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig

LIKED = "碑"
OTHERS = list("运河盐的了三百一在里立仓")
_LONGEST = 32
_WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", LIKED, *OTHERS]


def tiny_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer of a folder, which it is written to; the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.WordPiece({word: number for number, word in enumerate(_WORDS)}))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "model_max_length": _LONGEST,
                "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
                **{f"{name.lower()}_token": f"[{name}]" for name in ("PAD", "UNK", "CLS", "SEP")},
            }
        )
    )
    tokenizer.enable_padding()
    return tokenizer


def tiny_config(labels: int) -> BertConfig:
    """Return the form of a network of so many labels, and let chance begin as it always does."""
    torch.manual_seed(7)
    torch.set_num_threads(1)
    config = BertConfig(
        vocab_size=len(_WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=_LONGEST,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    config.num_labels = labels
    return config


def tensors(read: list[Encoding]) -> tuple[torch.Tensor, ...]:
    """Return ids, masks and types of pairs as a network takes them."""
    parts: list[list[Any]] = [
        [one.ids for one in read],
        [one.attention_mask for one in read],
        [one.type_ids for one in read],
    ]
    return tuple(map(torch.tensor, parts))
