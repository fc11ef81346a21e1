"""The two ways to call a method of a model: JSON-2, and JSON-RPC before Odoo 19."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from salesteam.crm.http import Client, Login, Reply, Row
from salesteam.errors import AdapterError, AuthExpired, Rejected, Transient
from salesteam_odoo._config import Config

__all__ = ["Json2", "JsonRpc", "Wire"]

NOTE = {"message_type": "comment", "subtype_xmlid": "mail.mt_note"}
"""What makes a message a note that only colleagues see."""
_HTML_IS_SAID = 17
_PASSING = (
    *("SerializationFailure", "LockNotAvailable", "DeadlockDetected"),
    *("ConcurrencyError", "LockError", "PoolError"),
)
_DENIED = ("AccessDenied", "SessionExpiredException")
_BY_STATUS = frozenset({401, 429, 502, 503, 504})
"""What these mean, they mean whatever is in the body."""
_SAID = "odoo.exceptions.UserError: "
_OLD = "over JSON-2: name another `database`, or, before Odoo 19, set `protocol: jsonrpc`"


class NoModelError(Rejected):
    """The database has no such model, because the app that brings it is not installed."""


class Wire(ABC):
    """Calls methods of models."""

    def __init__(self, config: Config, source: str) -> None:
        self.config, self.source = config, source

    @abstractmethod
    def call(self, client: Client, model: str, method: str, ids: list[int] | None, **named: Any) -> Any:
        """What a method gives."""

    @abstractmethod
    def create(self, client: Client, model: str, values: Mapping[str, Any], context: Mapping[str, Any]) -> Any:
        """Make a row, once; gives its id or a list of it."""

    @abstractmethod
    def post(self, client: Client, model: str, record: int, html: str) -> Any:
        """Write a note to a record, once; gives the id of the message or a list of it."""

    def fields(self, client: Client, model: str) -> Mapping[str, Any]:
        """What the login may see of the fields of a model; raises NoModelError where there is no such model."""
        found = self.call(client, model, "fields_get", None, attributes=["type", "selection"])
        if not isinstance(found, dict):
            raise AdapterError(f"the answer has no fields of {model}", source=self.source)
        return found

    def log_in(self, client: Client) -> Login:
        """What is added to each request."""
        client.keep(self.config.key.reveal())
        return Login()

    @abstractmethod
    def classify(self, client: Client, reply: Reply) -> AdapterError | None:
        """The error of an answer, as this protocol tells it."""

    def error(self, name: str, told: str) -> AdapterError:
        """The error of an exception of Odoo, by its name."""
        if name.endswith(_DENIED):
            return AuthExpired(told, source=self.source)
        return (Transient if name.endswith(_PASSING) else Rejected)(told, source=self.source)


class Json2(Wire):
    """``POST /json/2/<model>/<method>`` with named arguments, from Odoo 19 on."""

    def call(self, client: Client, model: str, method: str, ids: list[int] | None, **named: Any) -> Any:
        """What a method gives."""
        return self._ask(client, model, method, {**({} if ids is None else {"ids": ids}), **named})

    def _ask(self, client: Client, model: str, method: str, body: Mapping[str, Any], *, again: bool = True) -> Any:
        return client.ask("POST", f"json/2/{model}/{method}", json=body, again=again).data

    def create(self, client: Client, model: str, values: Mapping[str, Any], context: Mapping[str, Any]) -> Any:
        """Make a row."""
        body = {"vals_list": [dict(values)], "context": dict(context)}
        return self._ask(client, model, "create", body, again=False)

    def post(self, client: Client, model: str, record: int, html: str) -> Any:
        """Post a message that is a note."""
        body = {"ids": [record], **NOTE, "body": html, "body_is_html": True}
        return self._ask(client, model, "message_post", body, again=False)

    def log_in(self, client: Client) -> Login:
        """The key as a bearer, and the database."""
        key = self.config.key.reveal()
        client.keep(key)
        return Login(headers={"Authorization": f"bearer {key}", "X-Odoo-Database": self.config.database})

    def classify(self, client: Client, reply: Reply) -> AdapterError | None:
        """An error has the status of an error; its body names the exception, unless nothing of Odoo was found."""
        name, said = reply.get("name"), str(reply.get("message") or "")
        if reply.status < 400 or reply.status in _BY_STATUS:
            return None
        if not isinstance(name, str):
            there = f"404: {self.config.base} serves no database {self.config.database!r} {_OLD}"
            return Rejected(there, source=self.source) if reply.status == 404 else None
        told = client.hide(f"{reply.status} {name}: {said}")[:300]
        if reply.status == 404 and said.startswith("the model "):
            return NoModelError(told, source=self.source)
        known = self.error(name, told)
        return AdapterError(told, source=self.source) if type(known) is Rejected and reply.status >= 500 else known


class JsonRpc(Wire):
    """``POST /jsonrpc`` with positional arguments, and errors inside a 200."""

    _uid: int | None = None

    def call(self, client: Client, model: str, method: str, ids: list[int] | None, **named: Any) -> Any:
        """What a method gives."""
        return self._execute(client, model, method, [] if ids is None else [ids], named)

    def fields(self, client: Client, model: str) -> Mapping[str, Any]:
        """The fields; that a model is not there is said in the language of the user."""
        try:
            return super().fields(client, model)
        except Rejected as error:
            if _SAID not in str(error):
                raise
            raise NoModelError(f"there is no {model}", source=self.source) from None

    def create(self, client: Client, model: str, values: Mapping[str, Any], context: Mapping[str, Any]) -> Any:
        """Make a row."""
        return self._execute(client, model, "create", [[dict(values)]], {"context": dict(context)}, again=False)

    def post(self, client: Client, model: str, record: int, html: str) -> Any:
        """Post a message that is a note; since Odoo 17 HTML must be called so."""
        version = self._rpc(client, "common", "version", [])
        told = version.get("server_version_info") if isinstance(version, dict) else None
        if not isinstance(told, list) or not told or not isinstance(told[0], int):
            raise AdapterError("the server does not tell its version", source=self.source)
        named = {**NOTE, "body": html, **({"body_is_html": True} if told[0] >= _HTML_IS_SAID else {})}
        return self._execute(client, model, "message_post", [[record]], named, again=False)

    def _execute(
        self, client: Client, model: str, method: str, positional: list[Any], named: Any, *, again: bool = True
    ) -> Any:
        key = self.config.key.reveal()
        if self._uid is None:
            client.keep(key)
            uid = self._rpc(client, "common", "authenticate", [self.config.database, self.config.login, key, {}])
            if not isinstance(uid, int) or isinstance(uid, bool):
                raise AuthExpired("the login was refused", source=self.source)
            self._uid = uid
        arguments = [self.config.database, self._uid, key, model, method, positional, named]
        return self._rpc(client, "object", "execute_kw", arguments, again=again)

    def _rpc(self, client: Client, service: str, method: str, arguments: list[Any], *, again: bool = True) -> Any:
        params = {"service": service, "method": method, "args": arguments}
        body = {"jsonrpc": "2.0", "method": "call", "params": params, "id": 1}
        return client.ask("POST", "jsonrpc", json=body, again=again).get("result")

    def classify(self, client: Client, reply: Reply) -> AdapterError | None:
        """An error is inside a 200."""
        error: Mapping[str, Any] | None = reply.get("error")
        if reply.status != 200 or not isinstance(error, dict):
            return None
        row = Row(error)
        name = row.text("data.name") or ""
        told = client.hide(f"{name}: {row.text('data.message') or row.text('message') or ''}")[:300]
        known = self.error(name, told)
        if isinstance(known, AuthExpired):
            self._uid = None
        return known
