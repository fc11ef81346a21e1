"""What several sources say differently of one customer is told; who is one customer is never guessed."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.faulty import Faulty, server_of, synced
from tests.crm.world import codes, deal, ref

from salesteam.crm import Account, Records, Stage, open_store, silos
from salesteam.errors import InvalidValueError, NotFoundError


def account(source, key, **fields):
    """A customer in a source; its name is its key unless it is told otherwise."""
    owner = fields.pop("owner", None)
    return Account(
        ref=ref("account", key, source),
        **{"name": key, "owner": None if owner is None else ref("user", owner, source), **fields},
    )


def opened(source, key, of, stage=None, **fields):
    """A deal of a customer."""
    named = None if stage is None else ref("stage", stage, source)
    return deal(key, source=source, account=ref("account", of, source), stage=named, **fields)


def found(*records, by=("domain",), **options):
    """The silos of some records."""
    return silos(Records(records=records), by=by, **options)


def said(result):
    """Field, state and what each source says."""
    told = {}
    for row in result.rows:
        told.setdefault((row.field, row.state), {})[row.source] = row.value
    return told


def customers(result):
    """The accounts that belong together, as text."""
    return [" ".join(f"{each.source}:{each.external_id}" for each in refs) for refs in result.customers]


ACME = (account("crm", "1", owner="li", domain="acme.cn"), account("erp", "9", owner="wu", domain="www.ACME.cn"))


def test_owners_are_compared_as_persons():
    """Two logins of one person are one owner; two persons are a silo, and each source is told."""
    assert {("owner", "differs"): {"crm": "li", "erp": "wu"}} == said(found(*ACME))
    assert () == found(*ACME, identity={"li": "Li Lei", "wu": "Li Lei"}).rows
    told = found(*ACME, identity={"li": "Li Lei", "wu": "Wu Yue"}.get)
    assert {("owner", "differs"): {"crm": "Li Lei", "erp": "Wu Yue"}} == said(told)
    assert ["crm.silo"] == codes(told.report)


def test_an_owner_in_one_source_alone_is_one_sided():
    """And a stranger's login is neither equal nor different: it is told."""
    nobody = attrs.evolve(ACME[1], owner=None)
    assert {("owner", "one-sided"): {"crm": "li", "erp": None}} == said(found(ACME[0], nobody))
    strange = found(*ACME, identity={"li": "Li Lei"})
    assert () == strange.rows
    assert ["crm.unmapped-user"] == codes(strange.report)


def test_the_stages_of_open_deals_are_compared_by_name():
    """By a common one, where the sources call them differently; an unknown stage goes by its id."""
    same = {"domain": "acme.cn"}
    records = (
        account("crm", "1", **same),
        account("erp", "9", **same),
        Stage(ref=ref("stage", "s1", "crm"), name="Talks", stage_kind="open"),
        Stage(ref=ref("stage", "7", "erp"), name="方案谈判", stage_kind="open"),
        opened("crm", "D-1", "1", "s1"),
        opened("crm", "D-2", "1", "s1"),
        opened("erp", "D-9", "9", "7"),
    )
    assert {("stage", "differs"): {"crm": "Talks", "erp": "方案谈判"}} == said(found(*records))
    assert () == found(*records, stages={"方案谈判": "talks"}).rows
    assert () == found(*records, stages=lambda name: "t" if name in {"Talks", "方案谈判"} else None).rows
    more = found(*records, opened("erp", "D-8", "9", "new"), stages={"方案谈判": "talks"})
    assert {("stage", "differs"): {"crm": "Talks", "erp": "new, talks"}} == said(more)


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ({"status": "won"}, {("status", "differs"): {"crm": "open", "erp": "won"}}),
        ({"status": "void"}, {("status", "one-sided"): {"crm": "open", "erp": None}}),
        ({"status": "open", "archived": True}, {("status", "one-sided"): {"crm": "open", "erp": None}}),
        ({"status": "open"}, {}),
    ],
)
def test_an_open_deal_is_missed_where_deals_are_held(there, expected):
    """A deal that is void or put away is none; two open ones without stage agree."""
    same = {"domain": "acme.cn"}
    records = (account("crm", "1", **same), account("erp", "9", **same))
    assert expected == said(found(*records, opened("crm", "D-1", "1"), opened("erp", "D-9", "9", **there)))


def test_a_source_without_deals_misses_none():
    """Nor are closed deals compared with each other."""
    same = {"domain": "acme.cn"}
    records = (account("crm", "1", **same), account("erp", "9", **same))
    assert () == found(*records, opened("crm", "D-1", "1")).rows
    closed = opened("crm", "D-1", "1", "yes", status="won"), opened("erp", "D-9", "9", "no", status="lost")
    assert () == found(*records, *closed).rows
    assert () == found(*records, closed[0], opened("erp", "D-8", "other")).rows


