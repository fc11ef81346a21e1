"""Laws that hold for any tree."""

from datetime import date
from fractions import Fraction
from itertools import combinations

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesteam import whys
from salesteam.core import Money, _load
from salesteam.errors import CycleError

DAY = date(2026, 9, 30)
HOUSE = whys.Profile(min_grade="C")
LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
IDS = ("a", "b", "c", "d", "f", "g")
TEXTS = st.sampled_from(
    [
        "",
        "late",
        "sales sent no mail",
        "缺乏机制",
        "Ann forgot it",
        "the hand-off was careless",
        "“lazy” he said",
        "tbd",
        "准备不足5天",
        "{x}",
        "it was 50% off",
    ]
)
DATES = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))
GRADES = st.sampled_from("ABCDE")


def evidence(targets):
    return st.builds(
        whys.Evidence,
        about=st.sampled_from(targets),
        against=st.booleans(),
        kind=st.sampled_from(sorted(whys.EVIDENCE_KINDS)),
        grade=GRADES,
        source=st.sampled_from(["", "log", "Ann"]),
        by=st.sampled_from(["", "p1"]),
        consent=st.booleans(),
        resolved=st.none() | st.just(whys.Resolution(reason="checked")),
    )


@st.composite
def trees(draw, *, cyclic=True, declared=False):
    """Any tree of up to six causes, with everything that may hang on it; broken in every allowed way."""
    nodes = ("e", *IDS)
    pairs = [
        (effect, cause) for place, effect in enumerate(nodes) for cause in (nodes if cyclic else nodes[place + 1 :])
    ]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=10))
    if cyclic:
        chosen += draw(st.lists(st.sampled_from([("e", "gone"), ("gone", "a")]), unique=True, max_size=1))
    groups = st.sampled_from(["x", "y"]) if declared else st.sampled_from([None, "x", "y"])
    number = st.builds(
        whys.Contribution,
        amount=st.fractions(-3, 3, max_denominator=9),
        unit=st.sampled_from(["share", ""]),
        method=st.sampled_from(["m", ""]),
    )
    answers = st.lists(
        st.builds(
            whys.Answer,
            question=st.sampled_from(sorted(whys.CODES)),
            clears=st.booleans(),
            words=TEXTS,
            by=st.sampled_from(["", "p1"]),
            on=DATES,
        ),
        max_size=2,
    ).map(tuple)
    links = tuple(
        whys.Link(
            effect=effect,
            cause=cause,
            group=draw(groups),
            lag_days=draw(st.none() | st.integers(-3, 3)),
            contributions=draw(st.lists(number, max_size=1).map(tuple)),
            answers=draw(answers),
        )
        for effect, cause in chosen
    )
    names = [*nodes, "nothing", *(link.id for link in links)]
    causes = tuple(
        whys.Cause(
            id=name,
            statement=draw(TEXTS),
            kind=draw(st.none() | st.sampled_from(sorted(whys.CAUSE_KINDS))),
            lapse=draw(st.sampled_from([None, "slip", "breach"])),
            role=draw(st.sampled_from(["", "sales"])),
            activity=draw(st.sampled_from(["", "tell"])),
            controllable_by=draw(st.sampled_from(["", "ops", "nobody"])),
        )
        for name in IDS
    )
    targets = st.lists(st.sampled_from(names), max_size=2, unique=True).map(tuple)
    measures = tuple(
        whys.Countermeasure(
            id=f"m{place}",
            statement=draw(TEXTS),
            kind=draw(st.none() | st.sampled_from(sorted(whys.MEASURE_KINDS))),
            removes=draw(targets),
            reduces=draw(targets),
            owner=draw(st.sampled_from(["", "p1", "u9"])),
            due=draw(DATES),
            cost=draw(st.none() | st.integers(0, 9).map(lambda minor: Money(minor, "CNY"))),
            status=draw(st.sampled_from(["proposed", "agreed", "done", "verified", "failed", "dropped"])),
        )
        for place in range(draw(st.integers(0, 3)))
    )
    return whys.Tree(
        id="t",
        event=whys.Event(
            id="e",
            statement=draw(TEXTS),
            when=draw(DATES),
            size=draw(st.none() | st.just(Fraction(1, 3))),
            unit="share",
        ),
        causes=causes,
        links=links,
        evidence=tuple(draw(st.lists(evidence(names), max_size=6))),
        measures=measures,
        participants=draw(
            st.sampled_from([(), (whys.Participant(person="p1", name="Ann", role="sales", left=date(2026, 3, 1)),)])
        ),
        blameless=draw(st.booleans()),
        closed=draw(DATES),
    )


