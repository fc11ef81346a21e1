"""The verb `verify`: run every case of a file or folder and say in what it differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import attrs

from salesteam.core import Report, Severity
from salesteam.incentives._cases._case import Case
from salesteam.incentives._cases._claim import Claim, CodeClaim
from salesteam.incentives._cases._compare import differences
from salesteam.incentives._cases._mismatch import Mismatch
from salesteam.incentives._cases._outcome import Outcome, outcome
from salesteam.incentives._cases._read import read_cases
from salesteam.incentives._cases._spots import Words
from salesteam.incentives._cases._verdict import Verdict, Verification
from salesteam.incentives._filled import filled
from salesteam.incentives._model import Plan
from salesteam.incentives._whatif._variants import variants

__all__ = ["verify"]

_MOST = 60
"""How many other readings are tried for a case that differs."""


def verify(path: str | Path, *, progress: Callable[[str], None] | None = None) -> Verification:
    """Run the cases of a file, or of every file of a folder, and compare with what they expect.

    Use it to audit a plan: finance writes worked examples, and anybody replays them.
    Nothing is ever written back into a case.

    Parameters
    ----------
    path : str or Path
        A file in the format `salesteam-cases/1`, or a folder of such files.
    progress : callable, optional
        Called with a line before each case.

    Returns
    -------
    Verification
        One verdict a case: pass, differ, unreadable or skipped; `exit_code` is 0, 1 or 2.

    Examples
    --------
    >>> verify("no-such-cases.yaml").exit_code
    2
    """
    cases = read_cases(path)
    verdicts = []
    for number, case in enumerate(cases.cases, start=1):
        if progress is not None:
            progress(f"{number}/{len(cases.cases)} {case.id}")
        verdicts.append(_judged(case))
    return Verification(path=str(path), verdicts=tuple(verdicts), report=cases.report)


def _judged(case: Case) -> Verdict:
    about: dict[str, Any] = {
        "id": case.id, "title": case.title, "source": case.source, "notes": case.notes, "place": case.place,
        "claims": len(case.claims),
    }  # fmt: skip
    if case.skip is not None:
        return Verdict(status="skipped", reason=case.skip, **about)
    if not case.report.ok:
        return Verdict(status="unreadable", report=case.report, **about)
    if case.plan is None and not _refuses(case):
        return Verdict(status="unreadable", report=case.refusal, **about)
    made = outcome(case)
    found = [(claim, each) for claim in case.claims for each in differences(claim, made)]
    stopped = _stopped(case, made)
    if stopped is not None:
        return Verdict(
            status="differ", differences=(*(each for _, each in found), stopped), report=made.refusal, **about
        )
    if not found:
        return Verdict(status="pass", **about)
    return Verdict(
        status="differ", differences=_with_readings(case, found), report=_misread(made), reason=made.failed, **about
    )


def _misread(made: Outcome) -> Report:
    """What of the facts could not be read, which may be why a figure differs."""
    return Report(f for f in made.findings if f.severity is Severity.ERROR and f.code.startswith("table."))


def _refuses(case: Case) -> bool:
    """Whether a case asks why its plan cannot be read: that it is refused, or for one of the findings."""
    codes = {finding.code for finding in case.refusal}
    asked = [claim for claim in case.claims if isinstance(claim, CodeClaim)]
    return any(claim.of == "refused" or (claim.of == "findings" and claim.code in codes) for claim in asked)


def _stopped(case: Case, made: Outcome) -> Mismatch | None:
    """A plan that did not run although the case asks for what it pays."""
    asks = next((claim for claim in case.claims if not isinstance(claim, CodeClaim)), None)
    if made.failed:
        words = Words(f"the run failed: {made.failed}", f"运行失败：{made.failed}")
    elif not made.refusal.ok and asks is not None:
        codes = ", ".join(dict.fromkeys(f.code for f in made.refusal if f.severity is Severity.ERROR))
        words = Words(f"the plan is refused: {codes}", f"方案被拒绝：{codes}")
    else:
        return None
    key = asks.key if asks is not None else "plan"
    return Mismatch(
        key=key, expected="", got=words.en, words=words, place=asks.place if asks is not None else case.place
    )


def _with_readings(case: Case, found: list[tuple[Claim, Mismatch]]) -> tuple[Mismatch, ...]:
    """The differences, each with the other readings under which its claim holds."""
    wanted = {id(claim): claim for claim, _ in found if not isinstance(claim, CodeClaim)}
    held: dict[int, list[str]] = {}
    if wanted and case.plan is not None:
        for label, plan in islice(_readings(case.plan), _MOST):
            made = outcome(case, plan)
            if made.run is None or made.failed or not made.refusal.ok:
                continue
            for key, claim in wanted.items():
                if not any(True for _ in differences(claim, made)):
                    held.setdefault(key, []).append(label)
    return tuple(attrs.evolve(each, readings=tuple(held.get(id(claim), ()))) for claim, each in found)


def _readings(plan: Plan) -> Iterator[tuple[str, Plan]]:
    """Each other reading of a plan, as `choice = option`."""
    for variant in variants(filled(plan)):
        parts = ((variant.choice.path, variant.option), *variant.also)
        yield ", ".join(f"{path} = {option}" for path, option in parts), variant.plan
