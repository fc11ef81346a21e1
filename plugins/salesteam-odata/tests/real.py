"""Harnesses over a real OData server: both profiles, changed behind the back of the adapter by requests of their own."""

from __future__ import annotations

import http.client
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from tests.conftest import NAME, WORD
from tests.fake_dataverse import API, CURRENCIES, LEADS, TENANT

from salesteam.crm import KINDS, Ref, Secret
from salesteam.testing import Answer, FakeHTTP, HttpHarness
from salesteam_odata._dataverse import DataverseAdapter
from salesteam_odata._sap import KEYS, SETS, SapAdapter
from salesteam_odata._tables import TABLES

C4C = "/c4codataapi"
_PASSED_ON = ("content-type", "accept", "if-match", "prefer", "odata-version", "odata-maxversion")
_SINGULAR = re.compile(r"LogicalName='(\w+)'")


class Watch:
    """The clock of the door, on which nobody waits, and the account of what was deleted and how often was written.

    It is a second ahead: answers tell their time in whole seconds, and what was written within the second of an
    answer would be left for the next sync.
    """

    def __init__(self) -> None:
        self.ahead = timedelta(seconds=1)
        self.gone = set()
        self.changes = 0

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @now.setter
    def now(self, at: datetime) -> None:
        self.ahead += at - self.now

    def get(self, ref):
        return SimpleNamespace(deleted=ref in self.gone)


class Door(FakeHTTP):
    """Passes requests on to the server, unless a test wants a fault; who asks is its own matter."""

    def __init__(self, port: int) -> None:
        super().__init__(Watch())
        self.port = port
        self.token, self.logins = "", 0

    def is_login(self, request):
        return request.path == f"/{TENANT}/oauth2/v2.0/token"

    def reply(self, request):
        """What the real server answers; what it does not even understand is kept as refused."""
        if self.is_login(request):
            return self.login(request)
        if request.headers.get("authorization") != self.wanted():
            return Answer(status=401, body={"error": {"code": "401", "message": "unauthorized"}})
        path = request.target
        described = _SINGULAR.search(path)
        if described:
            entities = next(table.entities for table in TABLES.values() if table.name == described[1])
            path = path.replace(described[1], entities)
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(request.method, path, request.body, headers)
            answer = line.getresponse()
            body = answer.read()
        finally:
            line.close()
        self.crm.changes += request.method in {"POST", "PATCH"} and answer.status < 300
        if answer.status in {400, 404, 405, 415, 501}:
            self.refused.append(f"{answer.status}: {request.method} {path} {body!r}")
        return Answer(status=answer.status, body=body)

    def wanted(self):
        return f"Bearer {self.token}"

    def login(self, request):
        form = request.form("grant_type", "client_id", "client_secret", "scope")
        if (form["client_id"], form["client_secret"]) != (NAME, WORD):
            return Answer(status=401, body={"error": "invalid_client", "error_description": "wrong"})
        self.logins += 1
        self.token = f"eyJ-token-{self.logins}"
        return Answer(body={"token_type": "Bearer", "expires_in": 3600, "access_token": self.token})


class RealHarness(HttpHarness):
    """What both profiles have in common."""

    def __init__(self, cap, monkeypatch, door):
        monkeypatch.setenv("FAKE_NAME", NAME)
        monkeypatch.setenv("FAKE_WORD", WORD)
        cap.forget()
        super().__init__(door)
        self.cap = cap
        self.made = {kind: [] for kind in self.kinds()}
        self.touches = 0

    def adapter(self, **settings):
        given = {**self.given, "base": self.server.url, "excess_digits": "reject", **settings}
        server = self.server
        return self.kind(self.kind.Config(**given), source="odata", wait=server.wait, clock=server.clock, timeout=5)

    def ref(self, kind, key):
        return Ref("odata", kind, key)

    def touch_all(self, kind):
        for key in self.made[kind]:
            self.touch(self.ref(kind, key))

    def undelete(self, ref):
        self.cannot(f"undelete {ref}")


