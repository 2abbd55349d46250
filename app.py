"""The web application's front door: builds it and serves it."""

from __future__ import annotations

import sys

from rag.web import main

if __name__ == "__main__":
    sys.exit(main())
