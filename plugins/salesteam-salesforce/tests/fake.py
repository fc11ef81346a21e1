"""A Salesforce org on this machine, which takes only the queries that the adapter makes."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import cache

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from salesteam.crm import Ref
from salesteam.testing import Answer, FakeHTTP
from salesteam_salesforce._objects import FIELDS, MERGING, OBJECTS, SPLITS, UNDELETED

V = "64.0"
KINDS = {name: kind for kind, name in OBJECTS.items()}
PREFIX = {
    "user": "005",
    "account": "001",
    "contact": "003",
    "lead": "00Q",
    "stage": "01J",
    "product": "01t",
    "deal": "006",
    "deal_line": "00k",
    "activity": "00T",
}
T = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"
QUERY = re.compile(
    rf"SELECT (?P<fields>.+?) FROM (?P<object>\w+)"
    rf"(?: WHERE (?P<where>(?:\(SystemModstamp > {T} OR \(SystemModstamp = {T} AND Id > '(\w+)'\)\)|SystemModstamp >= {T})?"
    rf"(?: ?(?:AND )?SystemModstamp <= {T})?|(?:Id|ApiName) IN \((?P<ids>'\w+'(?:, '\w+')*)\)))?"
    rf"(?: ORDER BY SystemModstamp ASC, Id ASC LIMIT (?P<limit>\d+))?"
)
HISTORY = re.compile(
    r"SELECT Id, OpportunityId, StageName, CreatedDate, CreatedById FROM OpportunityHistory "
    r"WHERE OpportunityId IN \(('\w+'(?:, '\w+')*)\) ORDER BY OpportunityId ASC, CreatedDate ASC, Id ASC"
)
JOB = re.compile(
    rf"SELECT (?P<fields>[\w., ]+) FROM (?P<object>\w+)"
    rf"(?: WHERE (?P<where>(?:SystemModstamp >= {T})?(?: ?(?:AND )?SystemModstamp <= {T})?))?"
)
"""What a job may ask: neither order nor limit, and no query within."""
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
STAGES = [("Prospecting", False, False, 10), ("Closed Won", True, True, 100), ("Closed Lost", True, False, 0)]
STATUS = {"open": STAGES[0], "won": STAGES[1], "lost": STAGES[2]}
LEADS = {
    "new": "Open - Not Contacted",
    "working": "Working - Contacted",
    "converted": "Closed - Converted",
    "disqualified": "Closed - Not Converted",
}


@cache
def key_pair():
    """A private key in PEM form, and the public one of it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode(), key.public_key()


def plain(value):
    """A value as JSON holds it."""
    return float(value) if isinstance(value, Decimal) else value


