"""What the command line takes: commands, arguments, help."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rag.types import Language, NameKind, Order

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT_MOST = 1000
LONGEST_NUMBER = 6
LONGEST_YEAR = 4
LONGEST_LABEL = 40

EXAMPLES = """examples:
  rag add book.txt --record book.toml
  rag books
  rag ask 1937年8月签订了什么条约？
  rag ask "Which treaty was signed in August 1937?" --language en --json
  rag ask --json - < questions.txt > answers.jsonl
  rag find '"互不侵犯条约"' -k 5
  rag chronology --from 1937 --to 1941
  rag index --kind persons
  rag guide my-book --chapter 2
  rag quiz my-book --chapter 2
  rag pages hezuo-yu-chongtu --json
  rag pages my-book --set 14=9 --offset 2 --from 30
  rag record my-book --from zotero.json
  rag shelves treaties my-book other-book
  rag compare "Who signed first?" --book my-book --book other-book
  rag export answers.docx --answers answers.jsonl --style gb-2025-note
  rag evaluate questions.json --book hezuo-yu-chongtu --language zh
  rag fit my-book=questions.json my-book=near-misses.json other=questions.json --out evidence.toml
  rag reports
  rag train annotated.json --out learned
  rag backup library-2026-11-29.sqlite
  rag doctor --repair
  rag readers add 王老师 --teacher
  rag serve
  rag mcp
