"""Sphinx configuration. Build: python -m sphinx -W -b html docs docs/_build"""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "stairwise"
author = "The stairwise founders"
copyright = f"{author}, MIT licence"
release = version_of("stairwise")
extensions = [
    "generated_pages",
    "myst_nb",
    "reference",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
]
exclude_patterns = ["_build", "_ext", "jupyter_execute"]

html_theme = "furo"
html_title = f"stairwise {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
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
myst_heading_anchors = 2
nb_execution_mode = "off"  # notebooks keep their outputs, and the tests run them
nb_render_markdown_format = "myst"  # formulas in outputs too

default_role = "code"
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!stairwise).*"),  # other projects' inventories are on the network
    # Types that appear in signatures but are made by the functions here, never by a user.
    (
        "py:class",
        r"stairwise\.numerics\."
        r"(_types|balls|bound_balls|boxes|certificate|flow|margins|regions|run_margins|step_margins)"
        r"\..*",
    ),
]
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
# Signatures name them; the API reference says what they are.
autodoc_type_aliases = {name: name for name in ("Booleans", "ExactReal", "Floats", "Real", "Reals")}
add_module_names = False
python_use_unqualified_type_names = True
