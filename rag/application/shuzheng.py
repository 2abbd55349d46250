"""The whole product behind one face: what can be asked of it."""

from __future__ import annotations

from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING, Self

from rag.application.wiring import Parts
from rag.language.text import whole_text
from rag.questions import clean_question, understand
from rag.types import LibraryError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterator, Sequence
    from pathlib import Path

    from rag.answering import Inquiry
    from rag.answering.composing import Draft
    from rag.application.keeping import Jobs, Keeping
    from rag.application.requests import Served
    from rag.application.retriever import BookEmbeddings, BookRetriever
    from rag.library import Conversations, Readers, Shelves, StoredPassage
    from rag.library.keeping import Note, Notes, PlacedNote, Report, Reports
    from rag.models import Reader
    from rag.questions import Question, Sense
    from rag.settings import Settings
    from rag.types import (
        Added,
        Answer,
        Book,
        BookRecord,
        BookSummary,
        Correction,
        Event,
        Finding,
        Guide,
        Hit,
        IndexedName,
        Language,
        Lookup,
        NameKind,
        Passage,
        ReportKind,
        Turn,
        Wish,
    )

    OnProgress = Callable[[str, int, int], None]


class Shuzheng:
    """The whole product behind one face; safe to use from several threads.

    Nothing is opened before it is needed. Every expected failure is a RagError whose text
    is one sentence. ``probe`` has Chroma tried in a process of its own first: for a server,
    which must not crash with it. ``brief`` says that it is made for one command, which does
    without Chroma where it can.
    """

    def __init__(self, settings: Settings, *, probe: bool = False, brief: bool = False) -> None:
        self.settings = settings
        self._parts = Parts(settings, probe=probe, brief=brief)
        self._listeners: list[Callable[[Served], None]] = []

    def __enter__(self) -> Self:
        """Return the whole itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what was opened."""
        self.close()

    def close(self) -> None:
        """Stop what is being added, and close library and vector store."""
        if "jobs" in vars(self):
            self.jobs.close()
        self._parts.close()

    def listen(self, listener: Callable[[Served], None]) -> None:
        """Have a function called for each question that was answered, or not, from now on."""
        self._listeners.append(listener)

    def warm(self) -> None:
        """Load everything, and see that the bundled corpus is in the library."""
        self._parts.begin()
        self._add_bundled()
        self._parts.ready()
        books = self._parts.library.books(self.chosen(None))
        if books:
            self._parts.quoting.answer(understand("？中文 zhongwen", (), books))
        if self._parts.composing and self._parts.rephrasing:
            self._parts.composing.model.load()

    def add(
        self,
        path: Path,
        record: Path | None = None,
        *,
        replace: str | None = None,
        sure: bool = True,
        on_progress: OnProgress | None = None,
        on_wait: Callable[[], None] | None = None,
    ) -> Added:
        """Read a file and keep it as a book; ``record`` is its ``book.toml``.

        The same file again changes nothing. Whole or not at all it takes the place of the
        book that ``replace`` names by id or title, of the one with its record's id, or of
        the one that was read from the same path before; of no other. Where that is not ``sure``,
        LikenessError is raised for a book that may be one that is there, unless ``replace``
        names one. ``on_progress`` hears of (stage, done, of all), and what it raises ends it.
        With ``on_wait`` another process that writes is waited for, and it is called when that
        begins. Raises ReadingError, NotInLibraryError, EncoderError, LibraryBusyError or
        LibraryError; the library is then as it was. Where the book is in and the index could
        not follow, that is a problem that is told.
        """
        from rag.application.keeping import add

        return add(
            self._parts,
            path,
            record,
            instead=replace,
            sure=sure,
            on_progress=on_progress,
            on_wait=on_wait,
        )

    def books(self) -> list[BookSummary]:
        """Return what the library holds, books before notes."""
        return self._parts.library.summaries()

    def records(self) -> dict[str, BookRecord]:
        """Return the records of the books by their ids, books before notes; soon, of many too."""
        return {record.id: record for record in self._parts.library.records()}

    def remove(
        self,
        book_id: str,
        *,
        corrections: bool = False,
        on_wait: Callable[[], None] | None = None,
    ) -> int:
        """Take a book out; return how many corrections of its pages stay for when it comes again.

        With ``corrections`` they go with it, and so do the edits of its record. ``on_wait`` as of
        ``add``. NotInLibraryError where the book is not there.
        """
        from rag.application.keeping import remove

        return remove(self._parts, book_id, corrections=corrections, on_wait=on_wait)

    def correct(
        self, book_id: str, corrections: Sequence[Correction] = (), *, clear: bool = False
    ) -> Book:
        """Return a book with corrections of its pages added to those made before by hand.

        They are kept apart from what was read, and hold for all that cites the pages,
        without anything being encoded again. ``clear`` takes back the earlier ones first.
        Raises NotInLibraryError, or CorrectionError where one cannot be; the library is then
        as it was.
        """
        from rag.application.keeping import follow
        from rag.library import revised

        with self._parts.library.writing():
            read = self._parts.library.book_as_read(book_id)
            earlier = () if clear else self._parts.library.corrections(book_id)
            self._parts.library.correct(book_id, revised(read, earlier, corrections))
            follow(self._parts)
            return self._parts.library.book(book_id)

    def book(self, book_id: str) -> Book:
        """Return a book with its pages, sections and footnotes; NotInLibraryError."""
        return self._parts.library.book(book_id)

    def drawn_page(self, book: Book, index: int) -> bytes | None:
        """Return a page of a book that was read from a PDF as a picture, WebP.

        None where there is no such file any more, or it is not sure which of its sheets it is.
        It takes some tenths of a second, and is kept in memory.
        """
        return self._parts.picturing.picture(book, index)

    def passage(self, passage_id: str) -> Passage:
        """Return a passage; NotInLibraryError."""
        return self._parts.library.passage(passage_id)

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

    def compare(
        self,
        question: str,
        books: Sequence[str],
        *,
        language: Language | None = None,
        style: str | None = None,
    ) -> list[Answer]:
        """Return the answer of each of some books (or sets of books) to one question, in order.

        None knows what another says. Raises QuestionError where fewer than two are named, else
        as ``ask``.
        """
        if len(books) < 2:
            raise QuestionError("To compare, name two books or more (--book A --book B).")
        for book in books:
            self.chosen(book)  # a name that is none is told before anything is answered
        return [self.ask(question, book=one, language=language, style=style) for one in books]

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
        from rag.application.requests import watched

        question = whole_text(question)
        with (
            watched(
                self.settings.log,
                question,
                tracing=self._parts.tracing,
                listeners=self._listeners,
            ) as request,
            closing(self._stream(question, book, language, style, turns)) as answers,
        ):
            for answer in answers:
                request.answer = answer
                yield answer
                request.go_on()

    def _stream(
        self,
        question: str,
        book: str | None,
        language: Language | None,
        style: str | None,
        turns: Sequence[Turn],
    ) -> Generator[Answer]:
        from dataclasses import replace

        asked, books = self._understood(question, book, turns, self._parts.sense)
        talk = self._parts.talk(lambda tongue: self.examples(tongue, book=book))
        if talk.takes(asked):
            with closing(talk.stream(asked, turns, books, language, style)) as answers:
                for answer in answers:
                    yield replace(answer, question=question)
            return
        if self._parts.rephrasing and turns:
            asked = self._parts.rephrasing.rephrase(asked, turns, books)
        if self._parts.composing is None:
            yield replace(self._parts.quoting.answer(asked, language, style), question=question)
            return
        with closing(self._parts.composing.stream(asked, language, style)) as answers:
            for answer in answers:
                yield replace(answer, question=question)

    def _understood(
        self, text: str, book: str | None, turns: Sequence[Turn] = (), sense: Sense | None = None
    ) -> tuple[Question, list[Book]]:
        """Return a question, understood, and the books to ask; errors as for ``ask``.

        The models are loaded meanwhile.
        """
        clean_question(text)  # what is no question is refused before anything is loaded
        self._parts.begin()
        self._fill()
        books = self._parts.library.books(self.chosen(book))
        asked = understand(text, turns, books, sense=sense)
        self._parts.ready()
        return asked, books

    def examples(self, language: Language, *, book: str | None = None, count: int = 3) -> list[str]:
        """Return questions to begin with, made from one book or the first; each is answered.

        Errors as for ``ask``.
        """
        self._fill()
        return self._parts.suggesting.examples(book, language, count)

    def recalled(self, questions: Sequence[str], *, book: str | None = None) -> list[Turn]:
        """Return earlier exchanges of which the questions alone are known, the oldest first.

        Each is answered anew by quoting; what is no question, and what asked nothing of the
        books, is left out. No language model is asked. Errors as for ``ask``.
        """
        from rag.types import QuestionError, Turn

        turns: list[Turn] = []
        for text in map(whole_text, questions):
            try:
                asked, _ = self._understood(text, book, turns, self._parts.sense)
            except QuestionError:
                continue
            if not self._parts.talk(lambda _: []).takes(asked):
                turns.append(Turn(text, self._parts.quoting.answer(asked)))
        return turns

    def next_questions(
        self, answer: Answer, language: Language, *, book: str | None = None, count: int = 3
    ) -> list[str]:
        """Return questions to go on with, which sections near what an answer cites do answer.

        None where it cites nothing. It takes some tenths of a second. Errors as for ``ask``.
        """
        return self._parts.suggesting.following(answer, book, language, count)

    def redated(self, answer: Answer) -> Answer:
        """Return an answer that was kept, with the pages that its books have now."""
        from rag.answering import redated

        cited = {citation.record.id for citation in answer.citations}
        held = {summary.record.id for summary in self._parts.library.summaries()}
        return redated(
            answer, {book_id: self._parts.library.book(book_id) for book_id in cited & held}
        )

    def find(self, words: str, *, book: str | None = None, limit: int = 10) -> list[Hit]:
        """Return the passages that words or a quotation are found in; errors as for ``ask``."""
        words = whole_text(words)
        return self._parts.retrieval.find(self._understood(words, book)[0], limit)

    def look(self, words: str, wish: Wish, *, book: str | None = None) -> Lookup:
        """Return all that words are found in, as a reader wants it; errors as for ``ask``."""
        words = whole_text(words)
        return self._parts.looking.look(self._understood(words, book)[0], wish)

    def parts(self, book: str) -> list[str]:
        """Return the parts and chapters of a book by their headings; NotInLibraryError."""
        from rag.search import parts_of

        return parts_of(self._parts.library.book(book))

    def chronology(
        self, book: str | None = None, start: int | None = None, end: int | None = None
    ) -> list[Event]:
        """Return the dated events of one book or of all, the earliest first.

        Of those that begin in the years from ``start`` to ``end``, both included. Raises
        NotInLibraryError.
        """
        self._fill()
        return self._parts.chronicle.events(self.chosen(book), start, end)

    def names(
        self,
        book: str | None = None,
        kind: NameKind | None = None,
        sections: Collection[int] | None = None,
    ) -> list[IndexedName]:
        """Return the names of one book or of all, of one kind or of all, the commonest first.

        Those of some of a book's sections alone, where their indexes are given. Raises
        NotInLibraryError.
        """
        self._fill()
        return self._parts.register.names(self.chosen(book), kind, sections)

    def guide(
        self,
        book: str,
        *,
        chapter: int | None = None,
        language: Language | None = None,
        style: str | None = None,
        brief: bool = False,
    ) -> Guide:
        """Return the study guide of a book, or of its chapter of a number.

        In the book's language where none is given; ``brief`` leaves out dates, names and
        questions. Raises NotInLibraryError, EncoderError.
        """
        found, tongue = self._guided(book, language)
        return self._parts.guiding.guide(found, chapter, tongue, style, brief=brief)

    def quiz(
        self,
        book: str,
        *,
        chapter: int | None = None,
        language: Language | None = None,
        style: str | None = None,
    ) -> Guide:
        """Return the questions of a book's study guide alone; arguments and errors as for it.

        What answers each stands in a sentence of the book, which is cited.
        """
        found, tongue = self._guided(book, language)
        return self._parts.guiding.quiz(found, chapter, tongue, style)

    def _guided(self, book: str, language: Language | None) -> tuple[Book, Language]:
        """Return the book of an id or title, and the language asked for or else its own."""
        from rag.language.text import language_of

        self._fill()
        [book_id] = self.chosen(book)
        found = self._parts.library.book(book_id)
        return found, language or language_of(found.text[:2000])

    def retriever(self, *, book: str | None = None, limit: int = 5) -> BookRetriever:
        """Return a LangChain retriever whose documents carry page, chapter and section."""
        from rag.application.retriever import BookRetriever

        return BookRetriever(find=lambda words: self.find(words, book=book, limit=limit),
                             record=lambda book_id: self.book(book_id).record)  # fmt: skip

    def passages(self, book_id: str) -> list[Passage]:
        """Return a book's passages in reading order; NotInLibraryError."""
        return self._parts.library.passages(book_id)

    def stored(self, passage_ids: Sequence[str]) -> list[StoredPassage]:
        """Return passages with their vectors, those that are there."""
        return self._parts.library.stored(passage_ids)

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
        question = whole_text(question)
        asked, _ = self._understood(question, book, sense=self._parts.sense)
        return self._parts.quoting.inquire(asked, language, without=without)

    def draft(self, inquiry: Inquiry) -> Draft:
        """Return what checks sentences against an inquiry; what is not borne out is kept, marked.

        No language model is asked.
        """
        from rag.answering.composing import Draft

        return Draft(
            inquiry,
            library=self._parts.library,
            compare=self._parts.retrieval.compare,
            judge=self._parts.judge,
            style=None,
            model="",
            mark=True,
        )

    def embeddings(self) -> BookEmbeddings:
        """Return the encoder as LangChain's ``Embeddings``; EncoderError."""
        from rag.application.retriever import BookEmbeddings

        return BookEmbeddings(self._parts.encoder)

    @property
    def reader(self) -> Reader | None:
        """What looks whether passages answer, if it is switched on; EncoderError."""
        return self._parts.reader

    def doctor(self, *, repair: bool = False) -> list[Finding]:
        """Return what a check of library, index, models and disk found, after any repair."""
        from rag.application.doctor import examine

        return examine(self._parts, repair=repair)

    def backup(self, file: Path) -> None:
        """Write a copy of the library to a file that is not there yet, whoever uses it meanwhile.

        Books, corrections and conversations are in it; pictures of pages, models and the index
        are not. Raises LibraryError.
        """
        if file.exists():
            raise LibraryError(f"{file} is there already; name another file for the copy.")
        self._parts.library.backup(file)

    def restore(self, file: Path) -> Path | None:
        """Put a copy in the place of the library; return where what was there is kept, if any was.

        To be called before anything else is asked. Raises LibraryError where the copy is not
        sound, or LibraryBusyError; the library is then as it was.
        """
        from rag.library import restore_library

        return restore_library(self.settings, file)

    @property
    def conversations(self) -> Conversations:
        """The conversations that readers have had; LibraryError where they cannot be opened."""
        return self._parts.conversations

    @property
    def readers(self) -> Readers:
        """The accounts of readers, none where all read alike; LibraryError as conversations."""
        return self._parts.readers

    @property
    def notes(self) -> Notes:
        """The readers' own notes; LibraryError where they cannot be opened."""
        return self._parts.notes

    def placed_notes(self, notes: Sequence[Note]) -> list[PlacedNote]:
        """Return notes with the places where their words stand in the books of now."""
        from rag.library.keeping import placed

        library = self._parts.library
        wanted = {note.anchor.book_id for note in notes}
        held = wanted & {summary.record.id for summary in library.summaries()}
        books = {book_id: library.book(book_id) for book_id in held}
        return [placed(note, books.get(note.anchor.book_id)) for note in notes]

    @property
    def reports(self) -> Reports:
        """What readers say of answers; LibraryError where it cannot be opened."""
        return self._parts.reports

    def report(
        self, owner: str, kind: ReportKind, answer: Answer, body: str = "", *, n: int | None = None
    ) -> Report:
        """Keep what a reader says of an answer, with all that is needed to act on it; return it.

        ``n`` is the number of the citation meant; without one, the only one of an answer is.
        ``owner`` is the empty text for one who leaves no trace. Raises LibraryError.
        """
        from rag.library.keeping import where_reported

        cited = [one for one in answer.citations if n in (None, one.n)]
        held = {summary.record.id: summary for summary in self._parts.library.summaries()}
        one = cited[0] if len(cited) == 1 else None
        books = {citation.record.id for citation in cited}
        known = one and held.get(one.record.id)
        where = (
            where_reported(one, self._parts.library.book(one.record.id), known.digest)
            if one and known
            else None
        )
        book_id = books.pop() if len(books) == 1 else None
        return self._parts.reports.add(owner, kind, answer, body, book_id=book_id, where=where)

    @property
    def shelves(self) -> Shelves:
        """The sets of books that have names; LibraryError where they cannot be opened."""
        return self._parts.shelves

    @property
    def keeping(self) -> Keeping:
        """What is done to books that are there, by whoever keeps the library."""
        from rag.application.keeping import Keeping

        return Keeping(self._parts)

    @cached_property
    def jobs(self) -> Jobs:
        """The books that are being added in this process while others read."""
        from rag.application.keeping import Jobs

        return Jobs(self.add)

    def chosen(self, book: str | None) -> list[str]:
        """Return the ids of the books to search: those of an id, a title or a set's name, or all.

        NotInLibraryError where there is none of that name.
        """
        return self._parts.chosen(book)

    def _fill(self) -> None:
        """Add the bundled corpus to a library that holds nothing."""
        if not self._parts.library.changes():
            self._add_bundled()

    def _add_bundled(self) -> None:
        """Add the texts in the corpus folder that are not there."""
        from rag.application.keeping import add_bundled

        add_bundled(self._parts)
