"""A shop over HTTP: the smallest fake server, adapters to it, and a harness.

Authors of connectors begin with it; the tests of the contract give its adapters one bug each.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import ClassVar

import attrs

from salesteam.crm import Account, AddNote, Capability, Field, MemoryCRM, Record, Ref, Schema, Secret, Verified
from salesteam.crm.http import Client, Limit, Login, Page, RestAdapter
from salesteam.errors import Rejected
from salesteam.testing import Answer, FakeHTTP, HttpHarness

KEY = "shop-canary-key"
STATES = {"open": False, "closed": True}
os.environ["PLANTED_SHOP_KEY"] = KEY


class ShopFake(FakeHTTP):
    """Customers in the order of time and id."""

    def __init__(self, crm):
        super().__init__(crm)
        self.token = ""

    def is_login(self, request):
        return request.path == "/login"

    def reply(self, request):
        if self.is_login(request):
            if request.object(("key",)) != {"key": KEY}:
                return self.problem(403, "wrong key")
            self.token = f"{KEY}-{len(self.requests)}"
            return Answer(body={"token": self.token})
        if request.headers.get("authorization") != self.token:
            return self.problem(401, "who?")
        if request.path.startswith("/notes"):
            return self.notes(request)
        rows = [self.sent(record) for record in self.crm.records("account") if not record.deleted]
        if request.path.startswith("/customers/"):
            row = next((row for row in rows if request.path == f"/customers/{row['id']}"), None)
            return self.problem(404, "no such customer") if row is None else Answer(body=row)
        query = request.takes("after", "until", "last", "limit", "offset", "token")
        rows = [row for row in rows if query.get("after", "") <= row["at"] <= query.get("until", "9")]
        rows = [row for row in rows if f"{row['at']}/{row['id']}" > query.get("last", "")]
        start, size = int(query.get("token", query.get("offset", "0"))), int(query["limit"])
        body = {"ok": True, "total": len(rows), "rows": rows[start : start + size], "next": f"{self.url}/customers"}
        return Answer(body={**body, "token": str(start + size) if start + size < len(rows) else None})

    def notes(self, request):
        if request.method == "POST":
            held = request.object(("customer", "text", "marker"))
            note = AddNote(ref=Ref("shop", "account", held["customer"]), text=held["text"], decision_id="shop")
            return Answer(body={"ok": True, "id": self.crm.record_activity(note, held["marker"]).ref.external_id})
        found = self.crm.marked(request.takes("marker")["marker"])
        return Answer(body={"ok": True, "rows": [{"id": ref.external_id} for ref in found]})

    def sent(self, record):
        row = {"id": record.ref.external_id, "name": record.name, "at": record.updated_at.isoformat()}
        return self.spoilt(record.ref, {**row, "state": "closed" if record.archived else "open"})


@attrs.frozen(kw_only=True)
class Config:
    """Where the key is, and the server."""

    base: str
    key: Secret


class ShopAdapter(RestAdapter):
    """Reads customers by the time of their change and their id, and writes notes."""

    name: ClassVar[str] = "shop"
    Config: ClassVar[type] = Config
    verified: ClassVar[Verified] = Verified(label="fake", against="a shop of our own")
    limits = ((4, 1),)
    again = False  # whether a request that makes something may be sent twice

    def capabilities(self):
        can = Capability(incremental="cursor", deletes="sweep", server_clock=True, max_page=50, by_id=True)
        return {"account": attrs.evolve(can, writes=("AddNote",), settles=timedelta(minutes=1))}

    def schema(self):
        return Schema(fields={"account": (Field(name="name", type="text"),)})

    def connect(self):
        return Client(
            self.config.base,
            source=self.source,
            login=self.log_in,
            classify=self.classify,
            limits=[Limit(*limit) for limit in self.limits],
            wait=self.wait,
            clock=self.clock,
            timeout=self.timeout,
        )

    def log_in(self, client):
        key = self.config.key.reveal()
        client.keep(key)
        token = client.ask("POST", "login", json={"key": key}, signed=False).get("token")
        client.keep(token)
        return Login(headers={"Authorization": token})

    def classify(self, reply):
        return Rejected("not ok", source=self.source) if reply.get("ok") is False else None

    def ping(self):
        self.asked({"limit": "1"})

    def asked(self, query):
        return self.listed(self.http.ask("GET", "customers", params=query).get("rows"), "rows")

    def fetch_ids(self, kind, ids):
        replies = [self.http.find(f"customers/{each}") for each in ids]
        made = [self.made(kind, reply.data) for reply in replies if reply is not None]
        return tuple(each for each in made if isinstance(each, Record))

    def create(self, change, marker):
        sent = {"customer": change.ref.external_id, "text": change.text, "marker": marker}
        return self.http.ask("POST", "notes", json=sent, again=self.again).get("id")

    def find_created(self, change, marker):
        found = self.listed(self.http.ask("GET", "notes", params={"marker": marker}).get("rows"), "notes")
        return found[0]["id"] if found else None

    def mark(self, kind, row):
        return datetime.fromisoformat(row["at"]), row["id"]

    def record(self, kind, row):
        return Account(
            ref=Ref(self.source, kind, row.need("id")),
            name=row.need("name"),
            archived=row.word("state", STATES),
            updated_at=row.instant("at"),
        )

    def page(self, kind, after, last, until, size):
        query = {"limit": str(size)}
        query |= {} if after is None else {"after": after.isoformat()}
        query |= {} if until is None else {"until": until.isoformat()}
        query |= {} if last is None else {"last": f"{last[0].isoformat()}/{last[1]}"}
        return self.asked(query)


class TokenAdapter(ShopAdapter):
    """The same where the server gives a token for the next page, which means nothing to anybody else."""

    def pages(self, kind, since, *, until, overlap, size):
        query = {"limit": str(size)}
        if since is not None:
            query["after"] = self.behind(datetime.fromisoformat(since["at"]), overlap).isoformat()
        if until is not None:
            query["until"] = until.isoformat()
        marks = []
        while True:
            reply = self.http.ask("GET", "customers", params=query)
            rows = self.listed(reply.get("rows"), "rows")
            marks = [*marks[-1:], *(self.mark(kind, row) for row in rows)]
            self.in_order(kind, marks)
            if rows:
                yield Page(rows=rows, cursor={"at": marks[-1][0].isoformat()})
            if reply.get("token") is None:
                return
            query["token"] = reply.get("token")


class ShopHarness(HttpHarness):
    """A shop behind an adapter of one's choice."""

    secrets = (KEY,)
    renews = True
    spoil = MappingProxyType({"account": {"state": "hoping"}})
    limits = ((4, 1),)
    body_errors = ((Answer(body={"ok": False, "rows": []}), Rejected),)
    waits_in_body = (Answer(status=503),)

    def __init__(self, adapter_class):
        super().__init__(ShopFake(MemoryCRM("shop")))
        self.adapter_class = adapter_class

    def adapter(self):
        config = Config(base=self.server.url, key=Secret("env:PLANTED_SHOP_KEY"))
        server = self.server
        return self.adapter_class(config, source="shop", wait=server.wait, clock=server.clock, timeout=0.2)

    def kinds(self):
        return ("account",)

    def expire(self):
        self.server.token = "another"
