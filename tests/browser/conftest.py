"""A real headless Chromium; skipped with a reason where it cannot be had."""

import os
import shutil
from collections.abc import Iterator

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 180_000  # ms; for every single condition, on a machine with much else to do
#: Without a network Chromium's background traffic only fails, many times over.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """With a new empty profile, which Playwright makes and removes."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="browser tests need the extra `browser` (playwright)"
    )
    place = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if place is None:
        pytest.skip("browser tests need Chromium (apt-get install chromium, or set CHROMIUM)")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=place, args=list(QUIET), timeout=PATIENCE)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: object) -> Iterator[object]:
    """In a context of its own, without a network beyond this machine's own servers."""
    context = browser.new_context(viewport={"width": 1300, "height": 1000})  # type: ignore[attr-defined]
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()
