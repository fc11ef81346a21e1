"""A telephone number is one number however it is written, where its country is told."""

from __future__ import annotations

import re
import sys

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.crm.faulty import server_of, synced
from tests.crm.world import deal, ref

from salesteam.crm import Contact, Schema, e164, open_store, phone_region
from salesteam.crm._record import NEVER
from salesteam.crm.http import Client, RestAdapter
from salesteam.errors import InvalidValueError


@attrs.frozen(kw_only=True)
class Settings:
    """Those of a source whose users write numbers of their own country."""

    phone_region: str | None = phone_region()


@pytest.fixture
def plans():
    """The plans of numbers, which an extra installs."""
    return pytest.importorskip("phonenumbers", reason="the extra phones is not installed")


digits = st.text("0123456789", min_size=6, max_size=14)
numbers = st.builds("{}{}".format, st.sampled_from("123456789"), digits)
extensions = st.sampled_from(["", " ext. 12", " x12", "#7", ";ext=12", " 转 12", " 分机号：12", " Extension 4"])


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("+86 10 1234-5678", "+861012345678"),
        ("+86 (10) 1234.5678", "+861012345678"),
        ("＋８６ １３８ ００１３ ８０００", "+8613800138000"),
        ("+86–138–0013–8000", "+8613800138000"),
        (" +1/868/765 4321 ", "+18687654321"),
        ("+86 10 1234 5678 ext. 12", "+861012345678"),
        ("+86 10 1234 5678 转12", "+861012345678"),
        ("+683 4002", "+6834002"),
        ("+49 (0)30 123456", None),
        ("+49 ( 0 ) 30 123456", None),
        ("0086 138 0013 8000", None),
        ("138 0013 8000", None),
        ("+0 138 0013 8000", None),
        ("+86 138", None),
        ("+1234567890123456", None),
        ("+86 138 0013 8000 / +86 139 0013 8000", None),
        ("+86 10 CALL NOW", None),
        ("ext. 12", None),
        ("", None),
    ],
)
def test_a_number_with_the_code_of_its_country_has_one_form(written, form):
    """Whatever stands between its digits; what is not certain has none."""
    assert form == e164(written)


@given(
    number=numbers,
    between=st.lists(st.sampled_from(["", " ", "-", ".", "/", " (", ") "]), min_size=15, max_size=15),
    extension=extensions,
)
def test_the_form_of_a_form_is_itself(number, between, extension):
    """And neither what stands between the digits nor an extension changes it."""
    written = "+" + "".join(digit + mark for digit, mark in zip(number, between, strict=False))
    assume(not re.search(r"\(\s*0\s*\)", written))  # which some countries dial and others do not
    assert f"+{number}" == e164(written + extension) == e164(f"+{number}")


@given(text=st.text())
def test_whatever_is_written_is_a_form_or_none(text):
    """Never a mistake, and never more than a plus sign and 15 digits."""
    form = e164(text)
    assert form is None or (form == e164(form) and form[0] == "+" and form[1:].isascii() and 7 <= len(form[1:]) <= 15)


def test_a_contact_keeps_its_numbers_as_they_are_written():
    """Beside those that have a form, each once; also one that a store gave back."""
    written = ("+86 10 1234 5678 转 12", "+861012345678", "138 0013 8000")
    contact = Contact(ref=ref("contact", "C-1"), name="王总", phones=written)
    with open_store(":memory:") as store:
        synced(server_of(records=[contact]).adapter(), store)
        kept = store.get(contact.ref)
    assert [(written, ("+861012345678",))] * 2 == [(each.phones, each.e164) for each in (contact, kept)]


def test_the_form_of_a_number_is_forgotten_with_its_person():
    """In the texts of others it is seldom written as the contact has it."""
    wang, told = ref("contact", "C-1"), ref("deal", "D-1")
    people = [
        Contact(ref=wang, name="王伟", phones=("+86 138-0013-8000",)),
        deal("D-1", lost_reason="call +8613800138000"),
    ]
    with open_store(":memory:") as store:
        synced(server_of(records=people).adapter(), store)
        store.forget(wang)
        assert "call [forgotten]" == store.get(told).lost_reason


