"""A fake tenant, and an adapter to it on virtual time."""

from __future__ import annotations

import pytest
from tests.fake import USER, FxiaokeFake

from salesteam.crm import MemoryCRM, Secret
from salesteam.testing import Answer, HttpHarness
from salesteam_fxiaoke._adapter import FxiaokeAdapter

APP = {"appId": "FSAID_canary", "appSecret": "secret-canary-8d", "permanentCode": "code-canary-2b"}


class FxiaokeHarness(HttpHarness):
    """The tenant that the contract changes."""

    secrets = (*APP.values(), "TOKEN-canary")
    renews = True
    limits = ((100, 20),)

    def __init__(self, monkeypatch):
        for number, value in enumerate(APP.values()):
            monkeypatch.setenv(f"FAKE_FX_{number}", value)
        super().__init__(FxiaokeFake(MemoryCRM("fx"), APP))
        self.spoil = {"deal": {"sales_status": "9"}}

    def id_of(self, kind, number):
        return f"{super().id_of(kind, number):0>24}"

    def adapter(self, **settings):
        given = {
            "app_id": Secret("env:FAKE_FX_0"), "app_secret": Secret("env:FAKE_FX_1"), "permanent_code": Secret("env:FAKE_FX_2"),
            "user": USER, "excess_digits": "reject", "currency": "CNY", "base": self.server.url,
        }  # fmt: skip
        config = FxiaokeAdapter.Config(**{**given, **settings})
        server = self.server
        return FxiaokeAdapter(config, source="fx", wait=server.wait, clock=server.clock, timeout=0.2)

    def kinds(self):
        return ("account", "contact", "lead", "product", "deal")

    def archive(self, ref):
        self.server.crm.archive(ref)

    def expire(self):
        self.server.token = "another"


def coded(number):
    """An answer whose code says no."""
    return Answer(body={"errorCode": number, "errorMessage": "no"})


@pytest.fixture
def harness(monkeypatch):
    """A new tenant for each test."""
    harness = FxiaokeHarness(monkeypatch)
    yield harness
    harness.server.close()
