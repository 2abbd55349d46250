"""Teaches the encoder to ask: questions in any language come near to the passages that answer.

The encoder of texts stays as it is, so that no library is encoded anew; a copy of it learns to
encode questions alone. Each question is set against every passage of the data at once, and
against every sentence, whose vectors are fixed: its own passage is to be the nearest, and of the
sentences one that answers. A near miss, of which its passage speaks without answering it, has a
passage and no sentence. That a question stays near to where it was counts too.

Sources: an encoder of its own for questions, Karpukhin et al., "Dense Passage Retrieval for
Open-Domain Question Answering", arXiv 2004.04906; the loss, van den Oord et al., "Representation
Learning with Contrastive Predictive Coding", arXiv 1807.03748.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from filelock import FileLock, Timeout
from torch import Tensor, nn
from torch.nn import functional

from rag.language.text import sentences
from rag.models.adapter import (
    Trunk,
    base_weights,
    differences,
    masked,
    save_tensors,
)
from rag.models.making.training.base import (
    bar_of,
    base_of,
    digest,
    keep,
    shape_of,
    tokenizer_in,
)
from rag.models.making.training.development import book_packs
from rag.models.making.training.examples import Corpus
from rag.models.making.training.nearness import Nearness
from rag.models.making.training.packs import LANGUAGES
from rag.models.opening import open_encoder
from rag.models.sources import BUNDLED, QUERY
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tokenizers import Tokenizer
    from tqdm import tqdm

    from rag.models.base import Vectors
    from rag.models.making.training.packs import Pack

TOWARDS = "zh"
"""The language of the passages of the data."""
CHECKPOINT = "query-checkpoint.pt"
_QUERY = "query: "
_MOST_TOKENS = 64
_AT_ONCE = 128
_BATCHES_SORTED = 20
"""Batches whose questions are sorted by length together."""


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """How the encoder learns: ``rows`` questions a step, each question ``epochs`` times.

    Cosines are multiplied by ``sharpness`` for the softmax; ``sentences`` and ``stay`` are the
    weights of the sentences' loss and of the squared distance from where a question was.
    """

    epochs: int
    seed: int = 11
    rows: int = 64
    rate: float = 1e-4
    warmup: int = 100
    sharpness: float = 50.0
    sentences: float = 1.0
    stay: float = 1.0
    rank: int = 48
    save_every: int = 50
    look_every: int = 200
    dtype: torch.dtype = torch.bfloat16


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question, the row of its passage, and the rows of the sentences that answer it, if any."""

    text: str
    language: str
    passage: int
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """Vectors of passages (p, d) and of their sentences (s, d), and what is asked of them."""

    passages: Tensor
    sentences: Tensor
    asked: tuple[Lesson, ...]


def texts_of(packs: Sequence[Pack], nearness: Nearness) -> Texts:
    """Return the vectors of packs' passages and sentences, and their questions."""
    rows: list[Lesson] = []
    told: list[str] = []
    for number, pack in enumerate(packs):
        spans = sentences(pack.text)
        for one in pack.asked:
            right = tuple(
                len(told) + at
                for at, span in enumerate(spans)
                if any(start < span.end and end > span.start for start, end in one.spans)
            )
            rows.append(Lesson(one.text, one.language, number, right))
        told += [pack.text[span.start : span.end] for span in spans]
    return Texts(
        torch.from_numpy(nearness.passages([pack.text for pack in packs])),
        torch.from_numpy(nearness.passages(told)),
        tuple(rows),
    )


