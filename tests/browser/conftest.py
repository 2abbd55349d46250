"""A server of our own on a small book, and a browser to read it with."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.addressing import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).resolve().parent / "corpus"
PATIENCE = 300
"""Seconds for the first start, which may have to make the encoder."""

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310 - our own server
            return bool(response.status == 200)
    except urllib.error.HTTPError as error:
        with error:
            return error.code == 401  # it asks for a password
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of ``app.py`` serving one small book from an empty data folder."""
    with served(tmp_path_factory.mktemp("data")) as url:
        yield url


@contextmanager
def served(data: Path, **settings: str) -> Iterator[str]:
    """Yield the address of ``app.py`` on this data folder, with these settings besides."""
    # Models that were made before are used again: making them is not what is tested here.
    made = Path(os.environ.get("RAG_DATA", ROOT / "data")) / "models"
    if made.is_dir():
        (data / "models").symlink_to(made)
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RAG_")}
    environment |= {
        "RAG_DATA": str(data),
        "RAG_CORPUS": str(CORPUS),
        "RAG_PORT": str(port),
        **settings,
    }
    log = data / "log.txt"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
            cwd=data,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        url = f"http://127.0.0.1:{port}/"
        try:
            until = time.monotonic() + PATIENCE
            while not _answers(url):
                if server.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"The server did not start:\n{log.read_text(errors='replace')}")
                time.sleep(0.1)
            yield url
            server.send_signal(signal.SIGTERM)
            status = server.wait(20)
        finally:
            server.kill()  # it outlives no test, not one that failed either
            server.wait()
    assert status == 0, log.read_text(errors="replace")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Yield a headless Chromium; where there is none the test is left out, but not in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI has no Chromium: install Debian's package chromium")
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is used

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@dataclass
class Reader:
    """A page open in the browser, with the hosts it asked and the errors it reported."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Ask, and wait for the answer to be complete."""
        turns = self.page.locator(".turn")
        before = turns.count()
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")
        self.page.wait_for_function(
            "n => document.querySelectorAll('.turn').length > n", arg=before
        )
        self.page.locator(".turn .searching").wait_for(state="detached")
        # Its buttons come with the last of it; before that a next question is not taken.
        turns.nth(before).locator(".use, .error").first.wait_for()

    def open_room(self, name: str) -> None:
        """Open the room whose tab has a name; where tabs are too many for a line, from the menu."""
        tab = self.page.get_by_role("tab", name=name, exact=True)
        if not tab.count():
            self.page.locator("#rooms .overflow-menu > button").first.click()
            tab = self.page.locator("#rooms .overflow-dropdown").get_by_text(name, exact=True)
        tab.click()

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(script))


def barriers(page: Page) -> list[str]:
    """Return what axe-core finds on a page that keeps somebody out: serious findings, or worse.

    Each with the rule and the first elements that it is about. The rules are axe's own of WCAG
    2.2 at levels A and AA, and its best practices.
    """
    script = resources.files("axe_playwright_python").joinpath("axe.min.js")
    # Through the protocol, as its own world has it: the page's content policy lets no script in.
    page.evaluate(script.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']} ({one['impact']}): "
        + " | ".join(f"{node['html'][:160]} {node['failureSummary'][:300]}"
                     for node in one["nodes"][:4])
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]  # fmt: skip


@pytest.fixture(params=[(1280, 800), (390, 844)], ids=["desktop", "phone"])
def reader(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Reader]:
    """Yield the front page, in Chinese, at a desktop's and at a phone's width."""
    width, height = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        has_touch=width < 500,
        reduced_motion="reduce",  # what slides in is measured where it comes to rest
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    reader = Reader(page)
    page.on("request", lambda request: reader.hosts.add(request.url.split("/")[2]))
    page.on("pageerror", lambda error: reader.errors.append(str(error)))
    page.on("dialog", lambda dialog: reader.errors.append(f"dialog: {dialog.message}"))
    page.goto(address)
    page.locator("html[data-ready]").wait_for()
    yield reader
    context.close()