def test_chosen_fields_are_compared_and_no_others():
    """Without case, width and blanks at the ends; a placeholder says nothing."""
    one = account("crm", "1", domain="a.cn", region="华东", industry="Steel ", tier="A", country="待定")
    other = account("erp", "9", domain="a.cn", region="华北", industry="ＳＴＥＥＬ", country="CN")
    told = found(one, other, fields=["region", "industry", "country"])
    assert {
        ("region", "differs"): {"crm": "华东", "erp": "华北"},
        ("country", "one-sided"): {"crm": "待定", "erp": "CN"},
    } == said(told)
    assert () == found(one, other, fields=["country"], placeholders=["待定", "CN"]).rows
    assert ("owner", "stage", "status", "region") == found(fields=["region"]).fields


@pytest.mark.parametrize(
    ("key", "one", "other", "same"),
    [
        ("registry_id", "91110108-MA01 k", "91110108ma01K", True),
        ("registry_id", "n/a", "N/A ", False),
        ("registry_id", "--", "/", False),
        ("domain", "https://www.Acme.cn/about?x=1", "acme.cn.", True),
        ("domain", "acme.cn:443", "acme.cn", True),
        ("domain", "mail.acme.cn", "acme.cn", False),
        ("name", "Ａｃｍｅ (China) Co., Ltd.", "acme china co ltd", True),
        ("name", "Acme", "Acme Ltd", False),
        ("name", "test", "Test", False),
    ],
)
def test_a_key_is_compared_without_its_dress(key, one, other, same):
    """What is only written otherwise is the same; a placeholder matches nothing."""
    blank = {"name": "?"}
    result = found(account("crm", "1", **{**blank, key: one}), account("erp", "9", **{**blank, key: other}), by=[key])
    assert (["crm:1 erp:9"] if same else []) == customers(result)
    assert (0 if same else 2) == result.alone


def test_a_later_key_matches_what_the_earlier_left():
    """Through the customer that was made before: by number, then by domain."""
    records = (
        account("a", "1", registry_id="X1"),
        account("b", "2", registry_id="X1", domain="acme.cn"),
        account("c", "3", domain="acme.cn"),
    )
    assert ["a:1 b:2 c:3"] == customers(found(*records, by=["registry_id", "domain"]))
    assert ["a:1 b:2"] == customers(found(*records, by=["registry_id"]))


def test_two_in_one_source_are_told_and_not_guessed():
    """Their common partner stays alone, until a later key tells them apart."""
    twins = (account("crm", "1", domain="a.cn", name="North"), account("crm", "2", domain="a.cn", name="South"))
    partner = account("erp", "9", domain="a.cn", name="north", owner="wu")
    told = found(*twins, partner)
    assert [] == customers(told)
    assert () == told.rows
    assert ["crm.match-ambiguous"] == codes(told.report)
    assert "3 accounts share one domain, such as crm:account:1, crm:account:2, erp:account:9" in told.report.text()
    assert 3 == len(*told.doubtful)
    settled = found(*twins, partner, by=["domain", "name"])
    assert ["crm:1 erp:9"] == customers(settled)
    assert ["crm.silo"] == codes(settled.report)


def test_two_in_one_source_alone_are_no_question():
    """Nobody else claims to be one of them."""
    assert [] == codes(found(account("crm", "1", domain="a.cn"), account("crm", "2", domain="a.cn")).report)


def test_an_earlier_key_keeps_apart_what_a_later_one_joins():
    """Two registered companies of one name are two; who could be either is nobody."""
    one, other = account("crm", "1", name="Acme", registry_id="X1"), account("erp", "9", name="Acme", registry_id="X2")
    told = found(one, other, by=["registry_id", "name"])
    assert [] == customers(told)
    assert ["crm.match-contradicted"] == codes(told.report)
    assert ["crm:1 erp:9"] == customers(found(one, other, by=["name", "registry_id"]))
    either = found(one, other, account("pos", "5", name="Acme"), by=["registry_id", "name"])
    assert [] == customers(either)
    assert ["crm.match-ambiguous"] == codes(either.report)


def test_one_doubt_is_told_once():
    """Though every key finds it again."""
    twins = (account("crm", "1", domain="a.cn", name="A"), account("crm", "2", domain="a.cn", name="A"))
    told = found(*twins, account("erp", "9", domain="a.cn", name="A"), by=["domain", "name"])
    assert ["crm.match-ambiguous"] == codes(told.report)


def test_many_doubts_are_counted_and_all_given():
    """The report names a few."""
    twins = [
        account(source, f"{key}{n}", domain=f"{n}.cn")
        for n in range(9)
        for source, key in (("a", "x"), ("a", "y"), ("b", "z"))
    ]
    told = found(*twins)
    assert ["crm.match-ambiguous"] * 5 + ["crm.more-alike"] == codes(told.report)
    assert 9 == len(told.doubtful)


