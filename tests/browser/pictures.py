"""The pictures of the README, made anew: ``make pictures``.

A server of our own on the bundled corpus, Debian's Chromium, light and dark, desktop and phone;
each picture is reduced to 128 colours, as a page of text bears, and stays below LARGEST bytes.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_FLAGS, ROOT, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).resolve().parent / "pictures"
LARGEST = 150_000
COLOURS = 128
WORDS = "条约"
SIZES = {"desktop": (1280, 800), "phone": (390, 780)}


def main() -> int:
    """Make all pictures; return 1 where one is too large, or there is no browser."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("There is no Chromium: install Debian's package chromium.\n")
        return 1
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        served(Path(data), RAG_CORPUS=str(ROOT / "corpus")) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        for shade in ("light", "dark"):
            for name in SIZES:
                _take(browser, address, shade, name)
        browser.close()
    large = [one.name for one in FOLDER.iterdir() if one.stat().st_size > LARGEST]
    for name in large:
        sys.stderr.write(f"{name} is larger than {LARGEST} bytes.\n")
    return int(bool(large))


def _take(browser: Browser, address: str, shade: str, name: str) -> None:
    """Take the pictures of an answer with its page, and of a lookup, in one shade and size."""
    width, height = SIZES[name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shade == "dark" else "light",
        locale="zh-CN",
        reduced_motion="reduce",
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(address)
    page.locator("html[data-ready]").wait_for()
    page.locator(".welcome li button").first.click()
    page.locator(".turn .use").first.wait_for()
    if name == "desktop":
        page.locator(".turn .cite").first.click()
        page.locator(".leaf mark").first.wait_for()
    _save(page, f"answer-{name}-{shade}")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="查词").click()
    page.locator("#words input").fill(WORDS)
    page.locator("#found .tally").first.wait_for()
    _save(page, f"lookup-{name}-{shade}")
    context.close()


def _save(page: Page, name: str) -> None:
    page.wait_for_timeout(500)  # what moves has come to rest
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
