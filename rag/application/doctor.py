"""The health check: what is looked at, what is wrong with it, and what mends it."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import replace
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from rag.application.keeping import UNFINISHED
from rag.library import left_copies, left_pictures
from rag.models import address_of, examine_models
from rag.search import Unfinished, encode
from rag.types import EncoderError, Finding, LibraryBusyError, LibraryReadOnlyError, RagError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.answering.composing import LanguageModel
    from rag.application.wiring import Parts
    from rag.library import Library
    from rag.models import Judge, Reader, Reranker
    from rag.search.vectors import VectorIndex

LOW_DISK = 500 * 2**20
"""Bytes that should be free: adding a book writes it, its vectors and a copy of the index."""
GIVEN_UP = 7 * 24 * 3600
"""Seconds after which a reading that was broken off is not expected to go on."""
_TRIED = 64 * 2**10
"""Bytes that are written to see whether anything can be."""


def examine(parts: Parts, *, repair: bool) -> list[Finding]:
    """Return what a check of library, index, models and disk found, after any repair.

    What cannot be looked at is a finding like any other, and stops none.
    """
    checks: tuple[tuple[str, Callable[[], list[Finding]]], ...] = (
        ("library", lambda: _check_library(parts.library)),
        ("models", lambda: examine_models(parts.settings, repair=repair)),
        ("encoder", lambda: [_check_encoder(parts, repair=repair)]),
        ("reranker", lambda: _check_chosen("reranker", lambda: parts.reranker)),
        ("judge", lambda: _check_chosen("judge", lambda: parts.judge)),
        ("reader", lambda: _check_chosen("reader", lambda: parts.reader)),
        ("vectors", lambda: _check_vectors(parts.vectors, repair=repair)),
        ("leftovers", lambda: _check_leftovers(parts, repair=repair)),
        ("language model", lambda: _check_models(parts)),
        ("disk", lambda: _check_disk(parts.settings.data)),
    )
    found: list[Finding] = []
    for name, check in checks:
        try:
            found += check()
        except LibraryBusyError:
            found.append(Finding(name, ok=True, text="Not looked at: another process is writing."))
        except RagError as error:
            # What several checks fail at is said once.
            if str(error) not in {one.text for one in found}:
                found.append(Finding(name, ok=False, text=str(error)))
    return found


def _check_library(library: Library) -> list[Finding]:
    """Return what is wrong with the library, or that it is sound."""
    wrong = library.check()
    if wrong:
        return [Finding("library", ok=False, text=text) for text in wrong]
    books = library.summaries()
    passages = sum(book.passages for book in books)
    return [Finding("library", ok=True, text=f"{len(books)} books, {passages} passages, sound.")]


def _check_vectors(vectors: VectorIndex, *, repair: bool) -> list[Finding]:
    """Return what is wrong with the vector index, after a rebuild if it may be repaired.

    That it is behind the library, as after a kill, is no damage: it follows at once if it can.
    """
    vectors.tidy()
    with suppress(RagError, OSError):
        vectors.follow()
    wrong = vectors.check()
    text = "The vector index agrees with the library."
    if wrong and repair:
        vectors.rebuild()
        wrong = vectors.check()
        text = "The vector index was rebuilt."
    if wrong:
        return [Finding("vectors", ok=False, text=sentence) for sentence in wrong]
    return [Finding("vectors", ok=True, text=text)]


def _check_leftovers(parts: Parts, *, repair: bool) -> list[Finding]:
    """Return what was left behind by readings and copies that were given up; deleted if it may be.

    What is younger than ``GIVEN_UP`` may yet go on where it stopped.
    """
    data, before = parts.settings.data, time.time() - GIVEN_UP
    left: list[Path] = []
    with suppress(LibraryReadOnlyError), parts.library.writing(wait=False):
        left = left_pictures(data / "scans", parts.library.pictures(), before)
        encoded = data / UNFINISHED
        if encoded.is_dir() and encoded.stat().st_mtime < before:
            left.append(encoded)
        left += left_copies(parts.settings, before)
        if repair:
            for path in left:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
    if not left:
        return []
    names = ", ".join(str(path.relative_to(data)) for path in left)
    done = "Deleted" if repair else "Left behind, and deleted by --repair"
    return [Finding("leftovers", ok=True, text=f"{done}: {names} (readings and copies given up).")]


def _check_encoder(parts: Parts, *, repair: bool) -> Finding:
    """Return whether the encoder is the library's, after encoding it anew if it may be."""
    try:
        fingerprint = parts.fingerprint
    except EncoderError as error:
        return Finding("encoder", ok=False, text=str(error))
    kept = parts.library.encoder
    address = address_of(parts.settings.encoder)
    sent = f" Passages and questions are sent to {address.url}." if address else ""
    if kept is None or kept[0] == fingerprint:
        return Finding("encoder", ok=True, text=f"{fingerprint}.{sent}")
    if repair:
        _encode_again(parts)
        text = f"Everything is encoded anew by {fingerprint}.{sent}"
        return Finding("encoder", ok=True, text=text)
    text = f"The library's vectors are of {kept[0]}, the encoder is {fingerprint}.{sent}"
    return Finding("encoder", ok=False, text=text)


