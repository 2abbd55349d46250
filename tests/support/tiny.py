"""Makes a tiny random sentence-transformers model in the folder named, and what it gives.

A process of its own runs this, so that the tests themselves never import PyTorch.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

TEXTS = ["the treaty was signed", "a loan of tea", "条约", "who signed it ?"]

folder = Path(sys.argv[1])
words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "treaty", "was", "sign", "##ed", "a", "loan"]
words += ["of", "tea", "条", "约", "who", "it", "?", "query", ":"]
tokenizer = Tokenizer(models.WordPiece({word: number for number, word in enumerate(words)}))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
)
tokenizer.save(str(folder / "tokenizer.json"))
torch.manual_seed(7)
BertModel(
    BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=24,
        initializer_range=0.5,
    )
).save_pretrained(folder)
module = "sentence_transformers.models"
settings = {
    "tokenizer_config.json": {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": 24,
        **{f"{name.lower()}_token": f"[{name}]" for name in ("PAD", "UNK", "CLS", "SEP")},
    },
    "modules.json": [
        {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
    ],
    "1_Pooling/config.json": {
        "word_embedding_dimension": 32,
        "pooling_mode_cls_token": True,
        "pooling_mode_mean_tokens": False,
    },
    "config_sentence_transformers.json": {"prompts": {"query": "query: "}},
    "sentence_bert_config.json": {"max_seq_length": 24},
}
for name, content in settings.items():
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(content))
model = SentenceTransformer(str(folder), device="cpu")
np.savez(
    folder / "expected.npz",
    texts=np.array(TEXTS),
    queries=model.encode_query(TEXTS, normalize_embeddings=True),
    passages=model.encode_document(TEXTS, normalize_embeddings=True),
)
