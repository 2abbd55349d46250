"""Makes the judge: any sentence-transformers CrossEncoder, as a graph; see ``pairs``.

Run as ``python -m rag.models.making.judge SETTING MODELS graph [--quiet]``, in a process of
its own.
"""

from __future__ import annotations

import sys

from rag.models.making.building import carry_out
from rag.models.making.pairs import make
from rag.models.sources import find_judge


def main() -> int:
    """See ``carry_out``."""
    return carry_out(find_judge, make)


if __name__ == "__main__":
    sys.exit(main())