def cell(value):
    """A value as a table in CSV holds it."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def iso(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"


def key(ref):
    return None if ref is None else ref.external_id


class SalesforceFake(FakeHTTP):
    """A login, queries with their further answers, jobs, records, descriptions."""

    batch = 2000
    username, audience = "sync@acme.example", "https://login.salesforce.com"
    polls = 0
    """How often a job is asked for before it is done."""

    def __init__(self, crm, client_id, secret):
        super().__init__(crm)
        self.client_id, self.secret = client_id, secret
        self.token, self.logins = "", 0
        self.user = "005000000000001AAA"
        self.kept = {}
        self.history = []
        self.multi = False
        self.jobs = {}
        self.ends = "JobComplete"
        self.assertions = []

    def is_login(self, request):
        return request.path == "/services/oauth2/token"

    def problem(self, status, what):
        code = {401: "INVALID_SESSION_ID", 404: "NOT_FOUND"}.get(status, "MALFORMED_QUERY")
        return Answer(status=status, body=[{"errorCode": code, "message": what}])

    def reply(self, request):
        if self.is_login(request):
            return self.login(request)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return self.problem(401, "Session expired or invalid")
        base = f"/services/data/v{V}"
        if not request.path.startswith(base):
            self.refuse(f"there is no {request.path}", 404)
        match (request.method, *request.path.removeprefix(base).strip("/").split("/")):
            case ("GET", ""):
                request.takes()
                return Answer(body={"query": f"{base}/query"})
            case ("GET", "queryAll"):
                return self.query(request.takes("q")["q"])
            case ("GET", "query", locator) if locator in self.kept:
                request.takes()
                return self.part(*self.kept[locator])
            case (_, "jobs", "query", *rest):
                return self.job(request, *rest)
            case ("GET", "sobjects", name, "describe") if name in KINDS:
                request.takes()
                return Answer(body={"fields": [self.field(each) for each in FIELDS[KINDS[name]]]})
            case ("PATCH", "sobjects", name, number) if name in KINDS:
                return self.assign(request, Ref(self.crm.source, KINDS[name], number))
        return self.refuse(f"there is no {request.method} {request.path}", 404)

    FORM = ("grant_type", "client_id", "client_secret")

    @property
    def form(self):
        """What the form of an app must say."""
        return ("client_credentials", self.client_id, self.secret)

    def is_signed(self, form):
        """Whether a token is of our app and user, for us, signed by the key, and ends within three minutes."""
        self.assertions.append(form["assertion"])
        try:
            claims = jwt.decode(
                form["assertion"],
                key_pair()[1],
                algorithms=["RS256"],
                audience=self.audience,
                options={"require": ["iss", "sub", "aud", "exp"], "verify_exp": False},
            )
        except jwt.PyJWTError:
            return False
        left = claims["exp"] - self.crm.now.timestamp()
        named = (self.client_id, self.username) == (claims["iss"], claims["sub"])
        return (
            form["grant_type"] == BEARER and named and set(claims) == {"iss", "sub", "aud", "exp"} and 0 < left <= 180
        )

    def login(self, request):
        form = request.form(*(("grant_type", "assertion") if b"assertion=" in request.body else self.FORM))
        good = self.is_signed(form) if "assertion" in form else form == dict(zip(self.FORM, self.form, strict=True))
        if not good:
            return Answer(status=400, body={"error": "invalid_grant", "error_description": "wrong"})
        self.logins += 1
        self.token = f"00D!token-{self.logins}"
        body = {"access_token": self.token, "instance_url": self.url, "token_type": "Bearer"}
        return Answer(body={**body, "id": f"https://login.salesforce.com/id/00D/{self.user}"})

    def field(self, name):
        return {"name": name, "type": "string", "custom": name.endswith("__c"), "picklistValues": []}

    # queries

    def query(self, soql):
        history = HISTORY.fullmatch(soql)
        if history:
            wanted = set(re.findall(r"'(\w+)'", history[1]))
            return self.part([row for row in self.history if row["OpportunityId"] in wanted], 0)
        found = QUERY.fullmatch(soql)
        if not found or found["object"] not in KINDS:
            self.refuse(f"MALFORMED_QUERY: {soql}")
        kind = KINDS[found["object"]]
        names = self.asked(kind, found["fields"].replace(SPLITS, "OpportunitySplits"))
        if found["ids"]:
            wanted = set(re.findall(r"'(\w+)'", found["ids"]))
            rows = [row for row in self.rows(kind) if row["Id"] in wanted or row.get("ApiName") in wanted]
        else:
            if found["limit"] is None:
                self.refuse("a query without ids needs order and limit")
            rows = [row for row in self.rows(kind) if self.fits(row, found["where"] or "")][: int(found["limit"])]
        return self.part([{name: plain(row.get(name)) for name in names} for row in rows], 0)

    def asked(self, kind, fields):
        """The names of fields that a query asks for, if they are those that it should."""
        names = fields.split(", ")
        may = {
            *FIELDS[kind],
            "Tier__c",
            *(("CurrencyIsoCode",) if self.multi else ()),
            *(("OpportunitySplits",) if kind == "deal" else ()),
        }
        if not set(FIELDS[kind]) <= set(names) <= may:
            self.refuse(f"INVALID_FIELD: {sorted(set(names) ^ set(FIELDS[kind]))}")
        return names

    # jobs

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

    def fits(self, row, where):
        at, number = datetime.fromisoformat(row["SystemModstamp"]), row["Id"]
        for sign, text in re.findall(rf"SystemModstamp (<=|>=) {T}", where):
            if not (at <= datetime.fromisoformat(text) if sign == "<=" else at >= datetime.fromisoformat(text)):
                return False
        behind = re.search(rf"SystemModstamp = {T} AND Id > '(\w+)'", where)
        return not behind or (at, number) > (datetime.fromisoformat(behind[1]), behind[2])

    def part(self, rows, start):
        body = {
            "totalSize": len(rows),
            "done": start + self.batch >= len(rows),
            "records": rows[start : start + self.batch],
        }
        if not body["done"]:
            locator = f"01g{len(self.kept)}-{start + self.batch}"
            self.kept[locator] = (rows, start + self.batch)
            body["nextRecordsUrl"] = f"/services/data/v{V}/query/{locator}"
        return Answer(body=body)

    def assign(self, request, ref):
        body = request.object(("OwnerId",))
        since = request.headers.get("if-unmodified-since")
        if since is None:
            self.refuse("say If-Unmodified-Since")
        if self.crm.get(ref).updated_at.replace(microsecond=0) > parsedate_to_datetime(since):
            return Answer(status=412, body=[{"errorCode": "ENTITY_IS_MODIFIED", "message": "modified"}])
        self.crm.reassign(ref, Ref(self.crm.source, "user", body["OwnerId"]))
        return Answer(status=204)

    # what it makes of a record

    def rows(self, kind):
        if kind == "stage":
            return [self.stage(place, *stage) for place, stage in enumerate(STAGES)]
        rows = [self.sent(record) for record in self.crm.records(kind)]
        return sorted(rows, key=lambda row: (row["SystemModstamp"], row["Id"]))

    def stage(self, place, name, closed, won, chance):
        at = iso(datetime(2026, 1, 1, tzinfo=UTC))
        return {
            "Id": f"01J00000000000{place}AAA",
            "CreatedDate": at,
            "SystemModstamp": at,
            "ApiName": name.replace(" ", "_"),
            "MasterLabel": name,
            "IsClosed": closed,
            "IsWon": won,
            "DefaultProbability": float(chance),
            "SortOrder": place,
        }

    def sent(self, record):
        kind = record.kind
        row = {
            "Id": record.ref.external_id,
            "CreatedDate": iso(record.created_at),
            "SystemModstamp": iso(record.updated_at),
        }
        if kind not in UNDELETED:
            row["IsDeleted"] = record.deleted
        if kind in MERGING:
            row["MasterRecordId"] = key(record.merged_into)
        return {**row, **getattr(self, f"of_{kind}")(record), **self.spoilt.get(record.ref, {})}

    def of_user(self, record):
        return {"Name": record.name, "Email": next(iter(record.emails), None), "IsActive": record.active}

    def of_account(self, record):
        return {"Name": record.name, "Industry": record.industry, "OwnerId": key(record.owner), **record.extra}

    def of_contact(self, record):
        return {"Name": record.name, "Email": next(iter(record.emails), None), "AccountId": key(record.account)}

    def of_lead(self, record):
        return {
            "Name": record.name,
            "Status": LEADS[record.status],
            "IsConverted": record.status == "converted",
            "OwnerId": key(record.owner),
            "ConvertedOpportunityId": key(record.converted_to),
        }

    def of_product(self, record):
        return {"Name": record.name, "ProductCode": record.code, "Family": record.family}

    def of_deal(self, record):
        name, closed, won, chance = STATUS[record.status]
        day = record.closed_on or record.expected_close
        splits = [
            {
                "SplitOwnerId": key(split.user),
                "SplitPercentage": float(split.share * 100),
                "SplitType": {"IsTotalValidated": split.split_kind == "revenue"},
            }
            for split in record.splits
        ]
        return {
            "Name": record.name,
            "AccountId": key(record.account),
            "StageName": name.replace(" ", "_"),
            "Amount": record.value and record.value.major,
            "CurrencyIsoCode": record.value and record.value.currency,
            "Probability": float(chance),
            "CloseDate": day and day.isoformat(),
            "IsClosed": closed,
            "IsWon": won,
            "OwnerId": key(record.owner),
            "OpportunitySplits": {"records": splits} if splits else None,
        }

    def of_deal_line(self, record):
        return {
            "OpportunityId": key(record.deal),
            "Product2Id": key(record.product),
            "Quantity": float(record.quantity) + record.extra.get("touched", 0),
            "CurrencyIsoCode": record.value and record.value.currency,
            "TotalPrice": record.value and record.value.major,
        }

    def of_activity(self, record):
        return {
            "Subject": record.subject,
            "TaskSubtype": record.activity_kind.title(),
            "OwnerId": key(record.user),
            "WhatId": key(record.about),
        }
