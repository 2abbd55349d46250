"""Quotations in the reader's language, by a language model and checked by code, one by one.

What is quoted stays in the original; a translation stands beside it. One that code cannot find
faithful is not shown, and where the model is down, slow, over its budget or writes nonsense,
the answer stays as it is, without a word.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections import OrderedDict
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answering.checking import is_faithful
from rag.answering.composing.fencing import fenced, without_thoughts
from rag.answering.composing.model import CutShortError, ModelError
from rag.answering.composing.orders import speaks_to_a_model
from rag.answering.quoting import timed
from rag.language.catalog import say
from rag.language.text import family, language_of
from rag.types import Language, Span

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from rag.answering.composing.budget import DailyBudget
    from rag.answering.composing.model import LanguageModel, Messages
    from rag.answering.composing.prompts import Prompt
    from rag.answering.quoting import Inquiry
    from rag.library import Library, StoredPassage
    from rag.search import Compare
    from rag.types import Answer, Citation

    Key = tuple[str, Language]
    """A quotation, and the language that it is wanted in."""

SECONDS_TO_TRANSLATE = 30.0
"""The most that a reader waits for translations, while the answer is there already."""
MOST_QUOTES = 12
"""Quotations of an answer that are translated: an answer has three, or two a sentence."""
LONGEST_QUOTE = 1200
"""Characters of a quotation that is translated; a page of a book has some 700."""
NEAR = 2.0
"""Spreads above chance from which the encoder finds a translation near to its quotation."""
NEAREST = 0.5
"""Spreads by which another sentence of the passage may be nearer than the quotation."""
KEPT = 2000
"""Translations that are remembered, by quotation and language."""
_LINE = re.compile(r"\s*(\d{1,3})(?:[.:)]?\s+|[、．：]\s*)(\S.*)")


class Translating:
    """Has quotations translated by a language model; remembers what was said of which.

    ``library`` holds the passages that are quoted, ``compare`` says how near a translation is
    to their sentences.
    """

    def __init__(
        self,
        model: LanguageModel,
        prompt: Prompt,
        budget: DailyBudget,
        *,
        library: Library,
        compare: Compare,
    ) -> None:
        self.library = library
        self.compare = compare
        self.model = model
        self.prompt = prompt
        self.budget = budget
        self._memory = _Memory(KEPT)

    def stream(self, answer: Answer, inquiry: Inquiry) -> Generator[Answer]:
        """Yield an answer again as the translations of what it cites come in.

        Nothing is yielded where none is needed, or none comes. Closing this closes the
        model's connection.
        """
        language = answer.language
        homes = self._homes(answer)
        wanted = [one for one in answer.citations if _is_wanted(one, language, homes)]
        wanted = wanted[:MOST_QUOTES]
        known = {one.n: self._memory.get((one.quote, language)) for one in wanted}
        done = {number: text for number, text in known.items() if text}
        if done:
            yield _translated(answer, done, inquiry)
        missing = [one for one in wanted if known[one.n] is None]
        if not missing or not inquiry.found or not self.budget.take():
            return
        for citation, said in self._ask(missing, language):
            home = homes[citation.passage_id]
            right = said if said and self._is_right(said, citation, language, home, inquiry) else ""
            # What was said at fault is remembered too: it would be said again.
            self._memory.put((citation.quote, language), right)
            if right:
                done[citation.n] = right
            elif done.pop(citation.n, None) is None:
                continue
            yield _translated(answer, done, inquiry)

    def _homes(self, answer: Answer) -> dict[str | None, StoredPassage]:
        """Return the passages that are cited, by their ids."""
        ids = [one.passage_id for one in answer.citations if one.passage_id]
        stored = self.library.stored(ids)
        return {item.passage.id: item for item in stored}

    def _ask(
        self, citations: Sequence[Citation], language: Language
    ) -> Generator[tuple[Citation, str | None]]:
        """Yield quotations with their translations as the model writes them.

        One that is said twice, or runs over its line, comes again with None.
        """
        page = _Page(len(citations))
        with (
            suppress(ModelError, CutShortError),
            closing(self.model.stream(self._messages(citations, language))) as pieces,
        ):
            text = ""
            for piece in pieces:
                text += piece
                for number, said in page.read(without_thoughts(text), whole=False):
                    yield citations[number - 1], said
            for number, said in page.read(without_thoughts(text), whole=True):
                yield citations[number - 1], said

    def _messages(self, citations: Sequence[Citation], language: Language) -> Messages:
        fence = secrets.token_hex(8)
        quotes = "\n\n".join(
            fenced("quote", number, " ".join(citation.quote.split()), fence)
            for number, citation in enumerate(citations, start=1)
        )
        named = say("language.english", language)
        return self.prompt.render(fence=fence, language=named, quotes=quotes)

    def _is_right(
        self,
        said: str,
        citation: Citation,
        language: Language,
        home: StoredPassage,
        inquiry: Inquiry,
    ) -> bool:
        """Return whether code finds nothing wrong in a translation, and the encoder it near.

        It is near where no other sentence of the passage is much nearer: what was mixed up is
        found so.
        """
        aliases = citation.record.aliases
        if speaks_to_a_model(said) or not is_faithful(said, citation.quote, language, aliases):
            return False
        index = home.sentences.index(_span(citation, home))
        found = replace(inquiry.found[0], stored=home)  # of which what is stored is looked at
        [row] = self.compare(said, [found], inquiry.question.book_ids)
        return bool(row[index] >= NEAR and row[index] >= row.max() - NEAREST)


class _Page:
    """The lines that a model has written so far, each a number and a translation.

    What comes before the first of them is a preface, and is left out.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._lines = 0
        self._last: int | None = None
        self._said: set[int] = set()

    def read(self, text: str, *, whole: bool) -> Iterable[tuple[int, str | None]]:
        """Yield the numbers and translations of lines that are new in a text.

        A number that was not asked for is left out. Of one that comes again, or whose text
        runs on into a line without a number, the translation is None. Of a text that is not
        ``whole`` the last line may still grow.
        """
        lines = text.split("\n")
        lines = lines if whole else lines[:-1]
        new, self._lines = lines[self._lines :], max(self._lines, len(lines))
        for line in filter(str.strip, new):
            match = _LINE.fullmatch(line.rstrip())
            if match is None:
                if self._last is not None:
                    yield self._last, None
                continue
            number = int(match[1])
            self._last = number if 1 <= number <= self._count else None
            if self._last is not None:
                yield number, None if number in self._said else match[2]
                self._said.add(number)