class QueryRun:
    """A training in a folder; where there is a checkpoint, it goes on from there."""

    def __init__(
        self, plan: QueryPlan, base: Path, texts: Texts, before: Tensor, *, book: Texts, out: Path
    ) -> None:
        """``before`` (n, d) is where the encoder has the questions of ``texts``."""
        self.plan, self.out = plan, out
        self._base, self._texts, self._before, self._book = base, texts, before, book
        self._tokenizer: Tokenizer = tokenizer_in(base)
        torch.manual_seed(plan.seed)
        self.trunk = Trunk(shape_of(base), base_weights(base))
        self._own = [value for value in self.trunk.layer.values() if value.requires_grad]
        self._optimizer = torch.optim.AdamW(
            self._own, lr=plan.rate, weight_decay=0.01, betas=(0.9, 0.98)
        )
        self.state: dict[str, Any] = {"step": 0, "best": -1.0}
        self.figures: dict[str, dict[str, float]] = {}
        path = out / CHECKPOINT
        if path.exists():
            kept = torch.load(path, weights_only=True)
            self.trunk.load_state_dict(kept["layers"], strict=False)
            self._optimizer.load_state_dict(kept["optimizer"])
            self.state, self.figures = kept["state"], kept["figures"]

    @property
    def steps(self) -> int:
        """How many steps there are in all."""
        return self.plan.epochs * -(-len(self._texts.asked) // self.plan.rows)

    def go(self, until: int | None = None) -> list[float]:
        """Return the loss of each step, up to ``until`` or the last; writes what is learned."""
        told: list[float] = []
        last = min(until or self.steps, self.steps)
        with bar_of("Learning to ask", self.state["step"], last) as bar:
            for step, rows in enumerate(self._batches()):
                if step >= last:
                    break
                if step < self.state["step"]:
                    continue
                told.append(self._step(rows))
                bar.update()
                bar.set_postfix(loss=f"{told[-1]:.3f}")
                self.state["step"] = step + 1
                if self.state["step"] % self.plan.look_every == 0 or step + 1 == self.steps:
                    self._look(bar)
                elif self.state["step"] % self.plan.save_every == 0:
                    self.save()
        return told

    def save(self) -> None:
        """Write a checkpoint, whole or not at all."""
        kept = {
            "layers": {name: value.detach() for name, value in self._learned()},
            "optimizer": self._optimizer.state_dict(),
            "state": self.state,
            "figures": self.figures,
        }
        keep(kept, self.out / CHECKPOINT)

    def encode(self, texts: Sequence[str]) -> Tensor:
        """Return the vectors of questions as they are now: unit rows (n, d)."""
        ids = [self._tokenizer.encode(_QUERY + text).ids[:_MOST_TOKENS] for text in texts]
        width = max(map(len, ids))
        tokens = torch.tensor([[*row, *[1] * (width - len(row))] for row in ids])
        here = torch.arange(width) < torch.tensor([[len(row)] for row in ids])
        mask = torch.where(here[:, None, None, :], 0.0, -1e4).to(self.plan.dtype)
        shape = self.trunk.shape
        attend, nowhere = masked(mask, shape.heads), torch.zeros_like(here)
        with torch.no_grad():
            states = self.trunk.embed(tokens, torch.arange(width).unsqueeze(0), self.plan.dtype)
            states = self.trunk.run(states, nowhere, attend, range(shape.learn_from))
        states = self.trunk.run(states, nowhere, attend, range(shape.learn_from, shape.layers))
        mean = (states.float() * here.unsqueeze(-1)).sum(1) / here.sum(1, keepdim=True)
        return functional.normalize(mean, dim=-1)

    def _step(self, rows: Sequence[int]) -> float:
        """Return the loss of some questions, and learn from them."""
        plan, texts = self.plan, self._texts
        step = self.state["step"]
        share = min(1.0, (step + 1) / plan.warmup, (self.steps - step) / (0.8 * self.steps))
        for group in self._optimizer.param_groups:
            group["lr"] = plan.rate * share
        lessons = [texts.asked[row] for row in rows]
        asked = self.encode([one.text for one in lessons])
        own = torch.tensor([one.passage for one in lessons])
        loss = functional.cross_entropy(asked @ texts.passages.T * plan.sharpness, own)
        known = [at for at, one in enumerate(lessons) if one.sentences]
        if known:
            shares = (asked[known] @ texts.sentences.T * plan.sharpness).log_softmax(-1)
            each = [
                -shares[at, list(lessons[number].sentences)].logsumexp(0)
                for at, number in enumerate(known)
            ]
            loss = loss + plan.sentences * torch.stack(each).mean()
        moved = (asked - self._before[list(rows)]).pow(2).sum(-1).mean()
        loss = loss + plan.stay * moved
        loss.backward()  # type: ignore[no-untyped-call]
        if nn.utils.clip_grad_norm_(self._own, 1.0).isfinite():
            self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return float(loss.detach())

    def _batches(self) -> Iterator[list[int]]:
        """Yield the rows of every step's questions, of like length, in an order of the seed's."""
        for epoch in range(self.plan.epochs):
            rng = random.Random(f"{self.plan.seed}-{epoch}")  # noqa: S311 - an order
            order = list(range(len(self._texts.asked)))
            rng.shuffle(order)
            size, batches = self.plan.rows, list[list[int]]()
            for start in range(0, len(order), size * _BATCHES_SORTED):
                pool = order[start : start + size * _BATCHES_SORTED]
                pool.sort(key=lambda row: len(self._texts.asked[row].text))
                batches += [pool[at : at + size] for at in range(0, len(pool), size)]
            rng.shuffle(batches)
            yield from batches

    def _look(self, bar: tqdm) -> None:
        """Measure, and where it is the best so far, or nothing can be measured, keep it."""
        found = measure(self.encode, self._book)
        bar.write(f"step {self.state['step']}: {json.dumps(found)}", file=sys.stderr)
        worth = sum(sum(one.values()) for one in found.values())
        if not found or worth > self.state["best"]:
            self.state["best"], self.figures = worth, found
            name = QUERY.format(TOWARDS)
            part = self.out / f"{name}.part"
            weights, rank = base_weights(self._base), self.plan.rank
            save_tensors(differences(self.trunk, weights, rank), part, self.trunk.shape, rank)
            part.replace(self.out / name)
        self.save()

    def _learned(self) -> list[tuple[str, nn.Parameter]]:
        return [(name, one) for name, one in self.trunk.named_parameters() if one.requires_grad]


def measure(
    encode: Callable[[Sequence[str]], Tensor | Vectors], book: Texts
) -> dict[str, dict[str, float]]:
    """Return how often a book's passages and sentences are found, by language of the question.

    ``encode`` gives the vectors of some questions: unit rows (n, d).
    """
    out: dict[str, dict[str, float]] = {}
    for language in LANGUAGES:
        lessons = [one for one in book.asked if one.language == language and one.sentences]
        if not lessons:
            continue
        with torch.inference_mode():
            starts = range(0, len(lessons), _AT_ONCE)
            parts = [encode([one.text for one in lessons[at : at + _AT_ONCE]]) for at in starts]
        asked = torch.cat([torch.as_tensor(part) for part in parts]).float()
        by_passage = _ranks(asked @ book.passages.T, [(one.passage,) for one in lessons])
        by_sentence = _ranks(asked @ book.sentences.T, [one.sentences for one in lessons])
        out[language] = {
            "passage first": _share(by_passage, 1),
            "passage in five": _share(by_passage, 5),
            "sentence first": _share(by_sentence, 1),
        }
    return out


def _ranks(cosines: Tensor, right: Sequence[tuple[int, ...]]) -> list[int]:
    """Return how many are nearer than the nearest right one, a row each."""
    best = [float(row[list(own)].max()) for row, own in zip(cosines, right, strict=True)]
    return [int((row > own).sum()) for row, own in zip(cosines, best, strict=True)]


def _share(ranks: Sequence[int], count: int) -> float:
    return round(float(np.mean([rank < count for rank in ranks])), 3)


def train_queries(
    files: Sequence[Path],
    out: Path,
    models: Path,
    *,
    development: Path | None = None,
    epochs: int = 1,
    seed: int = 11,
) -> Path:
    """Return the adapter of the encoder of questions, learned from data files, in ``out``.

    Bars on standard error show how far it is, and figures on the annotated book in the folder
    ``development``. Run again, it goes on from its checkpoint. ``models`` holds the bundled
    encoder, made where it is missing. Raises EncoderError.
    """
    corpus = Corpus(files)
    packs = list(corpus.whole())
    if not packs:
        raise EncoderError("There is nothing to learn from in the data.")
    book = book_packs(development) if development else []
    out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(out / ".lock", timeout=0):
            encoder = open_encoder(BUNDLED, models)
            nearness = Nearness(encoder, out)
            texts, measured = texts_of(packs, nearness), texts_of(book, nearness)
            before = nearness.questions([one.text for one in texts.asked])
            base = base_of(models)
            plan = QueryPlan(epochs, seed)
            run = QueryRun(plan, base, texts, torch.from_numpy(before), book=measured, out=out)
            run.go()
            path = out / QUERY.format(TOWARDS)
            path.chmod(0o644)
            names = " ".join(file.name for file in files)
            card = {
                "what": f"An encoder of questions to texts in {TOWARDS}: differences, float16.",
                "encoder": encoder.name,
                "sha256": digest(path),
                "data": {file.name: digest(file) for file in files},
                "questions": len(texts.asked),
                "passages": len(texts.passages),
                "plan": {name: str(value) for name, value in asdict(plan).items()},
                "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
                "torch": torch.__version__,
                "command": f"rag train {names} --queries --development BOOK --out FOLDER",
                "figures before": measure(encoder.encode_queries, measured) if book else {},
                "figures": run.figures,
            }
            text = json.dumps(card, ensure_ascii=False, indent=1)
            path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    except Timeout as error:
        raise EncoderError(f"Another process is learning in {out}: wait for it.") from error
    return path
