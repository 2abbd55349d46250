"""``rag reports``: what readers say of answers, for whoever mends the book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.cli.printing import pages_text, plain, plain_line

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import TextIO

    from rag.application import Shuzheng
    from rag.library.keeping import Report


@dataclass(frozen=True, slots=True)
class _Seen:
    """A report, and whether its book or page map is another now; None where that is not known."""

    report: Report
    changed: bool | None


def run_reports(arguments: Namespace, shuzheng: Shuzheng, out: TextIO) -> None:
    """List the reports that the arguments ask for, or keep that some were dealt with; RagError."""
    if arguments.done:
        for report_id in arguments.done:
            shuzheng.reports.finish(report_id)
            out.write(f"Done: {plain_line(report_id)}\n")
        return
    reports = shuzheng.reports.of(undone=not arguments.all)
    seen = [_Seen(report, _changed(report, shuzheng)) for report in reports]
    if arguments.json:
        from rag.types.forms import ReportForm, one_line  # noqa: PLC0415 - pydantic is heavy

        records = {summary.record.id: summary.record for summary in shuzheng.books()}
        out.write(one_line([ReportForm.of(one, records) for one in seen]) + "\n")
        return
    if not seen:
        out.write("Nothing is reported that is not dealt with.\n")
        return
    out.write("\n\n".join(_text(one) for one in seen) + "\n")


def _changed(report: Report, shuzheng: Shuzheng) -> bool | None:
    from rag.library.keeping import pages_digest  # noqa: PLC0415 - with what it is asked for

    held = {summary.record.id: summary for summary in shuzheng.books()}
    if report.where is None or report.book_id not in held:
        return None
    if held[report.book_id].digest != report.where.source:
        return True
    return pages_digest(shuzheng.book(report.book_id)) != report.where.pages_digest


def _text(one: _Seen) -> str:
    report = one.report
    done = f", done {report.done[:10]}" if report.done else ""
    lines = [f"{report.id}  {report.made[:10]}  {report.kind.replace('_', ' ')}{done}"]
    lines.append(f"  asked: {plain_line(report.question)}")
    if report.body:
        lines += [f"  said:  {line}" for line in plain(report.body).splitlines() if line.strip()]
    where = report.where
    if where is not None:
        headings = (where.place.part, where.place.chapter, where.place.section)
        steps = " › ".join(dict.fromkeys(plain_line(head) for head in headings if head))
        place = ", ".join(filter(None, (steps, pages_text(where.place))))
        lines.append(f"  place: {plain_line(report.book_id or '')}, {place}")
        lines.append(f"  words: {plain_line(where.quote)}")
    elif report.answer is not None:
        books = {plain_line(citation.record.id) for citation in report.answer.citations}
        lines.append(f"  books: {', '.join(sorted(books)) or 'none cited'}")
    if one.changed:
        lines.append("  since: the book or its page map has changed")
    return "\n".join(lines)
