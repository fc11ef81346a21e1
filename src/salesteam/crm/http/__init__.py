"""What connectors to CRMs over HTTP share: asking with patience, keeping secrets, reading rows into records.

Connectors
    `RestAdapter` reads page by page, keeps the cursor behind what was read, and turns each row into a record or a
    reject; `WindowAdapter` is for servers that page by ids only. `Page` is what they read; `Row` reads the values of
    one row and tells which is bad, by `BadValueError`
Asking
    `Client` retries what passes, waits where it is told to, renews a login once, and never repeats a write blindly;
    `Reply`, `Login`, `Limit`

Secrets are named by `salesteam.crm.Secret`, and `Client` shows none that it was told to keep.
Needs the extra ``http``; httpx is loaded at the first request.
"""

from __future__ import annotations

from salesteam.crm.http._adapter import Page, RestAdapter
from salesteam.crm.http._client import Client
from salesteam.crm.http._limit import Limit
from salesteam.crm.http._reply import Login, Reply
from salesteam.crm.http._row import BadValueError, Row
from salesteam.crm.http._window import WindowAdapter

__all__ = [
    "BadValueError",
    "Client",
    "Limit",
    "Login",
    "Page",
    "Reply",
    "RestAdapter",
    "Row",
    "WindowAdapter",
]
