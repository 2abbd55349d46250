"""The likeliest Chinese of all that something typed may stand for; pure.

Source: the noisy channel of Kernighan, Church and Gale, "A Spelling Correction Program Based on
a Noisy Channel Model", COLING 1990, with a beam over a language model of three characters,
interpolated as in Jelinek and Mercer, 1980.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rag.questions.rereading.lexicon import Lexicon

_BEAM = 12
"""Ways to read what stands before that are gone on from."""


def likeliest(
    choices: Sequence[Mapping[str, float]],
    book: Lexicon,
    least: Callable[[str, str], float] | None = None,
) -> tuple[float, str]:
    """Return how likely the likeliest reading is, as a logarithm, and the reading.

    ``choices`` are the characters that each may stand for, with how likely each is typed so;
    none is empty. ``least`` tells how likely a character at least follows another, where
    the book alone does not tell.
    """
    paths: list[tuple[float, str]] = [(0.0, "")]
    for choice in choices:
        signs = list(choice)
        costs = np.fromiter(choice.values(), float)
        reached: dict[str, tuple[float, str]] = {}
        for score, path in paths:
            likely = book.follows(path[-2:], signs) if path else np.zeros(len(signs))
            if least and path:
                likely = np.maximum(likely, [least(path[-1], sign) for sign in signs])
            for sign, worth in zip(signs, (score + costs + likely).tolist(), strict=True):
                state = path[-1:] + sign
                if state not in reached or worth > reached[state][0]:
                    reached[state] = worth, path + sign
        paths = sorted(reached.values(), reverse=True)[:_BEAM]
    return paths[0]
