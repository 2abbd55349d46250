"""What a page may do in a reader's browser: the headers that say so, the strictest that go.

Nothing may be loaded from or sent to another machine. Of scripts that stand in the page
itself those run that were in it when the server sent it: each is named by its digest, and what
gets into the page later runs nothing. Gradio's own parts write styles into their elements and
compile code; ``static/keeper.js`` says what stands in for a word against the latter.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

Message = MutableMapping[str, Any]

_NEEDED = ("clipboard-write", "fullscreen")
_UNNEEDED = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
_PERMISSIONS = [f"{one}=(self)" for one in _NEEDED] + [f"{one}=()" for one in _UNNEEDED]
HEADERS = (
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", ", ".join(_PERMISSIONS).encode()),
    # Without one, a form of this very page would be sent with ``Origin: null``.
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)
POLICY = b"content-security-policy"
_KEEPER = Path(__file__).resolve().parent.parent / "static" / "keeper.js"
_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_CONFIGURED = b"window.gradio_config"


def policy(page: bytes = b"") -> bytes:
    """Return the content policy of a page, with the digests of the scripts that stand in it."""
    digests = (hashlib.sha256(script).digest() for script in _INLINE.findall(page))
    known = "".join(f" 'sha256-{b64encode(one).decode()}'" for one in digests)
    compiles = " 'unsafe-eval'" if _CONFIGURED in page else ""
    return (
        f"default-src 'none'; script-src 'self'{known}{compiles}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; media-src 'none'; worker-src 'none'; "
        "frame-src 'none'; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types default svelte-trusted-html"
    ).encode()


class Page:
    """One answer on its way out, with the policy for what is in it.

    A page of HTML is held back until it is whole: its scripts are in its policy.
    """

    def __init__(self) -> None:
        self._held: Message | None = None
        self._body = bytearray()

    def passed(self, message: Message) -> list[Message]:
        """Return what of an answer may go out when a message of it has come."""
        if message["type"] == "http.response.start":
            kinds = [value for key, value in message["headers"] if key == b"content-type"]
            if kinds and kinds[0].startswith(b"text/html"):
                self._held = message
                return []
            message["headers"] = [*message["headers"], (POLICY, policy())]
            return [message]
        if self._held is None or message["type"] != "http.response.body":
            return [message]
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return []
        start, self._held = self._held, None
        page = _kept(bytes(self._body))
        headers = [item for item in start["headers"] if not page or item[0] != b"content-length"]
        if page:
            headers.append((b"content-length", str(len(page)).encode()))
        start["headers"] = [*headers, (POLICY, policy(page))]
        return [start, {**message, "body": page}]


def _kept(page: bytes) -> bytes:
    """Return a page that compiles code with the script before all others that keeps watch."""
    if _CONFIGURED not in page:
        return page
    script = b"<head><script>" + _KEEPER.read_bytes() + b"</script>"
    return page.replace(b"<head>", script, 1)