"""


def parse_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line; wrong usage exits with status 2.

    ``command`` is the command's name, the other attributes are as its options are named.
    """
    parser = build_parser()
    arguments = parser.parse_args(argv)
    if arguments.command == "add" and arguments.record and len(arguments.files) > 1:
        parser.error("a record describes one book: give --record with one file at a time")
    if arguments.command == "add" and arguments.replace is not None and len(arguments.files) > 1:
        parser.error("one file takes the place of a book: give --replace with one file at a time")
    if arguments.command == "compare" and len(arguments.books) < 2:
        parser.error("to compare, name two books or more: --book A --book B")
    if arguments.command == "shelves" and arguments.name is not None and not arguments.books:
        parser.error(f"name the books that the set {arguments.name} is to hold")
    if (
        arguments.command == "pages"
        and arguments.offset is None
        and (arguments.first is not None or arguments.last is not None)
    ):
        parser.error("--from and --to say which pages an --offset is for")
    if arguments.command == "readers":
        fault = _fault_of_readers(arguments)
        if fault:
            parser.error(fault)
    if (
        arguments.command == "chronology"
        and arguments.start is not None
        and arguments.end is not None
        and arguments.start > arguments.end
    ):
        parser.error(f"--from {arguments.start} is later than --to {arguments.end}")
    if (
        arguments.command == "evaluate"
        and arguments.claims
        and (arguments.plain or arguments.against or arguments.near_misses or arguments.beside)
    ):
        parser.error("--claims measures verdicts: it goes with --book and --language alone")
    return arguments


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    verbose = "log to standard error, with the whole traceback of a failure"
    common = argparse.ArgumentParser(add_help=False)
    # Given before the command or behind it: the absent one must not undo the other.
    common.add_argument("--verbose", action="store_true", default=argparse.SUPPRESS, help=verbose)
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print one JSON value")

    parser = argparse.ArgumentParser(
        prog="rag",
        description="Answers from a book, each sentence with its printed page.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--verbose", action="store_true", help=verbose)
    commands = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", required=True
    )

    def command(
        name: str, text: str, *examples: str, json_too: bool = True
    ) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog="\n  ".join(("examples:", *examples)),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            parents=[common, as_json] if json_too else [common],
        )

    one = command(
        "add",
        "read files into the library and index them",
        "rag add book.txt",
        "rag add book.md --record book.toml --json",
        "rag add better-scan.pdf --replace my-book",
    )
    one.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a book")
    one.add_argument("--record", type=Path, metavar="book.toml", help="what is known of the book")
    one.add_argument(
        "--replace",
        metavar="BOOK",
        help="the book that it takes the place of, by id or title",
    )

    command("books", "list what the library holds", "rag books --json")

    one = command("remove", "take a book out", "rag remove my-book", json_too=False)
    one.add_argument("book", metavar="BOOK", help="the id of a book")
    one.add_argument(
        "--corrections",
        action="store_true",
        help="the corrections of its pages too, which else stay for when it is added again",
    )

    one = command(
        "pages",
        "show the page map of a book, and correct it",
        "rag pages my-book --json > pages.json",
        "rag pages my-book --set 14=9 --set 15=-",
        "rag pages my-book --offset 2 --from 30 --to 58",
    )
    one.add_argument("book", metavar="BOOK", help="the id of a book")
    one.add_argument(
        "--set",
        dest="labels",
        action="append",
        type=_label,
        default=[],
        metavar="INDEX=LABEL",
        help="the printed page of an index of the map, - for none; may be repeated",
    )
    one.add_argument(
        "--offset", type=_offset, metavar="N", help="add N to the numbers of all pages"
    )
    one.add_argument("--from", dest="first", type=_index, metavar="INDEX", help="from this page on")
    one.add_argument("--to", dest="last", type=_index, metavar="INDEX", help="up to this page")
    one.add_argument("--clear", action="store_true", help="first take back earlier corrections")

    one = command(
        "record",
        "show the bibliographic record of a book, and edit it",
        "rag record my-book",
        'rag record my-book --set year=1996 --set "authors=李嘉谷 [Li Jiagu]; 王平"',
        "rag record my-book --from my-book.ris",
    )
    one.add_argument("book", metavar="BOOK", help="the id or title of a book")
    one.add_argument(
        "--set",
        dest="values",
        action="append",
        type=_value,
        default=[],
        metavar="FIELD=VALUE",
        help="what a field holds, nothing for not known; persons with ; between them, each with "
        "a Latin spelling in brackets where there is one; may be repeated",
    )
    one.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="take the fields from RIS, BibTeX or CSL-JSON, as Zotero exports them",
    )
    one.add_argument("--clear", action="store_true", help="first take back earlier edits")

    one = command(
        "shelves",
        "list sets of books that have names, make one or forget one; --book takes a set's name too",
        "rag shelves",
        "rag shelves treaties my-book other-book",
        "rag shelves --remove treaties",
    )
    one.add_argument("name", nargs="?", metavar="NAME", help="of the set that is made")
    one.add_argument("books", nargs="*", metavar="BOOK", help="the books in it, by id or title")
    one.add_argument("--remove", metavar="NAME", help="forget a set; its books stay")

    one = command(
        "compare",
        "put one question to several books, each of which answers for itself",
        "rag compare 谁先签字？ --book my-book --book other-book --json",
    )
    one.add_argument("question", metavar="QUESTION")
    one.add_argument(
        "--book",
        dest="books",
        action="append",
        required=True,
        metavar="B",
        help="a book or a set of books; at least two",
    )
    one.add_argument("--language", choices=[*Language], help="the language of the answers")
    one.add_argument("--style", metavar="S", help="the style of the citations")

    one = command(
        "ask",
        "answer a question, with citations",
        'rag ask "Where does the book treat the treaty?"',
        "rag ask --json - < questions.txt > answers.jsonl",
    )
    one.add_argument("question", metavar="QUESTION", help="- for a question a line of input")
    one.add_argument("--book", metavar="B", help="ask this book only")
    one.add_argument("--language", choices=[*Language], help="the language of the answer")
    one.add_argument("--style", metavar="S", help="the style of the citations")

    one = command(
        "find",
        "look words up; what stands in quotation marks is found word for word",
        "rag find 互不侵犯条约",
        "rag find '\"non-aggression pact\"' -k 3 --json",
        "rag find 斯大林 --names --exact --sort page -k 100",
    )
    one.add_argument("words", metavar="WORDS", help="- for a lookup a line of input")
    one.add_argument("--book", metavar="B", help="look in this book only")
    one.add_argument(
        "-k",
        dest="limit",
        type=_limit,
        default=10,
        metavar="N",
        help="how many passages at most (10)",
    )
    one.add_argument("--exact", action="store_true", help="only what has the words")
    one.add_argument(
        "--chapter", default="", metavar="HEADING", help="in this part or chapter, by its heading"
    )
    one.add_argument(
        "--names", action="store_true", help="a name in all its spellings: Stalin, 斯大林, Сталин"
    )
    one.add_argument(
        "--sort",
        choices=[*Order],
        default=Order.FIT,
        help="best first (fit), or in the order of the book (page)",
    )

    one = command(
        "chronology",
        "list dated events, the earliest first, each in the book's words with its page",
        "rag chronology",
        "rag chronology --book my-book --from 1937 --to 1941 --json > events.json",
    )
    one.add_argument("--book", metavar="B", help="of this book only")
    one.add_argument(
        "--from", dest="start", type=_year, metavar="YEAR", help="events that begin in it or later"
    )
    one.add_argument(
        "--to", dest="end", type=_year, metavar="YEAR", help="events that begin in it or earlier"
    )

    one = command(
        "index",
        "list the names of a book, the commonest first, each with every page, the main one first",
        "rag index my-book",
        "rag index my-book --kind treaties --json > names.json",
    )
    one.add_argument("book", nargs="?", metavar="BOOK", help="of this book only")
    one.add_argument("--kind", choices=[*NameKind], help="only names of this kind")

    one = command(
        "guide",
        "write a study guide: of each chapter what it says, dates, names, questions with answers",
        "rag guide my-book",
        "rag guide my-book --chapter 2 --language en",
        "rag guide my-book --json | rag export guide.docx --answers -",
    )
    one.add_argument("book", metavar="BOOK", help="the id or title of a book")
    one.add_argument("--chapter", type=_count, metavar="N", help="of this chapter only")
    one.add_argument("--language", choices=[*Language], help="the language of its headings")
    one.add_argument("--style", metavar="S", help="the style of the citations")

    one = command(
        "quiz",
        "ask questions of a study guide, with the sentences and pages that answer them below",
        "rag quiz my-book --chapter 2",
        "rag quiz my-book --chapter 2 --sheet > sheet.txt",
        "rag quiz my-book --json | rag export quiz.docx --answers -",
    )
    one.add_argument("book", metavar="BOOK", help="the id or title of a book")
    one.add_argument("--chapter", type=_count, metavar="N", help="on this chapter only")
    one.add_argument("--language", choices=[*Language], help="the language of its headings")
    one.add_argument("--style", metavar="S", help="the style of the citations")
    one.add_argument("--sheet", action="store_true", help="the questions alone, without answers")

    one = command(
        "export",
        "write answers as a document: docx, pdf, html, md, tex, txt, ris, bib and more",
        "rag export answers.docx",
        "rag export answers.docx --answers answers.jsonl --pick 1,3 --style gb-2025-note",
        "rag ask --json - < questions.txt | rag export answers.pdf --answers -",
        "rag export refs.json --format csl-json --conversation 44a811692c4f",
        "rag export notes.docx --notes",
        "rag export --list",
        json_too=False,
    )
    one.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="its ending names the format; - for text"
    )
    one.add_argument("--format", metavar="F", help="the format, where the ending does not say it")
    one.add_argument("--style", metavar="S", help="the style of the citations")
    one.add_argument("--language", choices=[*Language], help="the language of the document")
    source = one.add_mutually_exclusive_group()
    source.add_argument("--conversation", metavar="ID", help="a kept conversation (the last one)")
    source.add_argument(
        "--answers",
        type=Path,
        metavar="answers.jsonl",
        help="what 'rag ask', 'rag find', 'rag chronology', 'rag index', 'rag guide' or 'rag quiz' "
        "wrote with --json; - for standard input",
    )
    source.add_argument("--list", action="store_true", help="show the kept conversations")
    source.add_argument(
        "--notes", action="store_true", help="the readers' own notes, with their citations"
    )
    one.add_argument(
        "--pick", type=_numbers, default=[], metavar="1,3", help="only these answers, in this order"
    )

    one = command(
        "reports",
        "list what readers say of answers: wrong pages, misread characters, missing answers",
        "rag reports --json > reports.json",
        "rag reports --done 44a811692c4f",
    )
    one.add_argument("--all", action="store_true", help="those too that were dealt with")
    one.add_argument(
        "--done", action="append", metavar="ID", help="this one is dealt with; may be repeated"
    )

    one = command(
        "evaluate",
        "measure the answers to questions with known answers, or the verdicts on claims",
        "rag evaluate questions.json --book my-book",
        "rag evaluate questions.json --book my-book --language zh --language en --json",
        "rag evaluate questions.json --book my-book --plain",
        "rag evaluate questions.json --book my-book --against RAG_EVIDENCE=12",
        "rag evaluate questions.json --book my-book --near-misses --beside other.json",
        "rag evaluate claims.json --book my-book --claims --json",
    )
    one.add_argument("questions", type=Path, metavar="QUESTIONS.json")
    one.add_argument("--book", required=True, metavar="B", help="the book they are about")
    one.add_argument(
        "--language",
        action="append",
        choices=[*Language],
        help="ask in this language only; may be repeated",
    )
    one.add_argument(
        "--plain", action="store_true", help="measure a plain LangChain pipeline beside it"
    )
    one.add_argument(
        "--against",
        action="append",
        type=_setting,
        default=[],
        metavar="RAG_X=VALUE",
        help="answer each question under this setting too, and tell what that changes",
    )
    one.add_argument(
        "--near-misses",
        action="store_true",
        help="ask each question once more with the passages hidden that hold its answer",
    )
    one.add_argument(
        "--beside",
        type=Path,
        metavar="OTHER.json",
        help="ask the questions of another book too; all must be refused",
    )
    one.add_argument(
        "--claims",
        action="store_true",
        help="the file holds claims, true and false; measure the verdicts on them",
    )

    one = command(
        "fit",
        "fit what decides an answer (weights, confidence, thresholds) to questions with answers",
        "rag fit my-book=questions.json my-book=near-misses.json other=questions.json "
        "--out evidence.toml",
        json_too=False,
    )
    one.add_argument(
        "questions",
        nargs="+",
        type=_of_book,
        metavar="BOOK=QUESTIONS.json",
        help="a book, and questions about it; of two books at least",
    )
    one.add_argument("--out", required=True, type=Path, metavar="FILE", help="what is written")

    one = command(
        "train",
        "teach a reader what questions a passage answers, from data files",
        "rag train annotated.json articles.json --out learned",
        "rag train annotated.json --out learned --development my-book --steps 2500",
        "rag train annotated.json --out learned --queries",
        json_too=False,
    )
    one.add_argument(
        "--queries",
        action="store_true",
        help="teach the encoder, in place of a reader: what is asked comes near to what answers",
    )
    one.add_argument(
        "data",
        nargs="+",
        type=Path,
        metavar="DATA.json",
        help="annotated passages, or articles with questions on their paragraphs",
    )
    one.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="FOLDER",
        help="for the adapter, its card and checkpoints; goes on from one that is there",
    )
    one.add_argument(
        "--development",
        type=Path,
        metavar="FOLDER",
        help="an annotated book to measure on; the best adapter is kept",
    )
    one.add_argument(
        "--start",
        type=Path,
        metavar="ADAPTER",
        help="a reader that was taught before, to go on from",
    )
    one.add_argument("--steps", type=_count, default=2500, metavar="N", help="how many (2500)")
    one.add_argument("--seed", type=_count, default=11, metavar="N", help="of all chance (11)")

    one = command(
        "doctor",
        "check library, index, encoder and disk",
        "rag doctor --repair",
        json_too=False,
    )
    one.add_argument("--repair", action="store_true", help="mend what can be mended")

    one = command(
        "backup",
        "write a copy of the library, which may be in use meanwhile",
        "rag backup library-2026-11-29.sqlite",
        json_too=False,
    )
    one.add_argument("file", type=Path, metavar="FILE", help="where to; it must not be there yet")

    one = command(
        "restore",
        "put a copy in the place of the library; what was there is kept beside it",
        "rag restore library-2026-11-29.sqlite",
        json_too=False,
    )
    one.add_argument("file", type=Path, metavar="FILE", help="a copy that 'rag backup' made")

    one = command(
        "readers",
        "give readers accounts of their own: add, list, remove or invite them",
        "rag readers add 王老师 --teacher",
        "rag readers add --from class.csv --address https://books.school.example/",
        "rag readers list",
        "rag readers invite 李同学",
        "rag readers remove 李同学",
    )
    one.add_argument("action", choices=["add", "list", "remove", "invite"], metavar="ACTION",
                     help="add, list, remove or invite")  # fmt: skip
    one.add_argument("names", nargs="*", metavar="NAME", help="whom")
    one.add_argument(
        "--from", dest="source", type=Path, metavar="FILE", help="names, one in each line or row"
    )
    one.add_argument("--teacher", action="store_true", help="those who are added are teachers")
    one.add_argument(
        "--address", metavar="URL", help="of the server, as it stands before the links printed"
    )

    command(
        "mcp",
        "serve the library's tools to a program, by the Model Context Protocol over standard input",
        "rag mcp",
        json_too=False,
    )

    command("serve", "start the chat in the browser", "rag serve", json_too=False)
    return parser


