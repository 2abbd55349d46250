"""The command line: ``rag COMMAND``. It parses, calls the library, and prints.

Exit status: 0 done, 1 refused or failed with one sentence on standard error, 2 wrong
usage. Nothing but the answer goes to standard output. Whatever is heavy is imported
by the command that needs it, so that ``rag --help`` answers at once.
"""

from __future__ import annotations

import gc
import io
import json
import logging
import os
import sys
import warnings
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from rag.cli.arguments import parse_arguments
from rag.cli.printing import (
    added_text,
    answer_text,
    books_text,
    chronology_text,
    findings_text,
    guide_text,
    hits_text,
    index_text,
    page_map_text,
    plain,
    plain_line,
    quiz_text,
)
from rag.types import Correction, Language, NameKind, Order, QuestionError, RagError, Way, Wish

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import Any, TextIO

    from rag.application import Shuzheng
    from rag.types import BookRecord, Hit

DONE, FAILED, INTERRUPTED = 0, 1, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; wrong usage exits with 2 by itself."""
    _speak_utf8()
    arguments = parse_arguments(argv)
    _quieten(verbose=arguments.verbose)
    try:
        if arguments.command == "serve":
            return _serve()
        with _answers_only() as out:
            return COMMANDS[arguments.command](arguments, out)
    except BrokenPipeError:
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: one sentence, no traceback
        _complain(error)
        return FAILED


def run() -> None:
    """Run the command of the process's own arguments, and leave at once.

    A cold question is answered within seconds, of which Python's usual way out, freeing
    what the encoders hold, and searching young objects for cycles would take a seventh.
    """
    gc.set_threshold(100_000)
    try:
        status = main()
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        status = FAILED
    os._exit(status)


def _add(arguments: Namespace, out: TextIO) -> int:
    # tqdm takes a sixth of a second to import.
    from rag.cli.progress import ProgressBar  # noqa: PLC0415

    status, values = DONE, []
    with _shuzheng() as shuzheng:
        for path in arguments.files:
            try:
                with ProgressBar(plain_line(path.name)) as bar:
                    added = shuzheng.add(
                        path,
                        arguments.record,
                        replace=arguments.replace,
                        on_progress=bar,
                        on_wait=_say_that_it_waits,
                    )
            except KeyboardInterrupt:
                sys.stderr.write(
                    f"rag: {plain_line(path.name)} is not in the library; what was read or encoded "
                    "of it is kept, and the same command goes on from there\n"
                )
                raise
            except Exception as error:  # noqa: BLE001 - one bad file never stops the others
                _complain(error)
                status = FAILED
                continue
            if arguments.json:
                values.append(added)
            else:
                _print(out, added_text(added))
    if arguments.json:
        from rag.types.forms import AddedForm, one_line  # noqa: PLC0415 - pydantic is heavy

        _print(out, one_line([AddedForm.of(added) for added in values]))
    return status


def _books(arguments: Namespace, out: TextIO) -> int:
    with _shuzheng() as shuzheng:
        books = shuzheng.books()
    if arguments.json:
        from rag.types.forms import SummaryForm, one_line  # noqa: PLC0415 - pydantic is heavy

        _print(out, one_line([SummaryForm.of(book) for book in books]))
    else:
        _print(out, books_text(books))
    return DONE


def _remove(arguments: Namespace, out: TextIO) -> int:
    with _shuzheng() as shuzheng:
        stay = shuzheng.remove(
            arguments.book, corrections=arguments.corrections, on_wait=_say_that_it_waits
        )
    _print(out, f"Removed {plain_line(arguments.book)}")
    if stay:
        _print(out, f"Corrections of its pages that stay for when it is added again: {stay}")
    return DONE


def _pages(arguments: Namespace, out: TextIO) -> int:
    corrections = [Correction(first=index, label=label) for index, label in arguments.labels]
    if arguments.offset is not None:
        corrections.append(
            Correction(first=arguments.first, last=arguments.last, shift=arguments.offset)
        )
    with _shuzheng() as shuzheng:
        if corrections or arguments.clear:
            shuzheng.correct(arguments.book, corrections, clear=arguments.clear)
        book = shuzheng.book(arguments.book)
        [summary] = [one for one in shuzheng.books() if one.record.id == book.id]
    if arguments.json:
        from rag.types.forms import PageForm, one_line  # noqa: PLC0415 - pydantic is heavy

        _print(out, one_line(PageForm.each(book)))
    else:
        _print(out, page_map_text(book, summary.corrections))
    return DONE


def _ask(arguments: Namespace, out: TextIO) -> int:
    language = Language(arguments.language) if arguments.language else None
    with _shuzheng() as shuzheng:

        def reply(question: str) -> str:
            answer = shuzheng.ask(
                question, book=arguments.book, language=language, style=arguments.style
            )
            if not arguments.json:
                return answer_text(answer)
            from rag.types.forms import AnswerForm, one_line  # noqa: PLC0415 - pydantic is heavy

            records = _records(shuzheng) if answer.nearest else {}
            return one_line(AnswerForm.of(answer, records))

        return _reply_to(arguments.question, "question", reply, out, as_json=arguments.json)


def _find(arguments: Namespace, out: TextIO) -> int:
    with _shuzheng() as shuzheng:

        def reply(words: str) -> str:
            hits = _hits(shuzheng, words, arguments)
            records = _records(shuzheng)
            if arguments.json:
                from rag.types.forms import FoundForm, one_line  # noqa: PLC0415 - pydantic is heavy

                return one_line(FoundForm.of({"query": words, "hits": hits}, records))
            return hits_text(hits, records)

        return _reply_to(arguments.words, "query", reply, out, as_json=arguments.json)


def _hits(shuzheng: Shuzheng, words: str, arguments: Namespace) -> Sequence[Hit]:
    """Return what a lookup finds, narrowed and sorted where that is asked for."""
    wish = Wish(
        Way.WORDS if arguments.exact else Way.BOTH,
        Order(arguments.sort),
        arguments.chapter,
        arguments.names,
    )
    if wish == Wish():
        return shuzheng.find(words, book=arguments.book, limit=arguments.limit)
    return shuzheng.look(words, wish, book=arguments.book).hits[: arguments.limit]


def _chronology(arguments: Namespace, out: TextIO) -> int:
    with _shuzheng() as shuzheng:
        events = shuzheng.chronology(book=arguments.book, start=arguments.start, end=arguments.end)
    if arguments.json:
        from rag.types.forms import ChronologyForm, one_line  # noqa: PLC0415 - pydantic is heavy

        _print(out, one_line(ChronologyForm.of({"events": events})))
    else:
        _print(out, chronology_text(events))
    return DONE


def _index(arguments: Namespace, out: TextIO) -> int:
    kind = NameKind(arguments.kind) if arguments.kind else None
    with _shuzheng() as shuzheng:
        names = shuzheng.names(arguments.book, kind)
    if arguments.json:
        from rag.types.forms import NamesForm, one_line  # noqa: PLC0415 - pydantic is heavy

        _print(out, one_line(NamesForm.of({"names": names})))
    else:
        _print(out, index_text(names))
    return DONE


def _guide(arguments: Namespace, out: TextIO) -> int:
    language = Language(arguments.language) if arguments.language else None
    with _shuzheng() as shuzheng:
        guide = shuzheng.guide(
            arguments.book, chapter=arguments.chapter, language=language, style=arguments.style
        )
    if arguments.json:
        from rag.types.forms import GuideForm, one_line  # noqa: PLC0415 - pydantic is heavy

        _print(out, one_line(GuideForm.of(guide)))
    else:
        _print(out, guide_text(guide))
    return DONE


def _quiz(arguments: Namespace, out: TextIO) -> int:
    language = Language(arguments.language) if arguments.language else None
    with _shuzheng() as shuzheng:
        quiz = shuzheng.quiz(
            arguments.book, chapter=arguments.chapter, language=language, style=arguments.style
        )
    if arguments.json:
        from rag.types.forms import GuideForm, one_line  # noqa: PLC0415 - pydantic is heavy

        _print(out, one_line(GuideForm.of(quiz)))
    else:
        _print(out, quiz_text(quiz, answers=not arguments.sheet))
    return DONE


def _keep(arguments: Namespace, out: TextIO) -> int:
    from rag.cli import library  # noqa: PLC0415 - needed by these commands alone

    runs = {
        "record": library.run_record,
        "shelves": library.run_shelves,
        "compare": library.run_compare,
    }
    with _shuzheng() as shuzheng:
        _print(out, runs[arguments.command](arguments, shuzheng))
    return DONE


def _evaluate(arguments: Namespace, out: TextIO) -> int:
    key = "claim" if arguments.claims else "question"
    items = _put(arguments.questions, key)
    beside = _put(arguments.beside, "question") if arguments.beside else []
    from rag.evaluation import evaluate, judge_claims  # noqa: PLC0415 - for this command alone

    # Without a wish, every language that they are put in.
    languages = arguments.language or [
        str(language) for language in Language if any(language in item[key] for item in items)
    ]
    with ExitStack() as opened:
        whole = opened.enter_context(_shuzheng())
        if arguments.claims:
            report = judge_claims(whole, items, arguments.book, languages)
        else:
            other = _shuzheng(dict(arguments.against)) if arguments.against else None
            report = evaluate(
                whole,
                items,
                arguments.book,
                languages,
                plain=arguments.plain,
                other=opened.enter_context(other) if other else None,
                near_misses=arguments.near_misses,
                beside=beside,
            )
    if arguments.json:
        from rag.types.forms import one_line  # noqa: PLC0415 - pydantic is heavy

        _print(out, one_line(report.as_dict()))
    else:
        _print(out, plain(report.as_text()))
    return DONE


def _export(arguments: Namespace, out: TextIO) -> int:
    from rag.cli.export import run_export  # noqa: PLC0415 - needed by this command alone

    with _shuzheng() as shuzheng:
        run_export(arguments, shuzheng, out)
    return DONE


def _fit(arguments: Namespace, out: TextIO) -> int:
    files = [(book, path.name, _put(path, "question")) for book, path in arguments.questions]
    digests = {
        f"{book}={path.name}": sha256(path.read_bytes()).hexdigest()
        for book, path in arguments.questions
    }
    from rag.evaluation import fit_questions  # noqa: PLC0415 - for this command alone

    with _shuzheng() as shuzheng:
        text, report = fit_questions(shuzheng, files, digests)
    arguments.out.write_text(text, encoding="utf-8")
    _print(out, plain(report.as_text()))
    return DONE


def _reports(arguments: Namespace, out: TextIO) -> int:
    from rag.cli.reports import run_reports  # noqa: PLC0415 - needed by this command alone

    with _shuzheng() as shuzheng:
        run_reports(arguments, shuzheng, out)
    return DONE


def _train(arguments: Namespace, out: TextIO) -> int:
    from rag.models.making.training import train, train_queries  # noqa: PLC0415 - PyTorch
    from rag.settings import load_settings  # noqa: PLC0415 - pydantic is heavy

    given = arguments.data, arguments.out, load_settings().data / "models"
    book, seed = arguments.development, arguments.seed
    if arguments.queries:
        adapter = train_queries(*given, development=book, seed=seed)
    else:
        start, steps = arguments.start, arguments.steps
        adapter = train(*given, development=book, start=start, steps=steps, seed=seed)
    _print(out, f"What was learned is in {plain_line(str(adapter))}")
    return DONE


def _doctor(arguments: Namespace, out: TextIO) -> int:
    with _shuzheng() as shuzheng:
        findings = shuzheng.doctor(repair=arguments.repair)
    _print(out, findings_text(findings))
    bad = sum(not finding.ok for finding in findings)
    if bad:
        hint = "" if arguments.repair else "; rag doctor --repair mends what can be mended"
        raise RagError(f"{bad} of {len(findings)} checks failed{hint}")
    return DONE


def _backup(arguments: Namespace, out: TextIO) -> int:
    with _shuzheng() as shuzheng:
        shuzheng.backup(arguments.file)
    _print(out, f"The library is copied to {plain_line(str(arguments.file))}")
    return DONE


def _restore(arguments: Namespace, out: TextIO) -> int:
    with _shuzheng() as shuzheng:
        left = shuzheng.restore(arguments.file)
        books = len(shuzheng.books())
    kept = f"; what was there before is in {plain_line(str(left))}" if left else ""
    _print(out, f"Restored a library of {books} {'book' if books == 1 else 'books'}{kept}")
    return DONE


def _readers(arguments: Namespace, out: TextIO) -> int:
    from rag.cli.readers import run_readers  # noqa: PLC0415 - needed by this command alone

    with _shuzheng() as shuzheng:
        run_readers(arguments, shuzheng, out)
    return DONE


def _mcp(_: Namespace, out: TextIO) -> int:
    from rag.web.programs.tools import serve_tools  # noqa: PLC0415 - for this command alone

    with _shuzheng() as shuzheng:
        serve_tools(shuzheng, out)
    return DONE


def _serve() -> int:
    from rag.web import main as serve  # noqa: PLC0415 - it brings the web's libraries

    return serve()


def _shuzheng(changed: dict[str, str] | None = None) -> Shuzheng:
    from rag.application import Shuzheng  # noqa: PLC0415 - it brings the adapters
    from rag.settings import load_settings  # noqa: PLC0415 - pydantic is heavy

    return Shuzheng(load_settings(changed=changed), brief=True)


def _records(shuzheng: Shuzheng) -> dict[str, BookRecord]:
    return {summary.record.id: summary.record for summary in shuzheng.books()}


def _reply_to(
    text: str, key: str, reply: Callable[[str], str], out: TextIO, *, as_json: bool
) -> int:
    """Answer one text, or with ``-`` every line of standard input; return the exit status.

    A line that fails gives an error in its place, and the others are answered all the same.
    """
    if text != "-":
        _print(out, reply(text))
        return DONE
    status = DONE
    for line in sys.stdin:
        asked = line.rstrip("\r\n")
        try:
            _print(out, reply(asked) if as_json else f"{plain_line(asked)}\n{reply(asked)}\n")
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - one bad line never stops the others
            status = FAILED
            if as_json:
                from rag.types.forms import one_line  # noqa: PLC0415 - pydantic is heavy

                _print(out, one_line({key: asked, "error": _sentence(error)}))
            else:
                _complain(error)
    return status


def _put(path: Path, key: str) -> list[dict[str, Any]]:
    """Return the questions or claims of a file; QuestionError where it is no list of them."""
    name = plain_line(path.name)
    try:
        items = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise QuestionError(f"The {key}s in {name} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"The {key}s in {name} are not JSON in UTF-8") from error
    if not isinstance(items, list) or not all(
        isinstance(item, dict) and isinstance(item.get(key), dict) for item in items
    ):
        raise QuestionError(
            f"{name} is not a list of {key}s, each with its wording a language under '{key}'"
        )
    return items


def _print(out: TextIO, text: str) -> None:
    # Flushed at once: whoever reads the answers of a batch gets each when it is there.
    out.write(text + "\n")
    out.flush()


def _sentence(error: Exception) -> str:
    """Return one line that says what failed, safe on a terminal."""
    if isinstance(error, RagError):
        return plain_line(str(error))
    if isinstance(error, OSError) and error.strerror:
        where = f" ({plain_line(str(error.filename))})" if error.filename else ""
        return f"The system refused: {error.strerror}{where}"
    kind = type(error).__name__
    return (
        f"This failed in a way that was not foreseen ({kind}: {plain_line(str(error))[:200]}); "
        "run it again with --verbose to see where"
    )


def _say_that_it_waits() -> None:
    sys.stderr.write(
        "rag: Another process is writing to the library; waiting for it (Ctrl-C gives up)\n"
    )


def _complain(error: Exception) -> None:
    sys.stderr.write(f"rag: {_sentence(error)}\n")
    logging.getLogger("rag").info("The traceback", exc_info=error)


def _speak_utf8() -> None:
    """Make the standard streams UTF-8, whatever the locale.

    What is not UTF-8 comes in as lone surrogates, which no question may hold, and goes
    out escaped.
    """
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape", newline="\n")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _quieten(*, verbose: bool) -> None:
    """Let only what concerns the user reach standard error, unless all is wanted."""
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR)
    logging.getLogger("rag").setLevel(logging.INFO if verbose else logging.WARNING)
    if not verbose and not sys.warnoptions:
        warnings.simplefilter("ignore")


@contextmanager
def _answers_only() -> Iterator[TextIO]:
    """Yield standard output; what anything else prints meanwhile goes to standard error.

    It works on the file descriptor, so that libraries in C and child processes are
    diverted too.
    """
    sys.stdout.flush()
    own = os.dup(1)
    os.dup2(2, 1)
    try:
        with os.fdopen(
            os.dup(own), "w", encoding="utf-8", errors="backslashreplace", newline="\n"
        ) as out:
            yield out
    finally:
        sys.stdout.flush()
        os.dup2(own, 1)
        os.close(own)


COMMANDS: dict[str, Callable[[Namespace, TextIO], int]] = {
    "add": _add,
    "books": _books,
    "remove": _remove,
    "pages": _pages,
    "ask": _ask,
    "find": _find,
    "chronology": _chronology,
    "index": _index,
    "guide": _guide,
    "quiz": _quiz,
    "record": _keep,
    "shelves": _keep,
    "compare": _keep,
    "evaluate": _evaluate,
    "export": _export,
    "fit": _fit,
    "reports": _reports,
    "train": _train,
    "doctor": _doctor,
    "backup": _backup,
    "restore": _restore,
    "readers": _readers,
    "mcp": _mcp,
}
