"""The training: a run of steps that can be broken off and taken up, and what it leaves.

What is written is the mean of the weights at the last few looks, which is worth more than the
steps between them ("model soups": Wortsman et al. 2022, arXiv 2203.05482).
"""

from __future__ import annotations

import copy
import json
import random
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import torch
from filelock import FileLock, Timeout

from rag.models.adapter import ReaderNetwork, base_weights, load_adapter, save_adapter
from rag.models.making.training.base import (
    bar_of,
    base_of,
    digest,
    keep,
    shape_of,
    tokenizer_in,
)
from rag.models.making.training.coding import code, collate
from rag.models.making.training.development import book_packs, figures, worth
from rag.models.making.training.examples import Corpus
from rag.models.making.training.losses import losses
from rag.models.making.training.nearness import Nearness
from rag.models.opening import open_encoder
from rag.models.sources import BUNDLED
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from torch import Tensor
    from tqdm import tqdm

    from rag.models.making.training.coding import Coded
    from rag.models.making.training.development import Figures

CHECKPOINT, ADAPTER, CARD = "checkpoint.pt", "reader.safetensors", "reader.json"
_STRANGERS = 9
"""How many questions of others are put to a passage of the development book."""
_POOL = 96
"""Packs that are sorted by their size together."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run learns: ``steps``, of ``tokens`` each, padding counted.

    The rates rise over ``warmup`` steps and fall over the last ``decay``. ``paragraphs`` is the
    share of the plain paragraphs in an epoch. Every ``save_every`` steps there is a checkpoint,
    every ``look_every`` figures and an adapter, the mean of the last ``mean_of`` looks.
    """

    steps: int
    seed: int = 11
    tokens: int = 3600
    warmup: int = 100
    decay: int = 800
    rate: float = 2e-4
    head_rate: float = 1e-3
    paragraphs: float = 0.25
    save_every: int = 20
    look_every: int = 100
    mean_of: int = 3
    dtype: torch.dtype = torch.bfloat16

    def share(self, step: int) -> float:
        """Return the share of the learning rates at a step: up, level, down."""
        return min(1.0, (step + 1) / self.warmup, (self.steps - step) / self.decay)


