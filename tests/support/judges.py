"""Makes tiny models in the folder named: a judge of so many labels, or one that finds answers.

A judge is trained for some seconds to find a sentence borne out where the text holds the sign 碑,
and its label for that is not where others have it. A process of its own runs this, so that the
tests themselves never import PyTorch. Arguments: folder, labels (0: answers), names of the labels.
"""

import json
import random
import sys
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForQuestionAnswering, BertForSequenceClassification

LIKED = "碑"
OTHERS = list("运河盐的了三百一在里立仓")
PAIRS = [("在碑里", "运河"), ("在仓里", "运河"), ("碑", "碑"), ("了三百一仓", "碑在")]
LONGEST = 32
STEPS = 80
ROWS = 64

folder, labels, names = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
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
config.num_labels = labels or 2
if names:
    config.id2label = dict(enumerate(names))
    config.label2id = {name: number for number, name in enumerate(names)}
yes = next((k for k, name in enumerate(names) if name.lower().startswith("entail")), labels - 1)
kind = BertForSequenceClassification if labels else BertForQuestionAnswering
network = kind(config)
optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
for _ in range(STEPS):
    rows, wanted = [], []
    for row in range(ROWS):
        one, two = (chance.choices(OTHERS, k=chance.randint(2, n)) for n in (16, 6))
        held = one if labels else two
        if row % 2:
            held[chance.randrange(len(held))] = LIKED
        rows.append(("".join(one), "".join(two)))
        wanted.append(row % 2)
    read = tokenizer.encode_batch(rows)
    found = network(
        torch.tensor([one.ids for one in read]),
        torch.tensor([one.attention_mask for one in read]),
        torch.tensor([one.type_ids for one in read]),
    )
    truth = torch.tensor(wanted)
    if not labels:
        at = torch.tensor([one.ids.index(4) if 4 in one.ids else 0 for one in read])
        loss = sum(
            torch.nn.functional.cross_entropy(logits, at)
            for logits in (found.start_logits, found.end_logits)
        )
    elif labels == 1:
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            found.logits[:, 0], truth.float()
        )
    else:
        other = (yes + 1) % labels
        loss = torch.nn.functional.cross_entropy(found.logits, truth * yes + (1 - truth) * other)
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
with torch.inference_mode():
    likely = []
    for pair in PAIRS:
        one = tokenizer.encode(*pair)
        given = (torch.tensor([part]) for part in (one.ids, one.attention_mask, one.type_ids))
        if labels:
            logits = network.eval()(*given).logits[0]
            spread = torch.softmax(logits, -1)[yes] if labels > 1 else torch.sigmoid(logits[0])
            likely.append(float(spread))
np.savez(folder / "expected.npz", pairs=np.array(PAIRS), likely=np.array(likely))
