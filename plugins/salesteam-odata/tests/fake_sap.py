"""A tenant of SAP Cloud for Customer on this machine, which accepts only what the adapter should send."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, time

from salesteam.testing import Answer, FakeHTTP
from salesteam_odata._sap import API, FIELDS, SETS

KINDS = {name: kind for kind, name in SETS.items()}
T = r"datetimeoffset'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)'"
TRANSACTED = frozenset({"deal"})
"""Documents name their times otherwise than people, firms and goods."""
STATES = {"open": "2", "void": "3", "won": "4", "lost": "5"}


def date(at):
    return at and f"/Date({int(at.timestamp() * 1000)})/"


def times(kind):
    """What a collection calls the times at which a row was made and changed."""
    return ("CreationDateTime", "LastChangeDateTime") if kind in TRANSACTED else ("CreatedOn", "ChangedOn")


def midnight(day):
    return day and date(datetime.combine(day, time(), UTC))


def key(ref):
    return None if ref is None else ref.external_id


class SapFake(FakeHTTP):
    """Collections by windows of time and rising ids, in JSON of OData V2."""

    def __init__(self, crm, user, password):
        super().__init__(crm)
        self.pair = base64.b64encode(f"{user}:{password}".encode()).decode()

    def problem(self, status, what):
        return Answer(status=status, body={"error": {"code": "X", "message": {"lang": "en", "value": what}}})

    def reply(self, request):
        if request.headers.get("authorization") != f"Basic {self.pair}":
            return self.problem(401, "logon failed")
        kind = KINDS.get(request.path.removeprefix(f"/{API}/"))
        if kind is None or request.method != "GET":
            self.refuse(f"there is no {request.method} {request.path}", 404)
        query = request.takes("$format", "$select", "$orderby", "$top", "$filter")
        if query.get("$format") != "json" or not 1 <= int(query["$top"]) <= 1000:
            self.refuse("ask for JSON, at most 1000 rows")
        if query["$select"] == "ObjectID":
            return Answer(body={"d": {"results": []}})
        names = query["$select"].split(",")
        if not set(FIELDS[kind]) <= set(names) <= {*FIELDS[kind], "ZTier_KUT"} or query["$orderby"] != "ObjectID":
            self.refuse(f"no such properties or order: {query}")
        _, changed = times(kind)
        condition = rf"(?:{changed} ge {T})?(?: and )?(?:{changed} le {T})?(?: and )?(?:ObjectID gt '(\w+)')?"
        found = re.fullmatch(condition, query.get("$filter", ""))
        if not found:
            self.refuse(f"no filter: {query['$filter']}")
        rows = [row for row in self.rows(kind) if self.fits(row[changed], row["ObjectID"], *found.groups())]
        return Answer(
            body={"d": {"results": [{name: row.get(name) for name in names} for row in rows[: int(query["$top"])]]}}
        )

    def fits(self, changed, key, after, until, last):
        at = int(re.search(r"-?\d+", changed)[0])
        ms = [int(datetime.fromisoformat(text).timestamp() * 1000) if text else None for text in (after, until)]
        return (ms[0] is None or at >= ms[0]) and (ms[1] is None or at <= ms[1]) and (last is None or key > last)

    def rows(self, kind):
        made = [self.sent(record) for record in self.crm.records(kind) if not record.deleted]
        return sorted(made, key=lambda row: row["ObjectID"])

    def sent(self, record):
        made, changed = times(record.kind)
        row = {
            "ObjectID": f"00163E{int(record.ref.external_id):026X}",
            made: date(record.created_at),
            changed: date(record.updated_at),
        }
        return self.spoilt(record.ref, {**row, **getattr(self, f"of_{record.kind}")(record)})

    def of_account(self, record):
        return {"AccountID": key(record.ref), "Name": record.name, "OwnerID": key(record.owner), **record.extra}

    def of_contact(self, record):
        return {"ContactID": key(record.ref), "Name": record.name, "AccountID": key(record.account)}

    def of_product(self, record):
        return {"ProductID": key(record.ref), "Description": record.name}

    def of_deal(self, record):
        return {
            "ID": key(record.ref),
            "Name": record.name,
            "ProspectPartyID": key(record.account),
            "LifeCycleStatusCode": STATES[record.status],
            "ProbabilityPercent": "40.00",
            "ExpectedRevenueAmount": record.value and f"{record.value.major:.6f}",
            "ExpectedRevenueAmountCurrencyCode": record.value and record.value.currency,
            "ExpectedProcessingEndDate": midnight(record.expected_close or record.closed_on),
            "ProcessStatusValidSinceDate": midnight(record.closed_on),
            "MainEmployeeResponsiblePartyID": key(record.owner),
        }
