"""A real Tryton that the contract changes behind the back of the adapter, by calls of its own."""

from __future__ import annotations

from tests.proxy import Door
from tests.rpc import decimal
from tests.server import DATABASE, PASSWORD, USER, Tryton

from salesteam.crm import Ref, Secret
from salesteam.errors import AdapterError, AuthExpired, Conflict, Rejected
from salesteam.testing import Answer, HttpHarness
from salesteam_tryton._adapter import TrytonAdapter

OPPORTUNITY = "sale.opportunity"
MODELS = {
    "account": "party.party",
    "contact": "party.contact_mechanism",
    "product": "product.product",
    "user": "company.employee",
    "lead": OPPORTUNITY,
    "deal": OPPORTUNITY,
}


def error(*told):
    """An error of Tryton inside a good answer."""
    return Answer(body={"id": 0, "error": list(told)})


class TrytonHarness(HttpHarness):
    """The server behind a door that can fail."""

    secrets = (PASSWORD,)
    renews = True
    body_errors = (
        (error("UserError", ["You are not allowed to read this.", "", None]), Rejected),
        (error("UserWarning", ["sure", "Are you sure?", ""]), Rejected),
        (error("ConcurrencyException", "Records were modified in the meanwhile"), Conflict),
        (error("LoginException", ["password", "Password for connector", "password"]), AuthExpired),
        (error("division by zero", ""), AdapterError),
    )
    shapes = (*HttpHarness.shapes, {"id": 0, "result": None}, {"id": 0, "result": {"id": 1}}, {"id": 0, "result": [1]})

    def __init__(self, tryton: Tryton, monkeypatch) -> None:
        monkeypatch.setenv("TRYTON_PASSWORD", PASSWORD)
        tryton.put_back()
        super().__init__(Door(tryton.port))
        self.rpc = tryton.admin
        self.adapters: list[TrytonAdapter] = []
        self.made: dict[str, list[int]] = {kind: [] for kind in MODELS}
        self.company, self.currencies = tryton.company, tryton.currencies
        self.server.known = ([USER, {"password": PASSWORD}], tryton.session)

    def adapter(self, **settings):
        given = {
            "base": self.server.url, "database": DATABASE, "login": USER, "password": Secret("env:TRYTON_PASSWORD"),
            "excess_digits": "reject",
        }  # fmt: skip
        config = TrytonAdapter.Config(**{**given, **settings})
        adapter = TrytonAdapter(config, source="tryton", wait=self.server.wait, clock=self.server.clock)
        self.adapters.append(adapter)
        return adapter

    def close(self):
        """Let go of all adapters and of the door."""
        for adapter in self.adapters:
            adapter.close()
        self.server.close()

    def kinds(self):
        return tuple(MODELS)

    def expire(self):
        self.server.known = None
        self.rpc.logout(self.server.session)

    def ref(self, kind, key):
        return Ref("tryton", kind, str(key))

    def create(self, kind, number):
        key = getattr(self, f"_{kind}")(number)
        self.made[kind].append(key)
        return self.ref(kind, key)

    def one(self, kind):
        """The first of a kind, made if there is none."""
        return (self.made[kind] or [int(self.create(kind, 1).external_id)])[0]

    def _account(self, number):
        return self.rpc.create("party.party", name=f"Account {number}", addresses=[["create", [{}]]])

    def _contact(self, number):
        value = f"person{number}@example.com"
        return self.rpc.create("party.contact_mechanism", party=self.one("account"), type="email", value=value)

    def _product(self, number):
        values = {
            "type": "goods", "default_uom": 1, "list_price": decimal("10"), "salable": True, "sale_uom": 1,
            "products": [["create", [{}]]],
        }  # fmt: skip
        template = self.rpc.create("product.template", name=f"Product {number}", **values)
        (product,) = self.rpc.search("product.product", ["template", "=", template])
        return product

    def _user(self, number):
        party = self.rpc.create("party.party", name=f"Employee {number}")
        return self.rpc.create("company.employee", party=party, company=self.company)

    def _lead(self, number, **values):
        given = {
            "company": self.company, "currency": self.currencies["EUR"], "description": f"Chance {number}",
            "amount": decimal(f"{number}.10"), "conversion_probability": 0.4,
        }  # fmt: skip
        return self.rpc.create(OPPORTUNITY, **{**given, **values})

    def _deal(self, number, **values):
        key = self._lead(number, party=self.one("account"), employee=self.one("user"), **values)
        self.press("opportunity", key)
        return key

    def press(self, button, *keys):
        """Press a button of opportunities."""
        self.rpc.call(OPPORTUNITY, button, list(keys))

    def touch(self, ref):
        self._touch(ref.kind, [int(ref.external_id)])

    def touch_all(self, kind):
        self._touch(kind, self.made[kind])

    def _touch(self, kind, keys):
        """Employees are named by their parties, and products by their templates, which alone are written."""
        match kind:
            case "user" | "product":
                part = "party" if kind == "user" else "template"
                parts = [row[part] for row in self.rpc.read(MODELS[kind], keys, part)]
                self.rpc.write("party.party" if kind == "user" else "product.template", parts, name="Touched")
            case "lead" | "deal":
                self.rpc.write(OPPORTUNITY, keys, description="Touched")
            case _:
                self.rpc.write(MODELS[kind], keys, name="Touched")

    def reassign(self, ref, owner):
        self.rpc.write(OPPORTUNITY, [int(ref.external_id)], employee=int(owner.external_id))

    def colleague(self, number):
        while len(self.made["user"]) < number:
            self.create("user", len(self.made["user"]) + 1)
        return self.ref("user", self.made["user"][number - 1])

    def activities(self, ref):
        notes = self.rpc.search("ir.note", ["resource", "=", f"{MODELS[ref.kind]},{ref.external_id}"])
        return [row["message"] for row in self.rpc.read("ir.note", notes, "message")]

    def delete(self, ref):
        key = int(ref.external_id)
        if ref.kind == "activity":
            self.rpc.delete("ir.note", [key])
            return
        if ref.kind in {"lead", "deal"}:
            self.press("cancel", key)  # Tryton deletes no other
        self.rpc.delete(MODELS[ref.kind], [key])
        self.server.crm.gone.add(ref)

    def undelete(self, ref):
        self.cannot(f"undelete {ref}")

    def archive(self, ref):
        if ref.kind not in {"account", "contact", "product"}:
            self.cannot(f"archive a {ref.kind}")
        self.rpc.write(MODELS[ref.kind], [int(ref.external_id)], active=False)

    def merge(self, loser, survivor):
        source, destination = int(loser.external_id), int(survivor.external_id)
        (kept,) = self.rpc.read("party.party", [destination], "name")
        self.rpc.write("party.party", [source], name=kept["name"])  # Tryton asks back if the names differ
        self.rpc.wizard(
            "party.replace",
            {"ask": {"source": source, "destination": destination}},
            "replace",
            context={"active_model": "party.party", "active_id": source, "active_ids": [source]},
        )

    def inject(self, kind):
        if kind != "deal":
            self.cannot(f"hold a bad row of kind {kind}")
        self._deal(900, currency=self.currencies["ZZZ"])