class DataverseReal(RealHarness):
    """Tables of Dataverse, read by the times of their rows: this server tracks no differences."""

    secrets = (NAME, WORD, "eyJ-token-")
    renews = True
    kind = DataverseAdapter
    body_errors = ()

    def __init__(self, cap, monkeypatch):
        super().__init__(cap, monkeypatch, Door(cap.port))
        self.given = {
            "tenant": TENANT, "authority": self.server.url, "changes": "modified",
            "client_id": Secret("env:FAKE_NAME"), "client_secret": Secret("env:FAKE_WORD"),
        }  # fmt: skip
        for key, code in CURRENCIES.items():
            self.post("transactioncurrencies", transactioncurrencyid=key, isocurrencycode=code)

    def kinds(self):
        return ("account", "user", "contact", "lead", "product", "deal")

    def id_of(self, kind, number):
        return f"{KINDS.index(kind):08x}-0000-4000-8000-{number:012x}"

    def expire(self):
        self.server.token = "another"

    def post(self, entities, **values):
        self.cap.call("POST", f"{API}/{entities}", values)

    def patch(self, ref, **values):
        self.cap.call("PATCH", self.path(ref), values)

    def path(self, ref):
        return f"{API}/{TABLES[ref.kind].entities}({ref.external_id})"

    def create(self, kind, number):
        key, table = self.id_of(kind, number), TABLES[kind]
        values = getattr(self, f"_{kind}")(number)
        self.post(table.entities, **{table.key: key}, **values)
        self.made[kind].append(key)
        return self.ref(kind, key)

    def bound(self, **names):
        """Links to the first of each kind that there is."""
        first = {name: (kind, self.made[kind][0]) for name, kind in names.items() if self.made[kind]}
        return {f"{name}@odata.bind": f"/{TABLES[kind].entities}({key})" for name, (kind, key) in first.items()}

    def owner(self):
        """A user of no sample, who owns the deals."""
        key = self.id_of("user", 800)
        return key if key in self.made["user"] else self.create("user", 800).external_id

    def _user(self, number):
        return {"fullname": f"User {number}", "isdisabled": False}

    def _account(self, number):
        return {"name": f"Account {number}", "statecode": 0}

    def _contact(self, number):
        return {"fullname": f"Contact {number}", "statecode": 0, **self.bound(parentcustomerid="account")}

    def _lead(self, number):
        state, reason = LEADS["new"]
        return {"fullname": f"Lead {number}", "statecode": state, "statuscode": reason}

    def _product(self, number):
        return {"name": f"Product {number}", "productnumber": f"P-{number}", "statecode": 0}

    def _deal(self, number):
        return {
            "name": f"Deal {number}", "statecode": 0, "estimatedvalue": f"{number}.10",
            "transactioncurrencyid@odata.bind": f"/transactioncurrencies({next(iter(CURRENCIES))})",
            "ownerid@odata.bind": f"/systemusers({self.owner()})",
            **self.bound(parentaccountid="account"),
        }  # fmt: skip

    def touch(self, ref):
        self.touches += 1
        name = "fullname" if ref.kind in {"user", "contact", "lead"} else "name"
        self.patch(ref, **{name: f"Touched {self.touches}"})

    def reassign(self, ref, owner):
        self.patch(ref, **{"ownerid@odata.bind": f"/systemusers({owner.external_id})"})

    def colleague(self, number):
        key = self.id_of("user", number)
        return self.ref("user", key) if key in self.made["user"] else self.create("user", number)

    def delete(self, ref):
        self.server.crm.gone.add(ref)
        if ref.kind != "activity":
            self.cap.call("DELETE", self.path(ref))
            return
        for entities, key in (("tasks", "activityid"), ("annotations", "annotationid")):
            if self.cap.call("GET", f"{API}/{entities}?$filter={key}%20eq%20{ref.external_id}")["value"]:
                self.cap.call("DELETE", f"{API}/{entities}({ref.external_id})")

    def activities(self, ref):
        about = f"$filter=_regardingobjectid_value%20eq%20{ref.external_id}"
        tasks = self.cap.call("GET", f"{API}/tasks?$top=100&{about}")["value"]
        about = f"$filter=_objectid_value%20eq%20{ref.external_id}"
        notes = self.cap.call("GET", f"{API}/annotations?$top=100&{about}")["value"]
        return [row["subject"] for row in tasks] + [row["notetext"] for row in notes]

    def archive(self, ref):
        if ref.kind not in {"account", "contact", "product"}:
            self.cannot(f"archive a {ref.kind}")
        self.patch(ref, statecode=1)

    def merge(self, loser, survivor):
        if loser.kind not in {"account", "contact"}:
            self.cannot(f"merge a {loser.kind}")
        bound = f"/{TABLES[survivor.kind].entities}({survivor.external_id})"
        self.patch(loser, merged=True, statecode=1, **{"masterid@odata.bind": bound})

    def inject(self, kind):
        if kind != "deal":
            self.cannot(f"hold a bad row of kind {kind}")
        self.patch(self.create("deal", 900), estimatedvalue="900.1234")


