"""Laws of charts: order and ids do not matter, checks never raise, what is written reads back."""

import time
from datetime import date, timedelta
from fractions import Fraction

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesteam import raci
from salesteam.core import Money, Person, ReportingLine

DAY = date(2026, 9, 30)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PROFILES = [
    raci.profile(name, a_approves=None if name in {"daci", "rapid"} else True) for name in ("raci", "racio", "rapid")
]

letters = st.lists(st.sampled_from("RACIDPOX"), min_size=1, max_size=3, unique=True).map(tuple)
days = st.none() | st.integers(-3, 3).map(lambda shift: DAY + timedelta(days=shift))
spans = st.tuples(days, days).filter(lambda span: None in span or span[0] < span[1])
keys = st.sampled_from(["a", "b", "c", "d"])
words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=6)


def dated(cls, **fields):
    return st.tuples(spans, st.fixed_dictionaries(fields)).map(
        lambda drawn: cls(start=drawn[0][0], end=drawn[0][1], **drawn[1])
    )


def several(strategy, most=5):
    return st.lists(strategy, max_size=most).map(tuple)


assignments = dated(
    raci.Assignment, activity=keys, role=keys, letters=letters, approves=st.sampled_from([None, True, False])
)
activities = st.builds(
    raci.Activity,
    id=keys,
    name_zh=st.sampled_from(["", "报价", "A"]),
    after=several(keys, 2),
    kind=st.sampled_from(["work", "decision"]),
    subject=st.just("amount"),
    value=st.none() | st.integers(0, 9).map(lambda n: Money.of(n, "CNY")),
)
delegations = dated(
    raci.Delegation,
    giver=st.sampled_from("pq"),
    taker=st.sampled_from("rst"),
    activities=several(keys, 2),
    ceiling=st.none() | st.sampled_from([Money.of(1, "CNY"), Money.of(1, "USD")]),
) | dated(raci.Delegation, giver=st.sampled_from("rst"), taker=st.sampled_from("pq"))
limits = st.builds(
    raci.Limit,
    role=keys,
    subject=st.just("amount"),
    sense=st.just("at_most"),
    own=st.integers(0, 5).map(lambda n: Money.of(n, "CNY")),
    hard=st.none() | st.just(Money.of(7, "CNY")),
    activities=several(keys, 1),
)
separations = st.one_of(
    st.just(raci.Separation(duties=("does", "approves"))),
    st.just(raci.Separation(duties=("does", "answers"))),
    st.just(raci.Separation(activities=("a", "b"))),
)
charts = st.builds(
    raci.Chart,
    profile=st.sampled_from(PROFILES),
    activities=several(activities),
    roles=several(st.builds(raci.Role, id=keys, seats=st.sampled_from([None, 1]))),
    assignments=several(assignments, 12),
    holdings=several(dated(raci.Holding, person=st.sampled_from("pqrst"), role=keys, deputy=st.booleans()), 6),
    people=several(st.sampled_from([Person(id="p", name="a"), Person(id="q", name="Q")]), 2),
    lines=several(st.sampled_from([ReportingLine(person="p", manager="q"), ReportingLine(person="q", manager="p")]), 2),
    delegations=several(delegations),
    absences=several(dated(raci.Absence, person=st.sampled_from("pqrst")), 3),
    separations=several(separations, 2),
    limits=several(limits, 3),
    handoffs=several(st.builds(raci.Handoff, source=keys, target=keys, sender=keys, receiver=keys), 2),
    escalations=several(st.builds(raci.Escalation, role=keys, to=keys), 4),
    connector=st.sampled_from(["", "a"]),
)


def told(chart):
    """What a check says, without order: the code, how bad, and how it is told in both languages."""
    report = raci.check(chart, as_of=DAY)
    return sorted((found.code, found.severity.value, found.text(), found.text("zh")) for found in report)


@settings(SETTINGS, max_examples=30)
@given(chart=charts)
def test_check_route_and_show_never_raise(chart):
    """Whatever is in a chart, it can be checked, shown, asked and routed."""
    assert all(line for line in told(chart))
    shown = raci.show(chart, as_of=DAY)
    assert len(shown.report) == len(shown.findings().rows)
    assert all((shown.text(), shown.html("zh"), shown.markdown(), shown.diagram().dot()))
    shown.to_frame([{}])
    for activity in chart.activities:
        for value in (None, Money.of(6, "CNY")):
            found = raci.route(chart, activity.id, as_of=DAY, value=value)
            assert (found.status == "blocked") is (not found.decides)
            assert str(found.explain())
        assert {"yes", "no", "unknown"} >= {chart.has_duty(who, activity.id, DAY) for who in "abpqx"}


@SETTINGS
@given(chart=charts, random=st.randoms(use_true_random=False))
def test_row_order_changes_no_finding(chart, random):
    """Rows, columns and cells in any order, where every id is declared once."""
    unique = {
        name: tuple({each.id: each for each in getattr(chart, name)}.values())
        for name in ("activities", "roles", "people")
    }
    first = attrs.evolve(chart, **unique)
    mixed = {
        field.name: tuple(random.sample(value, len(value)))
        for field in attrs.fields(raci.Chart)
        if isinstance(value := getattr(first, field.name), tuple)
    }
    assert told(first) == told(attrs.evolve(first, **mixed))


