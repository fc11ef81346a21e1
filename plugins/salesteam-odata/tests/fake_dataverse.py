"""A Dataverse environment on this machine, which accepts only what the adapter should send."""

from __future__ import annotations

import re
from datetime import UTC

from salesteam.crm import Activity, Ref
from salesteam.testing import Answer, FakeHTTP
from salesteam_odata._tables import COLUMNS, TABLES
from salesteam_odata._writes import NOTED

API = "/api/data/v9.2"
ENTITIES = {table.entities: kind for kind, table in TABLES.items()}
TENANT = "acme.example"
CURRENCIES = {"00000000-0000-0000-0000-00000000c001": "CNY", "00000000-0000-0000-0000-00000000c002": "USD"}
STATES = {"open": 0, "won": 1, "lost": 2}
LEADS = {"new": (0, 1), "working": (0, 2), "qualified": (1, 3), "converted": (1, 3), "disqualified": (2, 4)}
NOTES = {
    "tasks": ("activityid", "regardingobjectid_", "description"),
    "annotations": ("annotationid", "objectid_", "notetext"),
}
BINDINGS = {
    "tasks": ["ownerid_task@odata.bind", *(f"regardingobjectid_{TABLES[k].name}_task@odata.bind" for k in NOTED)],
    "annotations": [f"objectid_{TABLES[kind].name}@odata.bind" for kind in NOTED],
}
LOGICAL = "@Microsoft.Dynamics.CRM.lookuplogicalname"


