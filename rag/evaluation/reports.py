"""What a measuring found: figures by language, and what went wrong; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Figures = dict[str, float | int | None]


@dataclass(frozen=True, slots=True)
class Report:
    """Figures by language.

    Those of a plain pipeline beside them are named ``zh plain``, those of other settings
    ``zh other``; what the other settings change is ``zh change``, with ``zh from`` and
    ``zh to`` the 95 % interval of the change. ``wrong`` lists one by one what went wrong,
    None where no list was asked for.
    """

    figures: Mapping[str, Figures]
    wrong: Sequence[Mapping[str, object]] | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the figures as JSON takes them, with the list under ``wrong`` if there is one."""
        return {**self.figures, **({} if self.wrong is None else {"wrong": list(self.wrong)})}

    def as_text(self) -> str:
        """Return the figures as a table, a column a language."""
        names = list(next(iter(self.figures.values()), {}))
        width = max(map(len, names), default=0)
        columns = {language: max(11, len(language) + 2) for language in self.figures}
        lines = [" " * width + "".join(f"{one:>{wide}}" for one, wide in columns.items())]
        for name in names:
            cells = (
                f"{_cell(self.figures[one].get(name)):>{wide}}" for one, wide in columns.items()
            )
            lines.append(f"{name:<{width}}" + "".join(cells))
        return "\n".join(lines)


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
