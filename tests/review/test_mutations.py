"""Whatever is in the files of a playbook, reading and reviewing it gives findings and never an exception."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.review.world import copied, records

from salesteam import report, review
from salesteam.errors import ReportError

FILES = {
    "playbook.yaml": ("raci", "goals"),
    "team.yaml": ("raci",),
    "sources.yaml": (),
    "goals.yaml": ("goals",),
    "raci.yaml": ("raci",),
    "leads.yaml": ("leads",),
    "incentives.yaml": ("incentives",),
    "plans/seller.yaml": ("incentives",),
    "whys.yaml": ("goals", "whys"),
}
"""Each file with the parts that its mutants are walked through; the others are left out, so that it is quick."""

SCALARS = (
    "", "0", "-1", "1e400", "99999999999999999999", "2/3", "0/0", "-15%", "200%", "nan", "null", "true", "[]", "{}",
    "2026-02-30", "9999-12-31", "0001-01-01", "2026-Q9", "Asia/Nowhere", "XXX", "*a", "&a 1", "!!python/none", "'", '"',
    "#", "|", "- -", "\u200f李", "\x07", "~", "a: b: c",
)  # fmt: skip


def mutated(text: str, draw: random.Random) -> str:
    """A text with some of its lines dropped, doubled or swapped, and some of its values replaced."""
    lines = text.splitlines()
    for _ in range(draw.randint(1, 3)):
        at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
        match draw.choice(("drop", "double", "swap", "value", "value", "indent", "values", "cut")):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "value":
                key, colon, _ = lines[at].partition(": ")
                lines[at] = key + colon + draw.choice(SCALARS) if colon else lines[at]
            case "values":
                (one, colon, first), (two, _, second) = lines[at].partition(": "), lines[other].partition(": ")
                if colon:
                    lines[at], lines[other] = f"{one}: {second}", f"{two}: {first}"
            case "indent":
                lines[at] = " " + lines[at]
            case "cut":
                lines[at] = lines[at][: draw.randrange(len(lines[at]) + 1)]
    return "\n".join(lines) + "\n"


def reviewed(folder: Path, parts: tuple[str, ...]) -> review.Review | None:
    """Read, and review what can be reviewed; only a report of errors may stand in the way."""
    found = review.read(folder)
    assert found.report.text("en")
    assert found.report.text("zh")
    if found.value is None:
        assert not found.report.ok
        return None
    assert found.report.ok
    kept = {part: None for part in review.PARTS if part not in (*parts, "team", "sources")}
    if "incentives" in kept:
        kept["plans"] = ()
    playbook = attrs.evolve(found.value, **kept)
    try:
        day, period = review.when(playbook)
    except ReportError:
        return None
    return review.walk(playbook, review.gather(playbook, records()), as_of=day, period=period)


@pytest.mark.parametrize("file", FILES)
def test_a_mutated_playbook_gives_findings_and_never_an_exception(file):
    """Lines dropped, doubled, swapped, values replaced: the review holds, in both languages."""

    @settings(max_examples=12 if FILES[file] == ("incentives",) else 20, deadline=None)
    @given(draw=st.randoms(use_true_random=False))
    def holds(draw: random.Random) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = copied(Path(name))
            path = folder / file
            path.write_text(mutated(path.read_text(encoding="utf-8"), draw), encoding="utf-8")
            found = reviewed(folder, FILES[file])
            if found is not None:
                assert found.text("en")
                assert found.text("zh")
                assert found.to_json()

    holds()


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_random_text_in_any_file_gives_findings(data):
    """Files of noise are refused with reasons."""
    with tempfile.TemporaryDirectory() as name:
        folder = copied(Path(name))
        for file in data.draw(st.sets(st.sampled_from(sorted(FILES)), min_size=1)):
            (folder / file).write_bytes(
                data.draw(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
            )
        assert review.read(folder).report.text("zh")


@settings(max_examples=3, deadline=None)
@given(draw=st.randoms(use_true_random=False))
def test_the_page_of_a_mutated_playbook_can_be_made(draw):
    """What can be walked can be shown."""
    with tempfile.TemporaryDirectory() as name:
        folder = copied(Path(name))
        path = folder / "goals.yaml"
        path.write_text(mutated(path.read_text(encoding="utf-8"), draw), encoding="utf-8")
        found = reviewed(folder, ("goals",))
        assert found is None or report.page(found, "zh")
