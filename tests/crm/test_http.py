"""Asking over HTTP: patience where it helps, none where it harms, and no secret anywhere."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, date, timedelta
from datetime import datetime as datetime_
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from salesteam.core import Money
from salesteam.crm import MemoryCRM
from salesteam.crm.http import (
    BadValueError,
    Client,
    Limit,
    Login,
    Reply,
    RestAdapter,
    Row,
    WindowAdapter,
)
from salesteam.errors import AdapterError, AuthExpired, Conflict, InvalidValueError, RateLimited, Rejected, Transient
from salesteam.testing import Answer, FakeHTTP, Fault

SECRET = "canary-7f3a-secret"


class Echo(FakeHTTP):
    """Answers with what it was sent."""

    good = ""

    def reply(self, request):
        if request.path == "/login":
            self.good = f"token-{len(self.requests)}"
            return Answer(body={"token": self.good})
        if self.good and request.headers.get("authorization") != self.good:
            return self.problem(401, "who?")
        if request.path == "/strict":
            request.takes("a")
        return Answer(body={"path": request.path, "query": dict(request.query), "amount": 1.10})


@pytest.fixture
def server():
    """A loopback server on virtual time."""
    with Echo(MemoryCRM("echo")) as server:
        yield server


@pytest.fixture
def client(server):
    """Make clients that are closed at the end."""
    made = []

    def client(**settings):
        made.append(Client(server.url, source="echo", wait=server.wait, clock=server.clock, timeout=0.2, **settings))
        return made[-1]

    yield client
    for each in made:
        each.close()


def test_an_answer_keeps_its_decimals(client):
    """No amount becomes a binary number."""
    assert Decimal("1.1") == client().ask("GET", "x").data["amount"]


def test_a_blank_is_written_as_no_server_can_misread(server, client):
    """OData servers take a plus for a plus; what was asked for arrives as it was."""
    given = {"$filter": "a ge 'x y+z&ä'", "n": "1"}
    assert given == dict(client().ask("GET", "/echo", params=given).get("query"))
    assert "/echo?%24filter=a%20ge%20%27x%20y%2Bz%26%C3%A4%27&n=1" == server.requests[-1].target


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Rejected),
        (403, Rejected),
        (409, Conflict),
        (412, Conflict),
        (302, AdapterError),
        (500, AdapterError),
        (401, AuthExpired),
    ],
)
def test_a_status_is_an_error_that_says_what_to_do(server, client, status, error):
    """And is tried once."""
    fault = server.fail(Fault(how="answer", answer=Answer(status=status, body={"why": "no"})))
    with pytest.raises(error) as caught:
        client().ask("GET", "x")
    assert type(caught.value) is error
    assert 1 == fault.hits


def test_what_is_not_there_is_none_and_what_may_not_be_read_is_an_error(server, client):
    """Only a 404 says that a thing is gone, and not even that where the adapter knows the answer better."""
    assert "/deals/1" == client().find("deals/1").get("path")
    server.fail(Fault(how="answer", answer=Answer(status=404, body="<html>not here</html>")))
    assert client().find("deals/1", params={"fields": "name"}, headers={"X-Of": "me"}) is None
    assert ("fields", "me") == (*server.requests[-1].query, server.requests[-1].headers["x-of"])
    with pytest.raises(AuthExpired):
        client(classify=lambda reply: AuthExpired("no such tenant") if reply.status == 404 else None).find("deals/1")
    with pytest.raises(Rejected):
        client().ask("GET", "deals/1")
    for status in (400, 403, 410):
        server.fail(Fault(how="answer", answer=Answer(status=status)))
        with pytest.raises(Rejected):
            client().find("deals/1")


@pytest.mark.parametrize("how", ["close", "silence", "truncate", "garble"])
def test_a_write_is_not_sent_again_where_that_could_write_twice(server, client, how):
    """Nobody knows whether the first one arrived."""
    fault = server.fail(Fault(how=how))
    with pytest.raises(Transient):
        client().ask("POST", "x", json={}, again=False)
    assert 1 == fault.hits


def test_a_write_that_was_refused_by_a_limit_is_sent_again(server, client):
    """Then it surely was not done."""
    server.fail(Fault(how="answer", answer=Answer(status=429, headers={"Retry-After": "3"}), times=1))
    assert client().ask("POST", "x", json={}, again=False).status == 200
    assert server.waited == 3


def test_whether_a_request_can_have_arrived_is_told(server, client):
    """Certainly not where no connection came about, unless an earlier try may have; else nobody knows."""
    answering = client()
    server.fail(Fault(how="close"))
    with pytest.raises(Transient) as lost:
        answering.ask("POST", "x", json={}, again=False)
    assert lost.value.arrived is None
    server.close()
    with pytest.raises(Transient, match="no connection") as refused:
        client().ask("POST", "x", json={}, again=False)
    assert refused.value.arrived is False
    with pytest.raises(Transient, match="no connection") as tried:
        client().ask("POST", "x", json={})
    assert tried.value.arrived is None


@pytest.mark.parametrize(
    ("how", "answered"), [("close", False), ("silence", False), ("garble", True), ("answer", True), ("down", False)]
)
def test_whether_a_server_answers_at_all_is_told(server, client, how, answered):
    """What is down is told from what is busy or speaks nonsense."""
    if how == "down":
        server.close()
    else:
        server.fail(Fault(how=how, answer=Answer(status=503)))
    with pytest.raises(Transient) as caught:
        client().ask("GET", "x")
    assert answered == caught.value.answered


def test_an_author_who_forgets_the_pages_is_told():
    """A server with windows needs a search; another needs pages, and the message says what they are asked for."""

    class Bare(RestAdapter):
        capabilities = schema = connect = record = mark = lambda self, *_: {}

    class Blind(WindowAdapter):
        capabilities = schema = connect = record = mark = lambda self, *_: {}

    at = datetime_(2026, 9, 30, tzinfo=UTC)
    with pytest.raises(InvalidValueError, match=r"Bare defines neither page\(\) nor pages\(\).*at most 7 rows of deal"):
        next(Bare(None, source="bare").fetch("deal", None, until=at, overlap=timedelta(0), page_size=7))
    with pytest.raises(TypeError, match="search"):
        Blind(None, source="blind")


def test_an_endless_failure_is_given_up(server, client):
    """After three tries with growing waits."""
    fault = server.fail(Fault(how="answer", answer=Answer(status=503)))
    with pytest.raises(Transient):
        client().ask("GET", "x")
    assert 3 == fault.hits
    assert 1.5 <= server.waited <= 4.5


def test_a_login_is_shared_renewed_once_and_before_its_time(server, client):
    """One login for many requests, a new one when it expired, and one ahead of its end."""

    def login(client):
        return Login(headers={"Authorization": client.ask("POST", "login", signed=False).data["token"]}, good_for=100)

    made = client(login=login)
    for _ in range(3):
        made.ask("GET", "x")
    server.good = "another"
    made.ask("GET", "x")
    server.wait(101)
    made.ask("GET", "x")
    assert 3 == server.counts()["POST /login"]


def test_the_server_is_not_left_for_another(server, client):
    """An address that an answer names must be on the same server."""
    assert client().ask("GET", f"{server.url}/next?a=1").data["query"] == {"a": "1"}
    with pytest.raises(AdapterError, match="another"):
        client().ask("GET", "https://evil.example.com/next")


@pytest.mark.parametrize(
    "base", ["http://crm.example.com", "ftp://x", "crm.example.com", "http://127.0.0.1.evil.example"]
)
def test_an_address_is_encrypted_or_on_this_machine(base):
    """Anything else is refused where it is set."""
    with pytest.raises(InvalidValueError):
        Client(base, source="x")


@pytest.mark.parametrize("login", [f"li:{SECRET}", SECRET, f":{SECRET}", f"{SECRET}:"])
def test_an_address_holds_no_login(login):
    """Settings are shared; the message does not repeat it."""
    with pytest.raises(InvalidValueError, match="holds a login") as caught:
        Client(f"https://{login}@crm.example/web", source="x")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("how", ["nobody", "echo", "close", "silence", "garble", "truncate", "header"])
def test_no_cause_of_an_error_tells_a_secret(server, client, how):
    """Who prints the whole traceback of a failure, with all that led to it, sees none either."""
    made = client()
    made.keep(SECRET)
    if how == "nobody":
        server.__exit__(None, None, None)
    elif how != "header":
        server.fail(Fault(how=how, times=3))
    headers = {"X-Key": f"{SECRET}\n" if how == "header" else SECRET}
    with pytest.raises(AdapterError) as caught:
        made.ask("POST", f"hook/{SECRET}", params={"access_token": SECRET}, json={"a": SECRET}, headers=headers)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert (None, None) == (caught.value.__cause__, caught.value.__context__)


def test_a_known_secret_is_in_no_error_and_no_log(server, client, caplog):
    """Even where it stands in an address or the server repeats it."""
    made = client()
    made.keep(SECRET)
    with caplog.at_level(logging.DEBUG):
        made.ask("GET", "hook", params={"access_token": SECRET})
        server.fail(Fault(how="echo"))
        with pytest.raises(Rejected) as caught:
            made.ask("POST", f"hook/{SECRET}", json={"a": SECRET}, headers={"X-Key": SECRET})
    assert SECRET not in str(caught.value) + caplog.text
    assert "***" in caplog.text


def test_a_wait_may_be_given_as_seconds_or_as_a_date():
    """A date is counted from the clock of the server."""
    headers = {"date": "Wed, 30 Sep 2026 08:00:00 GMT", "retry-after": "Wed, 30 Sep 2026 08:01:30 GMT"}
    assert 90 == Reply(status=429, headers=headers, text="").retry_after
    assert Reply(status=429, headers={"retry-after": "soon"}, text="").retry_after is None


def test_a_limit_needs_sense():
    """Nothing in no time is none."""
    with pytest.raises(InvalidValueError):
        Limit(0, 1)


def test_an_endless_wait_is_told(server, client):
    """With the seconds, so that the run can go on later."""
    server.fail(Fault(how="answer", answer=Answer(status=429, headers={"Retry-After": "9999"})))
    with pytest.raises(RateLimited) as caught:
        client().ask("GET", "x")
    assert 9999 == caught.value.retry_after


SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_values_of_a_row_are_read_exactly():
    """Times, days, numbers, amounts, words; blanks are nothing."""
    row = Row(
        {"t": "2026-09-30T16:00:00Z", "d": "2026-09-30", "n": 0.1, "m": "12.30", "b": " ", "w": "X"}, zone=SHANGHAI
    )
    assert date(2026, 10, 1) == row.day("t")
    assert date(2026, 9, 30) == row.day("d")
    assert (1, 10) == row.number("n").as_integer_ratio()
    assert Money.of("12.30", "CNY") == row.money("m", "CNY", excess_digits="reject")
    assert (None, None, "x") == (row.text("b"), row.instant("none"), row.word("w", {"X": "x"}))
    assert timedelta(0) == Row({"t": "2026-09-30 16:00:00"}, zone=SHANGHAI).instant("t").utcoffset()
    assert datetime_(2026, 9, 30, 8, tzinfo=SHANGHAI) == Row({"t": "2026-09-30 08:00:00"}, zone=SHANGHAI).instant("t")


@pytest.mark.parametrize(
    ("read", "problem"),
    [
        (lambda row: row.instant("text"), "is no time"),
        (lambda row: row.instant("naive"), "has no time zone"),
        (lambda row: row.instant("flag"), "is no time"),
        (lambda row: row.day("instant"), "no zone is set"),
        (lambda row: row.day("tenth"), "is no date"),
        (lambda row: row.number("text"), "is no number"),
        (lambda row: row.money("n", None, excess_digits="reject"), "has no currency"),
        (lambda row: row.money("n", "XXQ", excess_digits="reject"), "no currency of ISO 4217"),
        (lambda row: row.money("text", "CNY", excess_digits="reject"), "is no amount"),
        (lambda row: row.money("flag", "CNY", excess_digits="reject"), "is no amount"),
        (lambda row: row.money("n", "CNY", excess_digits="reject"), "more decimal places"),
        (lambda row: row.text("list"), "is no text"),
        (lambda row: row.need("none"), "is needed"),
        (lambda row: row.word("text", {"a": 1}), "is unknown"),
    ],
)
def test_a_bad_value_says_what_is_wrong_in_both_languages(read, problem):
    """With its field and its value, never with a guess."""
    row = Row(
        {
            "text": "abc",
            "naive": "2026-01-01 08:00:00",
            "flag": True,
            "instant": "2026-01-01T08:00:00Z",
            "tenth": "2026-13-01",
            "n": "1.005",
            "list": [1],
        }
    )
    with pytest.raises(BadValueError, match=problem) as caught:
        read(row)
    assert caught.value.field
    assert caught.value.problem.text("zh") != caught.value.problem.text("en")


@pytest.mark.parametrize("value", ["0.30000000000000004", "1234.5600000000001", "-0.30000000000000004"])
def test_a_source_that_keeps_binary_numbers_sends_amounts_all_the_same(value):
    """Over the wire they are decimals with digits that nobody wrote; out of the quarantine they are text."""
    for came in (Reply(status=200, headers={}, text=value).data, float(value), value):
        read = Row({"m": came}, floats=True).money("m", "CNY", excess_digits="reject")
        assert Money.of(f"{float(value):.2f}", "CNY") == read
        if not isinstance(came, float):
            with pytest.raises(BadValueError, match="more decimal places"):
                Row({"m": came}).money("m", "CNY", excess_digits="reject")
    assert Money.of("1234.50", "CNY") == Row({"m": "1,234.50"}, floats=True).money("m", "CNY", excess_digits="reject")
    with pytest.raises(BadValueError, match="more decimal places"):
        Row({"m": Decimal("0.305")}, floats=True).money("m", "CNY", excess_digits="reject")


@pytest.mark.parametrize("setting", [None, "lead_statuses"])
def test_an_unknown_word_is_mended_where_that_can_be_done(setting):
    """In a setting, if the source has one for it; no other is made up."""
    with pytest.raises(BadValueError) as caught:
        Row({"status": "hot"}).word("status", {"new": "new"}, setting=setting)
    for lang in ("en", "zh"):
        assert (setting or {"en": "no setting", "zh": "没有"}[lang]) in caught.value.todo.text(lang)


def test_a_fake_refuses_what_it_does_not_know(server, client):
    """And keeps what was wrong with it."""
    with pytest.raises(Rejected, match="takes no parameter b"):
        client().ask("GET", "strict", params={"b": 1})
    assert ["GET /strict: GET /strict takes no parameter b"] == server.refused
