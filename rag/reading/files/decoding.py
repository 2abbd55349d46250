"""Bytes to text, in whichever of the usual encodings they are.

An encoding is tried in the order of how surely it shows itself: a byte order mark, shifts
between sets (HZ, ISO-2022), UTF-8, UTF-32 and UTF-16 without a mark, then the old ones, of
which the one whose text looks most like a text wins.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from rag.language.text import mended
from rag.reading.files.legacy import by_likeness, by_shifts, likeness_of
from rag.types import Problem, ReadingError

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
INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\U000e0000-\U000e007f]"
)
"""Characters that nobody sees."""
_EXTENDED = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_NO_TEXT = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"})
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SAMPLE = 200_000
_UNREADABLE = "\ufffd"
_SOUND = 30
"""How many sound characters there must be for each broken one."""


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
    text = (
        _by_mark(data)
        or by_shifts(data)
        or _by_utf8(data)
        or _by_width(data)
        or _by_old_encoding(data)
    )
    if text is None:
        raise ReadingError(
            f"{name} is not a text in any encoding that can be told (UTF-8, UTF-16, "
            "GB18030, Big5, Windows-1251 and others); save it as UTF-8."
        )
    if not text.strip():
        raise ReadingError(f"{name} is empty; there is nothing to read in it.")
    if not _plausible(text):
        raise ReadingError(f"{name} is not a text file: it holds binary data.")
    return text


def decode_as(data: bytes, encoding: str) -> str | None:
    """Return the text that bytes hold in an encoding that a file declares, or None if they do not.

    Names of old encodings stand for their later extensions, as they do in every browser.
    """
    try:
        name = codecs.lookup(encoding).name
        text = "\x00" if name in _NO_TEXT else data.decode(_EXTENDED.get(name, name))
    except (LookupError, UnicodeDecodeError):
        return None
    return None if "\x00" in text else text


def clean(text: str) -> tuple[str, tuple[Problem, ...]]:
    """Return a text with plain line ends, its letters mended, and what nobody sees dropped."""
    plain = re.sub(r"\r\n?|[\x0b\x85\u2028\u2029]", "\n", mended(text))
    dropped = Counter(INVISIBLE.findall(plain))
    control = Counter(_CONTROL.findall(plain))
    problems = []
    if dropped or control:
        plain = _CONTROL.sub("", INVISIBLE.sub("", plain))
        problems.append(invisible_characters(dropped + control))
    broken = plain.count(_UNREADABLE)
    if broken:
        said = f"{broken} characters are broken in the file and stand as {_UNREADABLE}."
        problems.append(Problem("unreadable_characters", said))
    return plain, tuple(problems)


def invisible_characters(dropped: Counter[str]) -> Problem:
    """Return the problem that says which characters without a shape were left out."""
    names = ", ".join(f"U+{ord(c):04X}" for c in sorted(dropped)[:5])
    return Problem(
        "invisible_characters", f"{dropped.total()} invisible characters were left out ({names})."
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
    """Return the text of bytes in UTF-8, of which here and there one may be broken."""
    text = data.decode("utf-8", errors="replace")
    if "\x00" in text:
        return None
    broken = text.count(_UNREADABLE)
    if not broken:
        return text
    if text.count(_UNREADABLE, len(text) - 1) == broken:
        return text[:-1]  # one broken character at the end is what a cut-off download leaves
    foreign = sum(character > "\x7f" for character in text) - broken
    return text if foreign > _SOUND * broken else None


def _by_width(data: bytes) -> str | None:
    """Return the text of bytes in UTF-16 or UTF-32 without a mark."""
    candidates = []
    for encoding, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        if len(data) % width:
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            # What decodes in UTF-32 at all is hardly anything else.
            candidates.append((likeness_of(text) * width / 2, text))
    score, text = max(candidates, default=(0.0, ""))
    return text if score > 0.5 else None


def _by_old_encoding(data: bytes) -> str | None:
    if b"\x00" in data:
        return None
    found = by_likeness(data)
    if found is not None:
        return found
    guess = from_bytes(data[:_SAMPLE]).best()
    if guess is None or guess.chaos > 0.2:
        return None
    try:
        return data.decode(guess.encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _plausible(text: str) -> bool:
    sample = text[:_SAMPLE]
    odd = len(_CONTROL.findall(sample)) + sample.count("\ufffd")
    return "\x00" not in sample and odd <= 0.005 * len(sample) + 1
