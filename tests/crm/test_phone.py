"""A telephone number is one number however it is written, where its country is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.faulty import server_of, synced
from tests.crm.world import deal, ref

from salesteam.crm import Contact, e164, open_store

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
