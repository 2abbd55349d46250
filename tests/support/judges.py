"""Makes tiny models in the folder named: a judge of so many labels, or one that finds answers.

A judge is trained for some seconds to find a sentence borne out where the text holds the sign 碑,
and its label for that is not where others have it. A process of its own runs this, so that the
tests themselves never import PyTorch. Arguments: folder, labels (0: answers), names of the labels.
"""

import random
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import BertForQuestionAnswering, BertForSequenceClassification

from tests.support.bert import LIKED, OTHERS, tensors, tiny_config, tiny_tokenizer

PAIRS = [("在碑里", "运河"), ("在仓里", "运河"), ("碑", "碑"), ("了三百一仓", "在里")]
STEPS = 80
ROWS = 64

folder, labels, names = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
tokenizer = tiny_tokenizer(folder)
chance = random.Random(7)  # noqa: S311 - examples to learn from, no secrets
config = tiny_config(labels or 2)
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
    found = network(*tensors(read))
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
    torch.autograd.backward([torch.as_tensor(loss)])
    optimiser.step()
network.save_pretrained(folder)
with torch.inference_mode():
    likely = []
    for pair in PAIRS:
        if labels:
            network.train(mode=False)
            logits = network(*tensors(tokenizer.encode_batch([pair]))).logits[0]
            spread = torch.softmax(logits, -1)[yes] if labels > 1 else torch.sigmoid(logits[0])
            likely.append(float(spread))
np.savez(folder / "expected.npz", pairs=np.array(PAIRS), likely=np.array(likely))
