"""How a session begins: with the secret of an app, or with a token that its private key signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from salesteam.crm import Secret
from salesteam.crm.http import Client, Reply
from salesteam.errors import InvalidValueError, Rejected
from salesteam_salesforce._config import Config

__all__ = ["session"]

_PATH = "services/oauth2/token"
_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_GOOD_FOR = timedelta(minutes=2)
"""Salesforce takes tokens that end within three minutes."""
_SKEW = timedelta(seconds=30)


def session(client: Client, config: Config, now: Callable[[], datetime]) -> Reply:
    """Ask for a session.

    A signed token tells the time of its end, so a clock of ours that is wrong would lock us out:
    what is refused then is signed once more, by the clock of the server.
    """
    at = now()
    try:
        return client.ask("POST", _PATH, form=_form(client, config, at), signed=False)
    except Rejected:
        theirs = client.server_time
        if config.private_key is None or theirs is None or abs(theirs - at) <= _SKEW:
            raise
    return client.ask("POST", _PATH, form=_form(client, config, theirs), signed=False)


def _form(client: Client, config: Config, at: datetime) -> Mapping[str, str]:
    app = config.client_id.reveal()
    client.keep(app)
    if config.private_key is None:
        assert config.client_secret is not None
        secret = config.client_secret.reveal()
        client.keep(secret)
        return {"grant_type": "client_credentials", "client_id": app, "client_secret": secret}
    claims = {
        "iss": app,
        "sub": config.username,
        "aud": config.audience,
        "exp": int((at + _GOOD_FOR).timestamp()),
    }
    token = _signed(client, config.private_key, claims)
    client.keep(token)
    return {"grant_type": _BEARER, "assertion": token}


def _signed(client: Client, where: Secret, claims: Mapping[str, object]) -> str:
    import jwt

    key = where.reveal()
    client.keep(key)
    try:
        return jwt.encode(dict(claims), key, algorithm="RS256")
    except (jwt.PyJWTError, ValueError, TypeError):  # their texts may repeat the key
        problem = f"what stands at {where.reference} is no private RSA key in PEM form, or is under a password"
    raise InvalidValueError(problem, where="private_key", fix="name the key whose certificate the app has")
