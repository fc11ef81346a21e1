"""Tasks and notes: activities and messages of a record, which carry a marker at the end of their text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

import attrs

from salesteam.crm import AddNote, CreateTask
from salesteam.crm.facts import zone
from salesteam.crm.http import Client
from salesteam.errors import AdapterError, Rejected
from salesteam_odoo._config import Config
from salesteam_odoo._records import MODELS
from salesteam_odoo._wire import Wire

__all__ = ["Writer"]

ACTIVITY, MESSAGE = "mail.activity", "mail.message"
_Read = Callable[[str, Sequence[Any], Sequence[str], int | None], list[Mapping[str, Any]]]


@attrs.frozen(kw_only=True)
class Writer:
    """Makes tasks and notes, and finds them again."""

    wire: Wire
    client: Client
    read: _Read
    config: Config
    source: str

    def create(self, change: CreateTask | AddNote, marker: str) -> str:
        """Make it; gives its model and id.

        Only managers of access rights may read which number a model has, so Odoo is told its name and looks itself.
        """
        model, record = MODELS[change.ref.kind].name, int(change.ref.external_id)
        if isinstance(change, AddNote):
            posted = self.wire.post(self.client, model, record, _html(change.text, marker))
            return f"{MESSAGE},{self._one(posted)}"
        values: dict[str, Any] = {"res_id": record, "summary": change.subject, "note": _html(marker)}
        if change.user is not None:
            values["user_id"] = int(change.user.external_id)
        if change.due_at is not None:
            values["date_deadline"] = self._day(change.due_at)
        made = self.wire.create(self.client, ACTIVITY, values, {"default_res_model": model})
        return f"{ACTIVITY},{self._one(made)}"

    def find(self, change: CreateTask | AddNote, marker: str) -> str | None:
        """Find it; a task that was done meanwhile was put away, or before Odoo 18 may be a message only."""
        model, record = MODELS[change.ref.kind].name, int(change.ref.external_id)
        places = [(MESSAGE, "model", "body")]
        if isinstance(change, CreateTask):
            places.insert(0, (ACTIVITY, "res_model", "note"))
        for place, of, text in places:
            domain = [[of, "=", model], ["res_id", "=", record], [text, "ilike", marker]]
            for row in self.read(place, domain, ("id",), 1):
                return f"{place},{row['id']}"
        return None

    def _day(self, at: datetime) -> str:
        """The day of an instant, as an activity is due on a day."""
        if self.config.zone is None:
            told = "a task of Odoo is due on a day: set `zone`, in which an instant is a day"
            raise Rejected(told, source=self.source)
        return at.astimezone(zone(self.config.zone)).date().isoformat()

    def _one(self, made: Any) -> int:
        """The id of what was made; versions give it alone or in a list."""
        found = made[0] if isinstance(made, list) and len(made) == 1 else made
        if not isinstance(found, int) or isinstance(found, bool):
            raise AdapterError("the answer does not tell what was made", source=self.source)
        return found


def _html(*paragraphs: str) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
