"""Makes a tiny CrossEncoder in the folder named, with a number of labels, and what it gives.

It is trained for some seconds to like a passage that holds the sign 碑, wherever the question
holds it. A process of its own runs this, so that the tests themselves never import PyTorch.
"""

import json
import random
import sys
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import CrossEncoder
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification

LIKED = "碑"
OTHERS = list("运河盐的了三百一在里立仓")
PAIRS = [
    ("运河", "在碑里"),
    ("运河", "在仓里"),
    ("碑", "碑"),
    ("碑", ""),
    ("碑在", "了三百一仓"),
    ("？", "unknown 碑"),
]
LONGEST = 32
STEPS = 100
ROWS = 64

folder, labels = Path(sys.argv[1]), int(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", LIKED, *OTHERS]
tokenizer = Tokenizer(models.WordPiece({word: number for number, word in enumerate(words)}))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]",
    pair="[CLS] $A [SEP] $B:1 [SEP]:1",
    special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
)
tokenizer.save(str(folder / "tokenizer.json"))
tokenizer.enable_padding()
torch.manual_seed(7)
torch.set_num_threads(1)
chance = random.Random(7)  # noqa: S311 - examples to learn from, no secrets
config = BertConfig(
    vocab_size=len(words),
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=64,
    max_position_embeddings=LONGEST,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
)
config.num_labels = labels
network = BertForSequenceClassification(config)
optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
for _ in range(STEPS):
    rows, wanted = [], []
    for row in range(ROWS):
        asked, passage = (chance.choices([*OTHERS, "x"], k=chance.randint(1, n)) for n in (6, 22))
        if row % 2:
            passage[chance.randrange(len(passage))] = LIKED
        if row % 3 == 0:
            asked[chance.randrange(len(asked))] = LIKED
        rows.append(("".join(asked), "".join(passage)))
        wanted.append(float(row % 2))
    read = tokenizer.encode_batch(rows)
    logits = network(
        torch.tensor([one.ids for one in read]),
        torch.tensor([one.attention_mask for one in read]),
        torch.tensor([one.type_ids for one in read]),
    ).logits
    score = logits[:, -1] - (logits[:, 0] if labels > 1 else 0.0)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(score, torch.tensor(wanted))
    optimiser.zero_grad()
    torch.autograd.backward(loss)
    optimiser.step()
network.save_pretrained(folder)
(folder / "tokenizer_config.json").write_text(
    json.dumps(
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": LONGEST,
            "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
            **{f"{name.lower()}_token": f"[{name}]" for name in ("PAD", "UNK", "CLS", "SEP")},
        }
    )
)
model = CrossEncoder(str(folder), device="cpu")
np.savez(
    folder / "expected.npz",
    pairs=np.array(PAIRS),
    logits=model.predict(PAIRS, activation_fn=torch.nn.Identity()),
    predicted=model.predict(PAIRS),
    loss=loss.item(),
)
