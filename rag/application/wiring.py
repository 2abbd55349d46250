"""Settings to parts: each is made when it is first asked for, and kept."""

from __future__ import annotations

import logging
import math
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from rag.types import EncoderError, LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from rag.answering import Guiding, Quoting
    from rag.answering.composing import (
        Checking,
        Composing,
        DailyBudget,
        LanguageModel,
        Prompt,
        Rephrasing,
        Translating,
    )
    from rag.application.picturing import Picturing
    from rag.application.requests import Tracing
    from rag.application.suggesting import Suggesting
    from rag.application.talking import Talk
    from rag.library import Conversations, Library, Readers, Shelves
    from rag.library.keeping import Notes, Reports
    from rag.models import Companion, Encoder, Judge, Reader, Reranker
    from rag.questions import Sense
    from rag.search import Looking, Retrieval
    from rag.search.chronology import Chronicle
    from rag.search.naming import Register
    from rag.search.vectors import VectorIndex
    from rag.settings import Settings
    from rag.types import Answer, Book, Language

_log = logging.getLogger(__name__)

P = TypeVar("P")


class _Part(Generic[P]):
    """A property of ``Parts`` that is made once, by one thread, and kept; errors are not."""

    def __init__(self, make: Callable[[Parts], P]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, parts: None, owner: type[Parts]) -> _Part[P]: ...
    @overload
    def __get__(self, parts: Parts, owner: type[Parts]) -> P: ...

    def __get__(self, parts: Parts | None, owner: type[Parts]) -> P | _Part[P]:
        if parts is None:
            return self
        with parts.lock_of(self._name):
            if self._name not in parts.made:
                parts.made[self._name] = self._make(parts)
            kept: P = parts.made[self._name]
            return kept


