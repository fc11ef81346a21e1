"""A HubSpot account on this machine, which accepts only what the adapter should send."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from salesteam.crm import Activity, Ref
from salesteam.testing import Answer, FakeHTTP
from salesteam_hubspot._objects import OBJECTS, PROPERTIES, changed_property
from salesteam_hubspot._writes import BODIES, NOTED

V = "2026-09"
KINDS = {name: kind for kind, name in OBJECTS.items()}
ZONE = ZoneInfo("Asia/Shanghai")
STAGES = {"open": ("talking", "0.2", "false"), "won": ("closedwon", "1.0", "true"), "lost": ("closedlost", "0", "true")}
WINDOW = 10_000
LINK = [{"category": "HUBSPOT_DEFINED", "typeId": 1, "label": None}]


def iso(at):
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def text(value):
    return None if value is None else str(value)


def key(ref):
    return None if ref is None else ref.external_id


class HubSpotFake(FakeHTTP):
    """Search, lists, batches, associations, owners, pipelines, properties and details."""

    def __init__(self, crm, token):
        super().__init__(crm)
        self.token = token
        self.deal_stages = []  # pairs of deal id and its versions of dealstage
        self.merged = {}
        self.notes = 0
        self.loose = set()  # lines of no deal
        self.stages = dict(STAGES)

    def problem(self, status, what):
        return Answer(status=status, body={"status": "error", "message": what, "category": "VALIDATION_ERROR"})

    def reply(self, request):
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return self.problem(401, "the access token is not valid")
        match (request.method, *request.path.strip("/").split("/")):
            case ("GET", "account-info", version, "details") if version == V:
                request.takes()
                return Answer(
                    body={
                        "timeZone": str(ZONE),
                        "companyCurrency": "CNY",
                        "additionalCurrencies": ["USD"],
                        "portalId": 1,
                    }
                )
            case ("GET", "crm", "pipelines", version, "deals") if version == V:
                request.takes()
                return Answer(body={"results": [self.pipeline()]})
            case ("GET", "crm", "owners", version) if version == V:
                return self.owners(request.takes("limit", "after", "archived"))
            case ("GET", "crm", "properties", version, name) if version == V and name in KINDS:
                request.takes()
                return Answer(body={"results": [self.property(each) for each in PROPERTIES[KINDS[name]]]})
            case ("GET", "crm", "objects", version, name) if version == V and name in KINDS:
                return self.listing(KINDS[name], request.takes("limit", "after", "properties", "archived"))
            case ("POST", "crm", "objects", version, name, "search") if version == V and name in KINDS:
                request.takes()
                return self.search(KINDS[name], request.object(("filterGroups", "sorts", "properties", "limit")))
            case ("POST", "crm", "objects", version, name, "batch", "read") if version == V and name in KINDS:
                request.takes()
                return self.batch(KINDS[name], request.object(("inputs", "properties"), ("propertiesWithHistory",)))
            case ("PATCH", "crm", "objects", version, name, number) if version == V and name in KINDS:
                request.takes()
                return self.assign(Ref(self.crm.source, KINDS[name], number), request.object(("properties",)))
            case ("POST", "crm", "associations", version, "deals", "companies", "batch", "read") if version == V:
                return self.links(request.object(("inputs",)), "deal", lambda deal: deal.account)
            case ("POST", "crm", "associations", version, "line_items", "deals", "batch", "read") if version == V:
                return self.links(request.object(("inputs",)), "deal_line", lambda line: line.deal)
        return self.reply_about_notes(request)

    def reply_about_notes(self, request):
        match (request.method, *request.path.strip("/").split("/")):
            case ("POST", "crm", "objects", version, ("notes" | "tasks") as name) if version == V:
                return self.make(name, request.object(("properties", "associations")))
            case ("POST", "crm", "associations", version, of, ("notes" | "tasks") as name, "batch", "read") if (
                version == V and KINDS.get(of) in NOTED
            ):
                (asked,) = request.object(("inputs",))["inputs"]
                about = Ref(self.crm.source, KINDS[of], asked["id"])
                made = [
                    {"toObjectId": int(key(each.ref)), "associationTypes": LINK} for each in self.about(about, name)
                ]
                if not made:
                    return self.partly([], [f"Nothing is associated with {about.kind} {asked['id']}."])
                return self.partly([{"from": {"id": asked["id"]}, "to": made}], [])
            case ("POST", "crm", "objects", version, ("notes" | "tasks") as name, "batch", "read") if version == V:
                body = request.object(("inputs", "properties"))
                if body["properties"] != [BODIES[name]]:
                    self.refuse(f"ask for the text of {name} alone")
                wanted = {each["id"] for each in body["inputs"]}
                found = [self.noted(each, name) for each in self.crm.records("activity") if key(each.ref) in wanted]
                return Answer(body={"status": "COMPLETE", "results": found})
        return self.refuse(f"there is no {request.method} {request.path}", 404)

    # what it serves

    def there(self, kind):
        return [record for record in self.crm.records(kind) if not record.deleted]

    def pipeline(self):
        stages = [
            {
                "id": stage,
                "label": stage,
                "displayOrder": place,
                "metadata": {"isClosed": closed, "probability": chance},
            }
            for place, (stage, chance, closed) in enumerate(self.stages.values())
        ]
        times = dict.fromkeys(("createdAt", "updatedAt"), "2026-01-01T00:00:00.000Z")
        return {
            "id": "default",
            "label": "Sales",
            "displayOrder": 0,
            "stages": [{**each, **times} for each in stages],
            **times,
        }

    def property(self, name):
        return {"name": name, "type": "string", "options": [], "hubspotDefined": True}

    def owners(self, query):
        wanted = query["archived"] == "false"
        rows = [
            {
                "id": user.ref.external_id,
                "email": next(iter(user.emails), ""),
                "firstName": user.name,
                "lastName": "",
                "createdAt": iso(user.created_at),
                "updatedAt": iso(user.updated_at),
                "archived": not user.active,
            }
            for user in self.there("user")
            if user.active == wanted
        ]
        return self.paged(rows, query, 500)

    def listing(self, kind, query):
        names = query["properties"].split(",")
        self.known(kind, names)
        return self.paged([self.sent(record, names) for record in self.by_id(kind)], query, 100)

    def by_id(self, kind):
        return sorted(self.there(kind), key=lambda record: int(record.ref.external_id))

    def paged(self, rows, query, most):
        limit = int(query["limit"])
        if not 1 <= limit <= most:
            self.refuse(f"a page has 1 to {most} rows")
        start = int(query.get("after", "0"))
        body = {"results": rows[start : start + limit]}
        if start + limit < len(rows):
            body["paging"] = {"next": {"after": str(start + limit), "link": "https://elsewhere.example.com"}}
        return Answer(body=body)

    def search(self, kind, body):
        (group,) = body["filterGroups"]
        if body["sorts"] != [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]:
            self.refuse("sort by hs_object_id: a sort by time loops on equal times")
        if not 1 <= body["limit"] <= 200:
            self.refuse("a search gives 1 to 200 rows")
        found = self.by_id(kind)
        for each in group["filters"]:
            if set(each) != {"propertyName", "operator", "value"} or not isinstance(each["value"], str):
                self.refuse(f"no filter: {each}")
            found = [record for record in found if self.fits(kind, record, each)]
        self.known(kind, body["properties"])
        rows = [self.sent(record, body["properties"]) for record in found[: body["limit"]]]
        return Answer(body={"total": min(len(found), WINDOW), "results": rows})

    def fits(self, kind, record, each):
        value = int(each["value"])
        name, operator = each["propertyName"], each["operator"]
        if (name, operator) == ("hs_object_id", "GT"):
            return int(record.ref.external_id) > value
        at = int(record.updated_at.timestamp() * 1000)
        if name == changed_property(kind) and operator in {"GTE", "LTE"}:
            return at >= value if operator == "GTE" else at <= value
        return self.refuse(f"no filter by {name} {operator}")

    def known(self, kind, names):
        strange = set(names) - {*PROPERTIES[kind], changed_property(kind), "custom_tier"}
        if strange:
            self.refuse(f"{kind} has no property {strange}")

    def batch(self, kind, body):
        if not 1 <= len(body["inputs"]) <= (50 if "propertiesWithHistory" in body else 100):
            self.refuse("too many ids for one batch")
        wanted = {each["id"] for each in body["inputs"]}
        if not all(each.isdigit() for each in wanted):
            self.refuse("an id is a number")
        self.known(kind, body["properties"])
        rows = [
            self.sent(record, body["properties"]) for record in self.by_id(kind) if record.ref.external_id in wanted
        ]
        if "propertiesWithHistory" in body:
            stages = dict(self.deal_stages)
            rows = [{**row, "propertiesWithHistory": {"dealstage": stages.get(row["id"], [])}} for row in rows]
        missing = wanted - {row["id"] for row in rows}
        return self.partly(rows, [f"No object {each} was found." for each in sorted(missing)])

    def partly(self, rows, problems):
        """The answer of a batch: what could not be read is an error in it."""
        body = {"status": "COMPLETE", "results": rows}
        if problems:
            errors = [{"status": "error", "category": "OBJECT_NOT_FOUND", "message": each} for each in problems]
            body |= {"numErrors": len(errors), "errors": errors}
        return Answer(status=207 if problems else 200, body=body)

    def assign(self, ref, body):
        if set(body["properties"]) != {"hubspot_owner_id"}:
            self.refuse("only the owner may be written")
        self.crm.reassign(ref, Ref(self.crm.source, "user", body["properties"]["hubspot_owner_id"]))
        return Answer(body=self.sent(self.crm.get(ref), ["hs_object_id"]))

    def make(self, name, body):
        """A note or a task with one link, of the type that its record has."""
        ((link,), fields) = body["associations"], body["properties"]
        (kind_of_link,) = link["types"]
        kinds = [kind for kind, types in NOTED.items() if types[name] == kind_of_link["associationTypeId"]]
        needed = {"notes": {"hs_note_body"}, "tasks": {"hs_task_subject", "hs_task_body", "hs_task_status"}}[name]
        if not kinds or not {"hs_timestamp", *needed} <= set(fields) <= {"hs_timestamp", "hubspot_owner_id", *needed}:
            self.refuse(f"no {name}: {body}")
        about = Ref(self.crm.source, kinds[0], link["to"]["id"])
        if about not in {record.ref for record in self.there(about.kind)}:
            return self.problem(400, "the object to link to does not exist")
        self.notes += 1
        text = fields.get("hs_task_subject") or fields["hs_note_body"]
        made = Activity(
            ref=Ref(self.crm.source, "activity", str(90_000_000 + self.notes)), activity_kind=name.removesuffix("s"),
            subject=text, about=about, extra={"html": fields[BODIES[name]]},
        )  # fmt: skip
        return Answer(status=201, body=self.noted(self.crm.create(made), name))

    def about(self, ref, name):
        return [
            each
            for each in self.crm.records("activity")
            if each.about == ref and each.activity_kind == name.removesuffix("s") and not each.deleted
        ]

    def noted(self, record, name):
        return {
            "id": key(record.ref),
            "properties": {BODIES[name]: record.extra["html"]},
            "createdAt": iso(record.created_at),
            "updatedAt": iso(record.updated_at),
            "archived": False,
        }

    def links(self, body, kind, target):
        found, alone = [], []
        for each in body["inputs"]:
            record = self.crm.get(Ref(self.crm.source, kind, each["id"]))
            ref = None if record.ref in self.loose else target(record)
            if ref is None:
                alone.append(f"Nothing is associated with {kind} {each['id']}.")
            else:
                types = [{"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"}]
                found.append(
                    {"from": {"id": each["id"]}, "to": [{"toObjectId": int(key(ref)), "associationTypes": types}]}
                )
        return self.partly(found, alone)

    # what it makes of a record

    def sent(self, record, names):
        own = self.spoilt(record.ref, getattr(self, f"of_{record.kind}")(record))
        own["hs_object_id"] = record.ref.external_id
        if record.ref in self.merged:
            own["hs_merged_object_ids"] = self.merged[record.ref]
        return {
            "id": record.ref.external_id,
            "properties": {name: own.get(name) for name in names},
            "createdAt": iso(record.created_at),
            "updatedAt": iso(record.updated_at),
            "archived": False,
        }

    def of_account(self, record):
        return {"name": record.name, "industry": record.industry, "hubspot_owner_id": key(record.owner), **record.extra}

    def of_contact(self, record):
        return {
            "lastname": record.name,
            "email": next(iter(record.emails), None),
            "associatedcompanyid": key(record.account),
        }

    def of_product(self, record):
        return {"name": record.name, "price": record.price and text(record.price.major)}

    def of_deal(self, record):
        day = record.closed_on or record.expected_close
        return {
            "dealname": record.name,
            "pipeline": "default",
            "dealstage": key(record.stage) or self.stages[record.status][0],
            "amount": record.value and text(record.value.major),
            "deal_currency_code": record.value and record.value.currency,
            "closedate": day and iso(datetime.combine(day, time(), ZONE)),
            "hubspot_owner_id": key(record.owner),
        }

    def of_deal_line(self, record):
        return {
            "hs_product_id": key(record.product),
            "quantity": text(record.quantity + record.extra.get("touched", 0)),
            "amount": record.value and text(record.value.major),
        }
