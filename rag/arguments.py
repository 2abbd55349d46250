"""What the command line takes: commands, arguments, help."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT_MOST = 1000

EXAMPLES = """examples:
  rag add book.txt --record book.toml
  rag books
  rag ask 1937年8月签订了什么条约？
  rag ask "Which treaty was signed in August 1937?" --language en --json
  rag ask --json - < questions.txt > answers.jsonl
  rag find '"互不侵犯条约"' -k 5
  rag pages hezuo-yu-chongtu --json
  rag evaluate questions.json --book hezuo-yu-chongtu --language zh
  rag doctor --repair
  rag serve
"""


def parse_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line; wrong usage exits with status 2.

    ``command`` is the command's name, the other attributes are as its options are named.
    """
    parser = build_parser()
    arguments = parser.parse_args(argv)
    if arguments.command == "add" and arguments.record and len(arguments.files) > 1:
        parser.error("a record describes one book: give --record with one file at a time")
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
    )
    one.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a book")
    one.add_argument("--record", type=Path, metavar="book.toml", help="what is known of the book")

    command("books", "list what the library holds", "rag books --json")

    one = command("remove", "take a book out", "rag remove my-book", json_too=False)
    one.add_argument("book", metavar="BOOK", help="the id of a book")

    one = command("pages", "show the page map of a book", "rag pages my-book --json > pages.json")
    one.add_argument("book", metavar="BOOK", help="the id of a book")

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

    one = command(
        "evaluate",
        "measure the answers to questions with known answers",
        "rag evaluate questions.json --book my-book",
        "rag evaluate questions.json --book my-book --language zh --language en --json",
        "rag evaluate questions.json --book my-book --plain",
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

    one = command(
        "doctor",
        "check library, index, encoder and disk",
        "rag doctor --repair",
        json_too=False,
    )
    one.add_argument("--repair", action="store_true", help="mend what can be mended")

    command("serve", "start the chat in the browser", "rag serve", json_too=False)
    return parser


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LIMIT_MOST:
        raise argparse.ArgumentTypeError(f"a number from 1 to {LIMIT_MOST} is needed")
    return int(text)
