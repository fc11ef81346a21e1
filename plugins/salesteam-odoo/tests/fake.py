"""An Odoo on this machine, which accepts only what the adapter should send, over both protocols."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from tests.fake_fields import fields_of

from salesteam.crm import Activity, Ref
from salesteam.testing import Answer, FakeHTTP

DATABASE, LOGIN, UID = "acme", "sync@acme.example", 7
STAGES = {1: ("New", False), 2: ("Won", True)}
CODES = {1: "CNY", 2: "EUR"}
KINDS = {
    "user": "res.users",
    "team": "crm.team",
    "account": "res.partner",
    "contact": "res.partner",
    "lead": "crm.lead",
    "product": "product.product",
    "deal": "crm.lead",
}
THREADS = ("res.partner", "crm.lead")
MAIL = ("mail.activity", "mail.message")
POSTED = ("body", "message_type", "subtype_xmlid", "body_is_html")
TAG = re.compile("<[^>]*>")
KEYS = {"domain", "fields", "order", "context", "limit"}
HALF = timedelta(microseconds=400_000)
NOWHERE = Answer(status=404, body="<!doctype html>\n<title>404 Not Found</title>")


def wire(at):
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def moment(told):
    return datetime.fromisoformat(told).replace(tzinfo=UTC)


def one(ref, label="x"):
    return [int(ref.external_id), label] if ref else False


class SaidError(Exception):
    """An exception of Odoo, as both protocols tell it."""

    def __init__(self, name, message, status=422):
        super().__init__(message)
        self.name, self.status = name, status

    @property
    def data(self):
        """What it is told as; the traceback may come first and be long."""
        debug = "Traceback (most recent call last):\n" + 40 * '  File "/opt/odoo/odoo/http.py", line 1, in serve\n'
        return {"name": self.name, "debug": debug, "message": str(self), "arguments": [str(self)], "context": {}}


class OdooFake(FakeHTTP):
    """Reads, writes and descriptions of models; times are kept finer than they are told."""

    def __init__(self, crm, key):
        super().__init__(crm)
        self.key = key
        self.late, self.bare = set(), set()
        self.version = 19
        self.numbers = 0
        self.absent = set()
        self.companies = {1: "CNY", 2: "EUR"}
        self.said = {}
        self.denied = ""

    def problem(self, status, what):
        return Answer(status=status, body=SaidError("werkzeug.exceptions.BadRequest", what).data)

    def is_login(self, request):
        """Who asks, and what there is: the older protocol asks for these where it asks for rows."""
        asked = (b'"authenticate"', b'"fields_get"')
        return request.path == "/jsonrpc" and any(each in request.body for each in asked)

    def reply(self, request):
        request.takes()
        if request.method != "POST":
            self.refuse("everything is a POST", 405)
        if request.path == "/jsonrpc":
            return self.rpc(request)
        match request.path.strip("/").split("/"):
            case ["json", "2", model, method]:
                return self.json2(request, model, method)
        return self.refuse(f"there is no {request.path}", 404)

    def json2(self, request, model, method):
        if self.version < 19 or request.headers.get("x-odoo-database") != DATABASE:
            return NOWHERE
        try:
            return Answer(body=self.asked(request, model, method))
        except SaidError as error:
            return Answer(status=error.status, body=error.data)

    def asked(self, request, model, method):
        if request.headers.get("authorization") != f"bearer {self.key}":
            raise SaidError("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)
        if model in self.absent:
            raise SaidError("werkzeug.exceptions.NotFound", f"the model {model!r} does not exist", 404)
        body = request.object((), (*KEYS, "ids", "vals", "attributes", "vals_list", *POSTED))
        return self.method(model, method, body.pop("ids", None), body)

    def rpc(self, request):
        body = request.object(("jsonrpc", "method", "params", "id"))
        told = {"jsonrpc": "2.0", "id": body["id"]}
        try:
            return Answer(body={**told, "result": self.called(body["params"])})
        except SaidError as error:
            return Answer(body={**told, "error": {"code": 0, "message": "Odoo Server Error", "data": error.data}})

    def called(self, params):
        match params:
            case {"service": "common", "method": "authenticate", "args": [database, login, key, {}]}:
                if database != DATABASE:
                    raise SaidError("psycopg2.OperationalError", f'database "{database}" does not exist')
                return UID if (login, key) == (LOGIN, self.key) else False
            case {"service": "common", "method": "version", "args": []}:
                number = self.version
                return {"server_version": f"{number}.0", "server_version_info": [number, 0, 0, "final", 0, ""]}
            case {
                "service": "object",
                "method": "execute_kw",
                "args": [database, uid, key, model, method, args, named],
            }:
                if (database, uid, key) != (DATABASE, UID, self.key):
                    raise SaidError("odoo.exceptions.AccessDenied", "Access Denied")
                if model in self.absent:
                    raise SaidError("odoo.exceptions.UserError", f"Das Objekt {model} existiert nicht")
                if method == "create":
                    args, named = [], {**named, "vals_list": args[0]}
                return self.method(model, method, args[0] if args else None, named)
        return self.refuse(f"no call: {params}")

    def method(self, model, method, ids, named):
        if method in self.said:
            return self.said[method]
        if model.startswith("ir.") or method == self.denied:
            raise SaidError("odoo.exceptions.AccessError", f"You are not allowed to access '{model}' records.", 403)
        match method:
            case "write" if set(named) == {"vals"} and set(named["vals"]) == {"user_id"}:
                return self.given(model, ids, named["vals"]["user_id"])
            case "create" if model == "mail.activity" and ids is None:
                (values,) = named["vals_list"]
                return [self.scheduled(named["context"], **values)]
            case "message_post" if model in THREADS:
                (number,) = ids
                return self.posted(model, number, **named)
            case "fields_get" if ids is None and named == {"attributes": ["type", "selection"]}:
                return {name: {"type": "char"} for name in {*fields_of(model, self.version), "x_tier"}}
            case "search_read" if ids is None and set(named) <= KEYS:
                return self.found(model, **named)
        return self.refuse(f"no call: {model}.{method} {sorted(named)}")

    def found(self, model, *, domain, fields, order, context, limit=None):
        if order != "id" or context != {"active_test": False}:
            self.refuse("order by id, and ask for what is not active too")
        strange = set(fields) - fields_of(model, self.version) - {"x_tier"}
        if strange:
            raise SaidError("builtins.ValueError", f"Invalid field {min(strange)!r} on model {model!r}", 500)
        rows = [row for row in sorted(self.rows(model), key=lambda row: row["id"]) if self.holds(row, domain)]
        return [{name: row.get(name, False) for name in fields} for row in rows[:limit]]

    def holds(self, row, domain):
        """Whether a domain holds of a row: operators come before what they join, and the rest is joined by and."""
        stack = []
        for each in reversed(domain):
            match each:
                case "|" | "&":
                    first, second = stack.pop(), stack.pop()
                    stack.append((first or second) if each == "|" else (first and second))
                case _:
                    stack.append(self.fits(row, each))
        return all(stack)

    def fits(self, row, each):
        name, operator, value = each
        held = row.get(name, False)
        match name, operator:
            case (("write_date" | "create_date"), (">=" | "<=")):
                if held is False:
                    return False
                at = row["inside"] if name == "write_date" else moment(held)
                until = moment(value) + (timedelta(seconds=1, microseconds=-1) if self.version >= 19 else timedelta(0))
                return at >= moment(value) if operator == ">=" else at <= until
            case "id", ">":
                return held > value
            case "id", "in":
                return held in value
            case _, ("=" | "!="):
                return (held == value) is (operator == "=")
            case (("note" | "body"), "ilike"):
                return value.lower() in held.lower()
        return self.refuse(f"no condition: {each}")

    # owners, tasks and notes

    def given(self, model, ids, user):
        (number,) = ids
        self.crm.reassign(self.about(model, number), Ref(self.crm.source, "user", str(user)))
        return True

    def about(self, model, number):
        """The record of a model and a number."""
        found = [record.ref for record in self.held(model) if record.ref.external_id == str(number)]
        if not found:
            raise SaidError("odoo.exceptions.MissingError", f"Record does not exist or has been deleted: {model}", 404)
        return found[0]

    def scheduled(self, context, *, res_id, summary, note, user_id=None, date_deadline="2026-01-01"):
        ref = self.about(context["default_res_model"], res_id)
        due = datetime.combine(date.fromisoformat(date_deadline), time(), UTC)
        nobody = None if self.version >= 19 else UID
        user = user_id or nobody
        owner = Ref(self.crm.source, "user", str(user)) if user else None
        self.mail("mail.activity", "task", ref, subject=summary, html=note, due_at=due, user=owner)
        return self.numbers

    def posted(self, model, number, *, body, message_type, subtype_xmlid, body_is_html=False):
        if (message_type, subtype_xmlid) != ("comment", "mail.mt_note"):
            self.refuse("this would be seen by customers")
        if body_is_html != (self.version >= 17):
            self.refuse("since 17 HTML must be called so, and before it cannot be")
        self.mail("mail.message", "note", self.about(model, number), subject=TAG.sub("", body), html=body)
        return self.numbers if self.version < 19 else [self.numbers]

    def mail(self, model, activity_kind, about, *, html, **fields):
        self.numbers += 1
        ref = Ref(self.crm.source, "activity", f"{model},{self.numbers}")
        self.crm.create(Activity(ref=ref, activity_kind=activity_kind, about=about, extra={"html": html}, **fields))

    def mailed(self, model):
        for record in self.crm.records("activity"):
            of, number = record.ref.external_id.split(",")
            if of == model and not record.deleted:
                html = record.extra["html"]
                about = {"res_id": int(record.about.external_id), "model": KINDS[record.about.kind]}
                yield {"id": int(number), **about, "res_model": about["model"], "note": html, "body": html}

    # rows

    def rows(self, model):
        if model in MAIL:
            return list(self.mailed(model))
        if model == "crm.stage":
            at = datetime(2026, 1, 1, tzinfo=UTC)
            return [
                {
                    "id": number,
                    "name": name,
                    "is_won": won,
                    "sequence": number,
                    "create_date": wire(at),
                    "write_date": wire(at),
                    "inside": at,
                }
                for number, (name, won) in STAGES.items()
            ]
        if model == "res.currency":
            return [{"id": number, "name": name, "active": True} for number, name in CODES.items()]
        if model == "res.company":
            return [{"id": number, "currency_id": [number, code]} for number, code in self.companies.items()]
        return [self.sent(record) for record in self.held(model)]

    def held(self, model):
        kinds = [kind for kind, name in KINDS.items() if name == model]
        return [record for kind in kinds for record in self.crm.records(kind) if not record.deleted]

    def sent(self, record):
        row = {
            "id": int(record.ref.external_id),
            "create_date": wire(record.created_at),
            "write_date": False if record.ref in self.bare else wire(record.updated_at),
            "inside": record.updated_at + (HALF if record.ref in self.late else timedelta(0)),
            "name": record.name,
            "active": not record.archived,
            "user_id": one(getattr(record, "owner", None)),
        }
        return self.spoilt(record.ref, {**row, **getattr(self, f"of_{record.kind}")(record), **record.extra})

    def of_user(self, record):
        return {"login": record.name, "active": record.active, "share": False}

    def of_team(self, record):
        return {"user_id": one(record.lead)}

    def of_account(self, record):
        return {
            "is_company": True,
            "commercial_partner_id": one(record.ref),
            "country_id": [1, "China"],
            "parent_id": one(record.parent),
        }

    def of_contact(self, record):
        return {
            "is_company": False,
            "commercial_partner_id": one(record.account or record.ref),
            "email": next(iter(record.emails), False),
            "parent_id": one(record.account),
        }

    def of_lead(self, record):
        return {"type": "lead", "active": record.status != "disqualified", "probability": 10.0}

    def of_product(self, record):
        return {"default_code": record.code or False}

    def of_deal(self, record):
        lost = record.status == "lost"
        codes = {code: number for number, code in CODES.items()}
        code = record.value.currency if record.value else "CNY"
        return {
            "type": "opportunity",
            "active": not lost and not record.archived,
            "probability": 0.0 if lost else 40.0,
            "partner_id": one(record.account),
            "stage_id": [2, "Won"] if record.status == "won" else [1, "New"],
            "expected_revenue": float(record.value.major) if record.value else False,
            "company_id": [codes[code], "Acme"],
            "company_currency": [codes[code], code],
            "date_deadline": record.expected_close.isoformat() if record.expected_close else False,
            "date_closed": wire(record.closed_at) if record.closed_at else False,
            "team_id": one(record.team),
            "lost_reason_id": [1, record.lost_reason] if record.lost_reason else False,
        }
