"""What all forms have in common: how they are made of values, read, and written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    InstanceOf,
    StrictFloat,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Text = InstanceOf[str]
"""Any text; also one with a lone surrogate, which a question may hold and JSON can escape."""

Rounded = Annotated[StrictFloat, AfterValidator(lambda value: round(value, 4))]
"""Seconds, or so many a second, to the tenth of a thousandth."""

Said = Annotated[Text | None, AfterValidator(lambda value: value or None)]
"""A text, or null where there is none."""

# What JSON may carry raw and a terminal, or a program that reads line by line, would
# stumble over: C1 controls, line and paragraph separators, marks of writing direction.
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class Form(BaseModel):
    """A JSON object whose keys are in the order of the contract; a subclass's come last.

    Of a value of the product it is made by the attributes of the same names, or by those
    that a field names as its alias. What is read as JSON may lack what has a default, and have
    keys that are not of the form: they come from programs older or newer than this one. What
    is there must be of its kind.
    """

    model_config = ConfigDict(
        frozen=True,
        from_attributes=True,
        validate_by_name=True,
        loc_by_alias=False,
        defer_build=True,
    )

    @classmethod
    def of(cls, value: object, records: Mapping[str, Any] | None = None) -> Self:
        """Return the form of a value; ``records`` by id name the books of which it has no more."""
        return cls.model_validate(value, context=records or {})

    @classmethod
    def read(cls, value: object) -> Self:
        """Return the form that a value of JSON is of; pydantic's ValidationError if of none."""
        return cls.model_validate(value, by_alias=False, by_name=True, from_attributes=False)


def at(*paths: str) -> AliasChoices:
    """Return where a field stands in a value: paths of attributes with dots, one of them."""
    return AliasChoices(*(AliasPath(*path.split(".")) for path in paths))


def one_line(value: object) -> str:
    r"""Return a value, of forms or of what JSON takes, as JSON on one line.

    Chinese stays legible, controls are escaped. A lone surrogate, which no UTF-8 can carry,
    is escaped too (``\udc80``).
    """
    text = json.dumps(value, ensure_ascii=False, default=_object)
    text = _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")


def _object(value: object) -> dict[str, object]:
    """Return a form as an object of JSON; TypeError for what is none."""
    if not isinstance(value, Form):
        raise TypeError(f"{type(value).__name__} is no form.")
    return value.model_dump(by_alias=True)
