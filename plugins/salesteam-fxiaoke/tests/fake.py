"""A tenant of FXiaoke on this machine, which accepts only what the adapter should send."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from salesteam.crm import Activity, Ref
from salesteam.testing import Answer, FakeHTTP
from salesteam_fxiaoke._records import NOTES, OBJECTS

KINDS = {**{name: kind for kind, name in OBJECTS.items()}, NOTES: "activity"}
ZONE = ZoneInfo("Asia/Shanghai")
STATES = {"open": "1", "won": "2", "lost": "3", "void": "4"}
LEADS = {"new": "un_processed", "working": "processed", "converted": "transformed", "disqualified": "closed"}
USER = "FSUID_canary"


def ms(at):
    return int(at.timestamp() * 1000)


def midnight(day):
    return day and ms(datetime.combine(day, time(), ZONE))


def key(ref):
    return None if ref is None else ref.external_id


class FxiaokeFake(FakeHTTP):
    """Grants, queries, changes of owners; every answer is a 200 with a code."""

    def __init__(self, crm, app):
        super().__init__(crm)
        self.app = app
        self.token, self.grants = "", 0
        self.note_type = self.made = None

    def is_login(self, request):
        return request.path == "/cgi/corpAccessToken/get/V2"

    def problem(self, status, what):
        return Answer(status=status, body={"errorCode": 10006, "errorMessage": what})

    def code(self, number, message):
        return Answer(body={"errorCode": number, "errorMessage": message})

    def reply(self, request):
        request.takes()
        if request.method != "POST":
            self.refuse("everything is a POST", 405)
        if self.is_login(request):
            return self.grant(request)
        body = request.object(("corpAccessToken", "corpId", "currentOpenUserId", "data"))
        if body["corpAccessToken"] != self.token:
            return self.code(20016, "corpAccessToken expired")
        if (body["corpId"], body["currentOpenUserId"]) != ("FSCID_1", USER):
            self.refuse("name corpId and the user")
        match request.path:
            case "/cgi/crm/v2/data/query":
                return self.query(body["data"])
            case "/cgi/crm/v2/data/create":
                return self.note(body["data"])
            case "/cgi/crm/v2/data/changeOwner":
                return self.change(body["data"])
        return self.refuse(f"there is no {request.path}", 404)

    def grant(self, request):
        if request.object(("appId", "appSecret", "permanentCode")) != self.app:
            return self.code(10004, "invalid app")
        self.grants += 1
        self.token = f"TOKEN-canary-{self.grants}"
        return Answer(
            body={
                "errorCode": 0,
                "errorMessage": "success",
                "corpAccessToken": self.token,
                "corpId": "FSCID_1",
                "expiresIn": 7200,
            }
        )

    def query(self, data):
        info = data["search_query_info"]
        if set(data) != {"dataObjectApiName", "search_query_info"} or set(info) != {
            "limit",
            "offset",
            "filters",
            "orders",
        }:
            self.refuse(f"no query: {data}")
        if not 1 <= info["limit"] <= 100 or info["orders"] != [{"fieldName": "_id", "isAsc": True}]:
            self.refuse("1 to 100 rows by rising _id")
        if info["offset"] != 0:
            return self.code(10013, "offset is too large")
        kind = KINDS.get(data["dataObjectApiName"])
        if kind is None:
            self.refuse(f"no object {data['dataObjectApiName']}")
        there = (record for record in self.crm.records(kind) if not record.deleted)
        rows = sorted((self.sent(record) for record in there), key=lambda row: row["_id"])
        for each in info["filters"]:
            rows = [row for row in rows if self.fits(row, each)]
        found = rows[: info["limit"]]
        return Answer(
            body={
                "errorCode": 0,
                "errorMessage": "OK",
                "data": {"dataList": found, "total": len(rows), "offset": 0, "limit": info["limit"]},
            }
        )

    def fits(self, row, each):
        if set(each) != {"field_name", "operator", "field_values"} or not all(
            isinstance(value, str) for value in each["field_values"]
        ):
            self.refuse(f"no filter: {each}")
        values = each["field_values"]
        match each["field_name"], each["operator"]:
            case "_id", "GT":
                return row["_id"] > values[0]
            case "_id", "IN":
                return row["_id"] in values
            case "active_record_content", "LIKE":
                return values[0] in row["active_record_content"]
            case "last_modified_time", "GTE":
                return row["last_modified_time"] >= int(values[0])
            case "last_modified_time", "LTE":
                return row["last_modified_time"] <= int(values[0])
        return self.refuse(f"no filter: {each}")

    def change(self, data):
        (one,) = data["Data"]
        ref = Ref(self.crm.source, KINDS[data["dataObjectApiName"]], one["objectDataId"])
        (owner,) = one["ownerId"]
        self.crm.reassign(ref, Ref(self.crm.source, "user", owner))
        return Answer(body={"errorCode": 0, "errorMessage": "OK"})

    def note(self, data):
        row = data["object_data"]
        needed = {"dataObjectApiName", "active_record_content", "related_api_names", "related_object_data", "owner"}
        if set(data) != {"object_data"} or not needed <= set(row) <= {*needed, "active_record_type"}:
            self.refuse(f"no sales record: {data}")
        (name,), (about,) = row["related_api_names"], row["related_object_data"]
        if row["dataObjectApiName"] != NOTES or about["describe_api_name"] != name or row["owner"] != [USER]:
            self.refuse(f"no sales record: {row}")
        if row.get("active_record_type") != self.note_type:
            return self.code(20011, "active_record_type is required")
        ref = Ref(self.crm.source, KINDS[name], about["id"])
        made = Ref(self.crm.source, "activity", f"note{self.crm.changes}")
        self.crm.create(Activity(ref=made, activity_kind="note", about=ref, subject=row["active_record_content"]))
        return Answer(
            body={"errorCode": 0, "errorMessage": "OK", "dataId": made.external_id if self.made is None else self.made}
        )

    # what it makes of a record

    def sent(self, record):
        owner = getattr(record, "owner", None)
        row = {
            "_id": record.ref.external_id,
            "name": getattr(record, "name", None),
            "owner": [key(owner)] if owner else [],
            "life_status": "invalid" if record.archived else "normal",
            "create_time": ms(record.created_at),
            "last_modified_time": ms(record.updated_at),
        }
        return self.spoilt(record.ref, {**row, **getattr(self, f"of_{record.kind}")(record), **record.extra})

    def of_activity(self, record):
        return {"active_record_content": record.subject}

    def of_account(self, record):
        return {"industry_level1": record.industry, "account_level": record.tier}

    def of_contact(self, record):
        return {"email": next(iter(record.emails), None), "account_id": key(record.account)}

    def of_lead(self, record):
        return {"biz_status": LEADS[record.status]}

    def of_product(self, record):
        return {"product_code": record.code, "price": record.price and str(record.price.major)}

    def of_deal(self, record):
        return {
            "account_id": key(record.account),
            "sales_status": STATES[record.status],
            "sales_stage": key(record.stage),
            "amount": record.value and str(record.value.major),
            "mc_currency": record.value and record.value.currency,
            "probability": "40",
            "close_date": midnight(record.closed_on or record.expected_close),
        }
