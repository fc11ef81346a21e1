"""A tenant of Neocrm on this machine, which accepts only what the adapter should send."""

from __future__ import annotations

import re
from datetime import datetime, time
from zoneinfo import ZoneInfo

from salesteam.crm import Activity, Ref
from salesteam.testing import Answer, FakeHTTP
from salesteam_neocrm._records import FIELDS, OBJECTS

KINDS = {name: kind for kind, name in OBJECTS.items()}
ZONE = ZoneInfo("Asia/Shanghai")
STAGES = {"open": "11", "won": "21", "lost": "31"}
LEADS = {"new": "1", "working": "2", "converted": "3", "disqualified": "4"}
API = "/rest/data/v2.0"
QUERY = re.compile(
    r"select (?P<fields>[\w, ]+) from (?P<object>\w+)"
    r"(?: where (?:id in \((?P<ids>\d+(?:, \d+)*)\)|(?:updatedAt >= (?P<after>\d+))?(?: and )?(?:updatedAt <= (?P<until>\d+))?))?"
    r" order by updatedAt asc, id asc"
)
NOTE = re.compile(
    r"select id from activityrecord where activityRecordFrom_data = (?P<about>\d+) and content like '%(?P<marker>[\w:]+)%'"
    r" order by updatedAt asc, id asc"
)
NOTED = ("7001", "8001")
REDIRECT = "https://acme.example"


def ms(at):
    return int(at.timestamp() * 1000)


def key(ref):
    return None if ref is None else ref.external_id


