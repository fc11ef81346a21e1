"""The command that drafts a source: what it prints, and what it says where there is no such adapter."""

from __future__ import annotations

from tests.cli.test_commands import run
from tests.review.world import copied


def test_a_draft_is_printed_as_a_file(tmp_path):
    """With the name of the source; and what the tenant has, if a playbook reads it already."""
    out = run("sources", "draft", "demo", "--source", "ours")
    assert 0 == out.exit_code
    assert "  - name: ours\n    adapter: demo\n    settings:\n" in out.stdout
    assert 0 == run("sources", "draft", "demo", "--playbook", copied(tmp_path)).exit_code


def test_an_adapter_that_is_not_there_is_told():
    """With the nearest."""
    out = run("sources", "draft", "dema")
    assert 1 == out.exit_code
    assert "no adapter 'dema' is installed" in out.stderr
