"""The words of a book as the search knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a book, in how many of its passages each stands, and their vectors.

    ``counts`` has shape (n,), ``vectors`` (n, 512), unit vectors, float32.
    """

    words: tuple[str, ...]
    counts: NDArray[np.int32]
    vectors: NDArray[np.float32]