@LAW
@given(trees(), GRADES, st.sampled_from([None, "yes", "no", "?"]))
def test_check_never_raises_and_each_finding_can_be_read(tree, grade, duty):
    """However broken the tree, in both languages."""
    checks = whys.check(
        tree, profile=whys.Profile(min_grade=grade), as_of=DAY, has_duty=(lambda *_: duty) if duty else None
    )
    for lang in ("en", "zh"):
        assert "{" not in checks.report.text(lang).replace("{x}", "")
        assert checks.text(lang)
    assert len(checks.to_frame()) == len(checks.others) + sum(len(ids) for _, _, ids in checks.passed)


@LAW
@given(trees(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(tree, random):
    """Not a verdict, not a status, not a pseudonym."""

    def mixed(values):
        values = list(values)
        random.shuffle(values)
        return tuple(values)

    other = evolve(
        tree,
        **{name: mixed(getattr(tree, name)) for name in ("causes", "links", "evidence", "measures", "participants")},
    )
    assert whys.check(tree, profile=HOUSE, as_of=DAY) == whys.check(other, profile=HOUSE, as_of=DAY)
    assert whys.therefore(tree) == whys.therefore(other)


@LAW
@given(trees())
def test_frames_and_yaml_round_trip(tree):
    """Exactly; a blameless tree comes back from frames redacted."""
    assert tree == _load.load_text(_load.dump(tree), whys.Tree).require()
    assert tree.shown() == whys.from_frames(whys.to_frames(tree, like=[], exact=True))[0]


@LAW
@given(trees())
def test_redacting_is_idempotent_and_leaves_no_name(tree):
    """Neither a given name of a participant nor an id of a person."""
    shared = tree.redacted()
    assert shared == shared.redacted()
    assert not any(name in str(shared) for name in ("p1", "u9", *(who.name for who in tree.participants)))


ORDER = {"refuted": 0, "contested": 1, "unsupported": 1, "supported": 2}


@LAW
@given(st.lists(evidence(["x"]), max_size=6), evidence(["x"]), GRADES)
def test_evidence_for_never_lowers_a_status_and_against_never_raises_it(pieces, more, grade):
    """And swapping the sides swaps supported and refuted."""
    before, after = whys.status_of(pieces, grade), whys.status_of([*pieces, more], grade)
    assert ORDER[after] <= ORDER[before] if more.against else ORDER[after] >= ORDER[before]
    swapped = whys.status_of([evolve(one, against=not one.against) for one in pieces], grade)
    assert {"supported": "refuted", "refuted": "supported"}.get(before, before) == swapped


def happens(tree, gone):
    """Say by brute force whether the event comes about when some nodes are removed."""

    def there(name):
        if name in gone:
            return False
        groups = tree.groups_of(name)
        return not groups or any(all(there(cause) for cause in group.causes) for group in groups)

    return there(tree.event.id)


def smallest(items, wanted):
    """All minimal subsets for which something holds."""
    found = []
    for size in range(len(items) + 1):
        found += [
            frozenset(some)
            for some in combinations(items, size)
            if wanted(frozenset(some)) and not any(one <= set(some) for one in found)
        ]
    return frozenset(found)


@LAW
@given(trees(cyclic=False, declared=True))
def test_causing_and_blocking_sets_equal_brute_force(tree):
    """Over all subsets of the leaves; they are minimal, and dual."""
    tree = evolve(tree, evidence=(), blameless=False)
    leaves = tree.leaves or ("e",)
    plan = whys.cut(tree, profile=HOUSE, believe="all", count="removing", objective="number").plan
    assert smallest(leaves, lambda some: happens(tree, set(leaves) - some)) == plan.causing
    assert smallest(leaves, lambda some: not happens(tree, some)) == plan.blocking
    assert all(one & other for one in plan.causing for other in plan.blocking)


def brute(tree, measures, value):
    """The least value of measures that prevent the event, over all subsets; links are taken out as their measures say."""
    best = None
    for size in range(len(measures) + 1):
        for some in combinations(measures, size):
            gone = {target for one in some for target in one.removes}
            left = tree.groups_of

            def there(name, gone=gone, left=left):
                if name in gone:
                    return False
                groups = left(name)
                return not groups or any(
                    all(f"{cause}->{name}" not in gone and there(cause) for cause in group.causes) for group in groups
                )

            if not there("e"):
                cost = value(some)
                best = cost if best is None else min(best, cost)
    return best


@LAW
@given(trees(cyclic=False, declared=True))
def test_the_best_plan_costs_what_brute_force_finds(tree):
    """By cost and by number, with measures on causes and links."""
    tree = evolve(tree, evidence=(), blameless=False)
    live = [one for one in tree.measures if one.is_live]
    priced = [one for one in live if one.cost is not None]
    by_cost = whys.cut(tree, profile=HOUSE, believe="all", count="removing", objective="cost").plan.value
    by_number = whys.cut(tree, profile=HOUSE, believe="all", count="removing", objective="number").plan.value
    expected = brute(tree, priced, lambda some: sum(one.cost.minor for one in some))
    assert expected == (by_cost.minor if isinstance(by_cost, Money) else by_cost)
    assert brute(tree, live, len) == by_number


def least(tree):
    """Least number of measures, or more than there are if nothing blocks."""
    value = whys.cut(tree, profile=HOUSE, believe="all", count="removing", objective="number").plan.value
    return 99 if value is None else value


@LAW
@given(trees(cyclic=False, declared=True), st.sampled_from(IDS))
def test_alternatives_never_make_it_cheaper_and_joint_causes_never_dearer(tree, cause):
    """On an explained effect; nor does another measure make it dearer."""
    tree = evolve(tree, evidence=(), blameless=False)
    if not tree.groups_of("e"):
        return
    new = whys.Cause(id="new", statement="something else was so")
    more = evolve(tree, causes=(*tree.causes, new))
    alternative = evolve(more, links=(*tree.links, whys.Link(effect="e", cause="new", group="z")))
    joint = evolve(more, links=(*tree.links, whys.Link(effect="e", cause="new", group=tree.groups_of("e")[0].name)))
    measure = whys.Countermeasure(id="mm", statement="one more", kind="memo", removes=(cause,))
    assert least(alternative) >= least(tree) >= least(joint)
    assert least(evolve(tree, measures=(*tree.measures, measure))) <= least(tree)


@LAW
@given(trees(), st.sampled_from(["all", "supported", "both"]), st.sampled_from(["any", "all", "both"]))
def test_cut_and_trace_refuse_circles_and_nothing_else(tree, believe, assume):
    """With the path."""

    def run():
        whys.trace(tree, profile=HOUSE)
        cut = whys.cut(tree, profile=HOUSE, believe=believe, count="reducing", objective="cost", assume=assume)
        return cut.explain().text(), cut.to_frame(), cut._repr_html_()

    if whys.check(tree, profile=HOUSE, as_of=DAY).outcome("whys.cycle") == "fail":
        with pytest.raises(CycleError):
            run()
    else:
        assert run()


AMOUNTS = st.dictionaries(st.sampled_from("abcdef"), st.fractions(-500, 500, max_denominator=7), max_size=5)


@LAW
@given(AMOUNTS, st.integers(-1000, 999), st.sampled_from(["CNY", "share"]), st.none() | st.integers(-2000, 2000))
def test_first_level_parts_and_rest_equal_the_size(amounts, value, unit, base):
    """To the cent in money, exactly in anything else; and the check agrees."""
    breach = whys.Breach(
        metric="m", scope="s", period="p", value=value, threshold=1000, side="below", on=DAY, unit=unit
    )
    policy = whys.Policy(metric="m", least_n=0, in_a_row=1, owner="o", due_days=1)
    attribution = whys.Attribution(
        method="x", parts=tuple(whys.Part(name=name, amount=amount) for name, amount in amounts.items()), base=base
    )
    tree = whys.open_on(breach, attribution, policy=policy).tree
    numbers = [one.amount for link in tree.links for one in link.contributions] + [
        line.contribution.amount for line in tree.lines
    ]
    assert tree.event.size == sum(numbers)
    assert unit != "CNY" or all(number.denominator == 1 for number in numbers)
    assert "pass" == whys.check(tree, profile=HOUSE, as_of=DAY).outcome("whys.numbers-do-not-sum")


STEPS = st.text(alphabet="abc d定制", min_size=1, max_size=6).map(str.strip).filter(bool)


@LAW
@given(st.lists(STEPS, min_size=2, max_size=7, unique=True))
def test_linear_in_is_linear_out_on_one_path(steps):
    """Any number of whys."""
    row = {"problem": steps[0], **{f"why_{place}": step for place, step in enumerate(steps[1:], 1)}}
    reading = whys.from_linear([row], format="columns", grouping="undeclared")
    assert [row] == whys.to_linear(reading, like=[])


BLAME = st.sampled_from([word for lang in ("en", "zh") for word in whys.lexicon(lang) if word.kind == "blame"])
INNOCENT = st.sampled_from(["the form has 3 fields", "sales sent the mail on Friday", "报价在周五发出", "客户改了规格"])


@LAW
@given(INNOCENT, BLAME)
def test_planted_blame_is_found_and_innocent_sentences_stay_clean(sentence, word):
    """In front and behind."""

    def blamed(text):
        tree = whys.Tree(id="t", event=whys.Event(id="e", statement=text))
        return whys.check(tree, profile=HOUSE, as_of=DAY).outcome("whys.blame")

    assert ("pass", "fail", "fail") == (
        blamed(sentence),
        blamed(f"{sentence} {word.text}"),
        blamed(f"{word.text.upper()} {sentence}"),
    )
