"""A state that is saved by one process and gone on from by another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.incentives.language import worlds

from salesteam import incentives as inc
from salesteam.core import Money
from salesteam.errors import InvalidValueError, ReportError
from salesteam.incentives import _exact
from salesteam.incentives._exact import _restored, _saved
from salesteam.incentives._exact._deal import Figure
from salesteam.incentives._filled import filled
from salesteam.incentives._unpaid import unpaid_row

PLAN = inc.plan_of(
    {
        "currency": "CNY",
        "period": "month",
        "negative_period": "carry",
        "measures": {"m": {"unit": "money", "value": "amount"}},
        "components": {
            "c": {
                "measure": "m",
                "method": "marginal",
                "accumulate": "quarter",
                "tiers": [{"from": 0, "to": 100, "rate": "1/3"}, {"from": 100, "rate": "20%"}],
            }
        },
    }
)
FEATURES = [
    "reversals", "bent", "dated", "crediting", "quotas", "proration", "fx", "rounded", "windfall", "clawback", "split",
    "deal", "rollup",
]  # fmt: skip


def deal(name, day, amount, **more):
    """One deal of ana."""
    return {"transaction": name, "date": date(2026, 1, day), "amount": str(amount), "payee": "ana", **more}


FIRST = inc.pay(PLAN, inc.Facts(transactions=[deal("T1", 5, 80), deal("R1", 6, -10, reverses="T1")])).state


def plain(state):
    """All that a state holds, as data that can be compared."""
    held = {name: getattr(state.carried, name) for name in ("deals", "shares", "kept", "given", "usual")}
    carried = attrs.evolve(state.carried, **{name: dict(cells) for name, cells in held.items()})
    words = [(f.text("en"), f.text("zh")) for row in carried.back for f in (row.finding,) if f is not None]
    words += [(row.finding.text("en"), row.finding.text("zh")) for rows in carried.lacking.values() for row in rows]
    return state.plan, state.as_of, attrs.asdict(carried), words


def resumed(plan, facts, state):
    """What a run pays and gives back that goes on from a state, or why it is refused."""
    try:
        run = inc.pay(plan, facts, resume=state)
    except (ReportError, InvalidValueError) as refused:
        return str(refused)
    return run.payouts, run.lines, run.attainment, run.unpaid, plain(run.state)


def edited(folder, change):
    """A file of the first state in which something was changed."""
    path = FIRST.save(folder / "state.json")
    root = json.loads(path.read_text(encoding="utf-8"))
    change(root)
    path.write_text(json.dumps(root), encoding="utf-8")
    return path


def refusals(path):
    """Where and why a file is refused."""
    with pytest.raises(ReportError) as refused:
        inc.State.load(path)
    assert all(finding.place.file == str(path) for finding in refused.value.report)
    return [(finding.place.key, finding.code.partition(".")[2]) for finding in refused.value.report]


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_state_that_is_loaded_is_the_one_that_was_saved(data):
    """It holds the same, in both languages, and a run that goes on from it pays or refuses the same."""
    features = data.draw(st.sets(st.sampled_from(FEATURES), max_size=4))
    plan, tables = data.draw(worlds(features=tuple(sorted(features))))
    cut = data.draw(st.integers(0, len(tables["transactions"])))
    days = [inc.Facts(**{**tables, "transactions": part}) for part in _cut(tables["transactions"], cut)]
    try:
        state = _exact.run(filled(plan), days[0], None).state
    except (ReportError, InvalidValueError):
        assume(False)
    with tempfile.TemporaryDirectory() as folder:
        loaded = inc.State.load(state.save(Path(folder) / "state.json"))
    assert plain(state) == plain(loaded)
    assert resumed(plan, days[1], state) == resumed(plan, days[1], loaded)


def _cut(rows, at):
    rows = sorted(rows, key=lambda row: (row["date"], row["seq"], row["transaction"]))
    return rows[:at], rows[at:]


def test_another_process_goes_on_from_the_file(tmp_path):
    """The deal of the next day crosses the band that the first one had begun, and takes its place."""
    FIRST.save(tmp_path / "state.json")
    (tmp_path / "plan.yaml").write_text(inc.dump(PLAN), encoding="utf-8")
    job = (
        "from salesteam import incentives as inc; from datetime import date\n"
        "rows = [{'transaction': 'T2', 'date': date(2026, 1, 7), 'amount': '50', 'payee': 'ana'}]\n"
        "run = inc.pay(inc.load('plan.yaml'), inc.Facts(transactions=rows), resume=inc.State.load('state.json'))\n"
        "run.state.save('state.json'); print(run.total.text())"
    )
    out = subprocess.run([sys.executable, "-c", job], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "CNY 37.33" == out.stdout.strip()
    assert {"T1", "R1", "T2"} == set(inc.State.load(tmp_path / "state.json").carried.deals)


def test_the_state_of_another_plan_is_refused_after_loading_too(tmp_path):
    """The file holds the plan that its sums were paid by."""
    loaded = inc.State.load(FIRST.save(tmp_path / "state.json"))
    other = attrs.evolve(PLAN, version="2")
    with pytest.raises(ReportError, match="resume-plan"):
        inc.pay(other, inc.Facts(transactions=[]), resume=loaded)


def test_what_has_changed_behind_a_loaded_state_is_refused(tmp_path):
    """The file holds the deals and the tables that were paid on."""
    people = [{"payee": "ana", "team": "north", "floor": 3}]
    state = inc.pay(PLAN, inc.Facts(transactions=[deal("T1", 5, 80)], people=people)).state
    loaded = inc.State.load(state.save(tmp_path / "state.json"))
    assert not inc.pay(PLAN, inc.Facts(transactions=[], people=people), resume=loaded).book.changed
    for rows, moved in (([deal("T1", 5, 81)], people), ([], [{**people[0], "team": "south"}])):
        with pytest.raises(ReportError, match="resume-changed"):
            inc.pay(PLAN, inc.Facts(transactions=rows, people=moved), resume=loaded)


def test_cells_that_came_as_numbers_and_moments_stay_what_they_were(tmp_path):
    """A reversal on a later day is looked at with the cells of its deal."""
    nine = datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=8)))
    late = inc.Window(from_=nine)
    part = attrs.evolve(PLAN.components["c"], where=(inc.Where(column="floor", values=("3",)),), window=late)
    rows = [{**deal("T1", 5, 80), "floor": Fraction(3), "date": nine.replace(minute=30)}]
    state = inc.pay(attrs.evolve(PLAN, components={"c": part}), inc.Facts(transactions=rows)).state
    old, new = (each.carried.deals["T1"] for each in (state, inc.State.load(state.save(tmp_path / "state.json"))))
    cell = new.texts["floor"]
    assert isinstance(cell, Figure)
    assert (nine.replace(minute=30), Fraction(3)) == (new.moment, cell.number)
    assert old.moment == new.moment


def test_a_reversal_still_knows_what_it_takes_back(tmp_path):
    """The deal of the same file, not a copy of it."""
    deals = inc.State.load(FIRST.save(tmp_path / "state.json")).carried.deals
    assert (deals["T1"], None) == (deals["R1"].original, deals["T1"].original)


def test_what_came_back_is_told_by_the_same_values(tmp_path):
    """Amounts, days and numbers stay what they are, so that every language can write them."""
    values = {"day": date(2026, 1, 5), "amount": Money(5, "CNY"), "share": Fraction(2, 3), "one": 3, "near": ("a", "b")}
    row = unpaid_row("no-payee", transaction="T2", **values)
    state = attrs.evolve(FIRST, carried=attrs.evolve(FIRST.carried, back=(row,)))
    assert row.finding == inc.State.load(state.save(tmp_path / "state.json")).carried.back[0].finding


def test_only_the_owner_may_read_a_state(tmp_path):
    """It names people and their pay."""
    if os.name == "nt":
        pytest.skip("Windows keeps no such bits")
    assert 0o600 == FIRST.save(tmp_path / "state.json").stat().st_mode & 0o777


def test_who_is_stopped_while_saving_leaves_the_file_of_before(tmp_path, monkeypatch):
    """The new file takes the place of the old one only when it is whole."""
    path = FIRST.save(tmp_path / "state.json")
    before = path.read_bytes()

    def stopped(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        inc.pay(PLAN, inc.Facts(transactions=[deal("T2", 7, 5)]), resume=FIRST).state.save(path)
    assert ([path], before) == (list(tmp_path.iterdir()), path.read_bytes())


def test_a_state_too_large_to_load_is_not_saved(tmp_path, monkeypatch):
    """Nobody finds out a day later."""
    path = FIRST.save(tmp_path / "state.json")
    for module in (_saved, _restored):
        monkeypatch.setattr(module, "LARGEST", 100)
    with pytest.raises(InvalidValueError, match="too large"):
        FIRST.save(path)
    assert [(None, "too-large")] == refusals(path)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "state-broken"),
        ('{"format": "salesteam-state/1"', "state-broken"),
        ('{"format": 1, "format": 2}', "state-broken"),
        ("[" * 100_000, "state-broken"),
        ("[]", "state-format"),
        ('{"format": "salesteam-state/2", "new": []}', "state-format"),
        ("cos\nsystem\n(S'true'\ntR.", "state-broken"),
    ],
)
def test_what_is_no_state_is_refused(tmp_path, text, code):
    """A file that is cut off, of another format, nested without end, or made for another reader."""
    path = tmp_path / "state.json"
    path.write_text(text, encoding="utf-8")
    assert [code] == [found for _, found in refusals(path)]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    """The first day has none; a job that lost it must not pay as if nothing had been paid."""
    assert [(None, "missing-file")] == refusals(tmp_path / "state.json")


def test_everything_that_no_state_holds_is_told_at_once(tmp_path):
    """Each with its path in the file."""

    def change(root):
        carried = root["carried"]
        del carried["pays"], carried["told"]["quotas"]
        carried["extra"] = []
        carried["last"] = "yesterday"
        carried["sums"][0][1]["sum"] = 70.5
        carried["deals"]["T1"]["numbers"] = ["80"]
        carried["rows"][0][1]["at"] = "1/0"

    assert {
        ("carried.pays", "missing-key"),
        ("carried.told.quotas", "missing-key"),
        ("carried.extra", "unknown-key"),
        ("carried.last", "wrong-value"),
        ("carried.sums[0][1].sum", "refused-value"),
        ("carried.deals.T1.numbers", "wrong-shape"),
        ("carried.rows[0][1].at", "refused-value"),
    } == set(refusals(edited(tmp_path, change)))


@pytest.mark.parametrize(
    ("at", "change"),
    [
        ("carried.deals.T1.reverses", lambda c: c["deals"]["T1"].update(reverses="R1")),
        ("carried.deals.R1.reverses", lambda c: c["deals"]["R1"].update(reverses="T9")),
        ("carried.deals.T1.id", lambda c: c["deals"]["T1"].update(id="T2")),
        ("carried.deals.T1.numbers", lambda c: c["deals"]["T1"].update(numbers={})),
        ("carried.pays[0]", lambda c: c["pays"][0][0].__setitem__(2, "other")),
        ("carried.pays[0]", lambda c: c["pays"][0][0].__setitem__(1, "soon")),
        ("carried.periods[0]", lambda c: c.update(periods=["soon"])),
        ("carried.sums[0]", lambda c: c["sums"][0][0].__setitem__(0, "n")),
    ],
)
def test_names_by_which_nothing_is_meant_are_refused(tmp_path, at, change):
    """A reversal of what is not there or of itself, a component that the plan does not have, a period that is none."""
    assert (at, "state-torn") in refusals(edited(tmp_path, lambda root: change(root["carried"])))


@pytest.mark.parametrize(
    ("at", "change"),
    [
        ("carried.sums[0][1]", lambda root: root["carried"]["sums"][0][1].update(name="n")),
        ("carried.pays", lambda root: root["carried"]["pays"].append(root["carried"]["pays"][0])),
        ("carried.payees.ana", lambda root: root["carried"]["payees"].update(ana="1")),
        ("plan", lambda root: root.update(plan=None)),
        ("plan.currency", lambda root: root.update(plan=root["plan"].replace("CNY", "XXQ"))),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, at, change):
    """A measure that the plan does not have, a key that comes twice, a value where none belongs, a plan that is none."""
    assert at in [place for place, _ in refusals(edited(tmp_path, change))]


def test_a_finding_that_nobody_could_tell_is_refused(tmp_path):
    """Of another code, or without the values of its words."""
    state = inc.pay(PLAN, inc.Facts(transactions=[deal("T1", 5, 80), deal("T2", 5, 80, currency="EUR")])).state
    path = state.save(tmp_path / "state.json")
    sound = path.read_text(encoding="utf-8")
    for was, made in (
        ("incentives.other-currency", "incentives.none"),
        ('"transaction":"T2","wanted"', '"other":"T2","wanted"'),
        ('"wanted":"CNY"', '"wanted":{}'),
        ('"wanted":"CNY"', '"wanted":{"code":"CNY"}'),
    ):
        assert was in sound
        path.write_text(sound.replace(was, made), encoding="utf-8")
        assert ("carried.back[0].finding", "refused-value") in refusals(path)
