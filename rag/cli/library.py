"""The commands of whoever keeps the library: records, sets of books, books compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.cli.printing import answer_text, plain_line
from rag.types import Language

if TYPE_CHECKING:
    from argparse import Namespace

    from rag.application import Shuzheng


def run_record(arguments: Namespace, shuzheng: Shuzheng) -> str:
    """Return a book's record as text or JSON, once it has been edited as the arguments say."""
    from rag.library import FIELDS, edit_of, text_of  # noqa: PLC0415 - for these commands alone

    [book_id] = shuzheng.chosen(arguments.book)
    keeping = shuzheng.keeping
    edits = list(keeping.imported(book_id, arguments.source) if arguments.source else ())
    edits += [edit_of(field, text) for field, text in arguments.values]
    if edits or arguments.clear:
        keeping.edit(book_id, edits, clear=arguments.clear)
    summary = keeping.summary(book_id)
    if arguments.json:
        from rag.types.forms import RecordForm, one_line  # noqa: PLC0415 - pydantic is heavy

        return one_line(RecordForm.of(summary))
    lines = [f"id           {plain_line(book_id)}"]
    for field in FIELDS:
        value = text_of(getattr(summary.record, field))
        by_hand = " (set by hand)" if field in summary.edited else ""
        if value or by_hand:
            lines.append(f"{field:<12} {plain_line(value) or '-'}{by_hand}")
    return "\n".join(lines)


def run_shelves(arguments: Namespace, shuzheng: Shuzheng) -> str:
    """Return the sets of books as text or JSON, once one has been kept or forgotten."""
    keeping = shuzheng.keeping
    if arguments.remove is not None:
        keeping.unshelve(arguments.remove)
    elif arguments.name is not None:
        keeping.shelve(arguments.name, arguments.books)
    shelves = keeping.shelves()
    if arguments.json:
        from rag.types.forms import one_line  # noqa: PLC0415 - pydantic is heavy

        return one_line([{"name": one.name, "books": list(one.books)} for one in shelves])
    return (
        "\n".join(f"{plain_line(one.name)}: {', '.join(one.books)}" for one in shelves)
        or "There are no sets of books; rag shelves NAME BOOK… makes one."
    )


def run_compare(arguments: Namespace, shuzheng: Shuzheng) -> str:
    """Return what each of some books answers to one question, as text or JSON."""
    language = Language(arguments.language) if arguments.language else None
    answers = shuzheng.compare(
        arguments.question, arguments.books, language=language, style=arguments.style
    )
    pairs = list(zip(arguments.books, answers, strict=True))
    if arguments.json:
        from rag.types.forms import AnswerForm, one_line  # noqa: PLC0415 - pydantic is heavy

        records = {summary.record.id: summary.record for summary in shuzheng.books()}
        said = [{"book": name, "answer": AnswerForm.of(answer, records)} for name, answer in pairs]
        return one_line({"question": arguments.question, "answers": said})
    return "\n\n".join(f"== {plain_line(name)}\n{answer_text(answer)}" for name, answer in pairs)
