"""Numbers and quantities as texts write them; pure."""

from __future__ import annotations

from rag.language.numbers.labels import (
    SMALL_HAN,
    chinese_number,
    folio_number,
    page_label,
    page_number,
    roman_number,
    spelt_number,
)
from rag.language.numbers.numerals import (
    ANY,
    ERAS,
    HAN,
    Bound,
    chinese_value,
    month_pattern,
)
from rag.language.numbers.quantity import Kind, Quantity, comparable, equal, quantities

__all__ = [
    "ANY",
    "ERAS",
    "HAN",
    "SMALL_HAN",
    "Bound",
    "Kind",
    "Quantity",
    "chinese_number",
    "chinese_value",
    "comparable",
    "equal",
    "folio_number",
    "month_pattern",
    "page_label",
    "page_number",
    "quantities",
    "roman_number",
    "spelt_number",
]
