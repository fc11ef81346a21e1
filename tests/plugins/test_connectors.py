"""Each connector says the same of itself in its code, its README and the docs."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest

from salesteam import plugins

REPOSITORY = Path(__file__).resolve().parents[2]
NONE_OF_OURS = {"tiny"}
"""The example of authors has no page."""


@pytest.fixture(scope="module")
def parts():
    """The adapters and channels of the plugins in this repository that are installed, with their READMEs."""
    folder = REPOSITORY / "plugins"
    found = []
    for plugin in plugins.load().plugins:
        readme = folder / plugin.distribution / "README.md"
        if readme.exists():
            text = readme.read_text(encoding="utf-8")
            found += [
                (plugin, part, text) for part in (*plugin.adapters, *plugin.channels) if part.name not in NONE_OF_OURS
            ]
    if not found:
        pytest.skip("no plugin of this repository is installed")
    return found


def test_the_label_of_the_readme_is_that_of_the_code(parts):
    """Nobody claims more than the tests show."""
    wrong = [part.name for _, part, text in parts if f"**Verified: {part.verified.label}.**" not in text]
    assert [] == wrong


def test_every_setting_is_in_the_readme(parts):
    """And every one of them is explained in its class."""
    missing = [
        (part.name, field.name)
        for _, part, text in parts
        for field in attrs.fields(part.Config)
        if not re.search(rf"^\| .*`{field.name}`", text, re.MULTILINE)
    ]
    assert [] == missing


def test_every_connector_has_a_page_that_is_its_readme(parts):
    """The index of connectors lists it with its label."""
    pages = REPOSITORY / "docs" / "reference" / "connectors"
    index = (pages / "index.md").read_text(encoding="utf-8")
    for plugin, part, _ in parts:
        page = pages / f"{plugin.distribution.removeprefix('salesteam-')}.md"
        assert f"plugins/{plugin.distribution}/README.md" in page.read_text(encoding="utf-8")
        assert re.search(
            rf"^\| \[{plugin.distribution}\]\({page.name}\) \|.*\| {part.verified.label} \|$", index, re.MULTILINE
        )
