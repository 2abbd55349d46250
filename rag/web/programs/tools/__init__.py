"""What programs may ask of a library, by name, and how they do it over standard input."""

from __future__ import annotations

from rag.web.programs.tools.failing import sentence_of
from rag.web.programs.tools.stdio import serve_tools
from rag.web.programs.tools.table import Tool, tools

__all__ = ["Tool", "sentence_of", "serve_tools", "tools"]
