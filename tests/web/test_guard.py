"""What a web page of another site, or a name that is not ours, gets from the server: nothing."""

from __future__ import annotations

import gzip
import socket
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from rag.application.shuzheng import Shuzheng
from rag.settings import Settings
from rag.web.gate.policy import POLICY, policy
from rag.web.serving import _addresses
from tests.support.website import WebServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EVERYTHING = [
    ("GET", "/"),
    ("GET", "/config"),
    ("GET", "/theme.css"),
    ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/queue/data?session_hash=abc"),
    ("GET", "/gradio_api/heartbeat/abc"),
    ("GET", "/gradio_api/file=/etc/passwd"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/run/predict"),
    ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/process_recording"),
    ("POST", "/login"),
    ("OPTIONS", "/gradio_api/queue/join"),
]


@pytest.fixture(scope="module")
def served(small: Shuzheng, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """Return a server that listens everywhere, without a password, under one name of its own."""
    folder = tmp_path_factory.mktemp("served")
    everywhere = "0.0.0.0"  # noqa: S104 - as a department would
    settings = Settings(
        data=folder, corpus=folder / "none", host=everywhere, allowed_hosts="Books.School.example"
    )
    with WebServer(small, settings) as server:
        yield server


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_a_name_pointed_at_this_machine_reaches_nothing(
    served: WebServer, method: str, path: str
) -> None:
    """DNS rebinding: under a name that is not the server's, no path is answered, stream or not."""
    host = f"evil.example:{served.port}"
    got = served.ask(path, {"Host": host, "Origin": f"http://{host}"}, method=method, body=b"{}")
    assert got.status == 421
    assert "evil.example" in got.text
    assert "RAG_ALLOWED_HOSTS" in got.text
    assert got.text.count("\n") == 1
    assert got.headers["content-type"].startswith("text/plain")
    assert got.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:{port}",
        "localhost:{port}",
        "LOCALHOST:{port}",
        "localhost.:{port}",
        "[::1]:{port}",
        "[0:0:0:0:0:0:0:1]",
        "books.school.example",
        "BOOKS.School.Example.:8443",
    ],
)
def test_a_name_of_the_server_is_answered(served: WebServer, host: str) -> None:
    """Loopback and allowed names are answered, in any case, with any port or a trailing dot."""
    host = host.format(port=served.port)
    assert served.ask("/config", {"Host": host}).status == 200
    assert served.ask("/config", {"Host": host, "Origin": f"http://{host}"}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "0.0.0.0:{port}",
        "[::]:{port}",
        "192.0.2.7:{port}",
        "[2001:db8::1]",
        "127.0.0.1.evil.example",
        "school.example",
        "x.books.school.example",
        "2130706433",
    ],
)
def test_a_name_like_one_of_the_servers_is_refused(served: WebServer, host: str) -> None:
    """A wildcard, another address, a name above, below or around ours is not ours."""
    assert served.ask("/config", {"Host": host.format(port=served.port)}).status == 421


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost@evil.example",
        "evil.example@localhost",
        "localhost/evil.example",
        "localhost, evil.example",
        "localhost:x",
        "localhost:123456",
        "::1",
        "[localhost]",
        "[::1",
        "localhost..",
    ],
)
def test_what_is_no_name_is_refused(served: WebServer, host: str) -> None:
    """A Host with a user, a path, a list or a broken port or bracket in it names nobody."""
    assert served.ask("/config", {"Host": host}).status == 400


def test_two_hosts_are_refused(served: WebServer) -> None:
    """A request that names two hosts is answered as neither."""
    both = [("Host", served.own), ("Host", "evil.example")]
    assert served.ask("/config", both).status == 400
    assert served.ask("/config", both[::-1]).status == 400


def test_what_a_proxy_says_of_the_host_is_not_believed(served: WebServer) -> None:
    """X-Forwarded-Host neither lets a name in nor stands in the page."""
    said = {"X-Forwarded-Host": "localhost", "Forwarded": "host=localhost"}
    assert served.ask("/config", {"Host": "evil.example", **said}).status == 421
    for name in ("X-Forwarded-Host", "X-Gradio-Server"):
        got = served.ask("/config", {name: "http://evil.example"})
        assert got.status == 200
        assert "evil.example" not in got.text


def test_the_address_that_a_connection_came_to_is_a_name(served: WebServer) -> None:
    """An address, which no one can point elsewhere, works without a setting, and no other does."""
    with socket.create_connection(("127.0.0.2", served.port), timeout=30) as connection:
        request = f"GET /config HTTP/1.1\r\nHost: 127.0.0.2:{served.port}\r\n\r\n"
        connection.sendall(request.encode())
        assert connection.recv(12) == b"HTTP/1.1 200"
    assert served.ask("/config", {"Host": f"127.0.0.2:{served.port}"}).status == 421


