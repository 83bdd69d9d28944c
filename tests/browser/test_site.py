"""The documentation site as readers see it: formulas without a network, narrow screens, links."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

pytestmark = pytest.mark.browser

SITE = Path(os.environ.get("SITE", Path(__file__).parents[2] / "docs" / "_build")).resolve()
PAGES = sorted(str(p.relative_to(SITE)) for p in SITE.rglob("*.html") if "_static" not in p.parts)
NONE_BUILT = "build the site first: python -m sphinx -W -b html docs docs/_build"
needs_site = pytest.mark.skipif(not PAGES, reason=NONE_BUILT)
LOCAL = ("file:", "data:", "blob:", "about:")
#: As many rendered as there are sources, and none of them still waiting.
RENDERED = """() => {
  const sources = document.querySelectorAll("script[type^='math/tex']").length;
  if (document.querySelectorAll('div.math, span.math').length === 0) return true;
  return window.MathJax && MathJax.Hub && MathJax.Hub.queue && !MathJax.Hub.queue.pending
    && sources > 0 && document.querySelectorAll('.MathJax').length === sources;
}"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: TeX that a reader would see as such.
RAW = re.compile(r"\$[^$\n]*\\[a-z]+[^$\n]*\$|\\(?:frac|sigma|left|right|int)\b|\^\{|:\w+:`")


@pytest.fixture
def offline(browser):
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    context.set_default_timeout(180_000)
    yield context.new_page()
    context.close()


def _open(page, name):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((SITE / name).as_uri())
    page.wait_for_function(RENDERED)
    assert [url for url in asked if not url.startswith(LOCAL)] == []


@needs_site
@pytest.mark.parametrize(
    "name", ["index.html", "statements/separation-bounds.html", "notebooks/01_dynamics.html"]
)
def test_formulas_are_rendered(offline, name):
    _open(offline, name)
    formula = offline.locator(".MathJax_Display .MathJax, .MathJax").first
    assert formula.bounding_box()["height"] > 8
    assert "\\" not in formula.inner_text()


@needs_site
@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_well_narrow_and_wide_without_a_network(offline, name):
    _open(offline, name)
    assert offline.locator(".MathJax_Error, .merror").count() == 0
    assert offline.evaluate(WIDER) <= 0
    offline.set_viewport_size({"width": 1280, "height": 900})
    assert offline.evaluate(WIDER) <= 0
    if name.startswith(("statements/", "notebooks/", "index", "tutorial")):
        # Code shows TeX where it is meant to.
        text = offline.evaluate(
            "() => { const copy = document.querySelector('article').cloneNode(true);"
            " copy.querySelectorAll('pre, code, script').forEach(part => part.remove());"
            " return copy.innerText; }"
        )
        assert RAW.findall(text) == []


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.targets = set(), []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids.add(found.get("id") or found.get("name"))
        self.targets += [found[key] for key in ("href", "src") if found.get(key)]


def _read(path):
    links = _Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links


@needs_site
def test_links_within_the_site_have_a_target():
    known = {SITE / name: _read(SITE / name) for name in PAGES}
    checked = 0
    for path, links in known.items():
        for target in links.targets:
            place, fragment = urldefrag(unquote(target))
            if re.match(r"[a-z]+:|//", place):
                continue
            found = (path.parent / place.split("?")[0]).resolve() if place else path
            assert found.exists(), f"{path.name}: {target}"
            if fragment and found in known:
                assert fragment in known[found].ids, f"{path.name}: {target}"
            checked += 1
    assert checked > 1000
