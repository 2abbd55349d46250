"""The measures of one question's outcome, and of many; pure.

Ranks count from 1, and None stands for what was not found. A measure that does not apply
to a question is None, and is left out of the mean rather than counted as zero.
"""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

import numpy as np

from rag.language.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

RANKS = (1, 3, 5, 10)
"""How many passages are looked at."""
_DEVIATES = 1.959964
"""Standard deviations within which 95 % of a normal distribution lie."""


def recall_at(rank: int | None, k: int) -> float:
    """Return 1 where an answer stands in the first k passages, else 0."""
    return float(rank is not None and rank <= k)


def reciprocal_rank(rank: int | None) -> float:
    """Return 1 / rank, 0 where nothing was found."""
    return 1 / rank if rank else 0.0


def gain_at(rank: int | None, k: int) -> float:
    """Return the normalised discounted cumulative gain of the first passage that answers.

    With one passage that counts, the ideal gain is 1 and the gain 1 / log2(1 + rank)
    (Järvelin and Kekäläinen 2002).
    """
    return 1 / math.log2(1 + rank) if rank is not None and rank <= k else 0.0


def mean(values: Iterable[float | bool | None]) -> float | None:
    """Return the mean of the values there are, to four places; None of none."""
    kept = [float(value) for value in values if value is not None]
    return round(sum(kept) / len(kept), 4) if kept else None


def refusals(refused: Sequence[bool], answerable: Sequence[bool]) -> dict[str, float | None]:
    """Return precision and recall of refusals, over questions with and without an answer."""
    rightly = [not known for said, known in zip(refused, answerable, strict=True) if said]
    caught = [said for said, known in zip(refused, answerable, strict=True) if not known]
    return {"refusals, precision": mean(rightly), "refusals, recall": mean(caught)}


def calibration_error(
    chances: Sequence[float], came: Sequence[float], *, bins: int = 10
) -> float | None:
    """Return how far chances are on average from what came of them; None of none.

    That is the expected calibration error, in bins of equal width (Guo et al., "On Calibration of
    Modern Neural Networks", ICML 2017).
    """
    groups: dict[int, list[tuple[float, float]]] = {}
    for pair in zip(chances, came, strict=True):
        groups.setdefault(min(int(pair[0] * bins), bins - 1), []).append(pair)
    gaps = [abs(sum(chance - true for chance, true in group)) for group in groups.values()]
    return round(sum(gaps) / len(chances), 4) if gaps else None


def share_of(part: int, whole: int) -> dict[str, float | None]:
    """Return a share, and its 95 % interval from and to, to four places; None of nothing.

    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
    """
    if not whole:
        return {"": None, ", from": None, ", to": None}
    share, spread = part / whole, _DEVIATES**2 / whole
    middle = (share + spread / 2) / (1 + spread)
    reach = math.sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return {"": round(share, 4), ", from": round(low, 4), ", to": round(high, 4)}


def area_under_curve(right: Sequence[float], wrong: Sequence[float]) -> float | None:
    """Return how often a right one scores above a wrong one, ties half, to four places.

    That is the area under the receiver operating characteristic (Hanley and McNeil 1982); None
    where there is none of either.
    """
    if not right or not wrong:
        return None
    above = np.subtract.outer(np.array(right), np.array(wrong))
    return round(float((above > 0).mean() + (above == 0).mean() / 2), 4)


def overlap(text: str, start: int, end: int, answers: Sequence[str]) -> float:
    """Return the harmonic mean of precision and recall of marked words, 0 where they miss.

    In characters of the text, white space left out, against the answer that they agree with best
    (as SQuAD does in words: Rajpurkar et al. 2016). ``answers`` are folded, without white space.
    """
    folded = fold(text)
    places = [at for at, sign in enumerate(folded) if not sign.isspace()]
    plain = "".join(folded[at] for at in places)
    marked = {at for at in places if start <= at < end}
    best = 0.0
    for answer in filter(None, answers):
        first = plain.find(answer)
        while first >= 0:
            meant = set(places[first : first + len(answer)])
            best = max(best, 2 * len(meant & marked) / (len(meant) + len(marked)))
            first = plain.find(answer, first + 1)
    return best


def latency(milliseconds: Sequence[float]) -> dict[str, float | None]:
    """Return the median and the 95th percentile (by nearest rank)."""
    ordered = sorted(milliseconds)
    if not ordered:
        return {"milliseconds, median": None, "milliseconds, 95 %": None}
    return {
        "milliseconds, median": round(statistics.median(ordered), 1),
        "milliseconds, 95 %": round(ordered[math.ceil(0.95 * len(ordered)) - 1], 1),
    }


def difference(
    one: Sequence[float | None], other: Sequence[float | None], *, draws: int = 2000
) -> tuple[float, float, float] | None:
    """Return how much more the second is in the mean, and a 95 % interval of it.

    The values are of the same questions in the same order; those that lack either are left
    out (None where none is left). The interval is that of a paired bootstrap (Efron and
    Tibshirani 1993), drawn with a fixed seed.
    """
    pairs = [b - a for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    if not pairs:
        return None
    values = np.array(pairs)
    chosen = np.random.default_rng(0).integers(0, len(values), size=(draws, len(values)))
    low, high = np.percentile(values[chosen].mean(axis=1), [2.5, 97.5])
    return round(float(values.mean()), 4), round(float(low), 4), round(float(high), 4)


def means(rows: Sequence[Mapping[str, float | None]]) -> dict[str, float | int | None]:
    """Return the mean of each measure over the questions that it applies to."""
    names = list(rows[0]) if rows else []
    return {name: mean(row[name] for row in rows) for name in names}
