"""Settings of the documentation site."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "salesteam"
author = "The salesteam maintainers"
project_copyright = author
release = version = installed_version("salesteam")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "from_code"]
exclude_patterns = ["_build", "_ext", "jupyter_execute", "**/generated"]
default_role = "py:obj"
smartquotes = False

html_theme = "furo"
html_title = f"salesteam {release}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_theme_options = {"navigation_with_keys": True}

autodoc_typehints = "none"
python_maximum_signature_line_length = 88
napoleon_google_docstring = False
napoleon_numpy_docstring = True
napoleon_use_rtype = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
suppress_warnings = ["mystnb.unknown_mime_type"]  # a plot is shown as its picture; the page has no player for the other
