"""``rag export``: kept or given answers, written as a document."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.printing import plain_line
from rag.exporting import export, export_notes, format_of
from rag.language.text import language_of
from rag.library.keeping import remarks_on
from rag.types import ExportError, Language
from rag.types.forms import picked, read_answers

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import TextIO

    from rag.application import Shuzheng
    from rag.types import Answer

LISTED = 20
"""Conversations that are listed, the newest first."""


def run_export(arguments: Namespace, shuzheng: Shuzheng, out: TextIO) -> None:
    """Write the document that the arguments ask for, or list the conversations there are.

    The file is there whole or as it was. Raises RagError.
    """
    if arguments.list:
        lines = [
            f"{kept.id}  {kept.changed}  {kept.turns:>3}  {plain_line(kept.title)}"
            for kept in shuzheng.conversations.latest(LISTED)
        ]
        out.write("".join(f"{line}\n" for line in lines or ["No conversation is kept yet."]))
        return
    if arguments.file is None:
        raise ExportError("Name the file to write, as in: rag export answers.docx")
    to_screen = str(arguments.file) == "-"
    if to_screen and not arguments.format:
        raise ExportError("For standard output, name the format, as in: rag export - --format md")
    wanted = format_of(arguments.file, arguments.format)
    if to_screen and not wanted.is_text:
        raise ExportError(f"{wanted.name} is no text; name a file to write it to.")
    written, what = (_notes if arguments.notes else _exported)(arguments, shuzheng, wanted.name)
    if to_screen:
        out.write(written.decode("utf-8"))
        return
    _write(arguments.file, written)
    out.write(f"Wrote {what} to {plain_line(str(arguments.file))}\n")


def _exported(arguments: Namespace, shuzheng: Shuzheng, name: str) -> tuple[bytes, str]:
    """Return the answers meant in a format, and in words what they are."""
    answers, source = _answers(arguments, shuzheng)
    written = export(
        answers,
        name,
        day=datetime.now().astimezone().date(),
        style=arguments.style,
        language=Language(arguments.language) if arguments.language else None,
        records={summary.record.id: summary.record for summary in shuzheng.books()},
    )
    return written, f"{len(answers)} answer{'' if len(answers) == 1 else 's'} of {source}"


def _notes(arguments: Namespace, shuzheng: Shuzheng, name: str) -> tuple[bytes, str]:
    """Return everybody's notes in a format, and in words how many; ``--pick`` takes some."""
    notes = picked(shuzheng.placed_notes(shuzheng.notes.of(None)), arguments.pick)
    text = "".join(note.note.anchor.words for note in notes[:20])
    written = export_notes(
        notes,
        name,
        day=datetime.now().astimezone().date(),
        style=arguments.style,
        language=Language(arguments.language) if arguments.language else language_of(text),
    )
    return written, f"{len(notes)} note{'' if len(notes) == 1 else 's'}"


def _answers(arguments: Namespace, shuzheng: Shuzheng) -> tuple[list[Answer], str]:
    """Return the answers meant, and in words where they are from."""
    if arguments.answers:
        return read_answers(_text(arguments.answers), arguments.pick), "the given answers"
    conversations = shuzheng.conversations
    identifier = arguments.conversation
    if identifier is None:
        latest = conversations.latest(1)
        if not latest:
            raise ExportError(
                "No conversation is kept yet: ask in the browser first, or give answers with "
                "--answers FILE (of 'rag ask --json')."
            )
        identifier = latest[0].id
    reports = shuzheng.reports.of()
    answers = [
        replace(shuzheng.redated(turn.answer), remarks=remarks_on(turn.answer, reports))
        for turn in conversations.turns(identifier)
    ]
    which = "the" if arguments.conversation else "the last"
    return picked(answers, arguments.pick), f"{which} conversation ({identifier})"


def _text(path: Path) -> str:
    if str(path) == "-":
        return sys.stdin.read()
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ExportError(f"The answers in {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ExportError(f"The answers in {path} are not text in UTF-8.") from error


def _write(path: Path, content: bytes) -> None:
    """Write a file whole: it is put in its place only when all of it is there."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # A temporary file is its owner's alone; a document is as other new files are.
            mask = os.umask(0)
            os.umask(mask)
            part.chmod(0o666 & ~mask)
            part.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written: {error.strerror}; name a file in a folder that can."
        ) from error
