"""The tasks and notes of a fake org."""

from __future__ import annotations

import re
from base64 import b64decode

from tests.fake_words import PREFIX, V, iso, key

from salesteam.crm import Activity, Ref
from salesteam.testing import Answer

NOTES = re.compile(
    r"SELECT Id, Title, OwnerId, CreatedDate, LastModifiedDate, IsDeleted FROM ContentNote "
    r"WHERE Id IN \(('\w+'(?:, '\w+')*)\)"
)
LINK = {"ContentDocumentId": "@{note.id}", "LinkedEntityId": "", "ShareType": "V"}


class Activities:
    """A part of the fake org."""

    def begin_activities(self):
        self.due, self.texts, self.contents = {}, {}, {}
        self.halts = ""

    def make_task(self, request):
        body = request.object(("Subject",), ("Description", "OwnerId", "WhatId", "WhoId", "ActivityDate"))
        about = [body[name] for name in ("WhatId", "WhoId") if name in body]
        people = tuple(PREFIX[kind] for kind in ("lead", "contact"))
        if len(about) != 1 or ("WhoId" in body) != about[0].startswith(people) or len(body["Subject"]) > 255:
            return Answer(status=400, body=[{"errorCode": "FIELD_INTEGRITY_EXCEPTION", "message": "wrong"}])
        user = Ref(self.crm.source, "user", body["OwnerId"]) if "OwnerId" in body else None
        made = self.make("task", "00T", about[0], body["Subject"], user)
        self.due[made], self.texts[made] = body.get("ActivityDate"), body.get("Description")
        return Answer(status=201, body={"id": made, "success": True, "errors": []})

    def make(self, kind, prefix, about, subject, user=None):
        target = next(each for each, sign in PREFIX.items() if about.startswith(sign))
        made = f"{prefix}{900_000_000 + self.crm.changes:012d}AAA"
        ref = Ref(self.crm.source, "activity", made)
        self.crm.create(
            Activity(ref=ref, activity_kind=kind, subject=subject, user=user, about=Ref(self.crm.source, target, about))
        )
        return made

    def make_note(self, request):
        """A note with its link, by one composite request; both, or neither."""
        body = request.object(("allOrNone", "compositeRequest"))
        parts = body["compositeRequest"]
        base = f"/services/data/v{V}/sobjects"
        asked = [(part["method"], part["url"], part["referenceId"]) for part in parts]
        wanted = [("POST", f"{base}/ContentNote", "note"), ("POST", f"{base}/ContentDocumentLink", "link")]
        if body["allOrNone"] is not True or asked != wanted or len(parts) > 25:
            self.refuse(f"no composite request of {asked}")
        first, link = (part["body"] for part in parts)
        if set(first) != {"Title", "Content"} or {**link, "LinkedEntityId": ""} != LINK or len(first["Title"]) > 255:
            self.refuse(f"no note and link: {first} {link}")
        if self.halts:
            halted = [{"errorCode": "PROCESSING_HALTED", "message": "rolled back"}]
            wrong = [{"errorCode": self.halts, "message": "no"}]
            return self.composite((400, halted), (400, wrong))
        made = self.make("note", "069", link["LinkedEntityId"], first["Title"])
        self.contents[made] = b64decode(first["Content"]).decode()
        return self.composite((201, {"id": made, "success": True}), (201, {"id": "06A1", "success": True}))

    def composite(self, *parts):
        names = ("note", "link")
        return Answer(
            body={
                "compositeResponse": [
                    {"body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": name}
                    for name, (status, body) in zip(names, parts, strict=True)
                ]
            }
        )

    def look(self, soql):
        """The looks for a task or note of a record."""
        task = re.fullmatch(r"SELECT Id FROM Task WHERE Wh(?:at|o)Id = '(\w+)' AND Subject LIKE '%([\w:]+)%'", soql)
        note = re.fullmatch(
            r"SELECT ContentDocumentId, ContentDocument.Title FROM ContentDocumentLink WHERE LinkedEntityId = '(\w+)'",
            soql,
        )
        if not task and not note:
            self.refuse(f"MALFORMED_QUERY: {soql}")
        found = [
            record
            for record in self.crm.records("activity")
            if not record.deleted and record.about and record.about.external_id == (task or note)[1]
        ]
        if task:
            return self.part([{"Id": key(one.ref)} for one in found if task[2] in one.subject], 0)
        return self.part(
            [
                {"ContentDocumentId": key(one.ref), "ContentDocument": {"Title": one.subject}}
                for one in found
                if one.activity_kind == "note"
            ],
            0,
        )

    def notes(self, ids):
        """What is read of notes by their ids."""
        return [
            {
                "Id": key(record.ref),
                "Title": record.subject,
                "OwnerId": self.user,
                "CreatedDate": iso(record.created_at),
                "LastModifiedDate": iso(record.updated_at),
                "IsDeleted": record.deleted,
            }
            for record in self.crm.records("activity")
            if key(record.ref) in ids
        ]