@pytest.mark.parametrize("path", ["/", "/gradio_api/queue/join", "/gradio_api/queue/data"])
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://evil.example:{port}",
        "null",
        "http://localhost:{port}",
        "http://127.0.0.1:1",
        "http://127.0.0.1",
        "https://127.0.0.1:{port}",
        "http://homepages.school.example",
        "http://user@127.0.0.1:{port}",
        "http://127.0.0.1:{port}/",
        "file://",
        "",
    ],
)
def test_a_page_of_another_origin_reaches_nothing(
    served: WebServer, path: str, origin: str
) -> None:
    """An Origin that is not the server asked, to the port, is refused, and shown nowhere."""
    told = {"Origin": origin.format(port=served.port)}
    for method in ("GET", "POST", "OPTIONS"):
        got = served.ask(path, told, method=method, body=b"{}")
        assert got.status == 403
        assert "RAG_ALLOWED_HOSTS" in got.text
        assert not [name for name in got.headers if name.startswith("access-control-")]


def test_a_sibling_host_reaches_nothing(served: WebServer) -> None:
    """A page on another host of the same school is another site."""
    host = {"Host": "books.school.example"}
    assert served.ask("/config", {**host, "Origin": "http://books.school.example"}).status == 200
    sibling = {**host, "Origin": "http://homepages.school.example"}
    assert served.ask("/config", sibling).status == 403


def test_a_preflight_is_never_granted(served: WebServer) -> None:
    """Whoever asks leave to read from elsewhere is refused; no header grants it, even to us."""
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-any"}
    foreign = {"Host": "books.school.example", "Origin": "https://evil.example", **asks}
    assert served.ask("/gradio_api/queue/join", foreign, method="OPTIONS").status == 403
    for method in ("OPTIONS", "GET"):
        got = served.ask("/config", {"Origin": f"http://{served.own}", **asks}, method=method)
        assert not [name for name in got.headers if name.startswith("access-control-")]


def test_behind_a_proxy_that_speaks_https_the_origin_is_https(served: WebServer) -> None:
    """A proxy that hands on Host and says https makes https the one origin that is ours."""
    proxied = {"Host": "books.school.example", "X-Forwarded-Proto": "https"}
    secure, plain = "https://books.school.example", "http://books.school.example"
    got = served.ask("/config", {**proxied, "Origin": secure})
    assert got.status == 200
    assert f'"root":"{secure}"' in got.text
    assert served.ask("/config", {**proxied, "Origin": f"{secure}:443"}).status == 200
    assert served.ask("/config", {**proxied, "Origin": plain}).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_link_and_not_embed(served: WebServer, site: str) -> None:
    """A link opens the page; a script, picture or frame of another site brings nothing."""
    link = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert served.ask("/", link).status == 200
    assert served.ask("/", {**link, "Sec-Fetch-Dest": "iframe"}).status == 403
    script = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}
    assert served.ask("/config", script).status == 403


def _handshake(server: WebServer, host: str, origin: str) -> bytes:
    lines = [
        "GET /gradio_api/queue/join HTTP/1.1",
        f"Host: {host}",
        f"Origin: {origin}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "\r\n",
    ]
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode())
        return connection.recv(10_000)


def test_a_websocket_is_refused_like_any_request(served: WebServer) -> None:
    """A foreign name or page opens no websocket, and is told why."""
    own = f"http://{served.own}"
    assert _handshake(served, "evil.example", "http://evil.example").startswith(b"HTTP/1.1 421")
    foreign = _handshake(served, served.own, "http://evil.example")
    assert foreign.startswith(b"HTTP/1.1 403")
    assert b"RAG_ALLOWED_HOSTS" in foreign
    # Ours comes through to Gradio, which has no websocket and gives no such reason.
    assert b"RAG_ALLOWED_HOSTS" not in _handshake(served, served.own, own)


def test_no_file_is_taken(served: WebServer) -> None:
    """Neither way by which the front end could take a file is open, to anybody."""
    for path in ("/gradio_api/upload", "/gradio_api/process_recording"):
        assert served.ask(path, method="POST", body=b"x").status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/mcp/"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://example.org/"),
        ("GET", "/gradio_api/stream/a/b/c/playlist.m3u8"),
        ("GET", "/gradio_api/upload_progress?upload_id=x"),
        ("GET", "/gradio_api/vibe-code"),
        ("POST", "/gradio_api/vibe-edit"),
        ("POST", "/gradio_api/process_recording"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/call/open"),
        ("POST", "/gradio_api/call/v2/redraw"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/stream/x"),
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/dev/reload"),
        ("GET", "/gradio_api/token"),
        ("GET", "/monitoring"),
        ("GET", "/docs"),
        ("GET", "/svelte/x.js"),
        ("PUT", "/gradio_api/queue/join"),
        ("DELETE", "/"),
    ],
)
def test_what_the_page_does_not_use_is_not_there(served: WebServer, method: str, path: str) -> None:
    """Of the framework's ways only those are open that a browser showing the page takes."""
    got = served.ask(path, method=method, body=None if method == "GET" else b"{}")
    assert (got.status, got.text) == (404, "")


