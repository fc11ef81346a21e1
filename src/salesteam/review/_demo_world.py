"""The made-up technology company of the demonstration: people, customers, deals, tasks and leads, from a seed.

Nine people sell in three squads, each squad a mentor, a seller and a newcomer.
The third quarter misses its target: tasks between departments slip, and fewer deals are won.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from random import Random
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

__all__ = ["SOURCE", "records"]

SOURCE = "demo"
_ZONE = ZoneInfo("Asia/Shanghai")
_SQUADS = {
    "squad-1": ("攻坚一组", ("li", "he", "wu")),
    "squad-2": ("攻坚二组", ("wang", "ma", "zhao")),
    "squad-3": ("攻坚三组", ("chen", "lin", "sun")),
}
_SELLERS = {
    "li": "李雷",
    "he": "何静",
    "wu": "吴昊",
    "wang": "王芳",
    "ma": "马超",
    "zhao": "赵敏",
    "chen": "陈晨",
    "lin": "林雪",
    "sun": "孙悦",
}
_OTHERS = {
    "zhou": ("周远", "sales"),
    "zheng": ("郑凯", "presales"),
    "qian": ("钱岚", "product"),
    "feng": ("冯涛", "after-sales"),
    "xu": ("许晴", "marketing"),
    "gao": ("高宁", "sales-ops"),
}
_TEAMS = {
    "sales": "销售部",
    "presales": "售前支持",
    "product": "产品团队",
    "after-sales": "售后团队",
    "marketing": "市场部",
    "sales-ops": "销售运营",
}
_PRODUCTS = {
    "platform": ("数据平台", "平台", 900_000),
    "standard": ("标准版", "软件", 320_000),
    "service": ("实施服务", "服务", 130_000),
}
_REGIONS = ("华东", "华南", "华北")
_INDUSTRIES = ("制造", "零售", "金融", "物流")
_WON = {1: 8, 2: 7, 3: 11, 4: 7, 5: 8, 6: 9, 7: 6, 8: 6, 9: 6}
_LOST = {1: 6, 2: 5, 3: 6, 4: 6, 5: 6, 6: 7, 7: 10, 8: 11, 9: 10}
_DONE = {1: 88, 2: 86, 3: 87, 4: 88, 5: 85, 6: 86, 7: 79, 8: 74, 9: 72}
_STRENGTH = {"mentor": 5, "seller": 3, "newcomer": 1}


def _ref(kind: Kind, key: str) -> Ref:
    return Ref(SOURCE, kind, key)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=_ZONE).astimezone(UTC)


def records(seed: int, source: str = SOURCE) -> tuple[Record, ...]:
    """Everything that the company's CRM holds at the end of September 2026.

    Parameters
    ----------
    seed : int
        The same seed gives the same records.
    source : str, default 'demo'
        Name of the source in the references.

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
    made = (*_people(), *_catalogue(), *_accounts(random), *_deals(random), *_tasks(random), *_leads(random))

    def renamed(ref: Ref) -> Ref:
        return attrs.evolve(ref, source=source)

    return tuple(attrs.evolve(references(record, renamed), ref=renamed(record.ref)) for record in made)


def _people() -> Iterator[Record]:
    for key, name in _TEAMS.items():
        yield Team(ref=_ref("team", key), name=name)
    for squad, (name, members) in _SQUADS.items():
        yield Team(ref=_ref("team", squad), name=name, parent=_ref("team", "sales"), lead=_ref("user", members[0]))
        for member in members:
            yield User(ref=_ref("user", member), name=_SELLERS[member], manager=_ref("user", _manager(member, members)))
            yield Membership(
                ref=_ref("membership", f"{member}/{squad}"),
                user=_ref("user", member),
                team=_ref("team", squad),
                role="seller",
                valid_from=date(2026, 1, 1),
            )
    for key, (name, team) in _OTHERS.items():
        yield User(ref=_ref("user", key), name=name)
        yield Membership(
            ref=_ref("membership", f"{key}/{team}"),
            user=_ref("user", key),
            team=_ref("team", team),
            valid_from=date(2026, 1, 1),
        )


def _manager(member: str, members: tuple[str, ...]) -> str:
    return "zhou" if member == members[0] else members[0]