@pytest.mark.parametrize(
    ("written", "region", "forms"),
    [
        ("138 0013 8000", "CN", ("+8613800138000",)),
        ("010-8765 4321 转 12", "CN", ("+861087654321",)),
        ("0086 138 0013 8000", "CN", ("+8613800138000",)),
        ("+49 (0)30 123456", "CN", ("+4930123456",)),
        ("(650) 253-0000", "US", ("+16502530000",)),
        ("+86 138 0013 8000", "US", ("+8613800138000",)),
        ("8765 4321", "CN", ()),
        ("110", "CN", ()),
        ("ask Wang", "CN", ()),
        ("138 0013 8000", None, ()),
    ],
)
def test_a_region_reads_the_numbers_that_tell_no_country(plans, written, region, forms):
    """By its plan of numbers; what the plan does not have is none, and the number stays as it is written."""
    contact = Contact(ref=ref("contact", "C-1"), name="王总", phones=(written,)).in_region(region)
    assert ((written,), forms) == (contact.phones, contact.e164)


@given(number=st.integers(13_000_000_000, 13_999_999_999))
def test_a_number_is_the_same_within_its_country_and_from_abroad(number):
    """The plan and the rule for international numbers give one form."""
    pytest.importorskip("phonenumbers", reason="the extra phones is not installed")
    contact = Contact(ref=ref("contact", "C-1"), name="王总", phones=(str(number), f"+86 {number}")).in_region("CN")
    assert (f"+86{number}",) == contact.e164


def test_a_region_is_a_known_one(plans):
    """It is told with the nearest; none is none."""
    assert ("CN", None) == (Settings(phone_region="CN").phone_region, Settings().phone_region)
    with pytest.raises(InvalidValueError, match=r"'cn' is no region .*did you mean 'CN'"):
        Settings(phone_region="cn")


def test_an_adapter_over_http_heeds_the_region_of_its_settings(plans):
    """Of every row, also of one that is read again from its text."""

    class Shop(RestAdapter):
        name, Config = "shop", Settings

        def capabilities(self):
            return {}

        def schema(self):
            return Schema()

        def connect(self):
            return Client("https://crm.example.com", source=self.source)

        def mark(self, kind, row):
            return NEVER, row["id"]

        def record(self, kind, row):
            return Contact(ref=self.ref(kind, row.need("id")), name="王总", phones=(row.need("phone"),))

    row = {"id": "C-1", "phone": "138 0013 8000"}
    for region, forms in ((None, ()), ("CN", ("+8613800138000",))):
        shop = Shop(Settings(phone_region=region), source="demo")
        assert [forms, forms] == [shop.made("contact", row).e164, shop.remap("contact", shop.raw(row)).e164]


def test_a_region_needs_the_extra(monkeypatch):
    """Else what a store holds would depend on what happens to be installed."""
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    with pytest.raises(InvalidValueError, match=r"pip install 'salesteam\[phones\]'"):
        Settings(phone_region="CN")
    assert Settings().phone_region is None


def test_a_store_gives_the_forms_of_a_region_back(plans):
    """Without the plans, and also of a body that an earlier version wrote."""
    contact = Contact(ref=ref("contact", "C-1"), name="王总", phones=("138 0013 8000",))
    with open_store(":memory:") as store:
        synced(server_of(records=[contact]).adapter(), store)
        assert () == store.get(contact.ref).e164
        server = server_of(records=[contact.in_region("CN")])
        synced(server.adapter(), store, restart=True)
        assert ("+8613800138000",) == store.get(contact.ref).e164


def test_the_form_of_a_region_is_known_and_forgotten_too(plans):
    """As that of a number written internationally."""
    wang, told = ref("contact", "C-1"), ref("deal", "D-1")
    person = Contact(ref=wang, name="王伟", phones=("138-0013-8000",)).in_region("CN")
    with open_store(":memory:") as store:
        synced(server_of(records=[person, deal("D-1", lost_reason="call +8613800138000")]).adapter(), store)
        erased = store.forget(wang)
        assert ("call [forgotten]", ()) == (store.get(told).lost_reason, store.get(erased.refs[0]).e164)
