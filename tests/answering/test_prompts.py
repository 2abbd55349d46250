"""Prompts as files: what they must declare, and that what fills them stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.answering.composing.prompts import load_prompt
from rag.settings import ROOT
from rag.types import PromptError

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted((ROOT / "prompts").glob("*"))
SOUND = """---
purpose: A greeting.
placeholders: name, place
---
# System

Greet {name}.

# User

From {place}, and again {name}.
"""


def written(folder: Path, text: str) -> Path:
    """Return a prompt's file of this text."""
    path = folder / "greeting.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_prompt_of_the_product_is_sound(path: Path) -> None:
    """Each file in prompts/ is a prompt whose placeholders are those it declares."""
    prompt = load_prompt(path)
    assert prompt.name == path.stem
    messages = prompt.render(**dict.fromkeys(prompt.placeholders, "x"))
    assert [role for role, _ in messages] == ["system", "user"]
    assert not any("{" in text for _, text in messages)


def test_the_prompts_of_the_product_are_there() -> None:
    """The product has the prompts of an answer, its check, a rewriting and a translation."""
    names = ["answer.md", "check.md", "standalone.md", "translate.md"]
    assert [path.name for path in FILES] == names


def test_braces_of_a_value_are_text(tmp_path: Path) -> None:
    """A value that looks like a placeholder, a format or a back reference is put in as it is."""
    prompt = load_prompt(written(tmp_path, SOUND))
    messages = prompt.render(name=r"{place} {0.__class__} \1 {{", place="{name}")
    assert messages == (
        ("system", r"Greet {place} {0.__class__} \1 {{."),
        ("user", r"From {name}, and again {place} {0.__class__} \1 {{."),
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("name, place", "name, place, time", r"greeting\.md declares .*\{time\} and has none"),
        ("name, place", "name", r"greeting\.md has the placeholder \{place\}"),
        ("{place}", "{place} {Place}", r"greeting\.md has a brace .*Place"),
        ("{place}", "{place} }", r"greeting\.md has a brace"),
        ("purpose: A greeting.\n", "", r"greeting\.md declares no purpose"),
        ("purpose: A greeting.", "model: any", r"greeting\.md declares 'model: any'"),
        ("# User", "# Reader", r"greeting\.md must have"),
        ("---\n# System", "# System", r"greeting\.md must have"),
    ],
)
def test_a_prompt_that_breaks_its_contract_is_named(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    """What is wrong is said with file and placeholder when the file is read."""
    with pytest.raises(PromptError, match=words):
        load_prompt(written(tmp_path, SOUND.replace(old, new)))


def test_a_prompt_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that is missing or is not UTF-8 is an error that names it."""
    with pytest.raises(PromptError, match=r"nothing\.md cannot be read"):
        load_prompt(tmp_path / "nothing.md")
    (tmp_path / "other.md").write_bytes(b"\xff\xfe")
    with pytest.raises(PromptError, match=r"other\.md cannot be read"):
        load_prompt(tmp_path / "other.md")


def test_every_placeholder_is_filled_and_nothing_else(tmp_path: Path) -> None:
    """A value too few or too many is an error that names the placeholder."""
    prompt = load_prompt(written(tmp_path, SOUND))
    with pytest.raises(PromptError, match=r"\{place\} of the prompt greeting is given no value"):
        prompt.render(name="x")
    with pytest.raises(PromptError, match=r"\{time\} of the prompt greeting does not exist"):
        prompt.render(name="x", place="y", time="z")