def _catalogue() -> Iterator[Record]:
    for key, (name, family, price) in _PRODUCTS.items():
        yield Product(ref=_ref("product", key), name=name, family=family, price=Money.of(price, "CNY"))
    for position, (key, name, kind) in enumerate(
        (
            ("research", "需求调研", "open"),
            ("proposal", "方案谈判", "open"),
            ("won", "合同签约", "won"),
            ("lost", "丢单", "lost"),
        )
    ):
        yield Stage(ref=_ref("stage", key), name=name, stage_kind=kind, position=position)  # type: ignore[arg-type]  # of its options


def _accounts(random: Random) -> Iterator[Record]:
    for number in range(1, 181):
        region = _REGIONS[number % 3]
        yield Account(
            ref=_ref("account", f"A-{number:03}"),
            name=f"{region}客户{number:03}",
            region=region,
            industry=random.choice(_INDUSTRIES),
            country="CN",
        )


def _owner(random: Random) -> tuple[str, str | None, str]:
    """Somebody who sells; a mentor's larger deals have the squad's newcomer as assistant."""
    squad = random.choice(list(_SQUADS))
    members = _SQUADS[squad][1]
    (place,) = random.choices(range(3), weights=list(_STRENGTH.values()))
    return members[place], (members[2] if place == 0 else None), squad


def _account(random: Random, owner: str) -> int:
    """Everybody has customers of their own; now and then two meet at one."""
    mine = list(_SELLERS).index(owner) * 20 + 1
    return random.randint(1, 180) if random.random() < 0.06 else mine + random.randint(0, 19)


def _deals(random: Random) -> Iterator[Record]:
    number = 0
    for month in range(1, 10):
        for status, count in (("won", _WON[month]), ("lost", _LOST[month]), ("open", 5 if month > 6 else 1)):
            for _ in range(count):
                number += 1
                yield from _deal(random, number, month, status)


def _deal(random: Random, number: int, month: int, status: str) -> Iterator[Record]:
    owner, newcomer, squad = _owner(random)
    product = random.choices(list(_PRODUCTS), weights=[3, 4, 3])[0]
    size = _PRODUCTS[product][2] * random.uniform(0.6, 1.6) * (1.3 if newcomer else 0.9)
    value = Money.of(round(size, -4).__int__(), "CNY")
    day = date(2026, month, random.randint(1, 28))
    opened = max(date(2025, 11, 3), day - timedelta(days=random.randint(20, 75)))
    large = value.minor >= 100_000_000
    account = _account(random, owner)
    ref = _ref("deal", f"D-{number:03}")
    yield Deal(
        ref=ref,
        name=f"{_PRODUCTS[product][0]}项目 {number:03}",
        status=status,  # type: ignore[arg-type]  # of its options
        account=_ref("account", f"A-{account:03}"),
        stage=_ref("stage", {"open": "proposal"}.get(status, status)),
        value=value,
        created_at=_at(opened, 10),
        closed_on=None if status == "open" else day,
        expected_close=date(2026, 12, 15) if status == "open" else None,
        owner=_ref("user", owner),
        co_owners=(_ref("user", newcomer),) if newcomer and large and status == "won" else (),
        team=_ref("team", squad),
        lost_reason=random.choice(("价格", "交付延期", "需求未满足")) if status == "lost" else None,
    )
    yield DealLine(ref=_ref("deal_line", f"D-{number:03}/1"), deal=ref, product=_ref("product", product), value=value)


def _tasks(random: Random) -> Iterator[Record]:
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
                subject=random.choice(("方案支持", "素材申请", "交付排期", "需求变更确认")),
                created_at=_at(due - timedelta(days=7), 9),
                due_at=_at(due, 18),
                done_at=_at(due + timedelta(days=7 if late else 0), 16),
            )


def _leads(random: Random) -> Iterator[Record]:
    for number in range(1, 41):
        region = "西南" if number % 13 == 0 else random.choice(_REGIONS)
        product = random.choice(list(_PRODUCTS))
        value = Money.of(_PRODUCTS[product][2], "CNY")
        yield Lead(
            ref=_ref("lead", f"L-{number:02}"),
            name=f"线索{number:02}",
            company=f"{region}新客户{number:02}",
            status="qualified",
            source=random.choice(("展会", "官网", "转介绍")),
            region=region,
            industry=random.choice(_INDUSTRIES),
            product=_ref("product", product),
            value=value,
            score=Fraction(random.randint(30, 95)),
            created_at=_at(date(2026, 9, 28) + timedelta(days=number % 3), 9 + number % 8),
        )
