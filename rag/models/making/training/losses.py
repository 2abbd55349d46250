"""What a network says of a batch, and what it loses by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from rag.models.making.training.coding import packed_attention

if TYPE_CHECKING:
    from torch import Tensor

    from rag.models.adapter import Logits, ReaderNetwork
    from rag.models.making.training.coding import Batch

_WEIGHTS = {"asked": 1.0, "natural": 1.0, "near": 2.5, "hidden": 1.0, "stranger": 1.0}
"""How much a question counts: near misses are few and the point."""
_SPAN = 0.5


def read_batch(network: ReaderNetwork, batch: Batch, dtype: torch.dtype) -> Logits:
    """Return the logits of a batch's N questions, each on its own passage of P tokens."""
    trunk, shape = network.trunk, network.shape
    attend = packed_attention(batch, shape.heads, dtype)
    with torch.no_grad():
        states = trunk.embed(batch.ids, batch.places, dtype)
        states = trunk.run(states, batch.passage, attend, range(shape.learn_from))
    states = trunk.run(states, batch.passage, attend, range(shape.learn_from, shape.layers))
    asked = states.reshape(-1, states.shape[-1])[batch.texts]
    told = states[:, : batch.told.shape[1]][batch.rows]
    return network.heads(asked, batch.texts_mask, told, batch.told[batch.rows])


def sentence_logits(network: ReaderNetwork, logits: Logits, batch: Batch) -> list[Tensor]:
    """Return for each question the logits of its passage's sentences.

    They are the mean of their tokens', on top of the encoder's nearness where it is known.
    """
    out: list[Tensor] = []
    for pack in batch.packs:
        rows = logits.sentence[len(out) : len(out) + len(pack.asked)]
        parts = torch.stack([rows[:, a:b].mean(1) for a, b in pack.sentences], 1)
        for row, prior in zip(parts, pack.prior, strict=True):
            near = torch.tensor(prior) if prior else torch.zeros_like(row)
            out.append(row + 100 * network.lean * (near - near.mean()))
    return out


def losses(network: ReaderNetwork, batch: Batch, dtype: torch.dtype) -> Tensor:
    """Return what the network loses by a batch: a sum of means, each of questions or of pairs.

    Whether a passage answers; that what it answers scores above what it does not; which sentence
    answers; where the answer begins and ends.
    """
    logits = read_batch(network, batch, dtype)
    kinds = [kind for pack in batch.packs for kind in pack.kinds]
    rights = [right for pack in batch.packs for right in pack.right]
    truth = torch.tensor([float(bool(right)) for right in rights])
    weights = torch.tensor([_WEIGHTS[kind] for kind in kinds])
    each = functional.binary_cross_entropy_with_logits(logits.answerable, truth, reduction="none")
    total = (each * weights).sum() / weights.sum()
    total = total + _ranking(logits.answerable, truth, weights, batch)
    total = total + _naming(sentence_logits(network, logits, batch), rights, batch)
    return total + _SPAN * _pointing(logits, batch)


def _ranking(answerable: Tensor, truth: Tensor, weights: Tensor, batch: Batch) -> Tensor:
    """Return the loss of a passage's answered questions against its others, a mean of pairs."""
    loss, count, at = torch.zeros(()), torch.zeros(()), 0
    for pack in batch.packs:
        here = slice(at, at + len(pack.asked))
        at = here.stop
        yes = truth[here] > 0
        gaps = answerable[here][yes].unsqueeze(1) - answerable[here][~yes].unsqueeze(0)
        others = weights[here][~yes]
        loss = loss + (functional.softplus(-gaps) * others).sum()
        count = count + len(gaps) * others.sum()
    return loss / count.clamp(min=1e-6)


def _naming(parts: list[Tensor], rights: list[list[int]], batch: Batch) -> Tensor:
    """Return the loss of the sentences that answer.

    Where the nearness of some questions is known, the others do not count: without the prior the
    pointers would learn what it tells.
    """
    known = [prior is not None for pack in batch.packs for prior in pack.prior]
    named = [
        -part.log_softmax(-1)[right].logsumexp(-1)
        for part, right, knows in zip(parts, rights, known, strict=True)
        if right and (knows or not any(known))
    ]
    return torch.stack(named).mean() if named else torch.zeros(())


def _pointing(logits: Logits, batch: Batch) -> Tensor:
    """Return the loss of where the answers begin and end."""
    chosen = []
    for found, goals in (
        (logits.start, [goal for pack in batch.packs for goal in pack.starts]),
        (logits.end, [goal for pack in batch.packs for goal in pack.ends]),
    ):
        probabilities = found.log_softmax(-1)
        chosen += [-probabilities[i, g].logsumexp(-1) for i, g in enumerate(goals) if g]
    return torch.stack(chosen).mean() if chosen else torch.zeros(())
