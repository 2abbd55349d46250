"""Figures on a book that nothing is learned from, as a network learns."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
import torch

from rag.models.making.training.coding import collate
from rag.models.making.training.losses import read_batch, sentence_logits
from rag.models.making.training.packs import LANGUAGES, Asked, Pack, occurrences, read_list
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rag.models.adapter import ReaderNetwork
    from rag.models.making.training.coding import Coded

Figures = dict[str, dict[str, float]]
"""By language, ``near misses``: the share of pairs in which a question that its passage answers
scores above a near miss (the area under the curve); ``strangers``: likewise above a question of
another passage that comes near; ``sentence``: the share of what is answered whose first sentence is
one that answers."""

_NOTE_MARK = re.compile(r"\^[①-⑳]")
_ROWS = 4
_BAD = {"near": "near misses", "stranger": "strangers"}
"""Kinds of questions that their passage does not answer, and what the figures call them."""


def book_packs(folder: Path) -> list[Pack]:
    """Return the passages of an annotated book with its questions and near misses.

    ``truth.json`` has the pages, each with paragraphs and the passages that own them;
    ``questions.json``, ``natural.json`` and ``unanswerable.json`` what is asked of them, by
    passage: those names stand in the order of the passages. Raises EncoderError.
    """
    try:
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        texts: dict[tuple[int, ...], str] = {}
        for page in truth["pages"]:
            for text, owner in zip(page["text"], page["owners"], strict=True):
                texts[tuple(owner)] = texts.get(tuple(owner), "") + text
        missed = read_list(folder / "unanswerable.json")
        names = list(dict.fromkeys(item["id"].split(".")[0] for item in missed))
        packs = {
            name: Pack(name, _NOTE_MARK.sub("", text))
            for name, text in zip(names, texts.values(), strict=True)
        }
        for kind, file in (
            ("asked", "questions"),
            ("natural", "natural"),
            ("near", "unanswerable"),
        ):
            for item in read_list(folder / f"{file}.json"):
                pack = packs[item["id"].split(".")[0]]
                answers = item.get("answers", ())
                places = [place for answer in answers for place in occurrences(pack.text, answer)]
                if places or kind == "near":
                    pack.asked += [
                        Asked(text, lang, places, kind) for lang, text in item["question"].items()
                    ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{folder} is no annotated book ({error!r:.200}).") from error
    return list(packs.values())


def figures(network: ReaderNetwork, packs: Sequence[Coded], dtype: torch.dtype) -> Figures:
    """Return what the network gets right of packs."""
    good: dict[str, list[float]] = {language: [] for language in LANGUAGES}
    bad: dict[tuple[str, str], list[float]] = {
        (language, kind): [] for language in LANGUAGES for kind in _BAD
    }
    first: dict[str, list[bool]] = {language: [] for language in LANGUAGES}
    for start in range(0, len(packs), _ROWS):
        batch = collate(packs[start : start + _ROWS])
        with torch.inference_mode():
            logits = read_batch(network, batch, dtype)
            parts = sentence_logits(network, logits, batch)
        scores = logits.answerable.tolist()
        asked = [one for pack in packs[start : start + _ROWS] for one in _each(pack)]
        for (language, kind, right), score, part in zip(asked, scores, parts, strict=True):
            if kind in _BAD:
                bad[language, kind].append(score)
            else:
                good[language].append(score)
                first[language].append(int(part.argmax()) in right)
    return {
        language: {
            name: _area(good[language], bad[language, kind])
            for kind, name in _BAD.items()
            if bad[language, kind]
        }
        | {"sentence": float(np.mean(first[language]))}
        for language in LANGUAGES
        if good[language] and bad[language, "near"]
    }


def worth(result: Figures) -> float:
    """Return the one number by which the best adapter is kept."""
    each = [
        one["near misses"] + 0.5 * one.get("strangers", 0.0) + 0.5 * one["sentence"]
        for one in result.values()
    ]
    return float(np.mean(each)) if each else 0.0


def _each(pack: Coded) -> list[tuple[str, str, list[int]]]:
    """Return the language, the kind and the answering sentences of a pack's questions."""
    return list(zip(pack.languages, pack.kinds, pack.right, strict=True))


def _area(good: Sequence[float], bad: Sequence[float]) -> float:
    """Return the share of pairs in which the good one scores higher, ties a half."""
    gaps = np.subtract.outer(np.array(good), np.array(bad))
    return float(np.mean((gaps > 0) + 0.5 * (gaps == 0)))
