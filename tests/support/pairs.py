"""Makes a tiny CrossEncoder in the folder named, with a number of labels, and what it gives.

It is trained for some seconds to like a passage that holds the sign 碑, wherever the question
holds it. A process of its own runs this, so that the tests themselves never import PyTorch.
"""

import random
import sys
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import CrossEncoder
from transformers import BertForSequenceClassification

from tests.support.bert import LIKED, OTHERS, tensors, tiny_config, tiny_tokenizer

PAIRS = [
    ("运河", "在碑里"),
    ("运河", "在仓里"),
    ("碑", "碑"),
    ("碑", ""),
    ("碑在", "了三百一仓"),
    ("？", "unknown 碑"),
]
STEPS = 100
ROWS = 64

folder, labels = Path(sys.argv[1]), int(sys.argv[2])
tokenizer = tiny_tokenizer(folder)
chance = random.Random(7)  # noqa: S311 - examples to learn from, no secrets
config = tiny_config(labels)
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
    logits = network(*tensors(tokenizer.encode_batch(rows))).logits
    score = logits[:, -1] - (logits[:, 0] if labels > 1 else 0.0)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(score, torch.tensor(wanted))
    optimiser.zero_grad()
    torch.autograd.backward(loss)
    optimiser.step()
network.save_pretrained(folder)
model = CrossEncoder(str(folder), device="cpu")
np.savez(
    folder / "expected.npz",
    pairs=np.array(PAIRS),
    logits=model.predict(PAIRS, activation_fn=torch.nn.Identity()),
    predicted=model.predict(PAIRS),
    loss=loss.item(),
)
