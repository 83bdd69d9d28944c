"""Sphinx configuration. Build: python -m sphinx -W -b html docs docs/_build"""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "stairwise"
author = "The stairwise founders"
release = version_of("stairwise")
extensions = [
    "generated_pages",
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
]
exclude_patterns = ["_build", "_ext", "jupyter_execute"]

html_theme = "furo"
html_title = f"stairwise {release}"
# Copied into the site by generated_pages: no page asks the network for anything.
mathjax_path = "mathjax/MathJax.js?config=TeX-AMS-MML_HTMLorMML-full"
mathjax2_config = {
    "tex2jax": {
        "inlineMath": [["\\(", "\\)"]],
        "displayMath": [["\\[", "\\]"]],
        "processClass": "tex2jax_process|mathjax_process|math|output_area",
        "ignoreClass": "document",
    },
    "HTML-CSS": {
        "availableFonts": [],
        "preferredFont": None,
        "imageFont": None,
        "webFont": "STIX-Web",
    },
    "showMathMenu": False,
    "messageStyle": "none",
}

myst_enable_extensions = ["dollarmath", "amsmath"]
nb_execution_mode = "off"  # notebooks keep their outputs, and the tests run them

default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "description"
