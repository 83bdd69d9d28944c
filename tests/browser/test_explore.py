"""The explorer as people use it: JupyterLab in a browser, a slider moved by keyboard."""

import json
import os
import shutil
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
PICTURE = ".jp-Notebook img.widget-image"
VERDICT = ".jp-Notebook .widget-html-content b"
STEPS = 10  # of 0.1 each, from N = 2 to 3
BEFORE, AFTER = "threshold σ₀/σ*ⱼ = 10−3.164", "threshold σ₀/σ*ⱼ = 10−1.839"
STARTED = 180  # seconds for JupyterLab to answer
SETTINGS = (
    "--port=0",  # the system chooses a free one: chosen here, another program might take it first
    "--IdentityProvider.token=",
    "--ServerApp.password=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)


def _address(server, runtime, log):
    """The server's, once it answers."""
    end = time.monotonic() + STARTED
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail(f"JupyterLab ended with {server.returncode}:\n{log.read_text()[-2000:]}")
        try:
            (told,) = runtime.glob("jpserver-*.json")
            address = f"http://127.0.0.1:{json.loads(told.read_text())['port']}"
            with urllib.request.urlopen(f"{address}/api/status", timeout=5) as answer:
                json.load(answer)
            return address
        except (OSError, ValueError):  # not there yet, or half written
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not answer within {STARTED} s:\n{log.read_text()[-2000:]}")


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab that has notebook 06 without its outputs, and nothing else."""
    folder = tmp_path / "work"
    folder.mkdir()
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    (folder / NOTEBOOK.name).write_text(json.dumps(notebook), encoding="utf-8")
    log = tmp_path / "log"
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    places = {name: str(tmp_path / name.lower()) for name in homes}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *SETTINGS]
    with log.open("wb") as sink:
        server = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={folder}"],
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, **places},
        )
    try:
        address = _address(server, Path(places["JUPYTER_RUNTIME_DIR"]), log)
        yield f"{address}/lab/tree/{NOTEBOOK.name}"
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_slider_moved_by_keyboard_changes_figure_and_verdict(lab, page):
    page.goto(lab)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # cells run before that are lost
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    picture, verdict = page.locator(PICTURE).first, page.locator(VERDICT).first
    page.get_by_text(BEFORE).first.wait_for()
    assert verdict.inner_text() == f"not incremental: {BEFORE}"
    page.wait_for_function("at => document.querySelector(at)?.naturalWidth > 300", arg=PICTURE)
    source = picture.get_attribute("src")

    handle = page.locator(".jp-Notebook .noUi-handle").first
    handle.focus()
    for step in range(1, STEPS + 1):
        handle.press("ArrowRight")
        # Pressed before the step is taken, a key might be lost; nobody presses that fast.
        page.wait_for_function(
            "([handle, most]) => Number(handle.getAttribute('aria-valuenow')) > most",
            arg=[handle.element_handle(), 1.999 + 0.1 * step],
        )
    page.get_by_text(AFTER).first.wait_for()
    assert verdict.inner_text() == f"incremental: {AFTER}"
    page.wait_for_function(
        "([at, old]) => { const now = document.querySelector(at);"
        " return now.src !== old && now.complete && now.naturalWidth > 300; }",
        arg=[PICTURE, source],
    )
