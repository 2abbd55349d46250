"""What programs have of the library.

``tools`` is what they may ask, and needs nothing of the page; ``served`` is how the page's server
offers it: by name, as tools, as a chat like OpenAI's, and figures of it all.
"""

from __future__ import annotations

__all__: list[str] = []
