"""The content policy: of the scripts in a page those run that the server sent in it."""

from __future__ import annotations

import hashlib
from base64 import b64encode

from rag.web.gate.policy import POLICY, Page, policy

CONFIGURED = b"<html><head></head><script>window.gradio_config = {};</script></html>"


def _sent(kind: bytes, *pieces: bytes) -> tuple[dict[bytes, bytes], bytes]:
    """Return the headers and the body that go out of an answer in pieces."""
    page, out = Page(), []
    headers = [(b"content-type", kind), (b"content-length", b"1")]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    out += page.passed(start)
    for number, piece in enumerate(pieces, 1):
        more = number < len(pieces)
        out += page.passed({"type": "http.response.body", "body": piece, "more_body": more})
    first, *rest = out
    return dict(first["headers"]), b"".join(one["body"] for one in rest)


def test_each_script_of_a_page_is_named_by_its_digest() -> None:
    """A page in pieces is sent whole, the watching script first, and no other script is named."""
    headers, body = _sent(b"text/html; charset=utf-8", CONFIGURED[:30], CONFIGURED[30:])
    assert int(headers[b"content-length"]) == len(body)
    assert body.index(b"trustedTypes.createPolicy") < body.index(b"window.gradio_config = {}")
    scripts = [part.partition(b"</script>")[0] for part in body.split(b"<script>")[1:]]
    digests = [b64encode(hashlib.sha256(one).digest()) for one in scripts]
    assert len(digests) == 2
    assert all(b"'sha256-" + one + b"'" in headers[POLICY] for one in digests)
    assert headers[POLICY].count(b"sha256-") == 2


def test_nothing_but_the_page_itself_compiles_code() -> None:
    """No policy lets a script stand in a page unnamed; no other page may compile any."""
    for answer in (policy(), policy(b"<script src='x.js'></script>"), policy(CONFIGURED)):
        scripts = answer.partition(b"script-src ")[2].partition(b";")[0]
        assert b"unsafe-inline" not in scripts
        assert b"http" not in answer
        assert b"require-trusted-types-for 'script'" in answer
    assert b"unsafe-eval" not in policy()
    headers, body = _sent(b"text/javascript", b"a", b"b")
    assert body == b"ab"
    assert headers[POLICY] == policy()