def test_the_archived_and_the_merged_are_not_looked_at():
    """They would be silos for ever."""
    put_away = attrs.evolve(ACME[1], archived=True)
    merged = attrs.evolve(ACME[1], merged_into=ref("account", "10", "erp"))
    for other in (put_away, merged):
        assert (0, 1) == (len(found(ACME[0], other).customers), found(ACME[0], other).alone)


def test_a_store_tells_the_silos_of_then():
    """Before the owner was changed in one of the sources, there was none."""
    servers = [server_of(each.ref.source, [attrs.evolve(each, owner=None)]) for each in ACME]
    with open_store(":memory:") as store:
        for server in servers:
            synced(Faulty(server), store)
        then = servers[0].now
        servers[0].now += timedelta(hours=1)
        servers[0].change(ACME[0].ref, owner=ref("user", "li", "crm"))
        synced(Faulty(servers[0]), store)
        assert {("owner", "one-sided"): {"crm": "li", "erp": None}} == said(silos(store, by=["domain"]))
        assert () == silos(store, by=["domain"], known_at=then).rows


def test_a_wrong_question_is_refused():
    """No key, a key that is none, a field that no account has or that is no text."""
    for by in (None, [], ["phone"]):
        with pytest.raises(InvalidValueError, match="registry_id"):
            found(by=by)
    for field in ("colour", "parent"):
        with pytest.raises(NotFoundError, match="field to compare"):
            found(fields=[field])
    with pytest.raises(NotFoundError):
        found(*ACME).explain("crm:account:2")


@pytest.mark.parametrize(
    ("lang", "told", "summary", "title"),
    [
        ("en", "crm:account:1: owner differs: crm li | erp wu", "1 of them differ: 1 in owner", "say differently"),
        ("zh", "crm:account:1：负责人不一致：crm li | erp wu", "其中 1 个不一致：负责人 1", "信息孤岛"),
    ],
)
def test_it_is_shown_in_both_languages(lang, told, summary, title):
    """For one customer by any of its accounts, as counts, as a table, in a notebook and as a frame."""
    result = found(*ACME)
    assert told == result.explain("erp:account:9", lang)
    assert summary in result.explain(lang=lang)
    assert title in result.grid(lang).text()
    assert "<table" in result._repr_html_()
    assert ["li", "wu"] == list(result.to_frame()["value"])


few = st.sampled_from([None, "x", "y", "无"])
accounts = st.lists(
    st.builds(
        dict,
        source=st.sampled_from("abc"),
        owner=few,
        name=st.sampled_from("PQR"),
        domain=few,
        registry_id=few,
        tier=few,
    ),
    max_size=8,
).map(lambda rows: [account(row.pop("source"), str(n), **row) for n, row in enumerate(rows)])
keys = st.lists(st.sampled_from(["registry_id", "domain", "name"]), min_size=1, max_size=3, unique=True)


@given(accounts, keys, st.randoms())
def test_the_order_of_sources_makes_no_difference(given_, by, chance):
    """Nor that of the accounts within them."""
    shuffled = list(given_)
    chance.shuffle(shuffled)
    assert found(*given_, by=by, fields=["tier"]) == found(*shuffled, by=by, fields=["tier"])


@given(accounts, keys)
def test_equal_sources_give_no_silo(given_, by):
    """Whatever is matched with its copy, they say the same."""
    mine = [attrs.evolve(each, ref=ref("account", each.ref.external_id, "a")) for each in given_]
    copy = [attrs.evolve(each, ref=ref("account", each.ref.external_id, "z")) for each in mine]
    result = found(*mine, *copy, by=by, fields=["tier", "name", "domain", "registry_id"])
    assert () == result.rows
    assert all(one.external_id == other.external_id for one, other in result.customers)


@given(accounts, keys)
def test_a_customer_has_one_account_a_source_and_no_account_two_customers(given_, by):
    """And all that are matched or alone are those that were given."""
    result = found(*given_, by=by)
    refs = [each for customer in result.customers for each in customer]
    assert len(refs) == len(set(refs))
    assert len(given_) == len(refs) + result.alone
    assert all(len(customer) == len({each.source for each in customer}) > 1 for customer in result.customers)


@given(accounts, keys)
def test_whoever_shares_a_key_and_stays_apart_is_told(given_, by):
    """Two accounts of two sources that share the first key are one customer, or both are named."""
    result = found(*given_, by=by)
    home = {each: customer for customer in result.customers for each in customer}
    named = {each for doubtful in result.doubtful for each in doubtful}
    values = {each.ref: getattr(each, by[0]) for each in given_}
    for one in given_:
        for other in given_:
            shares = values[one.ref] == values[other.ref] not in {None, "无"}
            if not shares or one.ref.source == other.ref.source or other.ref in home.get(one.ref, ()):
                continue
            taken = {each.source for each in home.get(one.ref, (one.ref,))}
            free = not taken & {each.source for each in home.get(other.ref, (other.ref,))}
            assert not free or {one.ref, other.ref} <= named