class C4CDoor(Door):
    """Names and a password rather than a token."""

    pair = "dXNlci1jYW5hcnktMjE6d29yZC1jYW5hcnktOWY="

    def is_login(self, request):
        del request
        return False

    def wanted(self):
        return f"Basic {self.pair}"


class C4CReal(RealHarness):
    """Collections of SAP, over OData V2."""

    secrets = (NAME, WORD)
    kind = SapAdapter

    def __init__(self, cap, monkeypatch):
        super().__init__(cap, monkeypatch, C4CDoor(cap.port))
        self.given = {"user": Secret("env:FAKE_NAME"), "password": Secret("env:FAKE_WORD")}
        self.objects = {}

    def kinds(self):
        return tuple(SETS)

    def expire(self):
        self.server.pair = "another"

    def path(self, ref):
        return f"{C4C}/{SETS[ref.kind]}('{self.objects[ref]}')"

    def create(self, kind, number):
        key = str(1_000_000 * (KINDS.index(kind) + 1) + number)
        ref = self.ref(kind, key)
        self.objects[ref] = f"{KINDS.index(kind):02X}{number:030X}"
        values = {"ObjectID": self.objects[ref], KEYS[kind]: key, **getattr(self, f"_{kind}")(number)}
        self.cap.call("POST", f"{C4C}/{SETS[kind]}", values)
        self.made[kind].append(key)
        return ref

    def _account(self, number):
        return {"Name": f"Account {number}", "CountryCode": "CN"}

    def _contact(self, number):
        return {"Name": f"Contact {number}", "Email": f"c{number}@example.com"}

    def _product(self, number):
        return {"Description": f"Product {number}"}

    def _deal(self, number):
        return {
            "Name": f"Deal {number}", "LifeCycleStatusCode": "2", "ExpectedRevenueAmount": f"{number}.10",
            "ExpectedRevenueAmountCurrencyCode": "CNY", "ProbabilityPercent": "40",
            "ExpectedProcessingEndDate": "2026-12-31T00:00:00Z",
        }  # fmt: skip

    def touch(self, ref):
        self.touches += 1
        name = "Description" if ref.kind == "product" else "Name"
        self.cap.call("PATCH", self.path(ref), {name: f"Touched {self.touches}"})

    def delete(self, ref):
        self.cap.call("DELETE", self.path(ref))
        self.server.crm.gone.add(ref)

    def archive(self, ref):
        self.cannot(f"archive {ref}")

    def merge(self, loser, survivor):
        self.cannot(f"merge {loser} into {survivor}")

    def reassign(self, ref, owner):
        self.cannot(f"give {ref} to {owner}")

    def colleague(self, number):
        self.cannot(f"name colleague {number}")

    def inject(self, kind):
        if kind != "deal":
            self.cannot(f"hold a bad row of kind {kind}")
        self.cap.call("PATCH", self.path(self.create("deal", 900)), {"LifeCycleStatusCode": "9"})
