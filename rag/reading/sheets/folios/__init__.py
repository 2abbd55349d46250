"""The numbers printed on sheets, reconciled with each other."""

from __future__ import annotations

from rag.reading.sheets.folios.reconciling import DECLARED, UNNUMBERED, Numbered, reconcile
from rag.reading.sheets.folios.runs import Folio, Seen

__all__ = ["DECLARED", "UNNUMBERED", "Folio", "Numbered", "Seen", "reconcile"]
