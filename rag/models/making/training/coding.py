"""Packs as a network takes them: tokens, and several packs side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from rag.language.text import sentences
from rag.models.adapter import split_heads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Tokenizer
    from torch import Tensor

    from rag.models.adapter import Attend
    from rag.models.making.training.packs import Pack

MOST_TOKENS, MOST_OF_A_QUESTION, MOST_ASKED = 208, 48, 40
"""Where passages and questions are cut, and how many questions a pack has at most."""
_QUERY, _PASSAGE = "query: ", "passage: "
_STEEP = 40.0
"""The largest score of attention: what is beyond has all the weight anyhow, and would overflow."""


@dataclass
class Coded:
    """A pack in tokens: the passage's, each question's, and where the answers lie among the tokens.

    ``sentences`` are the passage's, by first and last token; ``right`` has the numbers of those
    that answer. ``prior`` has for each question the encoder's nearness of each, or nothing.
    """

    passage: list[int]
    sentences: list[tuple[int, int]]
    asked: list[list[int]]
    starts: list[list[int]]
    ends: list[list[int]]
    right: list[list[int]]
    prior: list[list[float] | None]
    kinds: list[str]
    languages: list[str]

    @property
    def size(self) -> int:
        """How many tokens the pack has in all."""
        return len(self.passage) + sum(map(len, self.asked))


@dataclass
class Batch:
    """Some packs side by side: a row [S] is a passage, then its questions.

    ``told`` [G, P] is true on the passages, ``passage`` [G, S] likewise; ``texts`` [N, Q] says
    where in all the rows laid end to end each question's tokens are, ``texts_mask`` where there is
    one, ``rows`` whose they are, ``back`` [G x S] where a token is among the questions' (N x Q for
    none).
    """

    ids: Tensor
    places: Tensor
    passage: Tensor
    told: Tensor
    texts: Tensor
    texts_mask: Tensor
    rows: Tensor
    back: Tensor
    packs: list[Coded]


def code(pack: Pack, tokenizer: Tokenizer) -> Coded:
    """Return a pack in tokens; a question whose answer lies beyond the cut drops out."""
    encoded = tokenizer.encode(_PASSAGE + pack.text)
    ids, offsets = list(encoded.ids), list(encoded.offsets)
    if len(ids) > MOST_TOKENS:
        ids, offsets = [*ids[: MOST_TOKENS - 1], ids[-1]], offsets[: MOST_TOKENS - 1]
    places = [(start - len(_PASSAGE), end - len(_PASSAGE)) for start, end in offsets]
    parts, known = [], []
    for number, span in enumerate(sentences(pack.text)):
        inside = [i for i, (a, b) in enumerate(places) if span.start <= a < b <= span.end]
        if inside:
            parts.append((inside[0], inside[-1] + 1))
            known.append(number)
    out = Coded(ids, parts, [], [], [], [], [], [], [])
    for asked in pack.asked[:MOST_ASKED]:
        starts, ends = _answers(asked.spans, places)
        right = [
            number
            for number, (a, b) in enumerate(parts)
            if any(start < b and end >= a for start, end in zip(starts, ends, strict=True))
        ]
        if asked.spans and not right:
            continue
        out.asked.append(tokenizer.encode(_QUERY + asked.text).ids[:MOST_OF_A_QUESTION])
        out.starts.append(starts)
        out.ends.append(ends)
        out.right.append(right)
        out.prior.append([asked.prior[number] for number in known] if asked.prior else None)
        out.kinds.append(asked.kind)
        out.languages.append(asked.language)
    return out


def _answers(
    spans: list[tuple[int, int]], places: list[tuple[int, int]]
) -> tuple[list[int], list[int]]:
    """Return the first and the last tokens of the answers that lie whole among the tokens."""
    starts, ends = [], []
    for start, end in spans:
        inside = [i for i, (a, b) in enumerate(places) if a >= 0 and b > max(start, a) and a < end]
        if inside and places[inside[-1]][1] >= end:
            starts.append(inside[0])
            ends.append(inside[-1])
    return starts, ends


def collate(packs: Sequence[Coded]) -> Batch:
    """Return packs as a batch; each has a question at least."""
    length, width = max(p.size for p in packs), max(len(p.passage) for p in packs)
    ids = torch.ones(len(packs), length, dtype=torch.long)
    places = torch.zeros(len(packs), length, dtype=torch.long)
    passage = torch.zeros(len(packs), length, dtype=torch.bool)
    found: list[tuple[int, int, int]] = []
    for row, pack in enumerate(packs):
        passage[row, : len(pack.passage)] = True
        at = 0
        for tokens in (pack.passage, *pack.asked):
            ids[row, at : at + len(tokens)] = torch.tensor(tokens)
            places[row, at : at + len(tokens)] = torch.arange(len(tokens))
            if at:
                found.append((row, at, len(tokens)))
            at += len(tokens)
    step = torch.arange(max(count for _, _, count in found))
    mask = step < torch.tensor([[count] for _, _, count in found])
    texts = torch.where(mask, torch.tensor([[r * length + a] for r, a, _ in found]) + step, 0)
    back = torch.full((ids.numel(),), mask.numel())
    back[texts[mask]] = torch.arange(mask.numel()).view(mask.shape)[mask]
    rows = torch.tensor([row for row, _, _ in found])
    return Batch(ids, places, passage, passage[:, :width], texts, mask, rows, back, list(packs))


def packed_attention(batch: Batch, heads: int, dtype: torch.dtype) -> Attend:
    """Return attention over rows [G, S, D]: a passage sees itself, a question it and itself.

    Weights on the passage and on the question itself are made apart, as exponentials without a
    common maximum, so nothing is computed for questions that do not see each other; what is masked
    has no value and no count. Scores are small; one that is not counts as ``_STEEP``.
    """
    told = batch.told.to(dtype).view(len(batch.told), 1, -1, 1)
    own = batch.texts_mask.to(dtype).view(len(batch.texts), 1, -1, 1)
    width = told.shape[2]

    def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        hidden = query.shape[-1]
        size = hidden // heads
        query = query * size**-0.5
        values = functional.pad(split_heads(value[:, :width], heads), (0, 1), value=1.0) * told
        keys = split_heads(key[:, :width], heads).transpose(-1, -2)
        out = (split_heads(query, heads) @ keys).clamp(max=_STEEP).exp() @ values
        parts = torch.cat((query, key, value), -1).view(-1, 3 * hidden)[batch.texts]
        t_query, t_key, t_value = (split_heads(x, heads) for x in parts.chunk(3, -1))
        values = functional.pad(t_value, (0, 1), value=1.0) * own
        apart = ((t_query @ t_key.transpose(-1, -2)).clamp(max=_STEEP).exp() @ values).transpose(
            1, 2
        )
        apart = functional.pad(apart.reshape(-1, heads * (size + 1)), (0, 0, 0, 1))[batch.back]
        total = out.transpose(1, 2) + apart.view(*query.shape[:2], heads, size + 1)
        return (total[..., :size] / total[..., size:]).reshape(query.shape)

    return attend
