"""Forms of text for comparing and measuring; nothing here is ever stored."""

from __future__ import annotations

import re
import unicodedata

from rag.language.text.scripts import CJK

_BETWEEN_CJK = re.compile(rf"(?<=[{CJK}“”‘’])\s+(?=[{CJK}“”‘’])")
_NARROW = re.compile(r"[\x20-\x7e\u00a0-\u024f\u0370-\u052f]")
_IS_CJK = re.compile(f"[{CJK}]")
_NEAR = 24
"""Characters on either side in which Chinese is looked for."""
_OPENS = "([{“‘«/"
_CLOSES = ",.;:!?)]}”’»…%"
_SENTENCE_END = "。！？…!?"
_ORNAMENTS = re.compile(r"[*＊⁂※~～=＝_+#·•∙・●◦◆◇■□▪▲△▼▽★☆✦✽❀❁❖❦❧☙§–—―─━-]+")
_LEAST_ORNAMENTS = 2
_FLOWERS = frozenset("⁂❀❁❖❦❧☙✽")
"""Ornaments that stand alone."""
_CLOSING = "”’」』）)】〕》〉]\"'"


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, of one width and case, for comparing headings."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def close_up(text: str) -> str:
    """Return a heading on one line: spaces between Chinese characters out, others single."""
    return re.sub(r"\s+", " ", _BETWEEN_CJK.sub("", text.strip()))


def narrow_count(text: str) -> int:
    """How many characters of a text are not full-width: Latin letters, digits, spaces."""
    return len(_NARROW.findall(text))


def cells(text: str) -> float:
    """Return the width of a text in full-width characters, narrow ones counted half."""
    return len(text) - 0.5 * narrow_count(text)


def joint(left: str, right: str) -> str:
    """Return what joins two halves of a text that a line or a page cut: a space in Latin script.

    None stands behind a hyphen, a close dash or what opens, nor before what closes; amid
    Chinese one stands between words only.
    """
    if not left or not right or left[-1].isspace() or right[0].isspace():
        return ""
    if _IS_CJK.search(left[-_NEAR:] + right[:_NEAR]):
        narrow = _NARROW.match(left[-1]) and _NARROW.match(right[0])
        words = left[-1].isalpha() or left[-1] in ",;:)"
        return " " if narrow and words and right[0].isalnum() and not right[0].isdigit() else ""
    if left[-1] in "-–—\u00ad":
        return " " if left[-2:-1].isspace() else ""
    return "" if left[-1] in _OPENS or right[0] in _CLOSES else " "


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, quotation marks and brackets aside."""
    bare = text.rstrip().rstrip(_CLOSING)
    return bare[-1:] in _SENTENCE_END or (
        bare[-1:] == "." and _NARROW.match(bare[-2:-1] or " ") is not None
    )


def is_ornament(text: str) -> bool:
    """Whether a line is a row of ornaments, such as three stars between two paragraphs."""
    signs = re.sub(r"\s", "", text)
    several = len(signs) >= _LEAST_ORNAMENTS and _ORNAMENTS.fullmatch(signs) is not None
    return several or signs in _FLOWERS


def ends_clause(text: str) -> bool:
    """Whether a text ends in a mark that may close a paragraph and may not."""
    return text.rstrip()[-1:] in _CLOSING + "：:；;"