class NeocrmFake(FakeHTTP):
    """A login that names the server, scrolled queries, owners, descriptions."""

    def __init__(self, crm, given):
        super().__init__(crm)
        self.given = given
        self.token, self.logins = "", 0
        self.scrolls = {}
        self.tells = True

    def is_login(self, request):
        return request.path == "/auc/oauth2/token"

    def problem(self, status, what):
        return Answer(status=status, body={"code": str(status), "msg": what})

    def reply(self, request):
        request.takes()
        if self.is_login(request):
            return self.login(request)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return self.problem(401, "token expired")
        match (request.method, *request.path.removeprefix(API).strip("/").split("/")):
            case ("POST", "query", "xoqlScroll"):
                return self.query(request)
            case ("GET", "xobjects", name, "description") if name in KINDS:
                return self.good({"fields": [{"apiKey": field, "type": "text"} for field in FIELDS[KINDS[name]]]})
            case ("POST", "xobjects", "activityrecord"):
                return self.note(request.object(("data",))["data"])
            case ("PATCH", "xobjects", name, number) if name in KINDS:
                (owner,) = request.object(("data",))["data"].values()
                self.crm.reassign(Ref(self.crm.source, KINDS[name], number), Ref(self.crm.source, "user", owner))
                return self.good({"id": int(number)})
        return self.refuse(f"there is no {request.method} {request.path}", 404)

    def note(self, row):
        needed = {"content", "startTime", "endTime", "entityType", "dimDepart"}
        if set(row) != {*needed, "activityRecordFrom", "activityRecordFrom_data"}:
            self.refuse(f"no activity record: {row}")
        if (row["entityType"], row["dimDepart"]) != NOTED or row["startTime"] != row["endTime"]:
            return Answer(body={"code": "5000047", "msg": "a field is required"})
        kind = {"1": "account", "2": "contact", "3": "deal", "11": "lead"}[str(row["activityRecordFrom"])]
        about = self.crm.get(Ref(self.crm.source, kind, row["activityRecordFrom_data"])).ref
        at = datetime.fromtimestamp(row["startTime"] / 1000, ZONE)
        ref = Ref(self.crm.source, "activity", str(500 + self.crm.changes))
        self.crm.create(Activity(ref=ref, activity_kind="note", about=about, subject=row["content"], occurred_at=at))
        return self.good({"id": int(ref.external_id)} if self.tells else {})

    def notes(self, about, marker):
        found = (record for record in self.crm.records("activity") if not record.deleted and marker in record.subject)
        return [{"id": int(record.ref.external_id)} for record in found if record.about.external_id == about]

    def good(self, data):
        return Answer(body={"code": "200", "msg": "OK", "data": data})

    def login(self, request):
        form = request.form("grant_type", "client_id", "client_secret", "redirect_uri", "username", "password")
        if form != {**self.given, "grant_type": "password", "redirect_uri": REDIRECT}:
            return Answer(status=400, body={"error": "invalid_grant", "error_description": "wrong"})
        self.logins += 1
        self.token = f"neo-canary-token-{self.logins}"
        return Answer(
            body={"access_token": self.token, "token_type": "Bearer", "instance_uri": self.url, "expires_in": 7200}
        )

    def query(self, request):
        form = dict(pair for pair in self.pairs(request))
        if not {"xoql", "batchCount"} <= set(form) <= {"xoql", "batchCount", "queryLocator"}:
            self.refuse(f"no query: {sorted(form)}")
        if found := NOTE.fullmatch(form["xoql"]):
            return self.good({"records": self.notes(found["about"], found["marker"])[: int(form["batchCount"])]})
        found, size = QUERY.fullmatch(form["xoql"]), int(form["batchCount"])
        if not found or found["object"] not in KINDS or not 1 <= size <= 1000:
            self.refuse(f"no query: {form}")
        kind, names = KINDS[found["object"]], found["fields"].split(", ")
        if names != ["id"] and not set(FIELDS[kind]) <= set(names) <= {*FIELDS[kind], "tier__c"}:
            self.refuse(f"no such fields: {names}")
        if "queryLocator" in form:
            if form["queryLocator"] not in self.scrolls:
                return Answer(body={"code": "300001", "msg": "the locator is unknown"})
            rows = self.scrolls.pop(form["queryLocator"])
        else:
            rows = [{name: row.get(name) for name in names} for row in self.rows(kind) if self.fits(row, found)]
        data = {"count": len(rows[:size]), "records": rows[:size]}
        if rows[size:]:
            data["queryLocator"] = f"locator-{len(self.requests)}"
            self.scrolls[data["queryLocator"]] = rows[size:]
        return self.good(data)

    def pairs(self, request):
        from urllib.parse import parse_qsl

        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            self.refuse("send a form")
        return parse_qsl(request.body.decode())

    def fits(self, row, found):
        if found["ids"]:
            return str(row["id"]) in found["ids"].split(", ")
        at = row["updatedAt"]
        return at >= int(found["after"] or 0) and (found["until"] is None or at <= int(found["until"]))

    def rows(self, kind):
        rows = [self.sent(record) for record in self.crm.records(kind) if not record.deleted]
        return sorted(rows, key=lambda row: (row["updatedAt"], row["id"]))

    def sent(self, record):
        row = {
            "id": int(record.ref.external_id),
            "createdAt": ms(record.created_at),
            "updatedAt": ms(record.updated_at),
            "ownerId": key(getattr(record, "owner", None)),
        }
        return self.spoilt(record.ref, {**row, **getattr(self, f"of_{record.kind}")(record), **record.extra})

    def of_user(self, record):
        return {"name": record.name, "status": 1 if record.active else 0}

    def of_account(self, record):
        return {"accountName": record.name, "level": record.tier}

    def of_contact(self, record):
        return {"contactName": record.name, "accountId": key(record.account)}

    def of_lead(self, record):
        return {"name": record.name, "status": LEADS[record.status]}

    def of_product(self, record):
        return {"productName": record.name}

    def of_deal(self, record):
        day = record.closed_on or record.expected_close
        return {
            "opportunityName": record.name,
            "accountId": key(record.account),
            "saleStageId": int(STAGES[record.status]),
            "money": record.value and float(record.value.major),
            "winRate": 40,
            "closeDate": day and ms(datetime.combine(day, time(), ZONE)),
        }
