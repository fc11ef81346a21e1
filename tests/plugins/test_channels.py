"""Channels are found, made and listed like adapters."""

from __future__ import annotations

import pytest

from salesteam import plugins
from salesteam.errors import PluginError, ReportError
from salesteam.plugins import Delivery, Notice

CHANNEL = """
import attrs
from salesteam.crm import Secret, Verified
from salesteam.plugins import Channel, Delivery, hookimpl

@attrs.frozen(kw_only=True)
class Config:
    room: Secret

class Loud(Channel):
    name = "loud"
    Config = Config
    verified = Verified(label="fake", against="nothing at all")
    def send(self, notice): return Delivery(channel=self.channel, state="sent", why=notice.text)

class Half(Channel): ...

@hookimpl
def salesteam_register_channels(): return [{returned}]
"""


def test_a_channel_is_made_by_its_name_and_settings(install):
    """Secrets by reference, mistakes told at their keys, near names offered."""
    install("megaphone", CHANNEL.format(returned="Loud"))
    found = plugins.load()
    channel = found.channel("loud", channel="hall", room="env:ROOM")
    assert Delivery(channel="hall", state="sent", why="hello") == channel.send(Notice(text="hello"))
    channel.close()
    assert "<Loud hall>" == repr(channel)
    with pytest.raises(ReportError):
        found.channel("loud", room="12")
    with pytest.raises(PluginError, match="did you mean 'loud'"):
        found.channel("lout", room="env:ROOM")


def test_a_channel_is_listed(install, loaded):
    """With its label, in the table and on the screen."""
    install("megaphone", CHANNEL.format(returned="Loud"))
    assert ["loud"] == [channel.name for channel in loaded("megaphone").channels]
    rows = [row for row in plugins.load().to_rows() if row["name"] == "megaphone"]
    assert [("loud", 1, "fake (nothing at all)")] == [(row["adapter"], row["api"], row["verified"]) for row in rows]
    assert any("loud" in row for row in plugins.load().grid().rows)


@pytest.mark.parametrize(
    ("returned", "why"),
    [
        ("Half", "Half lacks send"),
        ("Config", "is no subclass of salesteam.plugins.Channel"),
        ("Loud, Loud", "the channel 'loud' is registered by the plugin bad already"),
        ("", "it registers nothing"),
    ],
)
def test_an_unsound_channel_fails_its_plugin(install, loaded, returned, why):
    """When it is loaded, not when it should speak."""
    install("bad", CHANNEL.format(returned=returned))
    assert "failed" == loaded("bad").state
    assert why in loaded("bad").why


def test_the_first_of_two_plugins_keeps_the_name_of_a_channel(install, loaded):
    """The second fails and names the first."""
    install("first", CHANNEL.format(returned="Loud"))
    install("second", CHANNEL.format(returned="Loud"))
    assert "the channel 'loud' is registered by the plugin first already" == loaded("second").why
