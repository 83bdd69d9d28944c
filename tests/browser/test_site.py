"""The documentation site's mathematics, rendered without a network."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

SITE = Path(__file__).parents[2] / "docs" / "_build"


@pytest.mark.parametrize("name", ["index", "statements/separation-bounds", "notebooks/01_dynamics"])
def test_formulas_are_rendered_offline(browser, name):
    path = SITE / f"{name}.html"
    if not path.exists():
        pytest.skip("build the site first: python -m sphinx -W -b html docs docs/_build")
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_function(
        "window.MathJax && MathJax.Hub && MathJax.Hub.queue && !MathJax.Hub.queue.pending"
        " && document.querySelectorAll('.MathJax').length > 0",
        timeout=60_000,
    )
    assert all(url.startswith(("file:", "data:", "blob:", "about:")) for url in asked)
    formula = page.locator(".MathJax_Display .MathJax, .MathJax").first
    assert formula.bounding_box()["height"] > 8
    assert "\\" not in formula.inner_text()
    assert page.locator(".MathJax_Error, .merror").count() == 0
    sources = page.locator("script[type^='math/tex']").count()
    assert page.locator(".MathJax").count() == sources
    context.close()
