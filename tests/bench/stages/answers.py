"""Questions to one book, with the reader that decides, and lookups as one types."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from rag.types import Language, RagError, Way, Wish
from rag.web.html import render_lookup
from tests.bench.results import Figure, times
from tests.bench.workshop import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.application.shuzheng import Shuzheng
    from tests.bench.prose import Asked
    from tests.bench.workshop import Workshop

ANSWER = 250.0, 400.0
FIRST = 150.0
LOOKUP = 60.0
PLAIN = "LangChain, torch: nearest chunks alone"
WARM = "青山桥是什么时候修的？"


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Yield how long answers, their first evidence and lookups take in a process that is warm."""
    shelf, asked = workshop.shelf(1), workshop.asked
    plain = workshop.root / "plain-book"
    if not plain.exists():
        workshop.peer.told("index", text=workshop.made.plain, folder=str(plain))
    peer = workshop.peer.told("ask", folder=str(plain), questions=[one.text for one in asked])
    workshop.peer.rest()
    with opened(shelf) as shuzheng:
        shuzheng.warm()
        first, whole = answered(shuzheng, asked)
        typed = list(_typed(workshop.made.typed, workshop.sizes.questions))
        seconds = [_looked(shuzheng, words) for words in typed]
        right = sum(_right(shuzheng, one) for one in asked if one.page) / max(
            1, sum(one.page is not None for one in asked)
        )
    yield from times(
        "answer", "a whole answer", whole, asked=ANSWER, peer=peer, beside=PLAIN, main=True
    )
    yield from times("first", "its first words", first, asked=(FIRST, None))
    for language in ("zh", "en"):
        own = [s for s, one in zip(whole, asked, strict=True) if one.language == language]
        if own:
            yield from times(f"answer-{language}", f"a whole answer, asked in {language}", own)
    yield from times(
        "lookup", "a lookup as one types", seconds, asked=(None, LOOKUP), peer=peer, beside=PLAIN,
        main=True,
    )  # fmt: skip
    yield Figure("cited", "of these answers, those that cite the right page", right, "share")


def answered(shuzheng: Shuzheng, asked: Sequence[Asked]) -> tuple[list[float], list[float]]:
    """Return the seconds until each answer's first words, and until it is whole.

    Each is asked once, so that nothing is remembered of it; one is asked before, which is not
    counted.
    """
    shuzheng.ask(WARM)
    first, whole = [], []
    for question in asked:
        started = time.perf_counter()
        seen = 0.0
        for _ in shuzheng.stream(question.text):
            seen = seen or time.perf_counter() - started
        whole.append(time.perf_counter() - started)
        first.append(seen)
    return first, whole


def _right(shuzheng: Shuzheng, question: Asked) -> bool:
    """Return whether an answer cites the page that has it."""
    answer = shuzheng.ask(question.text)
    return any(str(question.page) in citation.place.pages for citation in answer.citations)


def _typed(words: Sequence[str], count: int) -> Iterator[str]:
    """Yield words as they grow under the fingers, so many in all."""
    growing = (word[: length + 1] for word in words for length in range(len(word)))
    for one, _ in zip(dict.fromkeys(growing), range(count), strict=False):
        yield one


def _looked(shuzheng: Shuzheng, words: str) -> float:
    """Return the seconds until what is found for words is drawn, as the page does it."""
    records = {summary.record.id: summary.record for summary in shuzheng.books()}
    wish = Wish(Way.BOTH, names=True)
    started = time.perf_counter()
    with suppress(RagError):  # nothing to look for, which is told as well
        found = shuzheng.look(words, wish)
        render_lookup(found, wish, records, Language.ZH, shown=12, narrows=True)
    return time.perf_counter() - started
