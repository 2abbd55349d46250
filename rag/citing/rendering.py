"""Records rendered by pandoc's citeproc, once, as patterns that places are put into.

One run renders every record of a document in every form that a citation can take (first or
later; with pages, with a place in words, with none), with a mark where the place goes. It
takes some 25 ms; what follows is filling in.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from rag.citing.model import Run, StyleKind
from rag.citing.pandoc import run_pandoc
from rag.citing.references import (
    NUMBER_MARK,
    OTHERS_MARK,
    PLACE_MARK,
    STOP_MARK,
    SUFFIX_MARK,
    reference,
)
from rag.citing.styles import style_named
from rag.types import CitingError, Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rag.types import BookRecord

    Node = dict[str, Any]

_API = [1, 23, 1]
_SORTING = "zh-CN-u-co-pinyin"
"""How a bibliography is sorted: Latin and Cyrillic letters, then Han by its readings."""
_NUMBER = 'variable="first-reference-note-number"'
_OTHERS = '<term name="et-al">等'
_UNWANTED = re.compile(
    f"(?<![,，]) (?={OTHERS_MARK})|,(?= {SUFFIX_MARK})|(?<={STOP_MARK})(?:,(?= and )|年)"
    f"|[{OTHERS_MARK}{SUFFIX_MARK}{STOP_MARK}]"
)
"""What citeproc puts wrongly, and the marks that show it: a space before 等 but after a comma,
a comma in Li Jiagu, and in 甲, and 乙; a second 年."""
_SHAPES = {"none": "", "page": f"{{{PLACE_MARK}}}", "words": f"{{s.v. {PLACE_MARK}}}"}
"""What follows a citation: nothing, pages, or a place in words.

Braces tell pandoc where a locator begins and ends; "s.v." is how CSL lets a style know a
place in words from a page.
"""


@dataclass(frozen=True, slots=True)
class Patterns:
    """A record in every form of a style; ``entry`` is that of its bibliography.

    ``first`` and ``later`` hold the citations with nothing, with pages and with words.
    """

    first: tuple[tuple[Run, ...], ...]
    later: tuple[tuple[Run, ...], ...]
    label: str
    entry: tuple[Run, ...]
    position: int


def bare_record(record: BookRecord) -> BookRecord:
    """Return a record without what no citation shows, so that it is quickly compared."""
    return replace(record, contents=(), aliases=(), corrections=())


@lru_cache(maxsize=128)
def render(
    records: tuple[BookRecord, ...], style_name: str, language: Language | None
) -> tuple[Patterns, ...]:
    """Return the patterns of records, in their order, rendered as one document.

    ``position`` is an entry's place in the bibliography. Raises CitingError where pandoc
    cannot be run.
    """
    style = style_named(style_name)
    # A style of notes says a book in full once only: each form is cited as a book of its own.
    apart = style.kind is StyleKind.NOTE
    references: list[Node] = []
    blocks: list[Node] = []
    for number, record in enumerate(records):
        for shape, suffix in _SHAPES.items():
            identity = f"{number}-{shape}" if apart else f"{number}"
            if apart or shape == "none":
                references.append(reference(record, identity, style, language))
            blocks += [_citation(identity, suffix, len(blocks) + at) for at in (1, 2)]
    document = {
        "pandoc-api-version": _API,
        "meta": {
            "csl": _string(_sheet(style.sheet, traditional=language is Language.ZH_HANT)),
            "lang": _string(_SORTING),
            "references": {"t": "MetaList", "c": references},
        },
        "blocks": blocks,
    }
    out = run_pandoc(
        ["--from=json", "--to=json", "--citeproc"], json.dumps(document).encode("ascii")
    )
    return tuple(_read(json.loads(out)["blocks"], len(records), apart=apart))


@cache
def _sheet(name: str, *, traditional: bool) -> str:
    """Return a style file as a data URI, with marks at what is found again in what is rendered.

    The number of an earlier note is set in small capitals, and 等 begins with a mark. For
    papers in Traditional characters the words of the style are turned into them; what a
    record says is printed as it stands.
    """
    text = (files("rag.citing") / "csl" / name).read_text(encoding="utf-8")
    if traditional:
        text = traditional_words(text)
    text = text.replace(_NUMBER, f'{_NUMBER} font-variant="small-caps"')
    text = text.replace(_OTHERS, _OTHERS[:-1] + OTHERS_MARK + _OTHERS[-1])
    return "data:text/xml;base64," + base64.b64encode(text.encode()).decode("ascii")


@lru_cache(maxsize=256)
def traditional_words(text: str) -> str:
    """Return a style's own words in Traditional characters."""
    from opencc import OpenCC  # noqa: PLC0415 -- loads dictionaries, for such papers only

    converted: str = OpenCC("s2t").convert(text)
    return converted


