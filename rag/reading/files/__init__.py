"""Bytes and archives to text and markup, whatever the file."""

from __future__ import annotations

from rag.reading.files.decoding import (
    INVISIBLE,
    decode,
    decode_as,
    invisible_characters,
    read_bytes,
    read_text,
)
from rag.reading.files.packages import Package, decode_xml, open_package, resolve
from rag.reading.files.parsing import parse_markup

__all__ = [
    "INVISIBLE",
    "Package",
    "decode",
    "decode_as",
    "decode_xml",
    "invisible_characters",
    "open_package",
    "parse_markup",
    "read_bytes",
    "read_text",
    "resolve",
]
