"""How the page's server serves programs: endpoints by name, tools, a chat like OpenAI's."""

from __future__ import annotations

from rag.web.programs.served.beside import Beside
from rag.web.programs.served.completions import serve_completions
from rag.web.programs.served.endpoints import name_endpoints
from rag.web.programs.served.metrics import serve_metrics

__all__ = ["Beside", "name_endpoints", "serve_completions", "serve_metrics"]
