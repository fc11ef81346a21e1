"""The logins of a fake org, by the secret of an app or by a signed token."""

from __future__ import annotations

from functools import cache

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@cache
def key_pair():
    """A private key in PEM form, and the public one of it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode(), key.public_key()


class Logins:
    """A part of the fake org."""

    username, audience = "sync@acme.example", "https://login.salesforce.com"

    def begin_logins(self):
        self.assertions = []

    FORM = ("grant_type", "client_id", "client_secret")

    @property
    def form(self):
        """What the form of an app must say."""
        return ("client_credentials", self.client_id, self.secret)

    def is_signed(self, form):
        """Whether a token is of our app and user, for us, signed by the key, and ends within three minutes."""
        self.assertions.append(form["assertion"])
        try:
            claims = jwt.decode(
                form["assertion"],
                key_pair()[1],
                algorithms=["RS256"],
                audience=self.audience,
                options={"require": ["iss", "sub", "aud", "exp"], "verify_exp": False},
            )
        except jwt.PyJWTError:
            return False
        left = claims["exp"] - self.crm.now.timestamp()
        named = (self.client_id, self.username) == (claims["iss"], claims["sub"])
        return (
            form["grant_type"] == BEARER and named and set(claims) == {"iss", "sub", "aud", "exp"} and 0 < left <= 180
        )
