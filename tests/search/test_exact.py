"""The search of a short command: the library's own vectors, without Chroma."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.search.vectors.exact import Exact
from rag.types import EncoderError
from tests.support.fakes import MemoryVectors
from tests.support.files import SqliteLibrary
from tests.support.shelves import DIMENSION, unit_vectors, volume

if TYPE_CHECKING:
    from pathlib import Path


def test_a_small_library_is_searched_without_its_index(tmp_path: Path) -> None:
    """It finds what comparing by hand finds, of all books and of each, and follows changes."""
    with SqliteLibrary(tmp_path / "library.sqlite") as library:
        volume("jia", 12, seed=1).put(library)
        volume("yi", 30, seed=2).put(library)
        exact, by_hand = Exact(library, MemoryVectors(library)), MemoryVectors(library)
        for round_ in range(2):
            for vector in 3 * unit_vectors(np.random.default_rng(0), 5, DIMENSION):
                for chosen in (None, ["yi"], ["jia", "yi"], ["none"], []):
                    found = exact.search(vector, chosen, 7)
                    wanted = by_hand.search(vector, chosen, 7)
                    assert [one for one, _ in found] == [one for one, _ in wanted]
                    assert np.allclose([c for _, c in found], [c for _, c in wanted], atol=1e-5)
            if not round_:
                volume("yi", 9, seed=3).put(library)
        assert exact.search(vector, None, 0) == []
        with pytest.raises(EncoderError, match="numbers"):
            exact.search(vector[:-1], None, 7)
