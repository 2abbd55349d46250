"""Halves of characters: joined where a model sends them apart, blotted out where one is alone."""

from __future__ import annotations

import pytest

from rag.answering.composing.model import LanguageModel
from rag.language.text import whole_text, whole_values
from tests.support.scripted import Reply, ScriptedServer

HALVES = "\ud83d", "\ude00"
SMILE = "\N{GRINNING FACE}"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (f"桥{HALVES[0]}{HALVES[1]}建于1755年", f"桥{SMILE}建于1755年"),
        (f"桥{HALVES[0]}建于1755年", "桥\ufffd建于1755年"),
        (f"桥{HALVES[1]}建于1755年", "桥\ufffd建于1755年"),
        (f"建于1755年{HALVES[0]}", "建于1755年\ufffd"),
        (f"{HALVES[0]}{HALVES[0]}{HALVES[1]}", f"\ufffd{SMILE}"),
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 100])
def test_a_models_reply_is_text_however_it_is_cut(
    server: ScriptedServer, said: str, heard: str, piece: int
) -> None:
    """A character that comes in two chunks is whole, and half a one reaches no answer."""
    server.say(Reply(said, piece=piece))
    model = LanguageModel("scripted", server.address, None, silence=5, seconds=10, tokens=100)
    pieces = list(model.stream((("user", "?"),)))
    assert "".join(pieces) == heard
    for one in pieces:
        one.encode()


def test_values_keep_their_lengths() -> None:
    """Offsets into what comes from a file stay right; what is whole stays as it is."""
    value = {"text": f"a{HALVES[0]}{HALVES[1]}b", "rows": [[1, f"{HALVES[1]}"], None, True]}
    assert whole_values(value) == {"text": "a\ufffd\ufffdb", "rows": [[1, "\ufffd"], None, True]}
    assert whole_text(f"条约{SMILE}") == f"条约{SMILE}"
