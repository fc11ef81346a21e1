"""A Salesforce org on this machine, which takes only the queries that the adapter makes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime

from tests.fake_activities import NOTES, Activities
from tests.fake_jobs import Jobs
from tests.fake_login import Logins
from tests.fake_words import KINDS, T, V, iso, key

from salesteam.crm import Ref
from salesteam.testing import Answer, FakeHTTP
from salesteam_salesforce._objects import FIELDS, MERGING, SPLITS, UNDELETED

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
STAGES = [("Prospecting", False, False, 10), ("Closed Won", True, True, 100), ("Closed Lost", True, False, 0)]
STATUS = {"open": STAGES[0], "won": STAGES[1], "lost": STAGES[2]}
LEADS = {
    "new": "Open - Not Contacted",
    "working": "Working - Contacted",
    "converted": "Closed - Converted",
    "disqualified": "Closed - Not Converted",
}


def plain(value):
    """A value as JSON holds it."""
    return float(value) if isinstance(value, Decimal) else value


class SalesforceFake(Logins, Jobs, Activities, FakeHTTP):
    """A login, queries with their further answers, jobs, records, descriptions."""

    batch = 2000

    def __init__(self, crm, client_id, secret):
        super().__init__(crm)
        self.client_id, self.secret = client_id, secret
        self.token, self.logins = "", 0
        self.user = "005000000000001AAA"
        self.kept = {}
        self.history = []
        self.multi = False
        self.begin_logins()
        self.begin_jobs()
        self.begin_activities()

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
            case ("POST", "sobjects", "Task"):
                return self.make_task(request)
            case ("POST", "composite"):
                return self.make_note(request)
            case ("GET", "query"):
                return self.look(request.takes("q")["q"])
            case ("PATCH", "sobjects", name, number) if name in KINDS:
                return self.assign(request, Ref(self.crm.source, KINDS[name], number))
        return self.refuse(f"there is no {request.method} {request.path}", 404)

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
        notes = NOTES.fullmatch(soql)
        if notes:
            return self.part(self.notes(set(re.findall(r"'(\w+)'", notes[1]))), 0)
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
        rows = [self.sent(record) for record in self.crm.records(kind) if not key(record.ref).startswith("069")]
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
        return self.spoilt(record.ref, {**row, **getattr(self, f"of_{kind}")(record)})

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
        name = "WhoId" if record.about and record.about.kind in {"lead", "contact"} else "WhatId"
        return {
            "Subject": record.subject,
            "TaskSubtype": record.activity_kind.title(),
            "OwnerId": key(record.user),
            name: key(record.about),
        }
