"""Makes the reranker: any sentence-transformers CrossEncoder, as a graph; see ``pairs``.

Run as ``python -m rag.models.making.reranker SETTING MODELS graph [--quiet]``, in a process of
its own.
"""

from __future__ import annotations

import sys

from rag.models.making.building import carry_out
from rag.models.making.pairs import make
from rag.models.sources import find_reranker


def main() -> int:
    """See ``carry_out``."""
    return carry_out(find_reranker, make)


if __name__ == "__main__":
    sys.exit(main())
