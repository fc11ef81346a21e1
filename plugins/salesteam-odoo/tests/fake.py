"""An Odoo on this machine, which accepts only what the adapter should send, over both protocols."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from salesteam.crm import Activity, Ref
from salesteam.testing import Answer, FakeHTTP
from salesteam_odoo._records import MODELS

DATABASE, LOGIN, UID = "acme", "sync@acme.example", 7
STAGES = {1: ("New", False), 2: ("Won", True)}
CODES = {1: "CNY", 2: "EUR"}
THREADS = ("res.partner", "crm.lead")
MAIL = ("mail.activity", "mail.message")
POSTED = ("body", "message_type", "subtype_xmlid", "body_is_html")
TAG = re.compile("<[^>]*>")
KEYS = {"domain", "fields", "order", "context", "limit"}
HALF = timedelta(microseconds=400_000)


def wire(at):
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def one(ref, label="x"):
    return [int(ref.external_id), label] if ref else False


class OdooFake(FakeHTTP):
    """Reads, writes and descriptions of models; times are kept finer than they are told."""

    def __init__(self, crm, key):
        super().__init__(crm)
        self.key = key
        self.late = set()
        self.version = 19
        self.numbers = 0
        self.hidden = False
        self.said = {}

    def problem(self, status, what):
        return Answer(
            status=status,
            body={
                "name": "werkzeug.exceptions.BadRequest",
                "message": what,
                "arguments": [],
                "context": {},
                "debug": "",
            },
        )

    def is_login(self, request):
        return request.path == "/jsonrpc" and b'"authenticate"' in request.body

    def reply(self, request):
        request.takes()
        if request.method != "POST":
            self.refuse("everything is a POST", 405)
        if request.path == "/jsonrpc":
            return self.rpc(request)
        match request.path.strip("/").split("/"):
            case ["json", "2", model, method]:
                if request.headers.get("authorization") != f"bearer {self.key}":
                    return Answer(
                        status=401, body={"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"}
                    )
                if request.headers.get("x-odoo-database") != DATABASE:
                    self.refuse("name the database")
                body = request.object((), (*KEYS, "ids", "vals", "attributes", "vals_list", *POSTED))
                return Answer(body=self.method(model, method, body.pop("ids", None), body))
        return self.refuse(f"there is no {request.path}", 404)

    def rpc(self, request):
        body = request.object(("jsonrpc", "method", "params", "id"))
        match body["params"]:
            case {"service": "common", "method": "authenticate", "args": [database, login, key, {}]}:
                good = (database, login, key) == (DATABASE, LOGIN, self.key)
                return Answer(body={"jsonrpc": "2.0", "id": body["id"], "result": UID if good else False})
            case {"service": "common", "method": "version", "args": []}:
                version = {
                    "server_version": f"{self.version}.0",
                    "server_version_info": [self.version, 0, 0, "final", 0],
                }
                return Answer(body={"jsonrpc": "2.0", "id": body["id"], "result": version})
            case {
                "service": "object",
                "method": "execute_kw",
                "args": [database, uid, key, model, method, args, named],
            }:
                if (database, uid, key) != (DATABASE, UID, self.key):
                    data = {"name": "odoo.exceptions.AccessDenied", "message": "Access Denied"}
                    return Answer(
                        body={
                            "jsonrpc": "2.0",
                            "id": body["id"],
                            "error": {"code": 200, "message": "Odoo Server Error", "data": data},
                        }
                    )
                if method == "create":
                    args, named = [], {"vals_list": args[0]}
                result = self.method(model, method, args[0] if args else None, named)
                return Answer(body={"jsonrpc": "2.0", "id": body["id"], "result": result})
        return self.refuse(f"no call: {body}")

    def method(self, model, method, ids, named):
        if method in self.said:
            return self.said[method]
        if method == "write" and set(named) == {"vals"} and set(named["vals"]) == {"user_id"}:
            (number,) = ids
            (ref,) = [
                record.ref
                for kind in MODELS
                for record in self.crm.records(kind)
                if MODELS[kind].name == model and int(record.ref.external_id) == number
            ]
            self.crm.reassign(ref, Ref(self.crm.source, "user", str(named["vals"]["user_id"])))
            return True
        if (model, method) == ("mail.activity", "create") and set(named) == {"vals_list"} and ids is None:
            return [self.scheduled(**values) for values in named["vals_list"]]
        if method == "message_post" and model in THREADS:
            (number,) = ids
            return self.posted(model, number, **named)
        names = {name for each in MODELS.values() if each.name == model for name in each.fields}
        if method == "fields_get" and named == {"attributes": ["type", "selection"]}:
            return {name: {"type": "char"} for name in names}
        if method != "search_read" or ids is not None or not set(named) <= KEYS:
            self.refuse(f"no call: {model}.{method} {sorted(named)}")
        if named["order"] != "id" or named["context"] != {"active_test": False}:
            self.refuse("order by id, and ask for what is not active too")
        rows = [
            row
            for row in sorted(self.rows(model), key=lambda row: row["id"])
            if all(self.fits(row, each) for each in named["domain"])
        ]
        names |= {"id"} if model in MAIL else set()
        strange = set(named["fields"]) - names - {"id", "name", "commercial_partner_id", "x_tier"}
        if strange:
            self.refuse(f"{model} has no {sorted(strange)}")
        return [{name: row.get(name, False) for name in named["fields"]} for row in rows[: named.get("limit")]]

    def fits(self, row, each):
        name, operator, value = each
        match name, operator:
            case "write_date", ">=":
                return row["inside"] >= datetime.fromisoformat(value).replace(tzinfo=UTC)
            case "write_date", "<=":
                return row["inside"] <= datetime.fromisoformat(value).replace(tzinfo=UTC)
            case "id", ">":
                return row["id"] > value
            case "id", "in":
                return row["id"] in value
            case (("is_company" | "type" | "is_won" | "active" | "model" | "res_model" | "res_id"), "="):
                return row.get(name) == value
            case (("note" | "body"), "ilike"):
                return value.lower() in row[name].lower()
        return self.refuse(f"no condition: {each}")

    # tasks and notes

    def about(self, model, number):
        """The record of a model and a number."""
        kinds = [kind for kind in MODELS if MODELS[kind].name == model]
        (found,) = [
            record.ref for kind in kinds for record in self.crm.records(kind) if record.ref.external_id == str(number)
        ]
        return found

    def scheduled(self, *, res_model_id, res_id, summary, note, user_id=UID, date_deadline="2026-01-01"):
        ref = self.about(THREADS[res_model_id - 1], res_id)
        due = datetime.combine(date.fromisoformat(date_deadline), time(), UTC)
        user = Ref(self.crm.source, "user", str(user_id))
        self.mail("mail.activity", "task", ref, subject=summary, html=note, due_at=due, user=user)
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
                about = {"res_id": int(record.about.external_id), "model": MODELS[record.about.kind].name}
                yield {"id": int(number), **about, "res_model": about["model"], "note": html, "body": html}

    # rows

    def rows(self, model):
        if model in MAIL:
            return list(self.mailed(model))
        if model == "ir.model" and not self.hidden:
            return [{"id": number, "model": name} for number, name in enumerate(THREADS, start=1)]
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
        kinds = [kind for kind in MODELS if MODELS[kind].name == model]
        return [self.sent(record) for kind in kinds for record in self.crm.records(kind) if not record.deleted]

    def sent(self, record):
        row = {
            "id": int(record.ref.external_id),
            "create_date": wire(record.created_at),
            "write_date": wire(record.updated_at),
            "inside": record.updated_at + (HALF if record.ref in self.late else timedelta(0)),
            "name": record.name,
            "active": not record.archived,
            "user_id": one(getattr(record, "owner", None)),
        }
        return self.spoilt(record.ref, {**row, **getattr(self, f"of_{record.kind}")(record), **record.extra})

    def of_user(self, record):
        return {"login": record.name, "active": record.active}

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
            "company_currency": [codes[code], code],
            "date_deadline": record.expected_close.isoformat() if record.expected_close else False,
            "date_closed": wire(record.closed_at) if record.closed_at else False,
            "team_id": one(record.team),
            "lost_reason_id": [1, record.lost_reason] if record.lost_reason else False,
        }
