"""Encoding that is broken off goes on where it stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.search.resuming import CHUNK, Unfinished

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TEXTS = [f"第{number}句" for number in range(CHUNK * 2 + 3)]


class Encoder:
    """Texts to vectors of their lengths; broken off after so many calls."""

    def __init__(self, calls: int = 100) -> None:
        self.calls = calls
        self.seen: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Any:
        """Return the vectors."""
        if not self.calls:
            raise KeyboardInterrupt
        self.calls -= 1
        self.seen += texts
        return np.array([[len(text), ord(text[1])] for text in texts], np.float32)


def test_what_was_encoded_before_a_stop_is_not_encoded_again(tmp_path: Path) -> None:
    """The second run encodes what the first did not come to, and gives what one run gives."""
    whole = Unfinished(tmp_path / "none", "one").encoded(TEXTS, Encoder(), print)
    first, told = Encoder(calls=1), list[int]()
    with pytest.raises(KeyboardInterrupt):
        Unfinished(tmp_path / "kept", "one").encoded(TEXTS, first, told.append)
    again = Encoder()
    kept = Unfinished(tmp_path / "kept", "one")
    assert np.array_equal(kept.encoded(TEXTS, again, told.append), whole)
    assert first.seen + again.seen == TEXTS
    assert told == [CHUNK]
    other = Encoder()
    Unfinished(tmp_path / "kept", "two").encoded(TEXTS, other, told.append)
    assert other.seen == TEXTS, "vectors of one encoder are not another's"
    kept.discard()
    assert not (tmp_path / "kept").exists()
    assert (
        kept.encoded([], lambda texts: np.zeros((len(texts), 2), np.float32), print).shape[0] == 0
    )


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x93NUMPY\x01\x00"])
def test_what_was_kept_damaged_is_encoded_again(tmp_path: Path, content: bytes) -> None:
    """A file that is not whole counts as none."""
    unfinished = Unfinished(tmp_path, "one")
    whole = unfinished.encoded(TEXTS[:5], Encoder(), print)
    [file] = tmp_path.glob("*.npy")
    file.write_bytes(content)
    assert np.array_equal(unfinished.encoded(TEXTS[:5], Encoder(), print), whole)


def test_encoding_goes_on_where_nothing_can_be_kept(tmp_path: Path) -> None:
    """A folder that cannot be made costs the way back, and no more."""
    (tmp_path / "file").write_text("")
    found = Unfinished(tmp_path / "file", "one").encoded(TEXTS[:5], Encoder(), print)
    assert len(found) == 5