def iso(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def key(ref):
    return None if ref is None else ref.external_id


class DataverseFake(FakeHTTP):
    """A login, differences with their links, rows by id, owners under a lock, descriptions."""

    def __init__(self, crm, client_id, secret):
        super().__init__(crm)
        self.client_id, self.secret = client_id, secret
        self.token, self.logins = "", 0
        self.links = {}
        self.forgotten = None  # the status by which links are forgotten
        self.untracked = False
        self.numbers = 0

    def is_login(self, request):
        return request.path == f"/{TENANT}/oauth2/v2.0/token"

    def problem(self, status, what):
        return Answer(status=status, body={"error": {"code": "0x0", "message": what}})

    def reply(self, request):
        if self.is_login(request):
            return self.login(request)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return self.problem(401, "unauthorized")
        if (request.headers.get("odata-version"), request.headers.get("accept")) != ("4.0", "application/json"):
            self.refuse("say OData-Version 4.0, and that JSON is accepted")
        path = request.path.removeprefix(API).strip("/")
        if path == "WhoAmI":
            return Answer(body={"UserId": "00000000-0000-0000-0000-0000000000aa"})
        if path == "transactioncurrencies":
            if request.takes("$select") != {"$select": "isocurrencycode"}:
                self.refuse("select isocurrencycode")
            rows = [{"transactioncurrencyid": number, "isocurrencycode": code} for number, code in CURRENCIES.items()]
            return Answer(body={"value": rows})
        described = re.fullmatch(r"EntityDefinitions\(LogicalName='(\w+)'\)/Attributes", path)
        if described:
            request.takes("$select")
            kind = next(kind for kind, table in TABLES.items() if table.name == described[1])
            rows = [
                {"LogicalName": name, "AttributeType": "String", "IsCustomAttribute": False} for name in COLUMNS[kind]
            ]
            return Answer(body={"value": rows})
        if path in NOTES:
            return self.make(request, path) if request.method == "POST" else self.made(request, path)
        one = re.fullmatch(r"(\w+)\(([0-9a-f-]{36})\)", path)
        if one and one[1] in ENTITIES:
            return self.one(request, Ref(self.crm.source, ENTITIES[one[1]], one[2]))
        if path in ENTITIES and request.method == "GET":
            return self.rows(request, ENTITIES[path])
        return self.refuse(f"there is no {request.method} {request.path}", 404)

    def login(self, request):
        form = request.form("grant_type", "client_id", "client_secret", "scope")
        wanted = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret}
        if form != {**wanted, "scope": f"{self.url}/.default"}:
            return Answer(status=401, body={"error": "invalid_client", "error_description": "wrong"})
        self.logins += 1
        self.token = f"eyJ-token-{self.logins}"
        return Answer(body={"token_type": "Bearer", "expires_in": 3600, "access_token": self.token})

    # rows

    def rows(self, request, kind):
        query, prefer = (
            request.takes("$select", "$filter", "$orderby", "$skiptoken", "$deltatoken"),
            request.headers.get("prefer", ""),
        )
        if "lookuplogicalname" not in prefer:
            self.refuse("ask for the annotation that tells users from teams")
        size = re.search(r"odata\.maxpagesize=(\d+)", prefer)
        if self.untracked and size:
            return self.modified(kind, query, int(size[1]))
        if "$filter" in query:
            return self.by_ids(kind, query)
        if "odata.track-changes" not in prefer or not size or not 1 <= int(size[1]) <= 5000:
            self.refuse("ask for the difference, in pages of 1 to 5000")
        token = query.get("$skiptoken") or query.get("$deltatoken")
        if token is None:
            self.select(kind, query)
            since, start, frozen = None, 0, self.changed(kind, None)
        elif self.forgotten or token not in self.links:
            told = "Version stamp associated with the client has expired. Please perform a full sync."
            return Answer(status=self.forgotten or 410, body={"error": {"code": "0x80044352", "message": told}})
        else:
            since, start, frozen = self.links[token]
            if frozen is None:
                frozen = self.changed(kind, since)
        return self.part(kind, frozen, start, int(size[1]))

    def modified(self, kind, query, size):
        """Rows of a window by time and id; its links count rows, so that they are wrong when rows move."""
        start = 0
        if "$skiptoken" in query:
            query, start = self.links[query["$skiptoken"]]
        self.select(kind, query)
        if query["$orderby"] != f"modifiedon,{TABLES[kind].key}":
            self.refuse(f"no order: {query['$orderby']}")
        low, high = "", "9"
        for part in filter(None, query.get("$filter", "").split(" and ")):
            bound = re.fullmatch(r"modifiedon (ge|le) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)", part)
            if not bound:
                self.refuse(f"no filter: {part}")
            low, high = (bound[2], high) if bound[1] == "ge" else (low, bound[2])
        found = [self.sent(record) for record in self.crm.records(kind) if not record.deleted or record.merged_into]
        names = ("modifiedon", TABLES[kind].key)
        found = sorted(
            (row for row in found if low <= row["modifiedon"].replace("Z", ".000Z") <= high),
            key=lambda row: tuple(row[name] for name in names),
        )
        body = {"value": found[start : start + size]}
        if start + size < len(found):
            token = f"{kind}-{len(self.links)}"
            self.links[token] = (query, start + size)
            body["@odata.nextLink"] = f"{TABLES[kind].entities}?$skiptoken={token}"
        return Answer(body=body)

    def changed(self, kind, since):
        """The rows as they are now; of a difference those that changed since its link, which remembers an order."""
        found = self.crm.records(kind)
        if since is None:
            return [self.sent(record) for record in found if not record.deleted or record.merged_into]
        return [
            self.gone(record) if record.deleted and not record.merged_into else self.sent(record)
            for record in found
            if record.updated_at > since
        ]

    def part(self, kind, frozen, start, size):
        body = {"value": frozen[start : start + size]}
        token = f"{kind}-{len(self.links)}"
        link = f"{self.url}{API}/{TABLES[kind].entities}"
        if start + size < len(frozen):
            self.links[token] = (None, start + size, frozen)
            body["@odata.nextLink"] = f"{link}?$skiptoken={token}"
        else:
            times = [record.updated_at for record in self.crm.records(kind)]
            self.links[token] = (max(times, default=self.crm.now), 0, None)
            body["@odata.deltaLink"] = f"{link}?$deltatoken={token}"
        return Answer(body=body)

    def gone(self, record):
        table = TABLES[record.kind]
        context = f"{self.url}{API}/$metadata#{table.entities}/$deletedEntity"
        return {"@odata.context": context, "id": record.ref.external_id, "reason": "deleted"}

    def by_ids(self, kind, query):
        self.select(kind, query)
        name = TABLES[kind].key
        if not re.fullmatch(rf"{name} eq [0-9a-f-]{{36}}(?: or {name} eq [0-9a-f-]{{36}})*", query["$filter"]):
            self.refuse(f"no filter: {query['$filter']}")
        wanted = set(re.findall(r"[0-9a-f-]{36}", query["$filter"]))
        found = [record for record in self.crm.records(kind) if record.ref.external_id in wanted and not record.deleted]
        return Answer(body={"value": [self.sent(record) for record in found]})

    def select(self, kind, query):
        names = query["$select"].split(",")
        if not set(COLUMNS[kind]) <= set(names) <= {*COLUMNS[kind], "new_tier"}:
            self.refuse(f"no such columns: {sorted(set(names) ^ set(COLUMNS[kind]))}")

    def one(self, request, ref):
        record = self.crm.get(ref)
        if request.method == "GET":
            if request.takes("$select") != {"$select": "modifiedon"}:
                self.refuse("select modifiedon")
            return Answer(body={"@odata.etag": self.etag(record), "modifiedon": iso(record.updated_at)})
        body = request.object(("ownerid@odata.bind",))
        if request.headers.get("if-match") is None:
            self.refuse("say If-Match")
        if request.headers["if-match"] != self.etag(record):
            return self.problem(412, "the version does not match")
        owner = re.fullmatch(r"/systemusers\(([0-9a-f-]{36})\)", body["ownerid@odata.bind"])
        self.crm.reassign(ref, Ref(self.crm.source, "user", owner[1]))
        return Answer(status=204)

    def make(self, request, name):
        """A task or a note with one link."""
        key_, about, text = NOTES[name]
        row = request.object((), ("subject", "description", "notetext", "scheduledend", *BINDINGS[name]))
        (bound,) = [column for column in row if column.startswith(about)]
        entities, record = re.fullmatch(r"/(\w+)\(([0-9a-f-]{36})\)", row[bound]).groups()
        kind = ENTITIES[entities]
        if bound != f"{about}{TABLES[kind].name}{'_task' if name == 'tasks' else ''}@odata.bind":
            self.refuse(f"{bound} is no link to {entities}")
        if request.headers.get("prefer") != "return=representation":
            self.refuse("ask for what was made")
        self.numbers += 1
        ref = Ref(self.crm.source, "activity", f"0000000f-0000-4000-8000-{self.numbers:012x}")
        said = row.get("subject") or row["notetext"]
        about = Ref(self.crm.source, kind, record)
        kind = name.removesuffix("s") if name == "tasks" else "note"
        self.crm.create(Activity(ref=ref, activity_kind=kind, subject=said, about=about, extra={"text": row[text]}))
        return Answer(status=201, body={key_: ref.external_id})

    def made(self, request, name):
        """Those of a record whose text has a marker."""
        key_, about, text = NOTES[name]
        query = request.takes("$select", "$filter")
        asked = re.fullmatch(
            rf"_{about.rstrip('_')}_value eq ([0-9a-f-]{{36}}) and contains\({text},'([\w:-]+)'\)", query["$filter"]
        )
        if query["$select"] != key_ or not asked:
            self.refuse(f"no question for {name}: {query}")
        kind = "task" if name == "tasks" else "note"
        found = [
            {key_: each.ref.external_id}
            for each in self.crm.records("activity")
            if each.activity_kind == kind and each.about.external_id == asked[1] and asked[2] in each.extra["text"]
            and not each.deleted
        ]  # fmt: skip
        return Answer(body={"value": found})

    def etag(self, record):
        return f'W/"{int(record.updated_at.timestamp())}"'

    # what it makes of a record

    def sent(self, record):
        row = {
            TABLES[record.kind].key: record.ref.external_id,
            "createdon": iso(record.created_at),
            "modifiedon": iso(record.updated_at),
            "merged": record.merged_into is not None,
            "_masterid_value": key(record.merged_into),
        }
        return self.spoilt(record.ref, {**row, **getattr(self, f"of_{record.kind}")(record)})

    def of_user(self, record):
        return {"fullname": record.name, "isdisabled": not record.active}

    def of_account(self, record):
        return {
            "name": record.name,
            "statecode": int(record.archived),
            "_ownerid_value": key(record.owner),
            **record.extra,
        }

    def of_contact(self, record):
        return {
            "fullname": record.name,
            "statecode": int(record.archived),
            "emailaddress1": next(iter(record.emails), None),
            "_parentcustomerid_value": key(record.account),
        }

    def of_lead(self, record):
        state, reason = LEADS[record.status]
        return {
            "fullname": record.name,
            "statecode": state,
            "statuscode": reason,
            "_ownerid_value": key(record.owner),
            "_qualifyingopportunityid_value": key(record.converted_to),
        }

    def of_product(self, record):
        return {"name": record.name, "productnumber": record.code, "statecode": int(record.archived)}

    def of_deal(self, record):
        money = record.value and float(record.value.major)
        codes = {code: number for number, code in CURRENCIES.items()}
        day = record.expected_close or record.closed_on
        return {
            "name": record.name,
            "statecode": STATES[record.status],
            "estimatedvalue": money,
            "actualvalue": money,
            "_transactioncurrencyid_value": record.value and codes[record.value.currency],
            "estimatedclosedate": day and day.isoformat(),
            "actualclosedate": record.closed_on and record.closed_on.isoformat(),
            "_ownerid_value": key(record.owner),
            f"_ownerid_value{LOGICAL}": "systemuser" if record.owner else None,
            "_parentaccountid_value": key(record.account),
            "exchangerate": 1.0,
        }
