"""Settings to the whole, wired: the one place where the parts are put together."""

from __future__ import annotations

import logging
import math
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace as changed
from typing import TYPE_CHECKING, Any, Self

from rag.questions import clean_question, understand
from rag.types import (
    Added,
    EncoderError,
    Finding,
    LibraryError,
    NotInLibraryError,
    RagError,
    ReadingError,
    RecordError,
    TextKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from rag.answering import Inquiry, Quoting
    from rag.answering.composing import (
        Checking,
        Composing,
        DailyBudget,
        Draft,
        LanguageModel,
        Rephrasing,
        Translating,
    )
    from rag.application.retriever import BookRetriever
    from rag.library.sqlite import Conversations, Library, StoredPassage
    from rag.models import Companion, Encoder, Reranker
    from rag.search import Retrieval
    from rag.search.chronology import Chronicle
    from rag.search.vectors import VectorStore
    from rag.settings import Settings
    from rag.types import (
        Answer,
        Book,
        BookRecord,
        BookSummary,
        Correction,
        Event,
        Hit,
        Language,
        Passage,
        Turn,
    )

    OnProgress = Callable[[str, int, int], None]

_log = logging.getLogger(__name__)


class Shuzheng:
    """The whole product behind one face; safe to use from several threads.

    Nothing is opened before it is needed. Every expected failure is a RagError whose text
    is one sentence. ``probe`` has Chroma tried in a process of its own first: for a server,
    which must not crash with it.
    """

    def __init__(self, settings: Settings, *, probe: bool = False) -> None:
        self.settings = settings
        self._probe = probe
        self._open = ExitStack()
        self._lock = threading.Lock()
        self._locks: dict[str, threading.RLock] = {}
        self._parts: dict[str, Any] = {}

    def __enter__(self) -> Self:
        """Return the whole itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what was opened."""
        self.close()

    def close(self) -> None:
        """Close library and vector store."""
        self._open.close()

    def warm(self) -> None:
        """Load everything, and see that the bundled corpus is in the library."""
        self._add_bundled()
        self._ready()
        books = [self._library.book(book_id) for book_id in self.chosen(None)]
        if books:
            self._quoting.answer(understand("？中文", (), books))
        if self._composing and self._rephrasing:
            self._composing.model.load()

    def add(
        self,
        path: Path,
        record: Path | None = None,
        *,
        replace: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Added:
        """Read a file and keep it as a book; ``record`` is its ``book.toml``.

        The same file again changes nothing. Whole or not at all it takes the place of the
        book that ``replace`` names by id or title, of the one with its record's id, or of
        the one that was read from the same path before; of no other. ``on_progress`` hears
        of (stage, done, of all). Raises ReadingError, NotInLibraryError, EncoderError,
        LibraryBusyError or LibraryError; the library is then as it was.
        """
        from rag.application.adding import digest_of, identify, index, known_records
        from rag.reading.sandbox import Limits, read_apart
        from rag.reading.source import Source, record_for

        started = time.perf_counter()
        given = record_for(record, path) if record else None
        digest = digest_of(path, record)
        with self._library.writing():
            named = None if replace is None else self._to_replace(replace, given)
            for summary in self._library.summaries():
                if digest is not None and summary.digest == digest:
                    self._see_again(summary, path, named)
                    return _added(summary, "unchanged", time.perf_counter() - started)
            if on_progress:
                on_progress("reading", 0, 1)
            known = known_records(self.settings.corpus)
            book = read_apart(
                Source(path, given, known, self.settings.data / "scans", on_progress),
                limits=Limits(self.settings.read_seconds, self.settings.read_memory),
            )
            source = path.resolve().as_uri()
            found = identify(
                self._library,
                book,
                named or (given.id if given else None),
                known,
                digest=digest or "",
                source=source,
            )
            book = found.book
            self._refuse_notes(book)
            self._ready()

            def encoding(done: int, total: int) -> None:
                if on_progress:
                    on_progress("encoding", done, total)

            indexed = index(
                self._library,
                book,
                self._encoder,
                self._companion,
                fingerprint=self._fingerprint,
                progress=encoding,
            )
            pictures = self._library.pictures()
            self._library.put(
                book,
                indexed.passages,
                indexed.vectors,
                indexed.sentences,
                indexed.sentence_vectors,
                digest=digest or "",
                encoder=self._fingerprint,
                vocabulary=indexed.vocabulary,
                source=source,
            )
            self._discard_pictures(pictures)
            self._vectors.follow()
            summary = next(s for s in self._library.summaries() if s.record.id == book.id)
            status = "replaced" if found.replaced else "added"
            added = _added(summary, status, time.perf_counter() - started)
            return changed(
                added,
                problems=(*found.told, *added.problems),
                replaced_title=found.replaced.record.title if found.replaced else None,
            )

    def books(self) -> list[BookSummary]:
        """Return what the library holds, books before notes."""
        return self._library.summaries()

    def remove(self, book_id: str) -> None:
        """Take a book out; NotInLibraryError where it is not there."""
        with self._library.writing():
            pictures = self._library.pictures()
            self._library.remove(book_id)
            self._discard_pictures(pictures)
            self._vectors.follow()

    def correct(
        self, book_id: str, corrections: Sequence[Correction] = (), *, clear: bool = False
    ) -> Book:
        """Return a book with corrections of its pages added to those made before by hand.

        They are kept apart from what was read, and hold for all that cites the pages,
        without anything being encoded again. ``clear`` takes back the earlier ones first.
        Raises NotInLibraryError, or CorrectionError where one cannot be; the library is then
        as it was.
        """
        from rag.library import revised

        with self._library.writing():
            read = self._library.book_as_read(book_id)
            earlier = () if clear else self._library.corrections(book_id)
            self._library.correct(book_id, revised(read, earlier, corrections))
            self._vectors.follow()
            return self._library.book(book_id)

    def book(self, book_id: str) -> Book:
        """Return a book with its pages, sections and footnotes; NotInLibraryError."""
        return self._library.book(book_id)

    def passage(self, passage_id: str) -> Passage:
        """Return a passage; NotInLibraryError."""
        return self._library.passage(passage_id)

    def ask(
        self,
        question: str,
        *,
        book: str | None = None,
        language: Language | None = None,
        style: str | None = None,
        turns: Sequence[Turn] = (),
    ) -> Answer:
        """Return the answer to a question, from one book or from all.

        ``turns`` are earlier exchanges, oldest first: a question that leans on them takes
        over what they were about. Raises QuestionError, NotInLibraryError, EncoderError.
        """
        *_, answer = self.stream(question, book=book, language=language, style=style, turns=turns)
        return answer

    def stream(
        self,
        question: str,
        *,
        book: str | None = None,
        language: Language | None = None,
        style: str | None = None,
        turns: Sequence[Turn] = (),
    ) -> Iterator[Answer]:
        """Yield the answer as it grows; the last one is complete. Errors as for ``ask``.

        Closing it ends the work on the answer, a language model's included.
        """
        from dataclasses import replace

        books = self._to_ask(question, book)
        asked = understand(question, turns, books)
        if self._rephrasing and turns:
            asked = self._rephrasing.rephrase(asked, turns, books)
        if self._composing is None:
            yield replace(self._quoting.answer(asked, language, style), question=question)
            return
        with closing(self._composing.stream(asked, language, style)) as answers:
            for answer in answers:
                yield replace(answer, question=question)

    def _to_ask(self, question: str, book: str | None) -> list[Book]:
        """Return the books to ask, with all that is needed for it loaded; errors as for ``ask``."""
        clean_question(question)  # what is no question is refused before anything is loaded
        self._fill()
        book_ids = self.chosen(book)
        self._ready()
        return [self._library.book(book_id) for book_id in book_ids]

    def redated(self, answer: Answer) -> Answer:
        """Return an answer that was kept, with the pages that its books have now."""
        from rag.answering import redated

        cited = {citation.record.id for citation in answer.citations}
        held = {summary.record.id for summary in self._library.summaries()}
        return redated(answer, {book_id: self._library.book(book_id) for book_id in cited & held})

    def find(self, words: str, *, book: str | None = None, limit: int = 10) -> list[Hit]:
        """Return the passages that words or a quotation are found in; errors as for ``ask``."""
        return self._retrieval.find(understand(words, (), self._to_ask(words, book)), limit)

    def chronology(
        self, book: str | None = None, start: int | None = None, end: int | None = None
    ) -> list[Event]:
        """Return the dated events of one book or of all, the earliest first.

        Of those that begin in the years from ``start`` to ``end``, both included. Raises
        NotInLibraryError.
        """
        self._fill()
        return self._chronicle.events(self.chosen(book), start, end)

    def retriever(self, *, book: str | None = None, limit: int = 5) -> BookRetriever:
        """Return a LangChain retriever whose documents carry page, chapter and section."""
        from rag.application.retriever import BookRetriever

        return BookRetriever(find=lambda words: self.find(words, book=book, limit=limit),
                             record=lambda book_id: self.book(book_id).record)  # fmt: skip

    def passages(self, book_id: str) -> list[Passage]:
        """Return a book's passages in reading order; NotInLibraryError."""
        return self._library.passages(book_id)

    def stored(self, passage_ids: Sequence[str]) -> list[StoredPassage]:
        """Return passages with their vectors, those that are there."""
        return self._library.stored(passage_ids)

    def inquire(
        self,
        question: str,
        *,
        book: str | None = None,
        language: Language | None = None,
        without: Collection[str] = (),
    ) -> Inquiry:
        """Return what is found for a question, which no language model sees; errors as for ``ask``.

        ``without`` are ids of passages that are not looked at.
        """
        asked = understand(question, (), self._to_ask(question, book))
        return self._quoting.inquire(asked, language, without=without)

    def draft(self, inquiry: Inquiry) -> Draft:
        """Return what checks sentences against an inquiry; what is not borne out is kept, marked.

        No language model is asked.
        """
        from rag.answering.composing import Draft

        return Draft(
            inquiry,
            library=self._library,
            compare=self._retrieval.compare,
            companion=self._companion,
            style=None,
            model="",
            mark=True,
        )

    def embeddings(self) -> Encoder:
        """Return the encoder, which is LangChain's ``Embeddings``; EncoderError."""
        return self._encoder

    def doctor(self, *, repair: bool = False) -> list[Finding]:
        """Return what a check of library, index, models and disk found, after any repair."""
        from rag.application import doctor

        return [
            *doctor.check_library(self._library),
            self._check_encoder(repair=repair),
            *doctor.check_reranker(lambda: self._reranker),
            *doctor.check_vectors(self._vectors, repair=repair),
            *self._check_models(),
            doctor.check_disk(self.settings.data),
        ]

    def _discard_pictures(self, before: AbstractSet[str]) -> None:
        """Delete the pictures of pages that are no longer in the library."""
        from rag.library import discard_pictures

        discard_pictures(self.settings.data / "scans", before, self._library.pictures())

    def _part(self, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 -- any part
        """Return a part that is made when it is first asked for, by one thread."""
        with self._lock:
            lock = self._locks.setdefault(name, threading.RLock())
        with lock:
            if name not in self._parts:
                self._parts[name] = make()
            return self._parts[name]

    @property
    def _library(self) -> Library:
        from rag.library.sqlite import Library

        path = self.settings.data / "library.sqlite"
        library: Library = self._part("library", lambda: self._open.enter_context(Library(path)))
        return library

    @property
    def conversations(self) -> Conversations:
        """The conversations that readers have had; LibraryError where they cannot be opened."""
        from rag.library.sqlite import Conversations

        path = self.settings.data / "library.sqlite"
        kept: Conversations = self._part(
            "conversations", lambda: self._open.enter_context(Conversations(path))
        )
        return kept

    @property
    def _vectors(self) -> VectorStore:
        from rag.search.vectors import VectorStore

        def make() -> VectorStore:
            store = VectorStore.open(
                self.settings.data, self.settings.chroma_url, self._library, probe=self._probe
            )
            return self._open.enter_context(store)

        store: VectorStore = self._part("vectors", make)
        return store

    @property
    def _encoder(self) -> Encoder:
        from rag.models import open_encoder

        models = self.settings.data / "models"
        encoder: Encoder = self._part(
            "encoder", lambda: open_encoder(self.settings.encoder, models)
        )
        return encoder

    @property
    def _reranker(self) -> Reranker | None:
        name = self.settings.reranker
        if name is None:
            return None
        from rag.models import open_reranker

        models = self.settings.data / "models"
        reranker: Reranker = self._part("reranker", lambda: open_reranker(name, models))
        return reranker

    @property
    def _companion(self) -> Companion:
        from rag.models import Companion

        companion: Companion = self._part("companion", Companion)
        return companion

    @property
    def _fingerprint(self) -> str:
        """What the library's vectors are made by."""
        return f"{self._encoder.name} + {self._companion.name}"

    @property
    def _chronicle(self) -> Chronicle:
        from rag.search.chronology import Chronicle

        chronicle: Chronicle = self._part("chronicle", lambda: Chronicle(self._library))
        return chronicle

    @property
    def _retrieval(self) -> Retrieval:
        from rag.search import Retrieval

        return Retrieval(
            self._library, self._vectors, self._encoder, self._companion, self._reranker
        )

    @property
    def _quoting(self) -> Quoting:
        from rag.answering import Quoting

        return Quoting(self._library, self._retrieval, self.settings.evidence)

    @property
    def _composing(self) -> Composing | None:
        """What answers by the language model, if one is set."""
        name = self.settings.llm
        if name is None:
            return None

        def make() -> Composing:
            from rag.answering.composing import Composing, load_prompt
            from rag.settings import ROOT

            return Composing(
                self._quoting,
                self._model(name),
                load_prompt(ROOT / "prompts" / "answer.md"),
                self._budget,
                library=self._library,
                compare=self._retrieval.compare,
                companion=self._companion,
                mark=self.settings.unsupported == "mark",
                checking=self._checking,
                translating=self._translating,
            )

        composing: Composing = self._part("composing", make)
        return composing

    @property
    def _checking(self) -> Checking | None:
        """What asks a language model about the sentences of another one, if it is set."""
        name = self.settings.llm_check
        if name is None:
            return None
        from rag.answering.composing import SECONDS_TO_DOUBT, TOKENS_TO_DOUBT, Checking, load_prompt
        from rag.settings import ROOT

        model = self._model(name, most_seconds=SECONDS_TO_DOUBT, most_tokens=TOKENS_TO_DOUBT)
        return Checking(model, load_prompt(ROOT / "prompts" / "check.md"), self._budget)

    @property
    def _translating(self) -> Translating | None:
        """What has quotations translated by the language model, if one is set and it may."""
        name = self.settings.llm
        if name is None or self.settings.llm_translate == "off":
            return None
        from rag.answering.composing import SECONDS_TO_TRANSLATE, Translating, load_prompt
        from rag.settings import ROOT

        model = self._model(name, most_seconds=SECONDS_TO_TRANSLATE)
        prompt = load_prompt(ROOT / "prompts" / "translate.md")
        return Translating(
            model,
            prompt,
            self._budget,
            library=self._library,
            compare=self._retrieval.compare,
        )

    @property
    def _rephrasing(self) -> Rephrasing | None:
        """What rewrites follow-ups by the language model, if one is set."""
        name = self.settings.llm
        if name is None:
            return None

        def make() -> Rephrasing:
            from rag.answering.composing import (
                SECONDS_TO_REPHRASE,
                TOKENS_TO_REPHRASE,
                Rephrasing,
                load_prompt,
            )
            from rag.settings import ROOT

            return Rephrasing(
                self._model(name, most_seconds=SECONDS_TO_REPHRASE, most_tokens=TOKENS_TO_REPHRASE),
                load_prompt(ROOT / "prompts" / "standalone.md"),
                self._budget,
            )

        rephrasing: Rephrasing = self._part("rephrasing", make)
        return rephrasing

    def _model(
        self, name: str, *, most_seconds: float = math.inf, most_tokens: int = sys.maxsize
    ) -> LanguageModel:
        from rag.answering.composing import LanguageModel

        key = self.settings.openai_api_key
        return LanguageModel(
            name.partition(":")[2],
            self.settings.openai_base_url,
            key.get_secret_value() if key else None,
            silence=min(self.settings.llm_silence, most_seconds),
            seconds=min(self.settings.llm_seconds, most_seconds),
            tokens=min(self.settings.llm_tokens, most_tokens),
        )

    @property
    def _budget(self) -> DailyBudget:
        from rag.answering.composing import DailyBudget

        return DailyBudget(self.settings.data / "llm-usage.json", self.settings.llm_daily)

    def _ready(self) -> None:
        """See that questions can be encoded as the library was; raise EncoderError else.

        The first time, the encoders are loaded beside the vector store.
        """
        if "ready" not in self._parts:
            with ThreadPoolExecutor(max_workers=1) as pool:
                loading = pool.submit(
                    lambda: (self._encoder, self._companion.load(), self._reranker)
                )
                self._vectors.warm()
                loading.result()
            self._parts["ready"] = True
        kept = self._library.encoder
        if kept is not None and kept[0] != self._fingerprint:
            raise EncoderError(
                f"The library was made with the encoder {kept[0]}, and RAG_ENCODER now names "
                f"{self._fingerprint}: set it back, or run 'rag doctor --repair' to encode anew."
            )
        self._learn_words()

    def _learn_words(self) -> None:
        """Keep the vocabulary of every book that an earlier version kept without it.

        Where the library cannot be written to just now, questions do without.
        """
        from rag.search import vocabulary

        for book_id in self._library.changes():
            if self._library.vocabulary(book_id) is None:
                texts = (passage.text for passage in self._library.passages(book_id))
                try:
                    self._library.put_vocabulary(book_id, vocabulary(texts, self._companion))
                except LibraryError as error:
                    _log.warning("%s: %s", book_id, error)

    def _to_replace(self, name: str, given: BookRecord | None) -> str:
        """Return the id of the one book that an id or title names; NotInLibraryError.

        Raises RecordError where the record of the new file names another book.
        """
        ids = self.chosen(name)
        if name not in ids and len(ids) > 1:
            raise NotInLibraryError(
                f"The library holds {len(ids)} books called {name}: {', '.join(ids)}; "
                "say which by its id."
            )
        book_id = name if name in ids else ids[0]
        if given and given.id != book_id:
            raise RecordError(
                f"The record is of the book {given.id}, and {book_id} was to be replaced; "
                "leave out one of the two."
            )
        return book_id

    def _see_again(self, summary: BookSummary, path: Path, named: str | None) -> None:
        """Remember where a book that is there is now; ReadingError if it was to replace another."""
        book_id = summary.record.id
        if named not in (None, book_id):
            raise ReadingError(
                f"The library holds {path.name} already, as {book_id}; to have it in place of "
                f"{named}, run 'rag remove {book_id}' first."
            )
        source = path.resolve().as_uri()
        if summary.source != source:
            self._library.put_source(book_id, source)

    def _refuse_notes(self, book: Book) -> None:
        """Raise ReadingError for notes on a book that the library holds itself."""
        for summary in self._library.summaries():
            kinds = (summary.record.kind, book.record.kind)
            if summary.record.id == book.id and kinds == (TextKind.BOOK, TextKind.NOTES):
                raise ReadingError(
                    f"The library holds {book.id} itself, and notes on it give way to it; "
                    f"to have the notes instead, run 'rag remove {book.id}' first."
                )

    def chosen(self, book: str | None) -> list[str]:
        """Return the ids of the books to search: the one named by id or title, or all.

        NotInLibraryError where there is none of that name.
        """
        records = [summary.record for summary in self._library.summaries()]
        if book is None:
            return [record.id for record in records]
        chosen = [record.id for record in records if book in (record.id, record.title)]
        if not chosen:
            there = ", ".join(record.id for record in records) or "no books"
            raise NotInLibraryError(f"The library holds no book {book}; it holds {there}.")
        return chosen

    def _fill(self) -> None:
        """Add the bundled corpus to a library that holds nothing."""
        if not self._library.summaries():
            self._add_bundled()

    def _add_bundled(self) -> None:
        """Add the texts in the corpus folder that are not there; one bad one stops no other.

        Notes on a book give way to the book, and a text that was removed stays removed.
        """
        from rag.application.adding import bundled

        for record, text in bundled(self.settings.corpus):
            try:
                self._add_one_bundled(record, text)
            except RagError as error:
                _log.warning("%s: %s", text.name, error)

    def _add_one_bundled(self, record: Path, text: Path) -> None:
        from rag.application.adding import digest_of
        from rag.reading.source import record_for

        digest = digest_of(text, record)
        if digest is None or digest in self._library.removed():
            return
        known = record_for(record, text)
        for summary in self._library.summaries():
            gives_way = known.kind is TextKind.NOTES and summary.record.kind is TextKind.BOOK
            if summary.record.id == known.id and (gives_way or summary.digest == digest):
                return
        added = self.add(text, record)
        if added.replaced_title is not None:
            _log.warning("%s took the place of %s.", text.name, added.replaced_title)

    def _check_encoder(self, *, repair: bool) -> Finding:
        try:
            encoder = self._encoder
        except EncoderError as error:
            return Finding("encoder", ok=False, text=str(error))
        kept = self._library.encoder
        if kept is None or kept[0] == self._fingerprint:
            return Finding("encoder", ok=True, text=f"{self._fingerprint}.")
        if repair:
            self._encode_again(encoder)
            text = f"Everything is encoded anew by {self._fingerprint}."
            return Finding("encoder", ok=True, text=text)
        text = f"The library's vectors are of {kept[0]}, the encoder is {self._fingerprint}."
        return Finding("encoder", ok=False, text=text)

    def _encode_again(self, encoder: Encoder) -> None:
        from rag.search import encode

        with self._library.writing():
            rows: list[tuple[str, Any, Any]] = []
            for summary in self._library.summaries():
                book_id = summary.record.id
                passages = self._library.passages(book_id)
                indexed = encode(self._library.book(book_id), passages, encoder, self._companion)
                ids = [passage.id for passage in passages]
                rows.extend(zip(ids, indexed.vectors, indexed.sentence_vectors, strict=True))
            self._library.replace_vectors(rows, encoder=self._fingerprint)
            self._vectors.follow()

    def _check_models(self) -> list[Finding]:
        """Return whether the language model answers, and the one that checks it, if set."""
        from dataclasses import replace

        from rag.application.doctor import check_model

        try:
            composing = self._composing
        except RagError as error:
            return [Finding("language model", ok=False, text=str(error))]
        if composing is None:
            return [Finding("language model", ok=True, text="None is set; answers are quoted.")]
        found = [check_model(composing.model)]
        if composing.checking:
            found.append(replace(check_model(composing.checking.model), name="checking model"))
        return found


def _added(summary: BookSummary, status: str, seconds: float) -> Added:
    return Added(
        id=summary.record.id,
        title=summary.record.title,
        status=status,
        pages=summary.pages,
        sections=summary.sections,
        passages=summary.passages,
        footnotes=summary.footnotes,
        problems=summary.problems,
        seconds=seconds,
    )
