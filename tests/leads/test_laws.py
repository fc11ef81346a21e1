"""Laws that hold for any leads, seats, claims and policies."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from salesteam.leads import (
    Book,
    Cap,
    Claim,
    Condition,
    CountBased,
    Fallback,
    Holding,
    Lead,
    LeastLoaded,
    Policy,
    RoundRobin,
    Rule,
    Seat,
    SmoothWeighted,
    allocate,
    check,
    propose,
)

AT = datetime(2026, 9, 30, 9, tzinfo=UTC)
REGIONS, SKILLS, TEAMS = ("East", "West", None), ("x", "y"), ("t1", "t2", None)
few = settings(max_examples=60, deadline=None)

SELECTORS = st.sampled_from(
    [
        RoundRobin(id="pick", mode="strict"),
        RoundRobin(id="pick", mode="flexible"),
        SmoothWeighted(id="pick", earn="all"),
        SmoothWeighted(id="pick", earn="eligible"),
        CountBased(id="pick", reset="never", joiner="min", returner="min", refunds=()),
        LeastLoaded(id="pick", load="leads", per="seat"),
        LeastLoaded(id="pick", load="value", per="capacity"),
    ]
)


@st.composite
def leads(draw, most=12):
    count = draw(st.integers(0, most))
    return [
        Lead(
            lead=f"L{number}",
            created_at=draw(st.none() | st.integers(0, 5).map(lambda hours: AT - timedelta(hours=hours))),
            region=draw(st.sampled_from(REGIONS)),
            product=draw(st.sampled_from((*SKILLS, None))),
            account=draw(st.sampled_from(("A", "B", None))),
            value_minor=draw(st.none() | st.integers(0, 50)),
            frozen=draw(st.integers(0, 9)) == 0,
        )
        for number in range(count)
    ]


@st.composite
def seats(draw, least=0):
    count = draw(st.integers(least, 5))
    return [
        Seat(
            seat=f"s{number}",
            team=draw(st.sampled_from(TEAMS)),
            weight=draw(st.sampled_from((0, 1, 2, Fraction(1, 3)))),
            capacity=draw(st.none() | st.integers(0, 4)),
            skills=draw(st.sets(st.sampled_from(SKILLS)).map(sorted)),
            conflicts=draw(st.sampled_from(((), ("A",)))),
            priority=draw(st.integers(0, 1)),
            accepting=draw(st.integers(0, 4)) > 0,
        )
        for number in range(count)
    ]


@st.composite
def caps(draw):
    found = []
    for number in range(draw(st.integers(0, 3))):
        measure = draw(st.sampled_from(("open", "received", "value")))
        window = "now" if measure == "open" else "day"
        found.append(
            Cap(
                id=f"c{number}",
                scope=draw(st.sampled_from(("seat", "team"))),
                measure=measure,
                window=window,
                zone=None if window == "now" else "UTC",
                limit=draw(st.integers(0, 60 if measure == "value" else 4)),
                hard=draw(st.booleans()),
            )
        )
    return found


@st.composite
def policies(draw):
    rules = [
        Rule(
            id="east",
            when=Condition(field="region", operator="eq", value="East"),
            on_missing=draw(st.sampled_from(("no_match", "match", "hold"))),
            teams=draw(st.sampled_from(((), ("t1",)))),
            skill_fields=draw(st.sampled_from(((), ("product",)))),
            gives=draw(st.sampled_from(("assign", "offer"))),
            selector="pick",
            on_empty=draw(st.sampled_from(("next", "fallback", "hold"))),
        ),
        Rule(id="rest", selector="pick", on_empty="fallback"),
    ]
    if draw(st.booleans()):
        rules.insert(
            1,
            Rule(
                id="sea",
                when=Condition(field="account", operator="eq", value="B"),
                on_missing="no_match",
                gives="pool",
                pool="sea",
            ),
        )
    fallback = Fallback(queue="q", owner=draw(st.sampled_from(("w", ""))))
    return Policy(
        id="p",
        salt=draw(st.text(min_size=1).filter(str.strip)),
        rules=rules,
        selectors=[draw(SELECTORS)],
        caps=draw(caps()),
        fallback=fallback,
    )


@st.composite
def claims(draw):
    return [
        Claim(
            id=f"k{number}",
            kind=draw(st.sampled_from(("territory", "named_account", "owner", "open_opportunity"))),
            holder=draw(st.sampled_from(("s0", "s1", "t1", "gone"))),
            scope=draw(
                st.sampled_from(
                    (
                        Condition(field="account", operator="eq", value="A"),
                        Condition(field="region", operator="in", value=["East", "West"]),
                        Condition(field="value_minor", operator="ge", value=25),
                    )
                )
            ),
            priority=draw(st.integers(0, 2)),
            exclusive=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 3)))
    ]


def go(given_leads, policy, places, rights=(), book=None):
    return allocate(given_leads, policy, places, book=book or Book(), as_of=AT, claims=rights)


@few
@given(leads(), policies(), seats(), claims())
def test_each_lead_is_assigned_xor_explained(given_leads, policy, places, rights):
    """One decision for each lead; a seat or a reason, never both, never neither; both can be told."""
    result = go(given_leads, policy, places, rights)
    assert sorted(lead.lead for lead in given_leads) == sorted(decision.lead for decision in result.decisions)
    for decision in result.decisions:
        assert (decision.seat is None) is (decision.reason is not None)
        assert (decision.seat is not None) is (decision.outcome in ("assigned", "offered"))
        assert bool(decision.owner) is (decision.outcome == "queued")
        assert bool(decision.why("zh")) is (decision.seat is None)
    for decision in result.decisions[:2]:
        assert str(result.explain(decision.lead, "zh"))


@few
@given(leads(), policies(), seats(), claims())
def test_the_trace_tells_what_was_decided(given_leads, policy, places, rights):
    """In the candidates of each lead the seat that got it, and no other, has rank 1 at the end."""
    result = go(given_leads, policy, places, rights)
    for decision in result.decisions:
        rows = result.candidates[decision.lead]
        assert [row.seat for row in rows if row.rank == 1] == ([decision.seat] if decision.seat else [])
        assert all((row.excluded_by is None) is (row.rank is not None) for row in rows)


@few
@given(leads(), policies(), seats(), claims())
def test_hard_caps_are_never_broken(given_leads, policy, places, rights):
    """Counted anew from the decisions: capacity, and every hard cap on seats and teams."""
    result = go(given_leads, policy, places, rights)
    by_id = {seat.seat: seat for seat in places}
    values = {lead.lead: lead.value_minor for lead in given_leads}
    limits = [cap for cap in policy.caps if cap.hard]
    held, value = Counter(), Counter()
    for decision in result.decisions:
        if decision.seat is None:
            continue
        names = (("seat", decision.seat), ("team", by_id[decision.seat].team))
        held.update(names)
        for name in names:
            value[name] += values[decision.lead] or 0
        assert not [
            c for c in limits if c.measure == "value" and values[decision.lead] is None and dict(names)[c.scope]
        ]
    for seat in places:
        assert seat.capacity is None or held["seat", seat.seat] <= seat.capacity
        for cap in limits:
            name = (cap.scope, seat.seat if cap.scope == "seat" else seat.team)
            assert name[1] is None or (value if cap.measure == "value" else held)[name] <= cap.limit


@few
@given(leads(), policies(), seats(), claims())
def test_claims_are_never_broken(given_leads, policy, places, rights):
    """An assigned lead that is protected went to a holder of a claim of the highest priority, and no two disagreed."""
    from salesteam.leads._match import compiled

    result = go(given_leads, policy, places, rights)
    by_id = {seat.seat: seat for seat in places}
    by_lead = {lead.lead: lead for lead in given_leads}
    for decision in result.decisions:
        mine = [claim for claim in rights if compiled(claim.scope, Lead.get)(by_lead[decision.lead]) is True]
        if not mine or decision.seat is None:
            continue
        best = [claim for claim in mine if claim.priority == max(each.priority for each in mine)]
        seat = by_id[decision.seat]
        assert {claim.holder for claim in best} & {seat.seat, seat.person, seat.team}
        assert len({claim.holder for claim in best}) == 1 or not any(claim.exclusive for claim in best)


@few
@given(leads(), policies(), seats(), claims())
def test_nobody_gets_what_is_not_for_them(given_leads, policy, places, rights):
    """Closed seats, conflicts of interest and missing skills keep a lead away."""
    result = go(given_leads, policy, places, rights)
    by_id = {seat.seat: seat for seat in places}
    by_lead = {lead.lead: lead for lead in given_leads}
    rules = {rule.id: rule for rule in policy.rules}
    for decision in result.decisions:
        if decision.seat is None:
            continue
        seat, lead = by_id[decision.seat], by_lead[decision.lead]
        assert seat.accepting
        assert lead.account not in seat.conflicts
        assert not lead.frozen
        if decision.claims is None and rules[decision.rule].skill_fields and lead.product:
            assert lead.product in seat.skills


@few
@given(leads(), policies(), seats(), claims(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(given_leads, policy, places, rights, random):
    """Shuffled leads, seats and claims give the same decisions and the same book."""
    before = go(given_leads, policy, places, rights)
    for rows in (given_leads, places, rights):
        random.shuffle(rows)
    after = go(given_leads, policy, places, rights)
    assert before.decisions == after.decisions
    assert before.book == after.book


@few
@given(leads(), policies(), seats(), claims(), st.integers(0, 12))
def test_two_batches_are_one(given_leads, policy, places, rights, cut):
    """Carrying the book on from a first batch gives what one batch gives."""
    whole = go(given_leads, policy, places, rights)
    order = list(whole.arrivals)
    first = go(order[:cut], policy, places, rights)
    second = go(order[cut:], policy, places, rights, first.book)
    assert whole.decisions == first.decisions + second.decisions
    assert sorted(whole.book.credits, key=str) == sorted(second.book.credits, key=str)
    assert whole.book.holdings == second.book.holdings


@few
@given(leads(), policies(), seats(), claims())
def test_the_same_inputs_give_the_same_bytes(given_leads, policy, places, rights):
    """Twice the same, to the last character of the display."""
    one, two = (go(given_leads, policy, places, rights) for _ in range(2))
    assert repr(one) == repr(two)
    assert one.text() == two.text()


def plain(selector):
    return Policy(
        id="p",
        salt="s",
        selectors=[selector],
        rules=[Rule(id="all", selector="pick", on_empty="fallback")],
        fallback=Fallback(queue="q", owner="w"),
    )


@few
@given(st.integers(1, 7), st.integers(0, 40), st.sampled_from(("strict", "flexible")), st.integers(0, 6))
def test_a_round_robin_is_even(count, number, mode, last):
    """All open and eligible: counts differ by at most one, wherever it starts."""
    from salesteam.leads import Turn

    book = Book(turns=[Turn(selector="pick", last=f"s{last}")])
    places = [Seat(seat=f"s{place}") for place in range(count)]
    result = go(
        [Lead(lead=f"L{each}") for each in range(number)], plain(RoundRobin(id="pick", mode=mode)), places, book=book
    )
    found = Counter(decision.seat for decision in result.decisions)
    counts = [found[seat.seat] for seat in places]
    assert max(counts) - min(counts) <= 1


@few
@given(st.lists(st.integers(1, 6), min_size=1, max_size=5), st.integers(1, 3), st.sampled_from(("all", "eligible")))
def test_smooth_weights_are_exact_in_every_cycle(weights, cycles, earn):
    """All open and eligible: after each full cycle every seat has its weight times the cycles."""
    places = [Seat(seat=f"s{place}", weight=weight) for place, weight in enumerate(weights)]
    number = sum(weights) * cycles
    result = go([Lead(lead=f"L{each}") for each in range(number)], plain(SmoothWeighted(id="pick", earn=earn)), places)
    found = Counter(decision.seat for decision in result.decisions)
    assert [found[seat.seat] for seat in places] == [weight * cycles for weight in weights]


@few
@given(st.integers(1, 6), st.integers(0, 30))
def test_a_count_is_even_too(count, number):
    """Equal weights from nothing: counts differ by at most one."""
    places = [Seat(seat=f"s{place}") for place in range(count)]
    selector = CountBased(id="pick", reset="never", joiner="min", returner="min", refunds=())
    found = Counter(
        decision.seat
        for decision in go([Lead(lead=f"L{each}") for each in range(number)], plain(selector), places).decisions
    )
    counts = [found[seat.seat] for seat in places]
    assert max(counts) - min(counts) <= 1


@few
@given(leads(), policies(), seats(least=1), claims(), st.randoms(use_true_random=False))
def test_proposals_move_only_what_must_move(given_leads, policy, places, rights, random):
    """Every lead with an owner has one proposal; the count is conserved; moved again, nothing more moves by capacity."""
    names = [*(seat.seat for seat in places), "gone"]
    owned = [
        Lead(lead=lead.lead, region=lead.region, product=lead.product, account=lead.account, owner=random.choice(names))
        for lead in given_leads
    ]
    found = propose(owned, policy, places, book=Book(), as_of=AT, claims=rights)
    assert sorted(lead.lead for lead in owned) == [*sorted(each.lead for each in found.proposals)]
    assert sum(found.counts.values()) == len(owned)
    for each in found.proposals:
        assert (each.seat is not None) is (each.action == "move")
        assert each.seat != each.owner
        assert (each.step is None) is (each.action == "keep")
        assert str(found.explain(each.lead))
    kept = Counter(each.owner for each in found.proposals if each.action == "keep")
    into = Counter(each.seat for each in found.proposals if each.action == "move")
    for seat in places:
        assert seat.capacity is None or into[seat.seat] == 0 or kept[seat.seat] + into[seat.seat] <= seat.capacity


@few
@given(policies(), seats(), claims())
def test_check_never_raises(policy, places, rights):
    """Whatever it is given, it reports, and every finding reads in both languages."""
    report = check(policy, places, rights, as_of=AT)
    assert report.text("en") is not None
    assert report.text("zh") is not None


@few
@given(policies(), seats(), leads())
def test_a_rule_called_unreachable_takes_no_lead(policy, places, given_leads):
    """What the check says of a rule is true of every lead."""
    report = check(policy, places, as_of=AT)
    dead = {dict(finding.values)["rule"] for finding in report if finding.code == "leads.rule-never-reached"}
    assert dead.isdisjoint(decision.rule for decision in go(given_leads, policy, places).decisions)


def test_holdings_of_the_book_are_not_given_again():
    """One owner at a time: what is held is not assigned, however often it is sent."""
    random = Random(7)
    arrivals = [Lead(lead=f"L{number}") for number in range(20)]
    book, seen = Book(), Counter()
    places = [Seat(seat="a"), Seat(seat="b")]
    for _ in range(5):
        batch = random.sample(arrivals, 12)
        result = go(batch, plain(RoundRobin(id="pick", mode="strict")), places, book=book)
        seen.update(decision.lead for decision in result.decisions)
        book = result.book
    assert set(seen.values()) == {1}
    assert len({holding.lead for holding in book.holdings}) == len(book.holdings) == len(seen)
    assert all(isinstance(holding, Holding) for holding in book.holdings)