class Parts:
    """All that the product is made of, wired by settings; safe to use from several threads.

    ``made`` are the parts there are, by their names. ``probe`` and ``brief`` are those of
    ``open_vectors``.
    """

    def __init__(self, settings: Settings, *, probe: bool = False, brief: bool = False) -> None:
        self.settings = settings
        self.made: dict[str, Any] = {}
        self._probe = probe
        self._brief = brief
        self._open = ExitStack()
        self._lock = threading.Lock()
        self._locks: dict[str, threading.RLock] = {}

    def close(self) -> None:
        """Close what was opened."""
        self._open.close()

    def lock_of(self, name: str) -> threading.RLock:
        """Return what keeps two threads from making one part; parts do not wait for others."""
        with self._lock:
            return self._locks.setdefault(name, threading.RLock())

    @_Part
    def library(self) -> Library:
        """The library of the settings' folder of data; LibraryError."""
        from rag.library import open_library

        self._see_that_none_is_lost()
        library = open_library(self.settings)
        self._open.callback(library.close)
        return library

    @_Part
    def conversations(self) -> Conversations:
        """The conversations that readers have had; LibraryError."""
        from rag.library import open_conversations

        self._see_that_none_is_lost()
        conversations = open_conversations(self.settings)
        self._open.callback(conversations.close)
        return conversations

    @_Part
    def guiding(self) -> Guiding:
        """What makes study guides of books, and questions on them."""
        from rag.answering import Guiding

        return Guiding(self.quoting)

    @_Part
    def readers(self) -> Readers:
        """The accounts of those who come in by a name of their own; LibraryError."""
        from rag.library import open_readers

        self._see_that_none_is_lost()
        readers = open_readers(self.settings)
        self._open.callback(readers.close)
        return readers

    @_Part
    def notes(self) -> Notes:
        """The readers' own notes; LibraryError."""
        from rag.library import open_notes

        self._see_that_none_is_lost()
        notes = open_notes(self.settings)
        self._open.callback(notes.close)
        return notes

    @_Part
    def reports(self) -> Reports:
        """What readers say of answers; LibraryError."""
        from rag.library import open_reports

        self._see_that_none_is_lost()
        reports = open_reports(self.settings)
        self._open.callback(reports.close)
        return reports

    @_Part
    def shelves(self) -> Shelves:
        """The sets of books that have names; LibraryError."""
        from rag.library import open_shelves

        self._see_that_none_is_lost()
        shelves = open_shelves(self.settings)
        self._open.callback(shelves.close)
        return shelves

    def chosen(self, name: str | None) -> list[str]:
        """Return the ids of the books that a name stands for: see ``Shuzheng.chosen``."""
        from rag.application.identifying import chosen

        return chosen(self.library, name, self.shelves.all)

    def _see_that_none_is_lost(self) -> None:
        """Raise LibraryError where there is no library, and an index of one that there was."""
        from rag.library import holds_library
        from rag.search.vectors import books_indexed

        held = 0 if holds_library(self.settings) else books_indexed(self.settings)
        if held:
            raise LibraryError(
                f"The library in {self.settings.data} is gone or empty, and the index beside it is "
                f"of one with {held} {'book' if held == 1 else 'books'}; put a copy back with "
                f"'rag restore FILE', or move {self.settings.data / 'chroma'} away to begin anew."
            )

    @_Part
    def vectors(self) -> VectorIndex:
        """The index of the library's vectors."""
        from rag.search.vectors import open_vectors

        vectors = open_vectors(self.settings, self.library, probe=self._probe, brief=self._brief)
        self._open.callback(vectors.close)
        return vectors

    @_Part
    def encoder(self) -> Encoder:
        """What texts are encoded by; EncoderError."""
        from rag.models import RemoteEncoder, address_of, open_encoder

        settings = self.settings
        address = address_of(settings.encoder)
        if address is None:
            return open_encoder(settings.encoder, settings.data / "models")
        key = settings.encoder_key.get_secret_value() if settings.encoder_key else None
        query, passage = settings.encoder_query, settings.encoder_passage
        return RemoteEncoder(address, key, query=query, passage=passage)

    @_Part
    def reranker(self) -> Reranker | None:
        """What reads question and passage together, if one is set; EncoderError."""
        if self.settings.reranker is None:
            return None
        from rag.models import open_reranker

        return open_reranker(self.settings.reranker, self.settings.data / "models")

    @_Part
    def reader(self) -> Reader | None:
        """What looks whether passages answer, if it is switched on; EncoderError."""
        if self.settings.reader == "off":
            return None
        from rag.models import open_reader

        return open_reader(self.settings.reader, self.settings.data / "models")

    @_Part
    def judge(self) -> Judge | None:
        """What looks whether a text bears a sentence out, if one is set; EncoderError."""
        if self.settings.judge is None:
            return None
        from rag.models import open_judge

        return open_judge(self.settings.judge, self.settings.data / "models")

    @_Part
    def companion(self) -> Companion:
        """The second encoder."""
        from rag.models import open_companion

        return open_companion(self.settings.data / "models")

    @_Part
    def sense(self) -> Sense:
        """What tells what a question wants."""
        from rag.questions.sensing import load

        head = load()
        return lambda question: head.sense(self.companion.vector(question))

    @property
    def fingerprint(self) -> str:
        """What the library's vectors are made by."""
        return f"{self.encoder.name} + {self.companion.name}"

    @_Part
    def chronicle(self) -> Chronicle:
        """What dates the books' events."""
        from rag.search.chronology import Chronicle

        return Chronicle(self.library)

    @_Part
    def register(self) -> Register:
        """What finds the names of the books."""
        from rag.models import Tagger
        from rag.search.naming import Register

        return Register(self.library, Tagger())

    @_Part
    def picturing(self) -> Picturing:
        """What draws pages of PDFs."""
        from rag.application.picturing import Picturing

        return Picturing(self.library.summaries)

    @property
    def retrieval(self) -> Retrieval:
        """What finds passages."""
        from rag.search import Retrieval

        return Retrieval(self.library, self.vectors, self.encoder, self.companion, self.reranker)

    @property
    def looking(self) -> Looking:
        """What looks words up."""
        from rag.search import Looking

        return Looking(self.retrieval, self.register)

    @property
    def quoting(self) -> Quoting:
        """What answers by quoting."""
        from rag.answering import Quoting

        return Quoting(
            self.library,
            self.retrieval,
            self.settings.evidence,
            self.reader,
            chronicle=self.chronicle,
            register=self.register,
        )

    def talk(self, examples: Callable[[Language], Sequence[str]]) -> Talk:
        """Return what answers without asking the book anew, or at all."""
        from rag.application.talking import Talk

        return Talk(self.quoting, self.composing, self.sense, examples)

    @_Part
    def suggesting(self) -> Suggesting:
        """What makes questions that are worth asking."""
        from rag.application.suggesting import Suggesting
        from rag.questions import understand

        def answer(question: str, books: Sequence[Book], language: Language) -> Answer:
            self.ready()
            return self.quoting.answer(understand(question, (), books, sense=self.sense), language)

        return Suggesting(self.library, self.chronicle, answer, self.chosen)

    @_Part
    def composing(self) -> Composing | None:
        """What answers by the language model, if one is set; PromptError."""
        if self.settings.llm is None:
            return None
        from rag.answering.composing import Composing

        return Composing(
            self.quoting,
            *self._by_model(self.settings.llm, "answer"),
            library=self.library,
            compare=self.retrieval.compare,
            judge=self.judge,
            mark=self.settings.unsupported == "mark",
            checking=self._checking,
            translating=self._translating,
        )

    @property
    def _checking(self) -> Checking | None:
        """What asks a language model about the sentences of another one, if it is set."""
        name = self.settings.llm_check
        if name is None:
            return None
        from rag.answering.composing import SECONDS_TO_DOUBT, TOKENS_TO_DOUBT, Checking

        return Checking(*self._by_model(name, "check", SECONDS_TO_DOUBT, TOKENS_TO_DOUBT))

    @property
    def _translating(self) -> Translating | None:
        """What has quotations translated by the language model, if one is set and it may."""
        name = self.settings.llm
        if name is None or self.settings.llm_translate == "off":
            return None
        from rag.answering.composing import SECONDS_TO_TRANSLATE, Translating

        return Translating(
            *self._by_model(name, "translate", SECONDS_TO_TRANSLATE),
            library=self.library,
            compare=self.retrieval.compare,
        )

    @_Part
    def tracing(self) -> Tracing | None:
        """What sends spans to a collector, if one is set; SettingsError."""
        if self.settings.otlp is None:
            return None
        from rag.application.requests import open_tracing

        tracing = open_tracing(self.settings.otlp)
        self._open.callback(tracing.close)
        return tracing

    @_Part
    def rephrasing(self) -> Rephrasing | None:
        """What rewrites follow-ups by the language model, if one is set; PromptError."""
        name = self.settings.llm
        if name is None:
            return None
        from rag.answering.composing import SECONDS_TO_REPHRASE, TOKENS_TO_REPHRASE, Rephrasing

        return Rephrasing(
            *self._by_model(name, "standalone", SECONDS_TO_REPHRASE, TOKENS_TO_REPHRASE)
        )

    def _by_model(
        self,
        name: str,
        prompt: str,
        most_seconds: float = math.inf,
        most_tokens: int = sys.maxsize,
    ) -> tuple[LanguageModel, Prompt, DailyBudget]:
        """Return what a part asks a language model by: the model, its prompt, and how often."""
        from rag.answering.composing import DailyBudget, LanguageModel, load_prompt
        from rag.settings import ROOT

        key = self.settings.openai_api_key
        model = LanguageModel(
            name.partition(":")[2],
            self.settings.openai_base_url,
            key.get_secret_value() if key else None,
            silence=min(self.settings.llm_silence, most_seconds),
            seconds=min(self.settings.llm_seconds, most_seconds),
            tokens=min(self.settings.llm_tokens, most_tokens),
            callbacks=self.tracing.callbacks if self.tracing else (),
        )
        budget = DailyBudget(self.settings.data / "llm-usage.json", self.settings.llm_daily)
        return model, load_prompt(ROOT / "prompts" / f"{prompt}.md"), budget

    def begin(self) -> Sequence[Future[object]]:
        """Begin to load the models, first those of indexing; return what is begun.

        Who needs one of them sooner waits for it.
        """
        with self.lock_of("loading"):
            begun: Sequence[Future[object]] = self.made.get("loading", ())
            if begun:
                return begun
            pool = ThreadPoolExecutor(2, "loading")
            self.made["loading"] = begun = [
                pool.submit(load)
                for load in (
                    self.companion.load,
                    lambda: self.encoder,
                    lambda: self.reader,
                    lambda: self.reranker,
                    lambda: self.judge,
                )
            ]
            pool.shutdown(wait=False)
            return begun

    def ready(self) -> None:
        """See that questions can be encoded as the library was; raise EncoderError else.

        The first time, the models are loaded beside the vector index: see ``begin``.
        """
        if "ready" not in self.made:
            loading = self.begin()
            try:
                self.vectors.warm()
                for one in loading:
                    one.result()
            except BaseException:
                for one in loading:
                    one.cancel()
                self.made.pop("loading", None)
                raise
            self.made["ready"] = True
        self.see_that_vectors_agree()

    def see_that_vectors_agree(self) -> None:
        """Raise EncoderError where what is set encodes otherwise than the library was encoded."""
        kept = self.library.encoder
        if kept is not None and kept[0] != self.fingerprint:
            raise EncoderError(
                f"The library was made with the encoder {kept[0]}, and RAG_ENCODER now names "
                f"{self.fingerprint}: set it back, or run 'rag doctor --repair' to encode anew."
            )
        self._learn_words()

    def _learn_words(self) -> None:
        """Keep the vocabulary of every book that an earlier version kept without it.

        Where the library cannot be written to just now, questions do without.
        """
        from rag.search import vocabulary

        for book_id in self.library.wordless():
            texts = (passage.text for passage in self.library.passages(book_id))
            try:
                self.library.put_vocabulary(book_id, vocabulary(texts, self.companion))
            except LibraryError as error:
                _log.warning("%s: %s", book_id, error)
