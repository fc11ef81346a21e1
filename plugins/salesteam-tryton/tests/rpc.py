"""How the tests themselves speak to Tryton: with nothing of the plugin in it."""

from __future__ import annotations

import base64
import json
import os
import urllib.error
import urllib.request
from typing import Any

SERIES = os.environ.get("SALESTEAM_TRYTON", "8.2")
"""The series of Tryton that the tests install and start."""
OLD = tuple(map(int, SERIES.split("."))) < (8, 0)
TICK = 1.1 if OLD else 0.0
"""Seconds after which a write is another one to Tryton on SQLite, as far as it matters."""


class RpcError(Exception):
    """The server refused."""


class Rpc:
    """A session of a user."""

    def __init__(self, port: int, database: str, login: str, password: str) -> None:
        self.url = f"http://127.0.0.1:{port}/{database}/{'' if OLD else 'rpc/'}"
        self.header: dict[str, str] = {}
        self.context: dict[str, Any] = {"active_test": False}
        self.session = self._ask("common.db.login", login, {"password": password}, "en")
        self.user, token, *_ = self.session
        session = base64.b64encode(f"{login}:{self.user}:{token}".encode()).decode()
        self.header = {"Authorization": f"Session {session}"}
        company = self.call("res.user", "get_preferences", True).get("company")
        if company is not None:
            self.context = {**self.context, "company": company}

    def _ask(self, method: str, *params: Any) -> Any:
        body = json.dumps({"id": 0, "method": method, "params": params}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json", **self.header})
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                told = json.load(reply)
        except urllib.error.HTTPError as error:
            with error:
                raise RpcError(f"{method}: {error.code}") from None
        if "error" in told:
            raise RpcError(f"{method}: {told['error']}")
        return told["result"]

    def call(self, model: str, method: str, *args: Any) -> Any:
        return self._ask(f"model.{model}.{method}", *args, self.context)

    def wizard(self, name: str, data: dict[str, Any], *states: str, context: dict[str, Any]) -> None:
        """Walk through a wizard."""
        session, *_ = self._ask(f"wizard.{name}.create", self.context)
        for state in states:
            self._ask(f"wizard.{name}.execute", session, data, state, {**self.context, **context})
        self._ask(f"wizard.{name}.delete", session, self.context)

    def logout(self, header: str) -> None:
        """End the session of somebody."""
        mine, self.header = self.header, {"Authorization": header}
        try:
            self._ask("common.db.logout")
        finally:
            self.header = mine

    def create(self, model: str, **values: Any) -> int:
        (made,) = self.call(model, "create", [values])
        return made

    def write(self, model: str, ids: list[int], **values: Any) -> None:
        self.call(model, "write", ids, values)

    def delete(self, model: str, ids: list[int]) -> None:
        self.call(model, "delete", ids)

    def search(self, model: str, *domain: Any) -> list[int]:
        return self.call(model, "search", list(domain), 0, None, [["id", "ASC"]])

    def read(self, model: str, ids: list[int], *fields: str) -> list[dict[str, Any]]:
        return self.call(model, "read", ids, list(fields))


def decimal(text: str) -> dict[str, str]:
    """An exact number as Tryton wants it."""
    return {"__class__": "Decimal", "decimal": text}


def day(year: int, month: int, number: int) -> dict[str, Any]:
    """A date as Tryton wants it."""
    return {"__class__": "date", "year": year, "month": month, "day": number}