def _fault_of_readers(arguments: argparse.Namespace) -> str | None:
    """Return what is wrong in what is asked of ``readers``; None for nothing."""
    named = bool(arguments.names) or arguments.source is not None
    if arguments.action == "list" and named:
        return "'rag readers list' takes no names"
    if arguments.action != "list" and not named:
        return f"name whom to {arguments.action}, or a file of names with --from"
    if arguments.teacher and arguments.action != "add":
        return "--teacher goes with add"
    return None


def _index(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise argparse.ArgumentTypeError(
            "the index of a page is a number, as 'rag pages BOOK' shows it first in each line"
        )
    return int(text)


def _offset(text: str) -> int:
    sign, digits = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    if not digits.isascii() or not digits.isdigit() or len(digits) > LONGEST_NUMBER:
        raise argparse.ArgumentTypeError("an offset is a whole number, as 2 or -2")
    return int(sign + digits)


def _label(text: str) -> tuple[int, str | None]:
    """Return the index and label of ``INDEX=LABEL``; no label where it is - or empty."""
    index, equals, label = text.partition("=")
    label = label.strip()
    if not equals or len(label) > LONGEST_LABEL or not label.isprintable():
        raise argparse.ArgumentTypeError("write INDEX=LABEL, as in 14=9, or 14=- for no label")
    return _index(index.strip()), None if label in ("", "-") else label


def _value(text: str) -> tuple[str, str]:
    """Return the field and the text of ``FIELD=VALUE``."""
    field, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("write FIELD=VALUE, as in year=1996, or year= for none")
    return field.strip(), value


def _numbers(text: str) -> list[int]:
    parts = text.replace(" ", "").split(",")
    if not all(p.isascii() and p.isdigit() and len(p) <= LONGEST_NUMBER for p in parts):
        raise argparse.ArgumentTypeError("numbers of answers are needed, from 1, as in 1,3")
    return [int(part) for part in parts]


def _year(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_YEAR:
        raise argparse.ArgumentTypeError("a year is a number, as 1937")
    return int(text)


def _of_book(text: str) -> tuple[str, Path]:
    """Return a book and a file of questions about it, from ``BOOK=FILE``."""
    book, equals, path = text.partition("=")
    if not equals or not book or not path:
        raise argparse.ArgumentTypeError("write BOOK=QUESTIONS.json, as in my-book=questions.json")
    return book, Path(path)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name.startswith("RAG_") or not equals or not value:
        raise argparse.ArgumentTypeError("a setting is needed, as RAG_EVIDENCE=12")
    return name, value


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 is needed")
    return int(text)


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LIMIT_MOST:
        raise argparse.ArgumentTypeError(f"a number from 1 to {LIMIT_MOST} is needed")
    return int(text)
