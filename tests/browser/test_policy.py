"""The content policy in a real browser: the page lives under it, and what is foreign does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LISTEN = """window.broken = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.broken.push(`${event.effectiveDirective} ${event.blockedURI}`));"""
FOREIGN = """async () => {
  const tried = {};
  const attempt = async (name, act) => {
    try { await act(); tried[name] = "done"; } catch { tried[name] = "kept out"; }
  };
  await attempt("fetch", () => fetch("http://203.0.113.1/x"));
  await attempt("beacon", () => {
    if (!navigator.sendBeacon("http://203.0.113.1/b")) throw Error();
  });
  await attempt("socket", () => new Promise((done, failed) => {
    const socket = new WebSocket("ws://203.0.113.1/s");
    socket.onopen = done; socket.onerror = failed;
  }));
  const load = (tag, address) => new Promise((done, failed) => {
    const made = document.createElement(tag);
    made.onload = done; made.onerror = failed; made.src = address;
    document.body.append(made);
  });
  await attempt("picture", () => load("img", "http://203.0.113.1/p.png"));
  await attempt("script", () => load("script", "http://203.0.113.1/s.js"));
  await new Promise((done) => setTimeout(async () => {
    await attempt("compiled", () => new Function("window.ran = 1")());
    done();
  }));
  const within = document.createElement("div");
  document.body.append(within);
  within.innerHTML = '<img src="data:," onerror="window.ran = 2">';
  const script = document.createElement("script");
  await attempt("inline", () => {
    script.append("window.ran = 3"); document.body.append(script);
  });
  await new Promise((done) => setTimeout(done, 300));
  return { tried, ran: window.ran ?? 0 };
}"""


@pytest.fixture
def watched(chromium: Browser, address: str) -> Iterator[Reader]:
    """Yield the front page with what the policy keeps from it written down."""
    context = chromium.new_context(locale="zh-CN", reduced_motion="reduce")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.add_init_script(LISTEN)
    reader = Reader(page)
    page.on("pageerror", lambda error: reader.errors.append(str(error)))
    page.on("request", lambda request: reader.hosts.add(request.url.split("/")[2].split(":")[0]))
    page.goto(address)
    page.locator("html[data-ready]").wait_for()
    yield reader
    context.close()


def test_the_page_lives_under_its_policy(watched: Reader) -> None:
    """Whoever asks, opens a page, looks words up and saves a file meets no bound of the policy."""
    page = watched.page
    watched.ask("第一盏油灯是哪一年点燃的？")
    page.locator(".turn .cite").first.click()
    page.locator(".leaf mark").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("[data-export]").first.click()
    with page.expect_download():
        page.locator("#exporter [data-format=md]").click()
    page.keyboard.press("Escape")
    for tab in page.get_by_role("tab").all()[1:]:
        tab.click()
        page.wait_for_timeout(700)
    assert page.evaluate("window.broken") == []
    assert watched.errors == []
    assert watched.hosts == {"127.0.0.1"}


def test_what_is_foreign_is_kept_out(watched: Reader) -> None:
    """Nothing goes to another machine, and no code runs that the server did not send."""
    found = watched.page.evaluate(FOREIGN)
    assert found["ran"] == 0
    tried = found["tried"]
    assert {tried[one] for one in ("fetch", "socket", "picture", "script", "compiled")} == {
        "kept out"
    }
    broken = watched.page.evaluate("window.broken")
    directives = {one.split()[0] for one in broken}
    assert directives >= {"connect-src", "img-src", "script-src-attr"}
    assert sum("203.0.113.1" in one for one in broken) >= 4
    assert any(one.startswith("require-trusted-types-for") for one in broken)
