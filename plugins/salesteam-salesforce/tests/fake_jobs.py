"""The jobs of a fake org: made, told of, ended, and their results piece by piece."""

from __future__ import annotations

import csv
import io
import re

from tests.fake_words import KINDS, T

from salesteam.testing import Answer

JOB = re.compile(
    rf"SELECT (?P<fields>[\w., ]+) FROM (?P<object>\w+)"
    rf"(?: WHERE (?P<where>(?:SystemModstamp >= {T})?(?: ?(?:AND )?SystemModstamp <= {T})?))?"
)
"""What a job may ask: neither order nor limit, and no query within."""


def cell(value):
    """A value as a table in CSV holds it."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


class Jobs:
    """A part of the fake org."""

    polls = 0
    """How often a job is asked for before it is done."""

    def begin_jobs(self):
        self.jobs = {}
        self.ends = "JobComplete"

    def job(self, request, job="", *rest):
        """Make a job, tell of it, end it, or give a piece of its result."""
        if job and job not in self.jobs:
            return self.problem(404, "no such job")
        match (request.method, *rest):
            case ("POST",) if not job:
                return self.make_job(request)
            case ("GET",):
                request.takes()
                return self.told_job(job)
            case ("PATCH",):
                return self.end_job(request, job)
            case ("GET", "results"):
                return self.piece(request, self.jobs[job])
        return self.refuse(f"there is no {request.method} {request.path}", 404)

    def end_job(self, request, job):
        if self.jobs[job]["state"] not in {"UploadComplete", "InProgress"}:
            return self.problem(400, "INVALIDJOBSTATE")
        self.jobs[job]["state"] = request.object(("state",))["state"]
        return Answer(body={"id": job, "state": self.jobs[job]["state"]})

    def make_job(self, request):
        body = request.object(("operation", "query", "contentType", "columnDelimiter", "lineEnding"))
        form = (body["operation"], body["contentType"], body["columnDelimiter"], body["lineEnding"])
        if form != ("queryAll", "CSV", "COMMA", "LF"):
            self.refuse(f"a job is not {form}")
        found = JOB.fullmatch(body["query"])
        if not found or found["object"] not in KINDS or KINDS[found["object"]] == "stage":
            self.refuse(f"MALFORMED_QUERY: {body['query']}")
        kind = KINDS[found["object"]]
        names = self.asked(kind, found["fields"])
        rows = [row for row in self.rows(kind) if self.fits(row, found["where"] or "")]
        table = [[cell(row.get(name)) for name in names] for row in sorted(rows, key=lambda row: row["Id"])]
        job = f"750{len(self.jobs):012d}AAA"
        self.jobs[job] = {"state": "UploadComplete", "left": self.polls, "names": names, "table": table, "said": None}
        return Answer(body={"id": job, "operation": "queryAll", "state": "UploadComplete"})

    def told_job(self, job):
        """How far a job is; it ends as `ends` says."""
        held = self.jobs[job]
        if held["state"] in {"UploadComplete", "InProgress"}:
            held["state"] = "InProgress" if held["left"] > 0 else self.ends
            held["left"] -= 1
        body = {"id": job, "state": held["state"]}
        if held["state"] == "Failed":
            body["errorMessage"] = "InvalidBatch : the org has said no"
        if held["state"] == "JobComplete":
            body["numberRecordsProcessed"] = len(held["table"]) if held["said"] is None else held["said"]
        return Answer(body=body)

    def piece(self, request, held):
        """A piece of the result of a job, as text."""
        asked = request.takes("maxRecords", "locator")
        if request.headers.get("accept") != "text/csv":
            self.refuse("a result is text/csv")
        if held["state"] != "JobComplete":
            return self.problem(400, "the job has no result")
        start = int(asked.get("locator", "L0")[1:])
        rows = held["table"][start : start + int(asked["maxRecords"])]
        out = io.StringIO(newline="")
        csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([held["names"], *rows])
        end = start + len(rows)
        more = f"L{end}" if end < len(held["table"]) else "null"
        headers = {"Content-Type": "text/csv", "Sforce-Locator": more, "Sforce-NumberOfRecords": str(len(rows))}
        return Answer(body=out.getvalue(), headers=headers)
