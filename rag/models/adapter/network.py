"""The network that reads a question with a passage: the encoder's layers with heads on them.

One pair is ``<s> query: QUESTION </s>`` (kind 0) and ``<s> passage: TEXT </s>`` (kind 1). Each
part counts its positions from nought, as the encoder learned them. The passage sees itself, the
question sees both, so that in training many questions share one passage. Where the answer begins
and ends is told by two pointers, products of vectors over the passage's tokens, as in BERT's
model of extractive answers (Devlin et al. 2019, arXiv 1810.04805). What a layer has learned is
kept as the difference from the encoder's weights, of low rank, as LoRA has it (Hu et al. 2021,
arXiv 2106.09685), but found after the training, by singular values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from rag.types import EncoderError

if TYPE_CHECKING:
    from pathlib import Path

Attend = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Mixes query, key and value, each [..., S, D], into states [..., S, D]."""

_MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
_EPSILON = 1e-12
_MASKED = -1e4
"""The logit of what is no token of the passage."""
_OF_READER = "reader."
"""How the names of what only a reader has begin in an adapter."""
_SIGNS = 8
"""How many numbers a head learns of the pointers."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a network is made of: the encoder's sizes, the layer from which it learns, the heads.

    ``heads`` are those of the attention, ``inner`` is the width of the head on top.
    """

    hidden: int = 384
    heads: int = 12
    layers: int = 12
    learn_from: int = 4
    inner: int = 192


class Logits(NamedTuple):
    """What the network says of N pairs of S tokens: see ``ReaderNetwork.forward``."""

    start: Tensor
    end: Tensor
    sentence: Tensor
    answerable: Tensor


class Pool(nn.Module):
    """One vector for a text: its tokens weighed by a learned direction, the plain mean at first."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.look = nn.Parameter(torch.zeros(hidden))

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Return one vector for each row of states [N, Q, D]; mask [N, Q] is true on its tokens."""
        weights = (states * self.look.to(states.dtype)).sum(-1).float()
        weights = weights.masked_fill(~mask, _MASKED).softmax(-1).to(states.dtype)
        return torch.sum(weights.unsqueeze(-1) * states, 1)


class Head(nn.Module):
    """Logits from a text's pooled vector and from how its pointers look over the passage."""

    def __init__(self, hidden: int, inner: int, out: int) -> None:
        super().__init__()
        self.pool = Pool(hidden)
        self.first = nn.Linear(2 * hidden, inner)
        self.second = nn.Linear(inner, out)
        self.signs = nn.Linear(_SIGNS, out, bias=False)
        nn.init.zeros_(self.signs.weight)

    def forward(self, states: Tensor, mask: Tensor, signs: Tensor) -> Tensor:
        """Return logits [N, out] for states [N, Q, D] and signs [N, 8]."""
        both = torch.cat((self.pool(states, mask), states[:, 0]), -1).float()
        logits: Tensor = self.second(functional.gelu(self.first(both))) + self.signs(signs)
        return logits