@SETTINGS
@given(chart=charts)
def test_new_ids_change_no_finding(chart):
    """With other ids for roles and activities the same findings come at the same places."""

    def renamed(value):
        if attrs.has(type(value)):
            return attrs.evolve(
                value,
                **{
                    field.alias: renamed_field(value, field.name)
                    for field in attrs.fields(type(value))
                    if field.name
                    in {"id", "activity", "role", "after", "activities", "source", "target", "sender", "receiver", "to"}
                },
            )
        return value

    def renamed_field(value, name):
        held = getattr(value, name)
        return tuple(f"z{each}z" for each in held) if isinstance(held, tuple) else f"z{held}z"

    nouns = (
        "activities",
        "roles",
        "assignments",
        "holdings",
        "delegations",
        "separations",
        "limits",
        "handoffs",
        "escalations",
    )
    unnamed = attrs.evolve(chart, people=(), lines=(), connector="")
    fresh = attrs.evolve(unnamed, **{name: tuple(renamed(each) for each in getattr(unnamed, name)) for name in nouns})

    def places(made, back):
        report = raci.check(made, as_of=DAY)
        return sorted((found.code, back(found.place.key), back(found.place.field)) for found in report)

    plain = attrs.evolve(unnamed, activities=tuple(attrs.evolve(each, name_zh="") for each in unnamed.activities))
    other = attrs.evolve(fresh, activities=tuple(attrs.evolve(each, name_zh="") for each in fresh.activities))
    assert places(plain, lambda key: key) == places(other, lambda key: key and key.strip("z"))


@SETTINGS
@given(chart=charts)
def test_yaml_reads_back_as_the_same_chart(chart):
    """Everything is kept, exactly."""
    assert chart == raci.parse(raci.render(chart, format="yaml"), format="yaml")


def simple(cell):
    """A chart of activities, roles and cells only, under names as they are written."""
    return st.builds(
        lambda rows, columns, drawn: raci.Chart(
            profile=PROFILES[0],
            activities=tuple(raci.Activity(id=row) for row in rows),
            roles=tuple(raci.Role(id=column) for column in columns),
            assignments=tuple(
                cell(row, column, drawn[(n * len(columns) + m) % len(drawn)])
                for n, row in enumerate(rows)
                for m, column in enumerate(columns)
                if drawn[(n * len(columns) + m) % len(drawn)] is not None
            ),
        ),
        st.lists(words, min_size=1, max_size=4, unique=True),
        st.lists(words, min_size=1, max_size=4, unique=True),
        st.lists(st.none() | st.tuples(letters, st.sampled_from([None, True, False]), spans), min_size=1, max_size=9),
    )


def bare_cell(activity, role, drawn):
    return raci.Assignment(activity=activity, role=role, letters=drawn[0])


def full_cell(activity, role, drawn):
    found, approves, (start, end) = drawn
    return raci.Assignment(activity=activity, role=role, letters=found, approves=approves, start=start, end=end)


@SETTINGS
@given(chart=simple(bare_cell))
def test_markdown_reads_back_as_the_same_chart(chart):
    """Bars, stars and backslashes in names included."""
    text = raci.render(chart, format="markdown")
    assert chart == raci.parse(text, format="markdown", profile=chart.profile)


@SETTINGS
@given(chart=simple(full_cell))
def test_csv_reads_back_as_the_same_chart(chart):
    """With approvals and dates, and with rows and columns that hold no letter."""
    text = raci.render(chart, format="csv")
    assert chart == raci.parse(text, format="csv", profile=chart.profile)


@SETTINGS
@given(text=st.text(max_size=80), form=st.sampled_from(["matrix", "long", "csv", "markdown"]))
def test_any_text_becomes_a_chart_or_findings(text, form):
    """Nothing that a text holds makes reading or checking raise."""
    chart = raci.parse(text, format=form, profile=PROFILES[0])
    assert raci.check(chart, as_of=DAY).text("zh")


@SETTINGS
@given(own=st.integers(0, 9), more=st.integers(0, 9), value=st.integers(0, 20))
def test_more_own_authority_never_blocks_what_was_clear(own, more, value):
    """A wider limit clears at least what the narrower one clears."""

    def status(bound):
        limit = raci.Limit(role="b", subject="scope", sense="at_most", own=Fraction(bound))
        chart = raci.parse("activity,a,b\nx,R,A", format="matrix", profile=PROFILES[0])
        scoped = attrs.evolve(chart, activities=(raci.Activity(id="x", subject="scope"),), limits=(limit,))
        return raci.route(scoped, "x", as_of=DAY, value=Fraction(value)).status

    assert not (status(own) == "clear" and status(own + more) != "clear")


def _big(rows):
    """Ten assignments an activity, a tenth as many people as activities times five."""
    roles = [f"r{n}" for n in range(500)]
    cells = tuple(
        raci.Assignment(activity=f"a{n}", role=roles[(n * 7 + m * 13) % 500], letters=("RACIIIIIII"[m],))
        for n in range(rows)
        for m in range(10)
    )
    return raci.Chart(
        profile=PROFILES[0],
        activities=tuple(raci.Activity(id=f"a{n}", after=(f"a{n - 1}",) if n else ()) for n in range(rows)),
        roles=tuple(raci.Role(id=role) for role in roles),
        assignments=cells,
        holdings=tuple(raci.Holding(person=f"p{n}", role=roles[n % 500]) for n in range(rows // 2)),
        separations=(raci.Separation(duties=("does", "approves")),),
    )


def test_time_of_a_check_is_linear_in_the_assignments():
    """Four times the cells take clearly less than the sixteen times of a quadratic check."""

    def seconds(chart):
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            raci.check(chart, as_of=DAY)
            best = min(best, time.process_time() - start)
        return best

    small, large = _big(500), _big(2000)
    raci.check(small, as_of=DAY)
    assert seconds(large) < 10 * seconds(small)
