"""The explorer as people use it: JupyterLab in a browser, a slider moved by keyboard."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_spec("jupyterlab") is None, reason="needs the extra `notebooks`"),
]

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "06_explore.ipynb"
PICTURE = ".jp-Notebook img[src^='blob:']"
VERDICT = ".jp-Notebook .widget-html-content b"
STEPS = 10  # of 0.1 each, from N = 2 to 3, where log10 y* = -1.839
PATIENCE = 120_000  # ms; a cold start of JupyterLab and a kernel on a busy machine


def _free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _wait_for(address, server, log):
    for _ in range(600):
        if server.poll() is not None:
            pytest.fail(f"JupyterLab ended with {server.returncode}:\n{log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                json.load(answer)
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not answer:\n{log.read_text()[-2000:]}")


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab that has notebook 06 without its outputs, and nothing else."""
    folder = tmp_path / "work"
    folder.mkdir()
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    notebook["metadata"].pop("widgets", None)
    (folder / NOTEBOOK.name).write_text(json.dumps(notebook), encoding="utf-8")
    port, log = _free_port(), tmp_path / "log"
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    places = {name: str(tmp_path / name.lower()) for name in homes}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--IdentityProvider.token=", "--ServerApp.password="]
    with log.open("wb") as sink:
        server = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={folder}"],
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, **places},
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/api/status", server, log)
        yield f"{address}/lab/tree/{NOTEBOOK.name}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_slider_moved_by_keyboard_changes_figure_and_verdict(lab, browser):
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    page.set_default_timeout(PATIENCE)
    page.goto(lab)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # cells run before that are lost
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    picture = page.locator(PICTURE).first
    verdict = page.locator(VERDICT).first
    picture.wait_for()
    verdict.wait_for()
    before = verdict.inner_text(), picture.get_attribute("src")
    assert re.fullmatch(r"not incremental: threshold σ₀/σ\*ⱼ = 10\^-3\.164", before[0])

    handle = page.locator(".jp-Notebook .noUi-handle").first
    handle.focus()
    for _ in range(STEPS):
        handle.press("ArrowRight")
    page.wait_for_function(
        "([verdict, old]) => document.querySelector(verdict).innerText !== old",
        arg=[VERDICT, before[0]],
    )
    page.wait_for_function(
        "([picture, old]) => document.querySelector(picture).src !== old",
        arg=[PICTURE, before[1]],
    )
    page.get_by_text("threshold σ₀/σ*ⱼ = 10^-1.839").wait_for()
    assert verdict.inner_text().startswith("incremental: ")
    loaded = "img => img.complete && img.naturalWidth > 300"
    assert picture.evaluate(loaded)
    page.close()
