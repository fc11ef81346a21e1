"""Messages are sent once, and what became of them is told."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fake import ADDRESSES, KEY, SIGNING, Robots

from salesteam import plugins
from salesteam.crm import MemoryCRM
from salesteam.errors import InvalidValueError, NotFoundError, ReportError
from salesteam.plugins import Channel, Delivery, Notice, deliver
from salesteam.testing import Answer, Fault
from salesteam_notify._parts import in_parts

NAMES = sorted(ADDRESSES)
SIGNED = ("dingtalk", "feishu")


@pytest.fixture
def server(monkeypatch):
    """Five robots; nothing that they had to refuse as no message at all may have been sent."""
    with Robots(MemoryCRM("robots")) as server:
        for name, address in ADDRESSES.items():
            monkeypatch.setenv(f"HOOK_{name.upper()}", server.url + address)
        monkeypatch.setenv("HOOK_SECRET", SIGNING)
        yield server
        assert [] == server.refused


@pytest.fixture
def channel(server):
    """Make channels through the loader, on virtual time; they are closed at the end."""
    made = []

    def channel(name, **settings):
        secret = {"secret": "env:HOOK_SECRET"} if name in SIGNED else {}
        one = plugins.load().channel(
            name, channel=f"our {name}", **{"url": f"env:HOOK_{name.upper()}", **secret, **settings}
        )
        one.now = one.clock = server.clock
        one.wait, one.timeout = server.wait, 0.2
        made.append(one)
        return one

    yield channel
    for one in made:
        one.close()
        one.close()


@pytest.fixture(params=NAMES)
def name(request):
    """Each of the robots."""
    return request.param


def test_a_message_arrives(server, channel, name):
    """With its title first, in any language."""
    delivery = channel(name).send(Notice(title="Review", text="3 deals have no owner 三个商机没有负责人"))
    assert Delivery(channel=f"our {name}", state="sent") == delivery
    assert ["Review\n3 deals have no owner 三个商机没有负责人"] == server.heard


def test_every_channel_says_who_it_is(name):
    """And claims no more than a fake."""
    kind = plugins.load().channels[name]
    assert (name, 1, "fake") == (kind.name, kind.api, kind.verified.label)


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, "45009: api freq out of limit"),
        ("wecom", {}, "the answer has no errcode"),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, "130101: send too fast"),
        ("dingtalk", "<html>", "the answer has no errcode"),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, "11232: frequency limited"),
        ("feishu", {"code": False}, "False"),
        ("slack", "no_text", "the answer is not ok: no_text"),
        ("teams", "delivery failed with HTTP error 429", "the answer says: delivery failed"),
    ],
)
def test_a_no_inside_a_good_answer_is_heard(server, channel, name, body, why):
    """The status is 200, and the message was not taken."""
    fault = server.fail(Fault(how="answer", answer=Answer(body=body)))
    delivery = channel(name).send(Notice(text="hello"))
    assert "refused" == delivery.state
    assert why in delivery.why
    assert 1 == fault.hits


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_told_and_not_repeated(server, channel, name, status):
    """It surely was not taken."""
    fault = server.fail(Fault(how="answer", answer=Answer(status=status, body="no_service")))
    delivery = channel(name).send(Notice(text="hello"))
    assert ("refused", 1) == (delivery.state, fault.hits)
    assert str(status) in delivery.why


@pytest.mark.parametrize("how", ["close", "silence", "truncate"])
def test_a_lost_answer_is_unknown_and_the_message_is_not_sent_again(server, channel, name, how):
    """Twice would be worse than perhaps."""
    if how == "truncate" and name == "teams":
        pytest.skip("the answer of Teams has nothing to cut")
    fault = server.fail(Fault(how=how))
    assert "unknown" == channel(name).send(Notice(text="hello")).state
    assert 1 == fault.hits


def test_a_failure_of_the_server_is_unknown(server, channel, name):
    """Nobody knows whether a 500 came before or after."""
    fault = server.fail(Fault(how="answer", answer=Answer(status=500)))
    assert "unknown" == channel(name).send(Notice(text="hello")).state
    assert 1 == fault.hits


def test_a_request_to_wait_is_obeyed(server, channel, name):
    """A 429 says that nothing was taken, so the message may be sent when the time has come."""
    server.fail(Fault(how="answer", answer=Answer(status=429, headers={"Retry-After": "9"}), times=1))
    assert "sent" == channel(name).send(Notice(text="hello")).state
    assert 1 == len(server.heard)
    assert server.waited >= 9


def test_the_limit_of_each_robot_is_kept(server, channel, name):
    """On the virtual clock."""
    one = channel(name)
    server.limits = (type(one).limit,)
    for number in range(type(one).limit[0] + 3):
        assert "sent" == one.send(Notice(text=str(number))).state
    assert 0 == server.limited


@pytest.mark.parametrize("name", SIGNED)
def test_a_wrong_or_missing_signature_is_refused(channel, monkeypatch, name):
    """By the code in the answer."""
    assert "refused" == channel(name, secret="env:HOOK_WECOM").send(Notice(text="hello")).state
    late = channel(name)
    late.now = lambda: 0.0
    assert "refused" == late.send(Notice(text="hello")).state


@pytest.mark.parametrize("name", SIGNED)
def test_a_robot_without_a_signature_needs_none(server, channel, name):
    """If it was not told to ask for one."""
    server.signed = False
    one = plugins.load().channel(name, url=f"env:HOOK_{name.upper()}")
    assert "sent" == one.send(Notice(text="hello")).state
    one.close()


def test_no_secret_shows(server, channel, name, caplog):
    """Not in a repr, a log, or a reason, even if the server repeats what it was sent."""
    shown = []
    with caplog.at_level(logging.DEBUG):
        for how in ("echo", "close", "answer"):
            one = channel(name)
            shown += [repr(one), repr(one.config)]
            server.fail(Fault(how=how))
            shown.append(one.send(Notice(text="hello")).why)
        server.fail(None)
        channel(name).send(Notice(text="hello"))
    text = "\n".join((*shown, caplog.text))
    assert [] == [secret for secret in (KEY, SIGNING) if secret in text]


def test_a_long_message_is_sent_in_numbered_parts(server, channel):
    """No part is longer than the robot takes, and no character is cut."""
    text = "\n".join(f"{number}. 客户需要回访" for number in range(300))
    assert "sent" == channel("wecom").send(Notice(text=text)).state
    assert all(len(part.encode()) <= 2048 for part in server.heard)
    assert text == "\n".join(part.partition("\n")[2] for part in server.heard)
    assert server.heard[0].startswith(f"(1/{len(server.heard)})\n")


def test_a_message_of_which_only_a_part_arrived_is_told(server, channel):
    """It is neither sent nor refused."""
    server.fail(Fault(how="answer", answer=Answer(body={"errcode": 45009, "errmsg": "too many"}), after=1))
    delivery = channel("wecom").send(Notice(text="x" * 5000))
    assert "unknown" == delivery.state
    assert "only 1 of 3 parts were sent" in delivery.why


def test_slack_commands_are_only_text(server, channel):
    """Nobody is called by what a record contains."""
    channel("slack").send(Notice(text="<!channel> A & B"))
    assert ["&lt;!channel&gt; A &amp; B"] == server.heard


@settings(deadline=None)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.just("\n"), max_size=400), st.integers(40, 90))
def test_parts_hold_the_whole_text(text, most):
    """In order, none too long; only blank lines at a cut may go."""
    parts = in_parts(text, most, lambda part: len(part.encode()))
    assert all(len(part.encode()) <= most for part in parts)
    bodies = parts if len(parts) == 1 else [part.partition("\n")[2] for part in parts]
    assert "".join(text.split()) == "".join("".join(bodies).split())


class Broken(Channel):
    """A channel with a mistake of its own."""

    name = "broken"

    def send(self, notice):
        """Fail."""
        raise RuntimeError(KEY)


def test_urgency_chooses_the_channels(server, channel):
    """One that fails takes no other down, and what it says is not shown."""
    channels = {"team": channel("wecom"), "boss": channel("slack"), "bad": Broken(None, channel="bad")}
    routes = {"low": [], "normal": ["team"], "high": ["bad", "boss", "team"]}
    assert () == deliver(Notice(text="a", urgency="low"), channels, routes)
    assert ["sent"] == [each.state for each in deliver(Notice(text="b"), channels, routes)]
    found = deliver(Notice(text="c", urgency="high"), channels, routes)
    assert ["unknown", "sent", "sent"] == [each.state for each in found]
    assert KEY not in found[0].why
    with pytest.raises(InvalidValueError, match="no route for high"):
        deliver(Notice(text="d", urgency="high"), channels, {"low": []})
    with pytest.raises(NotFoundError, match="tam"):
        deliver(Notice(text="d"), channels, {"normal": ["tam"]})


def test_what_became_of_it_is_told_in_both_languages():
    """Each state has words."""
    for state in ("sent", "refused", "unknown"):
        delivery = Delivery(channel="x", state=state, why="because")
        assert delivery.text() != delivery.text("zh")
        assert "because" in delivery.text()


def test_an_address_must_be_a_reference_and_safe(channel, monkeypatch, name):
    """A written address is refused unseen, one without encryption when it is used."""
    with pytest.raises(ReportError) as caught:
        plugins.load().channel(name, url=f"https://hooks.example.com/{KEY}")
    assert KEY not in str(caught.value)
    monkeypatch.setenv("HOOK_OPEN", f"http://hooks.example.com/{KEY}")
    delivery = channel(name, url="env:HOOK_OPEN").send(Notice(text="hello"))
    assert "refused" == delivery.state
    assert "not encrypted" in delivery.why
    assert KEY not in delivery.why
    assert "nothing at env:NOT_SET" in channel(name, url="env:NOT_SET").send(Notice(text="hello")).why
