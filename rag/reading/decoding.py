"""Bytes to text, in whichever of the usual encodings they are.

An encoding is tried in the order of how surely it shows itself: a byte order mark, UTF-8,
UTF-16 without a mark, then the old Chinese ones, of which the one whose text looks most
like Chinese wins.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from rag.errors import ReadingError
from rag.types import Problem

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_TEXT = 64 * 2**20
"""The largest text file that is read, in bytes."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_BINARY = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b",
           b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"SQLite format 3")  # fmt: skip
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\U000e0000-\U000e007f]"
)
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年"
    "過這個們來為國說時會對發後裡學經與現見開從無還動間樣長實關點業當問題種應體戰爭於條約"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SAMPLE = 200_000


def read_text(path: Path) -> tuple[str, tuple[Problem, ...]]:
    """Return the text of a file, its lines ended alike and form feeds kept, and what was dropped.

    Raises ReadingError with one sentence where the path is missing, a folder, too large,
    empty, binary or in no encoding that can be told.
    """
    return clean(decode(read_bytes(path), path.name))


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file no larger than ``LARGEST_TEXT``; else ReadingError."""
    name = path.name
    try:
        if path.is_dir():
            raise ReadingError(f"{name} is a folder; give the file in it that is to be read.")
        size = path.stat().st_size
        if size > LARGEST_TEXT:
            raise ReadingError(
                f"{name} has {size / 2**20:.0f} MB, and a text of more than "
                f"{LARGEST_TEXT // 2**20} MB is not read; split it."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise ReadingError(f"There is no file {name}; check the path.") from None
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise ReadingError(f"{name} cannot be opened: {reason}.") from None


def decode(data: bytes, name: str) -> str:
    """Return the text that bytes hold; ``name`` is what an error calls them."""
    if not data.strip():
        raise ReadingError(f"{name} is empty; there is nothing to read in it.")
    if data.startswith(_BINARY):
        raise ReadingError(f"{name} is not a text file, whatever its ending says.")
    text = _by_mark(data) or _by_utf8(data) or _by_utf16(data) or _by_old_encoding(data)
    if text is None:
        raise ReadingError(
            f"{name} is not a text in any encoding that can be told (UTF-8, UTF-16, "
            "GB18030, Big5); save it as UTF-8."
        )
    if not text.strip():
        raise ReadingError(f"{name} is empty; there is nothing to read in it.")
    if not _plausible(text):
        raise ReadingError(f"{name} is not a text file: it holds binary data.")
    return text


def clean(text: str) -> tuple[str, tuple[Problem, ...]]:
    """Return a text with plain line ends and without invisible characters, and a note of those."""
    plain = re.sub(r"\r\n?|[\x0b\x85\u2028\u2029]", "\n", text)
    dropped = Counter(_INVISIBLE.findall(plain))
    control = Counter(_CONTROL.findall(plain))
    if not dropped and not control:
        return plain, ()
    plain = _CONTROL.sub("", _INVISIBLE.sub("", plain))
    names = ", ".join(f"U+{ord(c):04X}" for c in sorted(dropped | control)[:5])
    count = dropped.total() + control.total()
    return plain, (
        Problem("invisible_characters", f"{count} invisible characters were left out ({names})."),
    )


def _by_mark(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                return None
    return None


def _by_utf8(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        # One broken character at the end is what a cut-off download leaves.
        if error.start < len(data) - 3 or error.start == 0:
            return None
        text = data[: error.start].decode("utf-8")
    return None if "\x00" in text else text


def _by_utf16(data: bytes) -> str | None:
    if len(data) % 2:
        return None
    candidates = []
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            candidates.append((_likeness(text), text))
    score, text = max(candidates, default=(0.0, ""))
    return text if score > 0.5 else None


def _by_old_encoding(data: bytes) -> str | None:
    if b"\x00" in data:
        return None
    candidates = []
    for encoding in ("gb18030", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        candidates.append((_likeness(text), text))
    score, text = max(candidates, default=(0.0, ""))
    if score > 0.25:
        return text
    guess = from_bytes(data[:_SAMPLE]).best()
    if guess is None or guess.chaos > 0.2:
        return None
    try:
        return data.decode(guess.encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _likeness(text: str) -> float:
    """How much a text looks like one: the share of common characters, odd ones counted off."""
    sample = text[:_SAMPLE]
    letters = [c for c in sample if not c.isspace()]
    if not letters:
        return 0.0
    usual = sum(
        1.0
        if c in _COMMON or c in "，。、；：“”（）《》？！·—" or (c.isascii() and c.isprintable())
        else 0.3
        if "\u4e00" <= c <= "\u9fff"
        else -1.0
        for c in letters
    )
    return usual / len(letters) + 0.2 * any(c in "，。、" for c in letters)


def _plausible(text: str) -> bool:
    sample = text[:_SAMPLE]
    odd = len(_CONTROL.findall(sample)) + sample.count("\ufffd")
    return "\x00" not in sample and odd <= 0.005 * len(sample) + 1