@pytest.mark.parametrize(
    "query",
    ["book=x&page=12", "page=/etc/passwd", "deep_link=../../x", "book=%00%ff&at=1-2", "a=" * 400],
)
def test_an_address_of_a_place_is_the_page_itself(served: WebServer, query: str) -> None:
    """Whatever stands in an address, the same page comes: its own script alone reads it."""
    got = served.ask(f"/?{query}")
    assert got.status == 200
    assert "passwd" not in got.text


def test_answers_are_kept_by_no_cache(served: WebServer) -> None:
    """Pages and answers are not stored; files that never change, and they alone, may be."""
    page = served.ask("/")
    for path in ("/", "/config", "/theme.css", "/gradio_api/app_id", "/no-such-page"):
        assert served.ask(path).headers["cache-control"] == "no-store"
    script = page.text.split('src="./assets/')[1].split('"')[0]
    got = served.ask(f"/assets/{script}")
    assert got.status == 200
    assert got.headers["cache-control"] == "private, max-age=31536000, immutable"
    missing = served.ask("/assets/index-AAAAAAAA.js")
    assert missing.status == 404
    assert missing.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/?book=lighthouse&page=1", "/config"])
def test_the_page_is_packed_for_who_takes_it(served: WebServer, path: str) -> None:
    """A packed page is a quarter of itself at most, and its policy names the scripts in it."""
    plain = served.ask(path)
    headers, body = _packed(served, path)
    assert "content-encoding" not in plain.headers
    assert headers["content-encoding"] == "gzip"
    assert headers["vary"] == "Accept-Encoding"
    assert 4 * len(body) < len(plain.text.encode())
    page = gzip.decompress(body)
    assert headers[POLICY.decode()].encode() == policy(page if path != "/config" else b"")
    assert (b"window.gradio_config" in page) == (path != "/config")


@pytest.mark.parametrize(
    "path", ["/gradio_api/queue/data?session_hash=abc", "/gradio_api/heartbeat/abc", "/health"]
)
def test_a_stream_and_a_short_answer_are_not_packed(served: WebServer, path: str) -> None:
    """What must go out at once goes out as it is."""
    headers, _ = _packed(served, path, whole=False)
    assert "content-encoding" not in headers


def _packed(served: WebServer, path: str, *, whole: bool = True) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body that come to a browser that takes what is packed."""
    connection = HTTPConnection("127.0.0.1", served.port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip, deflate"})
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return named, answer.read() if whole else b""
    finally:
        connection.close()


def test_the_host_that_is_set_is_a_name(small: Shuzheng, tmp_path: Path) -> None:
    """The name in RAG_HOST is answered without another setting."""
    host = "127.3"  # a way to write an address that is not the one that a connection shows
    settings = Settings(data=tmp_path, corpus=tmp_path / "none", host=host)
    with WebServer(small, settings) as server:
        for name, status in ((host, 200), ("127.4", 421)):
            with socket.create_connection((host, server.port), timeout=30) as connection:
                connection.sendall(f"GET /config HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
                assert connection.recv(12).decode() == f"HTTP/1.1 {status}"


@pytest.mark.parametrize("everywhere", ["0.0.0.0", "::"])  # noqa: S104 - as a department would
def test_the_address_that_is_shown_is_one_that_works(served: WebServer, everywhere: str) -> None:
    """Who listens everywhere is told an address of this machine, not the wildcard."""
    shown = _addresses(everywhere, served.port).split("/")[2]
    assert served.ask("/config", {"Host": shown}).status == 200
    assert _addresses("::1", 7860) == "http://[::1]:7860/"


def test_health_is_told_to_anybody_and_nothing_else(small: Shuzheng, tmp_path: Path) -> None:
    """Without a password one learns whether questions are answered, by the server's own name."""
    words = "four words that fit nowhere"
    settings = Settings(data=tmp_path, corpus=tmp_path / "none", password=words)
    with WebServer(small, settings) as server:
        got = server.ask("/health")
        assert (got.status, got.text) == (200, "ok\n")
        assert got.headers["cache-control"] == "no-store"
        assert server.ask("/health", {"Host": "evil.example"}).status == 421
        assert server.ask("/config").status == 401
    broken = Shuzheng(Settings(data=tmp_path / "file" / "data", corpus=tmp_path / "none"))
    (tmp_path / "file").write_text("")
    with WebServer(broken, settings) as server:
        got = server.ask("/health")
        assert (got.status, got.text) == (503, "not ok\n")
