"""What is done to the library: books added, told apart, corrected, taken out; sets of them."""

from __future__ import annotations

from rag.application.keeping.adding import UNFINISHED, add, add_bundled, follow, remove
from rag.application.keeping.jobs import Job, Jobs
from rag.application.keeping.keeping import Keeping

__all__ = [
    "UNFINISHED",
    "Job",
    "Jobs",
    "Keeping",
    "add",
    "add_bundled",
    "follow",
    "remove",
]