class _Memory:
    """The last so many translations; an empty one says that none was right."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._texts: OrderedDict[Key, str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> str | None:
        """Return a translation, "" where none was right, None where none is known."""
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
            return self._texts.get(key)

    def put(self, key: Key, text: str) -> None:
        """Keep a translation in the place of the one that was asked for longest ago."""
        with self._lock:
            self._texts[key] = text
            self._texts.move_to_end(key)
            if len(self._texts) > self._most:
                self._texts.popitem(last=False)


def _is_wanted(
    citation: Citation, language: Language, homes: Mapping[str | None, StoredPassage]
) -> bool:
    """Return whether a citation is of a sentence of a book, in another language.

    One that speaks to a model is not sent to it.
    """
    home = homes.get(citation.passage_id)
    return (
        home is not None
        and _span(citation, home) in home.sentences
        and len(citation.quote) <= LONGEST_QUOTE
        and family(language_of(citation.quote)) != family(language)
        and not speaks_to_a_model(citation.quote)
    )


def _span(citation: Citation, home: StoredPassage) -> Span:
    """Return where in its passage a citation stands."""
    start = (citation.start or 0) - home.passage.start
    return Span(start, start + len(citation.quote))


def _translated(answer: Answer, done: Mapping[int, str], inquiry: Inquiry) -> Answer:
    """Return an answer whose citations carry the translations of their numbers."""
    citations = tuple(
        replace(citation, translation=done.get(citation.n)) for citation in answer.citations
    )
    return timed(replace(answer, citations=citations), inquiry.started, inquiry.retrieved)
