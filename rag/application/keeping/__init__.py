"""What is done to the library by whoever keeps it: adds that can be stopped, corrections, sets."""

from __future__ import annotations

from rag.application.keeping.jobs import Job, Jobs
from rag.application.keeping.keeping import Keeping

__all__ = ["Job", "Jobs", "Keeping"]
