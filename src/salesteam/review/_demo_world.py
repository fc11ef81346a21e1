"""The made-up technology company of the demonstration: people, customers, deals, tasks and leads, from a seed.

Nine people sell in three squads, each squad a mentor, a seller and a newcomer.
The third quarter misses its target: tasks between departments slip, and fewer deals are won.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

import attrs

from salesteam.core import Money
from salesteam.crm import (
    Account,
    Activity,
    Deal,
    DealLine,
    Kind,
    Lead,
    Membership,
    Product,
    Record,
    Ref,
    Stage,
    Team,
    User,
    references,
)
from salesteam.review._demo_names import Names

__all__ = ["SOURCE", "records"]

Outcome = Literal["open", "won", "lost"]

SOURCE = "demo"
_ZONE = ZoneInfo("Asia/Shanghai")
_SQUADS = {
    "squad-1": ("li", "he", "wu"),
    "squad-2": ("wang", "ma", "zhao"),
    "squad-3": ("chen", "lin", "sun"),
}
_SELLERS = tuple(member for members in _SQUADS.values() for member in members)
_OTHERS = {
    "zhou": "sales",
    "zheng": "presales",
    "qian": "product",
    "feng": "after-sales",
    "xu": "marketing",
    "gao": "sales-ops",
}
_PRICES = {"platform": 900_000, "standard": 320_000, "service": 130_000}
_WON = {1: 8, 2: 7, 3: 11, 4: 7, 5: 8, 6: 9, 7: 6, 8: 6, 9: 6}
_LOST = {1: 6, 2: 5, 3: 6, 4: 6, 5: 6, 6: 7, 7: 10, 8: 11, 9: 10}
_DONE = {1: 88, 2: 86, 3: 87, 4: 88, 5: 85, 6: 86, 7: 79, 8: 74, 9: 72}
_STRENGTH = {"mentor": 5, "seller": 3, "newcomer": 1}


def _ref(kind: Kind, key: str) -> Ref:
    return Ref(SOURCE, kind, key)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=_ZONE).astimezone(UTC)


def records(seed: int, source: str = SOURCE, lang: str = "en") -> tuple[Record, ...]:
    """Everything that the company's CRM holds at the end of September 2026.

    Parameters
    ----------
    seed : int
        The same seed gives the same records.
    source : str, default 'demo'
        Name of the source in the references.
    lang : {'en', 'zh'}, default 'en'
        Language of the names; everything else is the same in both.

    Returns
    -------
    tuple of Record
        Users, teams, memberships, customers, products, deals, tasks and leads.

    Examples
    --------
    >>> records(7) == records(7), len(records(7)) > 500
    (True, True)
    """
    random = Random(seed)  # noqa: S311 -- a made-up company needs no secrets
    names = Names(lang)
    customers = tuple(_accounts(random, names))
    deals = tuple(_deals(random, names))
    made = (
        *_people(names),
        *_catalogue(names),
        *customers,
        *deals,
        *_tasks(random, names),
        *_leads(random, names),
        *_contacts(Random(seed), deals),  # noqa: S311 -- as above
    )

    def renamed(ref: Ref) -> Ref:
        return attrs.evolve(ref, source=source)

    return tuple(attrs.evolve(references(record, renamed), ref=renamed(record.ref)) for record in made)


def _people(names: Names) -> Iterator[Record]:
    for key in dict.fromkeys(_OTHERS.values()):
        yield Team(ref=_ref("team", key), name=names.of(key))
    for squad, members in _SQUADS.items():
        yield Team(
            ref=_ref("team", squad), name=names.of(squad), parent=_ref("team", "sales"), lead=_ref("user", members[0])
        )
        for member in members:
            yield User(ref=_ref("user", member), name=names.of(member), manager=_ref("user", _manager(member, members)))
            yield Membership(
                ref=_ref("membership", f"{member}/{squad}"),
                user=_ref("user", member),
                team=_ref("team", squad),
                role="seller",
                valid_from=date(2026, 1, 1),
            )
    for key, team in _OTHERS.items():
        yield User(ref=_ref("user", key), name=names.of(key))
        yield Membership(
            ref=_ref("membership", f"{key}/{team}"),
            user=_ref("user", key),
            team=_ref("team", team),
            valid_from=date(2026, 1, 1),
        )


def _manager(member: str, members: tuple[str, ...]) -> str:
    return "zhou" if member == members[0] else members[0]


def _catalogue(names: Names) -> Iterator[Record]:
    for key, price in _PRICES.items():
        yield Product(
            ref=_ref("product", key), name=names.of(key), family=names.family(key), price=Money.of(price, "CNY")
        )
    kinds: tuple[tuple[str, Outcome], ...] = (
        ("research", "open"),
        ("proposal", "open"),
        ("won", "won"),
        ("lost", "lost"),
    )
    for position, (key, kind) in enumerate(kinds):
        yield Stage(ref=_ref("stage", key), name=names.of(key), stage_kind=kind, position=position)


def _accounts(random: Random, names: Names) -> Iterator[Record]:
    for number in range(1, 181):
        region = names.regions[number % 3]
        yield Account(
            ref=_ref("account", f"A-{number:03}"),
            name=names.numbered(f"{region} customer", f"{region}客户", f"{number:03}"),
            region=region,
            industry=random.choice(names.industries),
            country="CN",
        )


def _owner(random: Random) -> tuple[str, str | None, str]:
    """Somebody who sells; a mentor's larger deals have the squad's newcomer as assistant."""
    squad = random.choice(list(_SQUADS))
    members = _SQUADS[squad]
    (place,) = random.choices(range(3), weights=list(_STRENGTH.values()))
    return members[place], (members[2] if place == 0 else None), squad


def _account(random: Random, owner: str) -> int:
    """Everybody has customers of their own; now and then two meet at one."""
    mine = _SELLERS.index(owner) * 20 + 1
    return random.randint(1, 180) if random.random() < 0.06 else mine + random.randint(0, 19)


def _deals(random: Random, names: Names) -> Iterator[Record]:
    number = 0
    for month in range(1, 10):
        counts: dict[Outcome, int] = {"won": _WON[month], "lost": _LOST[month], "open": 5 if month > 6 else 1}
        for status, count in counts.items():
            for _ in range(count):
                number += 1
                yield from _deal(random, names, number, month, status)


def _deal(random: Random, names: Names, number: int, month: int, status: Outcome) -> Iterator[Record]:
    owner, newcomer, squad = _owner(random)
    product = random.choices(list(_PRICES), weights=[3, 4, 3])[0]
    size = _PRICES[product] * random.uniform(0.6, 1.6) * (1.3 if newcomer else 0.9)
    value = Money.of(round(size / 10_000) * 10_000, "CNY")
    day = date(2026, month, random.randint(1, 28))
    opened = max(date(2025, 11, 3), day - timedelta(days=random.randint(20, 75)))
    large = value.minor >= 100_000_000
    account = _account(random, owner)
    ref = _ref("deal", f"D-{number:03}")
    yield Deal(
        ref=ref,
        name=names.numbered(names.of(product), f"{names.of(product)}项目 ", f"{number:03}"),
        status=status,
        account=_ref("account", f"A-{account:03}"),
        stage=_ref("stage", "proposal" if status == "open" else status),
        value=value,
        created_at=_at(opened, 10),
        closed_on=None if status == "open" else day,
        expected_close=date(2026, 12, 15) if status == "open" else None,
        owner=_ref("user", owner),
        co_owners=(_ref("user", newcomer),) if newcomer and large and status == "won" else (),
        team=_ref("team", squad),
        lost_reason=random.choice(names.reasons) if status == "lost" else None,
        competitor_response=names.responses[number % 2] if status == "open" and number % 5 < 3 else None,
    )
    yield DealLine(ref=_ref("deal_line", f"D-{number:03}/1"), deal=ref, product=_ref("product", product), value=value)


def _tasks(random: Random, names: Names) -> Iterator[Record]:
    """Tasks that one department does for another; each is on time or a week late."""
    number = 0
    for month, done in _DONE.items():
        for index in range(50):
            number += 1
            due = date(2026, month, 1 + index % 28)
            late = index * 2 >= done
            yield Activity(
                ref=_ref("activity", f"T-{number:03}"),
                activity_kind="task",
                user=_ref("user", random.choice(("zheng", "feng", "xu", "qian"))),
                subject=random.choice(names.tasks),
                created_at=_at(due - timedelta(days=7), 9),
                due_at=_at(due, 18),
                done_at=_at(due + timedelta(days=7 if late else 0), 16),
            )


def _leads(random: Random, names: Names) -> Iterator[Record]:
    for number in range(1, 41):
        region = names.far if number % 13 == 0 else random.choice(names.regions)
        product = random.choice(list(_PRICES))
        value = Money.of(_PRICES[product], "CNY")
        yield Lead(
            ref=_ref("lead", f"L-{number:02}"),
            name=names.numbered("Lead", "线索", f"{number:02}"),
            company=names.numbered(f"{region} prospect", f"{region}新客户", f"{number:02}"),
            status="qualified",
            source=random.choice(names.sources),
            region=region,
            industry=random.choice(names.industries),
            product=_ref("product", product),
            value=value,
            score=Fraction(random.randint(30, 95)),
            created_at=_at(date(2026, 9, 28) + timedelta(days=number % 3), 9 + number % 8),
        )


def _contacts(random: Random, records: tuple[Record, ...]) -> Iterator[Record]:
    """Calls and visits of the third quarter; some are written down days later, by newcomers oftener than by mentors."""
    number = 0
    open_deals = [record for record in records if isinstance(record, Deal) and record.status == "open"]
    for members in _SQUADS.values():
        for place, member in enumerate(members):
            user = _ref("user", member)
            mine = [deal.ref for deal in open_deals if deal.owner == user]
            for month in (7, 8, 9):
                for _ in range(8 - 2 * place):
                    number += 1
                    happened = _at(date(2026, month, random.randint(1, 28)), random.randint(9, 17))
                    late = random.random() < 0.1 + 0.15 * place
                    delay = timedelta(hours=random.randint(30, 120) if late else random.randint(0, 20))
                    account = _ref("account", f"A-{_SELLERS.index(member) * 20 + random.randint(1, 20):03}")
                    yield Activity(
                        ref=_ref("activity", f"V-{number:03}"),
                        activity_kind=random.choice(("call", "visit", "meeting")),
                        user=user,
                        about=random.choice(mine) if mine and random.random() < 0.4 else account,
                        occurred_at=happened,
                        created_at=happened + delay,
                    )