class Run:
    """A training in a folder; where there is a checkpoint, it goes on from there."""

    def __init__(
        self,
        plan: Plan,
        base: Path,
        corpus: Corpus,
        book: Sequence[Coded],
        out: Path,
        *,
        start: Path | None = None,
    ) -> None:
        """``start`` is an adapter to learn on from, none to begin with the encoder's weights."""
        self.plan, self.out = plan, out
        self._base, self._corpus, self._book = base, corpus, book
        self._tokenizer = tokenizer_in(base)
        torch.manual_seed(plan.seed)
        self.network = (
            load_adapter(start, base)
            if start
            else ReaderNetwork(shape_of(base), base_weights(base))
        )
        groups: dict[float, list[Tensor]] = {plan.rate: [], plan.head_rate: []}
        for name, parameter in self.network.named_parameters():
            if parameter.requires_grad:
                groups[plan.rate if name.startswith("trunk.") else plan.head_rate].append(parameter)
        self._tops = list(groups)
        self._optimizer = torch.optim.AdamW(
            [{"params": own, "lr": rate} for rate, own in groups.items()],
            weight_decay=0.01,
            betas=(0.9, 0.98),
        )
        self.state: dict[str, Any] = {"step": 0, "epoch": 0, "batch": 0, "questions": 0, "best": -1}
        self._means: list[dict[str, Tensor]] = []
        self._result: Figures = {}
        if (out / CHECKPOINT).exists():
            kept = torch.load(out / CHECKPOINT, weights_only=True)
            self.network.load_state_dict(kept["network"], strict=False)
            self._optimizer.load_state_dict(kept["optimizer"])
            self.state, self._means, self._result = kept["state"], kept["means"], kept["result"]

    def go(self, until: int) -> list[float]:
        """Return the loss of each step up to ``until``; writes checkpoints and adapters.

        Raises EncoderError where the data gives no example.
        """
        told: list[float] = []
        with bar_of("Learning to read", self.state["step"], until) as bar:
            while self.state["step"] < until:
                for number, packs in enumerate(self._batches(self.state["epoch"])):
                    if number < self.state["batch"]:
                        continue
                    told.append(self._step(packs))
                    self.state["batch"] = number + 1
                    bar.update()
                    bar.set_postfix(loss=f"{told[-1]:.3f}")
                    self._keep(bar)
                    if self.state["step"] >= until:
                        break
                else:
                    if not self.state["batch"]:
                        raise EncoderError("No example can be made of the data.")
                    self.state |= {"epoch": self.state["epoch"] + 1, "batch": 0}
        return told

    def save(self) -> None:
        """Write a checkpoint, whole or not at all."""
        kept: dict[str, Any] = {
            "network": self._learned(),
            "optimizer": self._optimizer.state_dict(),
            "state": self.state,
            "means": self._means,
            "result": self._result,
        }
        keep(kept, self.out / CHECKPOINT)

    def _step(self, packs: Sequence[Coded]) -> float:
        """Return the loss of some packs, and learn from them."""
        share = self.plan.share(self.state["step"])
        for group, top in zip(self._optimizer.param_groups, self._tops, strict=True):
            group["lr"] = top * share
        loss = losses(self.network, collate(packs), self.plan.dtype)
        loss.backward()  # type: ignore[no-untyped-call]
        own = [parameter for group in self._optimizer.param_groups for parameter in group["params"]]
        # A batch whose slope is no number teaches nothing, and would undo all that was learned.
        if torch.nn.utils.clip_grad_norm_(own, 1.0).isfinite():
            self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self.state["step"] += 1
        self.state["questions"] += sum(len(pack.asked) for pack in packs)
        return float(loss)

    def _keep(self, bar: tqdm) -> None:
        """Write what is due after a step."""
        step = self.state["step"]
        if step % self.plan.look_every == 0 or step == self.plan.steps:
            self._look(bar)
        elif step % self.plan.save_every == 0:
            self.save()

    def _look(self, bar: tqdm) -> None:
        """Measure the mean of the last looks, and where it is the best so far, keep it."""
        learned = {name: value.clone() for name, value in self._learned().items()}
        self._means = [*self._means, learned][-self.plan.mean_of :]
        mean = copy.deepcopy(self.network)
        mean.load_state_dict(
            {
                name: torch.stack([weights[name] for weights in self._means]).mean(0)
                for name in learned
            },
            strict=False,
        )
        result = figures(mean, self._book, self.plan.dtype)
        bar.write(f"step {self.state['step']}: {json.dumps(result)}", file=sys.stderr)
        # Without a book to measure on, the last one is the best.
        if not result or worth(result) > self.state["best"]:
            self.state["best"], self._result = worth(result), result
            part = self.out / f"{ADAPTER}.part"
            save_adapter(mean, base_weights(self._base), part)
            part.replace(self.out / ADAPTER)
        self.save()

    def card(self, files: Sequence[Path]) -> dict[str, Any]:
        """Return what is to be known of the adapter that was kept."""
        return {
            "base sha256": digest(self._base / "model.safetensors"),
            "sha256": digest(self.out / ADAPTER),
            "data": {path.name: digest(path) for path in files},
            "plan": {name: str(value) for name, value in asdict(self.plan).items()},
            "seen": {name: self.state[name] for name in ("step", "epoch", "questions")},
            "torch": torch.__version__,
            "figures": self._result,
        }

    def _learned(self) -> dict[str, Tensor]:
        """Return the weights that are learned."""
        named = self.network.named_parameters()
        return {name: value.detach() for name, value in named if value.requires_grad}

    def _batches(self, epoch: int) -> Iterator[list[Coded]]:
        """Yield an epoch's packs in batches of like size, in an order of the epoch's own."""
        rng = random.Random(f"{self.plan.seed}-{epoch}-batches")  # noqa: S311 - an order
        pool: list[Coded] = []
        for pack in self._corpus.epoch(epoch, self.plan.seed, self.plan.paragraphs):
            coded = code(pack, self._tokenizer)
            if coded.asked and coded.sentences:
                pool.append(coded)
            if len(pool) == _POOL:
                yield from self._mixed(pool, rng)
                pool = []
        yield from self._mixed(pool, rng)

    def _mixed(self, pool: list[Coded], rng: random.Random) -> list[list[Coded]]:
        """Return packs in batches of like size, the batches in no order."""
        made: list[list[Coded]] = []
        for pack in sorted(pool, key=lambda pack: pack.size):
            if made and pack.size * (len(made[-1]) + 1) <= self.plan.tokens:
                made[-1].append(pack)
            else:
                made.append([pack])
        rng.shuffle(made)
        return made


def train(
    data: Sequence[Path],
    out: Path,
    models: Path,
    *,
    development: Path | None = None,
    start: Path | None = None,
    steps: int = 2500,
    seed: int = 11,
) -> Path:
    """Return the adapter that a reader learned from data files, written into ``out``.

    A bar on standard error shows how far it is, and figures on the annotated book in the folder
    ``development``. Run again, it goes on from its checkpoint; ``start`` is an adapter that was
    learned before, to learn on from. ``models`` holds the bundled
    encoder, made where it is missing. Raises EncoderError.
    """
    corpus = Corpus(data)
    if not corpus.annotated and not corpus.paragraphs:
        raise EncoderError("There is nothing to learn from in the data.")
    packs = book_packs(development) if development else []
    out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(out / ".lock", timeout=0):
            nearness = Nearness(open_encoder(BUNDLED, models), out)
            nearness.know((one.text, [asked.text for asked in one.asked]) for one in packs)
            nearness.estrange(packs, _STRANGERS)
            for one in packs:
                nearness.add(one)
            nearness.know((entry["text"], corpus.texts(entry)) for entry in corpus.annotated)
            nearness.mine(
                [(one["id"], one["text"], corpus.questions(one)) for one in corpus.annotated]
            )
            corpus.nearness = nearness
            base = base_of(models)
            tokenizer = tokenizer_in(base)
            plan = Plan(
                steps,
                seed,
                warmup=min(100, steps),
                decay=max(1, steps // 3),
                look_every=max(1, steps // 10),
            )
            run = Run(plan, base, corpus, [code(one, tokenizer) for one in packs], out, start=start)
            run.go(steps)
            card = json.dumps(run.card(data), ensure_ascii=False, indent=1)
            (out / CARD).write_text(card + "\n", encoding="utf-8")
    except Timeout as error:
        raise EncoderError(f"Another process is learning in {out}: wait for it.") from error
    return out / ADAPTER
