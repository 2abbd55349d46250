"""Prompts: Markdown files that say which placeholders they have, checked when they are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.types import PromptError

if TYPE_CHECKING:
    from pathlib import Path

SYSTEM, USER = "system", "user"

_FILE = re.compile(
    r"---\n(?P<front>.*?)\n---\n+# System\n(?P<system>.+?)\n# User\n(?P<user>.+)", re.DOTALL
)
_KEYS = ("purpose", "placeholders")
_PLACEHOLDER = re.compile(r"{([a-z_]+)}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told: the system's part and the user's, with their placeholders."""

    name: str
    purpose: str
    placeholders: frozenset[str]
    system: str
    user: str

    def render(self, **values: str) -> tuple[tuple[str, str], ...]:
        """Return the messages as (role, text), every placeholder filled.

        A value is put in as it stands: braces in it are text. Raises PromptError where a
        placeholder has no value, or a value no placeholder.
        """
        for name in sorted(self.placeholders ^ values.keys()):
            wrong = "is given no value" if name in self.placeholders else "does not exist"
            raise PromptError(f"The placeholder {{{name}}} of the prompt {self.name} {wrong}.")

        def filled(text: str) -> str:
            return _PLACEHOLDER.sub(lambda match: values[match[1]], text)

        return ((SYSTEM, filled(self.system)), (USER, filled(self.user)))


def load_prompt(path: Path) -> Prompt:
    """Return the prompt in a file, whose name without ``.md`` is the prompt's.

    The file begins with lines of ``purpose: …`` and ``placeholders: a, b`` between two
    lines ``---``; then come the headings ``# System`` and ``# User``. Raises PromptError,
    naming file and placeholder, where it does not, or where the placeholders found in the
    text are not those declared.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"The prompt {path.name} cannot be read: {error}") from None
    parts = _FILE.fullmatch(text)
    if not parts:
        raise PromptError(
            f"The prompt {path.name} must have its declarations between two lines '---', "
            "then a part '# System' and a part '# User'."
        )
    front = dict(_declaration(path, line) for line in parts["front"].splitlines())
    for key in _KEYS:
        if not front.get(key):
            raise PromptError(f"The prompt {path.name} declares no {key}.")
    declared = [name.strip() for name in front["placeholders"].split(",")]
    system, user = parts["system"].strip(), parts["user"].strip()
    found = set(_PLACEHOLDER.findall(system + user))
    for name in declared:
        if name not in found:
            raise PromptError(
                f"The prompt {path.name} declares the placeholder {{{name}}} and has none."
            )
    for name in sorted(found.difference(declared)):
        raise PromptError(
            f"The prompt {path.name} has the placeholder {{{name}}} and does not declare it."
        )
    stray = re.search(r"[{}].{0,20}", _PLACEHOLDER.sub("", system + user))
    if stray:
        raise PromptError(
            f"The prompt {path.name} has a brace that is no placeholder: {stray[0]!r}."
        )
    return Prompt(path.stem, front["purpose"], frozenset(declared), system, user)


def _declaration(path: Path, line: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not colon or key not in _KEYS:
        raise PromptError(
            f"The prompt {path.name} declares {line!r}; it may declare {' and '.join(_KEYS)}."
        )
    return key, value.strip()
