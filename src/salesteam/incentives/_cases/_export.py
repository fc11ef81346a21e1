"""A verification for other programs: JSON, and XML as JUnit writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from salesteam.core import Finding
from salesteam.incentives._cases._mismatch import Mismatch
from salesteam.incentives._cases._verdict import WORDS, Verdict, Verification

__all__ = ["as_json", "as_junit"]


def as_json(found: Verification, lang: str) -> str:
    """Path, exit code, counts, cases with their differences, findings of the files."""
    content = {
        "format": "salesteam-verification/1",
        "path": found.path,
        "exit_code": found.exit_code,
        "counts": {status: found.count(status) for status in WORDS},
        "cases": [_plain(verdict, lang) for verdict in found.verdicts],
        "findings": [_finding(finding, lang) for finding in found.report],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def as_junit(found: Verification, lang: str) -> str:
    """A difference is a failure, what cannot be read is an error."""
    broken = len(found.report.errors)
    counts = {
        "name": found.path,
        "tests": len(found.verdicts) + broken,
        "failures": found.count("differ"),
        "errors": found.count("unreadable") + broken,
        "skipped": found.count("skipped"),
    }
    head = " ".join(f"{name}={_quoted(str(value))}" for name, value in counts.items())
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuite {head}>"]
    lines += [line for verdict in found.verdicts for line in _testcase(verdict, found.path, lang)]
    for finding in found.report.errors:
        lines += [
            f"  <testcase name={_quoted(finding.place.text())} classname={_quoted(found.path)}>",
            f"    <error type={_quoted(finding.code)} message={_quoted(finding.what(lang))}/>",
            "  </testcase>",
        ]
    return "\n".join([*lines, "</testsuite>", ""])


def _quoted(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    """Without characters that XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) < 0xFFFE)
    )


def _testcase(verdict: Verdict, path: str, lang: str) -> Iterator[str]:
    about = f"name={_quoted(verdict.id)} classname={_quoted(verdict.place.file or path)}"
    if verdict.status == "pass":
        yield f"  <testcase {about}/>"
        return
    yield f"  <testcase {about}>"
    text = _clean(verdict.explain(lang).text())
    if verdict.status == "skipped":
        yield f"    <skipped message={_quoted(verdict.reason)}/>"
    else:
        tag = "failure" if verdict.status == "differ" else "error"
        yield f"    <{tag} message={_quoted(text.splitlines()[0])}>{escape(text)}</{tag}>"
    yield "  </testcase>"


def _plain(verdict: Verdict, lang: str) -> dict[str, Any]:
    return {
        "id": verdict.id, "status": verdict.status, "title": verdict.title, "source": verdict.source,
        "notes": verdict.notes, "file": verdict.place.file, "line": verdict.place.line, "claims": verdict.claims,
        "reason": verdict.reason,
        "differences": [
            {
                "key": each.key, "column": each.column, "expected": each.expected, "got": each.got_text(lang),
                "difference": each.difference, "file": each.place.file, "line": each.place.line,
                "column_number": each.place.column, "readings": list(each.readings),
                "explanation": _lines(each, lang),
            }
            for each in verdict.differences
        ],
        "findings": [_finding(finding, lang) for finding in verdict.report],
    }  # fmt: skip


def _lines(each: Mismatch, lang: str) -> list[str]:
    found = each.explanation.get(lang)
    return [] if found is None else found.text(1000).splitlines()


def _finding(finding: Finding, lang: str) -> dict[str, Any]:
    place = finding.place
    return {
        "code": finding.code, "severity": finding.severity.value, "file": place.file, "line": place.line,
        "column": place.column, "key": place.key, "what": finding.what(lang), "fix": finding.fix(lang),
    }  # fmt: skip
