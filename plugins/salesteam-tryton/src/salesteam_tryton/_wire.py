"""The calls: JSON-RPC with a session, the company in the context, and errors inside good answers."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from salesteam.crm.http import Client, Login, Reply
from salesteam.errors import AdapterError, AuthExpired, Conflict, Rejected
from salesteam_tryton._config import Config
from salesteam_tryton._typed import plain

__all__ = ["Wire"]

_OLDEST = 7
_PLACES = ("rpc/", "")
"""Where a server takes calls: since Tryton 8.0, and before."""
_ERRORS: Mapping[str, type[AdapterError]] = {
    "ConcurrencyException": Conflict,
    "LoginException": AuthExpired,
    "UserError": Rejected,
    "UserWarning": Rejected,
}


class Wire:
    """Calls methods of models for one user and one company.

    Parameters
    ----------
    config : Config
        The settings.
    source : str
        For messages.
    http : callable
        Gives the client.
    """

    def __init__(self, config: Config, source: str, http: Callable[[], Client]) -> None:
        self.config, self.source, self._http = config, source, http
        self._preferences: Mapping[str, Any] | None = None
        self._place: str | None = None
        self._user: Any = None

    def version(self, client: Client) -> str:
        """The version of the server; finds out on the way where it takes calls."""
        for place in _PLACES if self._place is None else (self._place,):
            try:
                told = client.ask("POST", place, json=_asked("common.server.version", []), signed=False).get("result")
            except (Rejected, AuthExpired):  # before 8.0 this is the place of a database, which wants a login
                continue
            version = self._new_enough(told)
            self._place = place
            return version
        raise Rejected(f"there is no Tryton at {self.config.base}", source=self.source)

    def _new_enough(self, told: Any) -> str:
        major = str(told).partition(".")[0]
        if not major.isdigit():
            raise AdapterError("the server does not tell its version", source=self.source)
        if int(major) < _OLDEST:
            raise Rejected(f"Tryton {told} is not read: the oldest that is read is {_OLDEST}.0", source=self.source)
        return str(told)

    def log_in(self, client: Client) -> Login:
        """Begin a session; it ends by itself some minutes after the last call."""
        password = self.config.password.reveal()
        client.keep(password)
        asked = _asked("common.db.login", [self.config.login, {"password": password}])
        told = client.ask("POST", self._path(client), json=asked, signed=False).get("result")
        if not isinstance(told, list) or len(told) < 2:
            raise AuthExpired("the answer to the login has no session", source=self.source)
        session = base64.b64encode(f"{self.config.login}:{told[0]}:{told[1]}".encode()).decode()
        client.keep(str(told[1]), session)
        self._user = told[0]
        return Login(headers={"Authorization": f"Session {session}"})

    def _path(self, client: Client) -> str:
        if self._place is None:
            self.version(client)
        return f"{self.config.database}/{self._place}"

    def call(self, model: str, method: str, *args: Any, again: bool = True, **context: Any) -> Any:
        """What a method of a model gives, in the context of the company, and more where it is named.

        Raises
        ------
        AdapterError
            If the answer is an error, or none at all; a model that the server lacks is named.
        """
        return self._call(f"model.{model}.{method}", *args, {**self.context, **context}, model=model, again=again)

    def _call(self, method: str, *params: Any, model: str, again: bool = True) -> Any:
        client = self._http()
        try:
            data = client.ask("POST", self._path(client), json=_asked(method, list(params)), again=again).data
        except AdapterError as error:
            if str(error).endswith(repr(model)):
                problem = f"the server has no {model}: activate the module that brings it"
                raise Rejected(problem, source=self.source) from None
            raise
        if not isinstance(data, dict) or "result" not in data:
            raise AdapterError(f"the answer to {method} has no result", source=self.source)
        return plain(data["result"])

    @property
    def preferences(self) -> Mapping[str, Any]:
        """What the server tells of the user: company, language, groups."""
        if self._preferences is None:
            told = self._call("model.res.user.get_preferences", True, {}, model="res.user")
            if not isinstance(told, dict):
                raise AdapterError("the answer has no preferences of the user", source=self.source)
            if told.get("company_filter") == "all" and "companies" not in told:  # before 8.0 they are in the user only
                (row,) = self._call("model.res.user.read", [self._user], ["companies"], {}, model="res.user")
                told = {**told, "companies": row["companies"]}
            self._preferences = told
        return self._preferences

    @property
    def company(self) -> int:
        """The company that is read.

        Raises
        ------
        Rejected
            If none is set, or the rules of the server would hide its rows from the user.
        """
        told = self.preferences
        current = told.get("company")
        wanted = self.config.company or current
        seen = told.get("companies") if told.get("company_filter") == "all" else [current]
        if not isinstance(wanted, int):
            raise Rejected(f"{self.config.login} has no company: set one in Tryton", source=self.source)
        if wanted not in (seen or []):
            problem = f"{self.config.login} does not see company {wanted}: make it the current one of the user"
            raise Rejected(problem, source=self.source)
        return wanted

    @property
    def context(self) -> Mapping[str, Any]:
        """The company, the language, and that what is not active is asked for too."""
        return {"company": self.company, "language": self.preferences.get("language"), "active_test": False}

    def classify(self, reply: Reply) -> AdapterError | None:
        """An error is inside a 200, as its name and what it says."""
        error = reply.get("error")
        if reply.status != 200 or error is None:
            return None
        name, told, *_ = error if isinstance(error, list) and len(error) > 1 else (str(error), "")
        known = _ERRORS.get(str(name))
        said = f"{name}: {_said(told)}" if known else str(name)
        return (known or AdapterError)(self._http().hide(said)[:300], source=self.source)


def _asked(method: str, params: list[Any]) -> dict[str, Any]:
    return {"id": 0, "method": method, "params": params}


def _said(told: Any) -> str:
    """The sentences of an error, without what stands for nothing."""
    parts = told if isinstance(told, list) else [told]
    return " ".join(part for part in parts if isinstance(part, str) and part)
