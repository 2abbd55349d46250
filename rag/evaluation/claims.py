"""Claims known to be true or false of a book, judged as a language model's sentences are.

A claim is a table with ``claim`` (by language), ``cites`` (texts, each of which stands in the
passages that are cited, or is the label of the page that they stand on) and ``true``; of a false
one ``how`` may say in what it is false. It goes
the way of an answer that is composed, from parsing to what is shown, beside the passages that
a question in its words brings; no model is called.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.evaluation.measures import area_under_curve, share_of
from rag.evaluation.reports import Figures, Report
from rag.language.catalog import reason_words
from rag.language.text import find_exact
from rag.search import Found
from rag.types import Language, Match, RagError, Verdict, locate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.application import Shuzheng
    from rag.library import StoredPassage
    from rag.types import Book, Passage

Claimed = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim in one language, whether it is true, and the verdict that it is shown with.

    UNSUPPORTED is not shown. Of several sentences the worst verdict is the claim's. ``how`` says
    in what it is false, "" where nobody says it; ``entailed`` is how likely a judge finds it borne
    out, None without one. ``reasons`` are those of its sentences' verdicts.
    """

    language: Language
    text: str
    cites: tuple[str, ...]
    true: bool
    verdict: Verdict
    how: str = ""
    entailed: float | None = None
    reasons: tuple[str, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether it is false and shown, or true and taken out."""
        return self.true == (self.verdict is Verdict.UNSUPPORTED)


def judge_claims(
    shuzheng: Shuzheng, claims: Sequence[Claimed], book: str, languages: Iterable[str]
) -> Report:
    """Return how claims about a book are judged, by language, with those that went wrong.

    Raises RagError where the claims are not of the form that the module describes, or none
    is put in a language.
    """
    judge = Judge(shuzheng, book)
    figures: dict[str, Figures] = {}
    wrong: list[dict[str, object]] = []
    for language in languages:
        put = [item for item in claims if language in _known(item)["claim"]]
        if language not in set(Language) or not put:
            raise RagError(f"None of the claims is put in the language {language}.")
        judged = [judge(item, Language(language)) for item in put]
        figures[str(language)] = summarise_claims(judged)
        wrong += [_told(item) for item in judged if item.wrong]
    return Report(figures, wrong)


def summarise_claims(judged: Sequence[Judged]) -> Figures:
    """Return how many claims there are, and the shares and counts of each verdict.

    Shares that matter have their 95 % intervals; of what is shown as supported there are precision
    and recall, of a judge the area under its curve. Each kind of falsity has its own figures.
    """
    false = Counter(item.verdict for item in judged if not item.true)
    true = Counter(item.verdict for item in judged if item.true)
    believed = false[Verdict.SUPPORTED]
    shown = believed + false[Verdict.PARTLY]
    supported = true[Verdict.SUPPORTED]
    return {
        "false claims": false.total(),
        **_share("false, shown as supported", believed, false.total()),
        "false, shown as supported, count": believed,
        **_share("false, shown at all", shown, false.total()),
        "false, shown at all, count": shown,
        "true claims": true.total(),
        **_share("true, supported", supported, true.total()),
        **_share("true, partly", true[Verdict.PARTLY], true.total()),
        **_share("true, taken out", true[Verdict.UNSUPPORTED], true.total()),
        "supported, precision": share_of(supported, supported + believed)[""],
        "supported, recall": share_of(supported, true.total())[""],
        **_area("judge", judged, [item for item in judged if not item.true]),
        **_by_kind(judged),
    }


def _by_kind(judged: Sequence[Judged]) -> Figures:
    """Return the figures of the false claims of each kind, by its name."""
    figures: Figures = {}
    for kind in sorted({item.how for item in judged if item.how and not item.true}):
        own = [item for item in judged if item.how == kind and not item.true]
        verdicts = Counter(item.verdict for item in own)
        figures[f"{kind}: false claims"] = len(own)
        figures |= _share(f"{kind}: shown as supported", verdicts[Verdict.SUPPORTED], len(own))
        figures |= _share(f"{kind}: taken out", verdicts[Verdict.UNSUPPORTED], len(own))
        figures |= _area(f"{kind}: judge", judged, own)
    return figures


def _share(name: str, part: int, whole: int) -> Figures:
    return {f"{name}{bound}": value for bound, value in share_of(part, whole).items()}


def _area(name: str, judged: Sequence[Judged], false: Sequence[Judged]) -> Figures:
    """Return how well a judge tells true claims from some false ones; empty without one."""
    right = [item.entailed for item in judged if item.true and item.entailed is not None]
    wrong = [item.entailed for item in false if item.entailed is not None]
    if not right and not wrong:
        return {}
    return {f"{name}, area under the curve": area_under_curve(right, wrong)}


class Judge:
    """Judges claims about one book; NotInLibraryError where there is none of that name."""

    def __init__(self, shuzheng: Shuzheng, book: str) -> None:
        self._shuzheng = shuzheng
        [book_id] = shuzheng.chosen(book)
        self._book = shuzheng.book(book_id)
        self._passages = shuzheng.passages(book_id)

    def __call__(self, item: Claimed, language: Language) -> Judged:
        """Return how a claim is judged in one language; RagError where it cites nothing."""
        text, cites = item["claim"][language], tuple(str(text) for text in item["cites"])
        cited = dict.fromkeys(
            passage.id
            for words in cites
            for passage in identified(self._book, self._passages, words)
        )
        inquiry = self._shuzheng.inquire(text, book=self._book.id, language=language)
        found = list(inquiry.found)
        there = {one.passage.id for one in found}
        missing = self._shuzheng.stored([key for key in cited if key not in there])
        found += [_cited_only(stored) for stored in missing]
        numbers = tuple(n for n, one in enumerate(found, 1) if one.passage.id in cited)
        draft = self._shuzheng.draft(replace(inquiry, found=tuple(found)))
        said = [replace(claim, citations=numbers) for claim in draft.claims(text, whole=True)]
        answer = draft.answer(said)
        sentences = answer.sentences if answer else ()
        verdict = max(
            (sentence.verdict for sentence in sentences),
            key=list(Verdict).index,
            default=Verdict.UNSUPPORTED,
        )
        reasons = tuple(words for one in sentences for words in reason_words(one, Language.EN))
        likely = [value for one in said if (value := draft.entailed(one)) is not None]
        return Judged(
            language,
            text,
            cites,
            item["true"],
            verdict,
            str(item.get("how") or ""),
            min(likely, default=None),
            reasons,
        )


def identified(book: Book, passages: Sequence[Passage], words: str) -> list[Passage]:
    """Return the passages on a page with this label, or else those that hold the words.

    Raises RagError where there are none.
    """
    found = [one for one in passages if words in locate(book, one.start, one.end).pages]
    found = found or [one for one in passages if find_exact(one.text, words)]
    if not found:
        raise RagError(f"A claim cites “{words}”, which no passage of the book holds.")
    return found


def _known(item: Claimed) -> Claimed:
    """Return a claim; RagError where it is not of the known form."""
    parts = (
        (item.get("claim"), item.get("cites"), item.get("true")) if isinstance(item, dict) else ()
    )
    match parts:
        case (dict() as put, [*cites], bool()) if (
            cites
            and put
            and all(isinstance(text, str) and text.strip() for text in (*cites, *put.values()))
        ):
            return item
    raise RagError("A claim of the file is not of the known form (claim, cites, true).")


def _cited_only(stored: StoredPassage) -> Found:
    """Return a passage that a claim cites and its words do not bring."""
    nothing = np.zeros(len(stored.sentences), np.float32)
    return Found(stored, Match.WORDS, 0.0, 0.0, 0.0, 0.0, nothing, 0.0, 0.0, 0.0)


def _told(item: Judged) -> dict[str, object]:
    return {
        "language": str(item.language),
        "claim": item.text,
        "cites": list(item.cites),
        "true": item.true,
        "verdict": str(item.verdict),
        **({"how": item.how} if item.how else {}),
        "reasons": list(item.reasons),
    }