def _string(text: str) -> Node:
    return {"t": "MetaInlines", "c": [{"t": "Str", "c": text}]}


def _citation(identity: str, suffix: str, number: int) -> Node:
    citation = {
        "citationId": identity,
        "citationPrefix": [],
        "citationSuffix": [{"t": "Str", "c": suffix}] if suffix else [],
        "citationMode": {"t": "NormalCitation"},
        "citationNoteNum": number,
        "citationHash": 0,
    }
    return {"t": "Para", "c": [{"t": "Cite", "c": [[citation], []]}]}


def _read(blocks: list[Node], count: int, *, apart: bool) -> Iterator[Patterns]:
    *cited, bibliography = blocks
    citations = [tuple(_merged(_runs(_cited(block)))) for block in cited]
    entries = {
        entry["c"][0][0].removeprefix("ref-"): (position, entry)
        for position, entry in enumerate(bibliography["c"][1])
    }
    if len(citations) != count * 2 * len(_SHAPES):
        raise CitingError(
            "pandoc returned citations of another shape; run `make clean`, then `make run`."
        )
    for number in range(count):
        forms = citations[number * 6 : number * 6 + 6]
        position, entry = entries[f"{number}-page" if apart else f"{number}"]
        label, runs = _entry(entry)
        yield Patterns(tuple(forms[::2]), tuple(forms[1::2]), label, runs, position)


def _cited(block: Node) -> list[Node]:
    """Return the inlines of a citation: in a note, or in the line."""
    inlines: list[Node] = block["c"][0]["c"][1]
    if len(inlines) == 1 and inlines[0]["t"] == "Note":
        return list(inlines[0]["c"][0]["c"])
    return inlines


def _entry(entry: Node) -> tuple[str, tuple[Run, ...]]:
    inlines = [inline for block in entry["c"][1] for inline in block["c"]]
    left = [node for node in inlines if _is_span(node, "csl-left-margin")]
    rest = [node for node in inlines if node not in left]
    label = "".join(run.text for run in _runs(left)).strip()
    return label, tuple(_merged(_runs(rest)))


def _is_span(node: Node, name: str) -> bool:
    return node["t"] == "Span" and name in node["c"][0][1]


def _runs(nodes: Iterable[Node], look: Run = Run("")) -> Iterator[Run]:  # noqa: B008 -- frozen
    """Yield the text of inlines with how it is set."""
    for node in nodes:
        kind: str = node["t"]
        content: Any = node.get("c")
        if kind == "Str":
            yield replace(look, text=content)
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            yield replace(look, text=" ")
        elif kind == "Emph":
            yield from _runs(content, replace(look, italic=True))
        elif kind == "Superscript":
            yield from _runs(content, replace(look, superscript=True))
        elif kind == "SmallCaps":
            yield replace(look, text=NUMBER_MARK)
        elif kind in ("Span", "Link", "Quoted"):
            yield from _runs(content[1], look)
        else:
            raise CitingError(f"pandoc returned {kind}, which no citation holds.")


def _merged(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield runs with those put together that are set alike."""
    held: Run | None = None
    for run in runs:
        if held and (held.italic, held.superscript) == (run.italic, run.superscript):
            held = replace(held, text=held.text + run.text)
            continue
        if held and held.text:
            yield _tidy(held)
        held = run
    if held and held.text:
        yield _tidy(held)


def _tidy(run: Run) -> Run:
    return replace(run, text=_UNWANTED.sub("", run.text))