class Trunk(nn.Module):
    """The encoder's layers; word embeddings and the lower layers are never learned."""

    def __init__(self, shape: Shape, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.shape = shape
        self.words = _fixed(weights["embeddings.word_embeddings.weight"])
        self.places = _fixed(weights["embeddings.position_embeddings.weight"])
        self.kinds = _fixed(weights["embeddings.token_type_embeddings.weight"])
        self.norm_weight = _fixed(weights["embeddings.LayerNorm.weight"])
        self.norm_bias = _fixed(weights["embeddings.LayerNorm.bias"])
        self.mark = nn.Parameter(torch.zeros(shape.hidden))
        self.layer = nn.ParameterDict()
        for index in range(shape.layers):
            for name, part, kind in _parameters(index):
                self.layer[_key(index, part, kind)] = nn.Parameter(
                    weights[name].clone(), requires_grad=index >= shape.learn_from
                )

    def embed(self, ids: Tensor, places: Tensor, dtype: torch.dtype) -> Tensor:
        """Return the states [..., S, D] that enter the first layer, of tokens at their places."""
        states = (
            functional.embedding(ids, self.words)
            + functional.embedding(places, self.places)
            + self.kinds[0]
        )
        states = functional.layer_norm(
            states, states.shape[-1:], self.norm_weight, self.norm_bias, _EPSILON
        )
        return states.to(dtype)

    def run(self, states: Tensor, passage: Tensor, attend: Attend, layers: range) -> Tensor:
        """Return the states after those layers; where learning begins the passage is marked."""
        for index in layers:
            if index == self.shape.learn_from:
                states = states + passage.unsqueeze(-1) * self.mark.to(states.dtype)
            states = self._step(states, attend, index)
        return states

    def _step(self, states: Tensor, attend: Attend, index: int) -> Tensor:
        """Return the states after one layer."""

        def of(part: str, kind: str) -> Tensor:
            parameter: Tensor = self.layer[_key(index, part, kind)]
            return parameter.to(states.dtype)

        def linear(x: Tensor, part: str) -> Tensor:
            return functional.linear(x, of(part, "weight"), of(part, "bias"))

        def norm(x: Tensor, part: str) -> Tensor:
            weight, bias = of(part, "weight"), of(part, "bias")
            return functional.layer_norm(x, x.shape[-1:], weight, bias, _EPSILON)

        query, key, value = (linear(states, part) for part in _MATRICES[:3])
        states = norm(states + linear(attend(query, key, value), _MATRICES[3]), _NORMS[0])
        inner = linear(functional.gelu(linear(states, _MATRICES[4])), _MATRICES[5])
        return norm(states + inner, _NORMS[1])


class ReaderNetwork(nn.Module):
    """Question and passage in, the logits of all heads out."""

    def __init__(self, shape: Shape, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.shape = shape
        self.trunk = Trunk(shape, weights)
        self.pool = Pool(shape.hidden)
        self.pointers = nn.Linear(shape.hidden, 3 * shape.hidden, bias=False)
        with torch.no_grad():
            self.pointers.weight.copy_(torch.eye(shape.hidden).repeat(3, 1))
        self.scale = nn.Parameter(torch.tensor([0.05, 0.05, 0.2]))
        self.lean = nn.Parameter(torch.tensor(0.6))
        self.answerable = Head(shape.hidden, shape.inner, 1)

    def heads(self, asked: Tensor, asked_mask: Tensor, told: Tensor, told_mask: Tensor) -> Logits:
        """Return the logits of questions, their states [N, Q, D], on passages, [N, P, D]."""
        logits = self._point(asked, asked_mask, told, told_mask)
        signs = _signs(logits, told_mask)
        answerable = self.answerable(asked, asked_mask, signs).squeeze(-1)
        return Logits(logits[0], logits[1], logits[2], answerable)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Logits:
        """Return the logits for pairs [N, S].

        ``start``, ``end`` and ``sentence`` [N, S] are a token's, -10,000 outside the passage:
        whether the answer begins or ends there, and whether the token's sentence answers. A
        sentence's logit is the mean of its tokens', and where the encoder's cosine of question and
        sentence is known, 100 x ``lean`` times that besides. ``answerable`` [N] is a pair's.
        """
        here = attention_mask.bool()
        passage = here & token_type_ids.bool()
        question = here & ~passage
        places = torch.arange(input_ids.shape[1], device=input_ids.device).unsqueeze(0)
        places = places - question.sum(-1, keepdim=True) * token_type_ids
        dtype = self.trunk.mark.dtype
        states = self.trunk.embed(input_ids, places.clamp(0, len(self.trunk.places) - 1), dtype)
        seen = here.unsqueeze(1) & (passage.unsqueeze(1) | question.unsqueeze(2))
        mask = torch.where(seen, 0.0, _MASKED).to(dtype).unsqueeze(1)
        attend = masked(mask, self.shape.heads)
        states = self.trunk.run(states, passage, attend, range(self.shape.layers))
        return self.heads(states, question, states, passage)

    def _point(self, asked: Tensor, asked_mask: Tensor, told: Tensor, told_mask: Tensor) -> Tensor:
        """Return the pointers' logits [3, N, P]: start, end, sentence."""
        pointers = self.pointers(self.pool(asked, asked_mask).float())
        pointers = pointers.view(-1, 3, self.shape.hidden) * self.scale.view(1, 3, 1)
        logits = torch.matmul(pointers.to(told.dtype), told.transpose(1, 2)).float()
        return logits.masked_fill(~told_mask.unsqueeze(1), _MASKED).transpose(0, 1)


def split_heads(x: Tensor, heads: int) -> Tensor:
    """Return states [..., S, D] as heads [..., H, S, D / H]."""
    return x.view(*x.shape[:-1], heads, x.shape[-1] // heads).transpose(-2, -3)


def base_weights(folder: Path) -> dict[str, Tensor]:
    """Return the encoder's weights by name, from its sentence-transformers folder."""
    return load_file(folder / "model.safetensors")


def differences(trunk: Trunk, weights: dict[str, Tensor], rank: int) -> dict[str, Tensor]:
    """Return what a trunk has learned beyond ``weights``, by the encoder's names.

    A matrix's difference becomes two matrices, whose product is the nearest of that rank.
    """
    out: dict[str, Tensor] = {}
    for index in range(trunk.shape.learn_from, trunk.shape.layers):
        for name, part, kind in _parameters(index):
            delta = trunk.layer[_key(index, part, kind)].detach().float() - weights[name]
            if delta.dim() == 2:
                left, values, right = torch.linalg.svd(delta, full_matrices=False)
                root = values[:rank].sqrt()
                out[f"{name}.left"] = left[:, :rank] * root
                out[f"{name}.right"] = root.unsqueeze(1) * right[:rank]
            else:
                out[name] = delta
    return out


def learned(adapter: dict[str, Tensor], weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return ``weights`` with the differences put on that an adapter has; KeyError for others."""
    out = dict(weights)
    for name, value in adapter.items():
        if not name.endswith(".right"):
            plain = name.removesuffix(".left")
            delta = value if plain == name else value @ adapter[f"{plain}.right"]
            out[plain] = weights[plain] + delta
    return out


def save_tensors(tensors: dict[str, Tensor], path: Path, shape: Shape, rank: int) -> None:
    """Write an adapter's tensors as float16, with the shape of what they belong to."""
    small = {name: value.to(torch.float16).contiguous() for name, value in tensors.items()}
    save_file(small, path, {"shape": json.dumps(asdict(shape)), "rank": str(rank)})


def save_adapter(
    network: ReaderNetwork, weights: dict[str, Tensor], path: Path, rank: int = 72
) -> None:
    """Write what a network has learned beyond ``weights``, and its heads."""
    out = differences(network.trunk, weights, rank)
    for name, value in network.state_dict().items():
        if not name.startswith("trunk.") or name == "trunk.mark":
            out[f"{_OF_READER}{name}"] = value
    save_tensors(out, path, network.shape, rank)


def load_adapter(path: Path, folder: Path) -> ReaderNetwork:
    """Return the network that the adapter at ``path`` makes of the encoder in ``folder``.

    Raises EncoderError where the file is no adapter of that encoder.
    """
    with _opened(path, folder) as (shape, adapter):
        heads = {name: value for name, value in adapter.items() if name.startswith(_OF_READER)}
        trunk = {name: value for name, value in adapter.items() if name not in heads}
        network = ReaderNetwork(shape, learned(trunk, base_weights(folder)))
        own = network.state_dict() | {
            name.removeprefix(_OF_READER): value for name, value in heads.items()
        }
        network.load_state_dict(own)
    return network.eval()


def load_query_weights(path: Path, folder: Path) -> dict[str, Tensor]:
    """Return the weights that the adapter at ``path`` makes of those of the encoder in ``folder``.

    They are named as the encoder's. Raises EncoderError as for ``load_adapter``.
    """
    with _opened(path, folder) as (_, adapter):
        return learned(adapter, base_weights(folder))


@contextmanager
def _opened(path: Path, folder: Path) -> Iterator[tuple[Shape, dict[str, Tensor]]]:
    """Give an adapter's shape and tensors; EncoderError where they do not fit the encoder."""
    try:
        with safe_open(path, "pt") as file:
            kept = json.loads(file.metadata()["shape"])
            adapter = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        yield Shape(**{field.name: int(kept[field.name]) for field in fields(Shape)}), adapter
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise EncoderError(
            f"{path} is no adapter of the encoder in {folder} ({error!r:.200}): "
            "name a file that 'rag train' wrote."
        ) from error


def masked(mask: Tensor, heads: int) -> Attend:
    """Return attention over rows [N, S, D] with what ``mask`` [N, 1, S, S] adds."""

    def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        q, k, v = (split_heads(x, heads) for x in (query, key, value))
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return mixed.transpose(1, 2).reshape(query.shape)

    return attend


def _signs(logits: Tensor, told_mask: Tensor) -> Tensor:
    """Return what the pointers [3, N, P] show of themselves, [N, 8]: height and sharpness."""
    count = told_mask.sum(-1).float()
    peak = logits.amax(-1)
    total = logits.logsumexp(-1) - count.log()
    sharp = (peak - total).transpose(0, 1)
    mean = logits.masked_fill(~told_mask, 0.0).sum(-1) / count
    return torch.cat((peak.transpose(0, 1), sharp, mean[0:1].T, mean[2:3].T), -1) / 4


def _parameters(index: int) -> list[tuple[str, str, str]]:
    """Return the parameters of a layer: the encoder's name for each, its part and its kind."""
    return [
        (f"encoder.layer.{index}.{part}.{kind}", part, kind)
        for part in _MATRICES + _NORMS
        for kind in ("weight", "bias")
    ]


def _key(index: int, part: str, kind: str) -> str:
    """Return the network's own name of a parameter (a ParameterDict takes no dots)."""
    return f"{index}-{part}-{kind}".replace(".", "_")


def _fixed(weight: Tensor) -> nn.Parameter:
    """Return a weight that is not learned."""
    return nn.Parameter(weight, requires_grad=False)