def _encode_again(parts: Parts) -> None:
    """Put vectors of the encoder there is in place of those of another, in library and index.

    Broken off, it goes on from where it was the next time.
    """
    library = parts.library
    unfinished = Unfinished(parts.settings.data / UNFINISHED, parts.fingerprint)
    with library.writing():
        rows: list[tuple[str, NDArray[Any], NDArray[Any]]] = []
        for summary in library.summaries():
            book_id = summary.record.id
            passages = library.passages(book_id)
            indexed = encode(
                library.book(book_id),
                passages,
                parts.encoder,
                parts.companion,
                unfinished=unfinished,
            )
            ids = [passage.id for passage in passages]
            rows.extend(zip(ids, indexed.vectors, indexed.sentence_vectors, strict=True))
        library.replace_vectors(rows, encoder=parts.fingerprint)
        unfinished.discard()
        parts.vectors.follow()


def _check_chosen(
    name: str, open_model: Callable[[], Judge | Reader | Reranker | None]
) -> list[Finding]:
    """Return whether a model that may be set can be opened; nothing where none is set."""
    try:
        model = open_model()
    except RagError as error:
        return [Finding(name, ok=False, text=str(error))]
    return [Finding(name, ok=True, text=f"{model.name}.")] if model else []


def _check_models(parts: Parts) -> list[Finding]:
    """Return whether the language model answers, and the one that checks it, if set."""
    try:
        composing = parts.composing
    except RagError as error:
        return [Finding("language model", ok=False, text=str(error))]
    if composing is None:
        return [Finding("language model", ok=True, text="None is set; answers are quoted.")]
    found = [_check_model(composing.model)]
    if composing.checking:
        found.append(replace(_check_model(composing.checking.model), name="checking model"))
    return found


def _check_model(model: LanguageModel) -> Finding:
    """Return whether the language model answers."""
    try:
        model.check()
    except RagError as error:
        return Finding("language model", ok=False, text=str(error))
    return Finding("language model", ok=True, text=f"{model.name} answers.")


def _check_disk(folder: Path) -> list[Finding]:
    """Return whether there is room left where the library lives, and whether it can be used."""
    try:
        free = shutil.disk_usage(folder).free
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(_TRIED))
            file.flush()
    except OSError as error:
        text = (
            f"Nothing can be written in {folder} ({error.strerror}): what is there is read, and "
            "nothing new is kept; free some space, or let it be written to."
        )
        return [Finding("disk", ok=False, text=text)]
    return [Finding("disk", ok=free > LOW_DISK, text=f"{free / 2**30:.1f} GiB free in {folder}.")]
