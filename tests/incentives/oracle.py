"""A scalar oracle of the whole language of plans: exact fractions, one row at a time, written from the page alone.

It shares with the library the plan as read, and nothing of how pay is computed.
Money is a fraction of major units until a payout rounds it.
"""

from __future__ import annotations

import itertools
import operator
from collections import defaultdict
from datetime import datetime
from fractions import Fraction

import attrs
from tests.incentives import oracle_shapes as shapes
from tests.incentives.oracle_credits import CENT, Credits
from tests.incentives.oracle_shapes import ONE, ZERO, Gap, Unpayable, remainder_split, rounded

from salesteam.incentives._bending import Lock, TargetShare
from salesteam.incentives._parts import By, Fund

BY_ROW = {"flat", "marginal", "slab", "from_threshold", "forward", "interpolated_amount", "bonus",
          "proportional_rate", "spiff"}  # fmt: skip


class Oracle(Credits):
    """Payouts by payee, period and component in minor units, and what came back."""

    def __init__(self, plan, known=None, **facts):
        super().__init__(plan, known, facts)
        self.by_deal = defaultdict(lambda: defaultdict(Fraction))
        self.rates, self.spent, self.parts = {}, defaultdict(lambda: defaultdict(Fraction)), defaultdict(dict)
        self.lines, self.unpaid, self.credits, self.house, self.gone = [], set(), [], 0, set()
        self.alone = defaultdict(lambda: ([], []))
        self.led = set()
        self.rows = self.usable(self.facts["transactions"])
        for row in self.rows:
            self.credit(row)
        for i, e in enumerate(self.credits):
            undone, method = self.undone(e.transaction)
            self.credits[i] = self.scaled(e, 1 - undone) if method == "re_tier" else e
        self.entries = [*self.credits, *self.ready()]
        self.periods = list(dict.fromkeys(self.name(e.date) for e in sorted(self.entries, key=lambda e: e.date)))
        self.run()

    # what bends

    def gates(self, of, name_c, payee, period, upto, whole=None):
        """Whether the gates on `of` are open for a payee in a period; whole: the interval of the component."""
        c = self.plan.components[name_c]
        for g in self.plan.gates:
            if g.locks != of and not (isinstance(g.locks, Lock) and isinstance(of, Lock) and g.locks is of):
                continue
            span = period
            if g.when == "transaction" or g.meanwhile is not None or isinstance(g.locks, Lock):
                span = whole or self.interval_of(period, c.accumulate)
            seen = upto if g.when == "transaction" else None
            num = self.num(self.day_in(period))
            passed = [self.path(t.measure, payee, span, seen) >= num(t.at_least) for t in g.tests]
            if not (all(passed) if g.needs == "all" else any(passed)):
                return False
        return True

    def factor(self, of, payee, period):
        num, found, join = self.num(self.day_in(period)), [], "product"
        for m in self.plan.modifiers:
            if m.of == of:
                found.append(shapes.factor(m, num, self.path(m.measure, payee, period)))
                join = m.join
        if join == "sum":
            return 1 + sum(f - 1 for f in found)
        product = ONE
        for f in found:
            product *= f
        return product

    def limit(self, each, c, payee, period):
        num = self.num(self.day_in(period))
        if isinstance(each.limit, TargetShare):
            return num(each.limit.share) * self.target(c, payee, period)
        limit = num(each.limit)
        return limit * self.part("cap", payee, period)

    def held(self, raw, of, at, c, payee, period):
        caps = [
            self.limit(x, c, payee, period) for x in self.plan.caps if x.of == of and x.at == at and x.excess == "lost"
        ]
        floors = [self.limit(x, c, payee, period) for x in self.plan.floors if x.of == of and x.at == at]
        return min([max([raw, *floors]), *caps])

    def bent(self, raw, name_c, payee, period, gate=ONE):
        """Running pay of a component after gates, factors and limits, exact."""
        c = self.plan.components[name_c]
        raw = self.held(raw * gate, name_c, "before_modifiers", c, payee, period)
        raw = raw * self.factor(name_c, payee, period)
        raw = self.held(raw, name_c, "after_modifiers", c, payee, period)
        return raw * self.factor("plan", payee, period)

    def bends(self, name_c, *, late=True):
        """Whether anything bends the pay of a component; a gate that is looked at with each deal bends no period."""
        plan = self.plan
        return bool(
            any(m.of in (name_c, "plan") for m in plan.modifiers)
            or any(g.locks in (name_c, "plan") for g in plan.gates if late or g.when != "transaction")
            or any(x.of == name_c for x in (*plan.caps, *plan.floors))
        )

    # components

    def takes(self, name_c, e):
        """Whether a component pays an entry."""
        c = self.plan.components[name_c]
        if c.measure is not None and not self.belongs(c.measure, e):
            return False
        return self.suits(c.for_, e.payee, e.on) and self.picked(name_c)(e)

    def picked(self, name_c):
        """Which rows the `where` and the group of a component leave to it: a ready value is of no deal, and always."""
        c = self.plan.components[name_c]

        def mine(e):
            if e.ready is not None:
                return True
            for other, o in self.plan.components.items():
                rival = c.group is not None and o.group == c.group and other != name_c and o.priority < c.priority
                fits = o.measure is None or self.belongs(o.measure, e)
                if rival and fits and self.counts(o.where, e.row) and self.suits(o.for_, e.payee, e.on):
                    return False
            return self.counts(c.where, e.row)

        return mine

    def run(self):
        later = []
        for name_c, c in self.plan.components.items():
            if c.method == "override":
                later.append(name_c)
            elif c.method == "pool":
                self.pool(name_c, c)
            elif c.method == "rank":
                self.rank(name_c, c)
            elif c.method in BY_ROW and (c.measure is None or self.plan.measures[c.measure].scope == "payee"):
                self.by_row(name_c, c)
            else:
                self.by_period(name_c, c)
        for name_c in later:
            self.override(name_c, self.plan.components[name_c])
        self.of_plan()

    def pays(self, entry, payee, period, name_c, pay):
        """A line of pay, divided among others where the plan says so."""
        c = self.plan.components[name_c]
        order = entry.order if entry is not None else (self.span(period)[1], 0, "", 0)
        on = entry.on if entry is not None else self.last_day(self.span(period)[0])
        pieces = [(payee, pay)]
        if c.pay_split:
            num = self.num(self.day_in(period))
            names = sorted(c.pay_split)
            shares = [num(c.pay_split[n]) for n in names]
            pieces = zip(names, remainder_split(pay, [*shares, 1 - sum(shares)], [*names, "~"]), strict=False)
        for name, piece in pieces:
            self.lines.append(
                {"order": order, "transaction": entry.transaction if entry is not None else None, "payee": name,
                 "period": period, "component": name_c, "pay": piece, "on": on}
            )  # fmt: skip

    def by_row(self, name_c, c):
        groups = defaultdict(list)
        for e in sorted(self.entries, key=lambda e: e.order):
            if self.takes(name_c, e) and (c.method != "spiff" or self.inside(c.window, e)):
                interval = self.interval(e.date, c.accumulate)
                groups[e.payee, interval].append(e)
        for _, e in (
            ()
            if c.method == "spiff"
            else sorted(((e.order, e) for mine in groups.values() for e in mine), key=operator.itemgetter(0))
        ):
            self.windfall(
                name_c, c, e, self.num(self.day(e.on)), self.spent[name_c, self.interval(e.date, c.accumulate)]
            )
        for (payee, interval), entries in sorted(groups.items(), key=lambda g: (g[0][0], g[1][0].order)):
            rates = self.rates.setdefault((name_c, payee), {})
            rates.pop("n", None)
            self.one_interval(name_c, c, payee, interval, entries, rates)

    def one_interval(self, name_c, c, payee, interval, entries, rates):
        bends, raws, paid = self.bends(name_c), defaultdict(Fraction), defaultdict(int)
        seen, since, spent = [], [], self.spent[name_c, interval]
        for e in entries:
            period = self.name(e.date)
            if c.accumulate == "transaction":  # each deal has its own sum, which its reversals go on from
                seen, since = self.alone[name_c, payee, self.root(e), e.slot]
            try:
                if bends:
                    self.bent(ZERO, name_c, payee, period)  # whatever is lacking, the row must not move the sum
                    self.gates(name_c, name_c, payee, period, e.order, interval)
                    self.gates("plan", name_c, payee, period, e.order, interval)
                try:
                    raw, e2 = self.raw(name_c, c, payee, interval, seen, since, e, rates, spent)
                except Gap:  # nobody owns the sum, yet it has come that far
                    seen.append(e)
                    raise
                upto = e.order if e.ready is None else (self.span(period)[1],)
                gate = all(self.gates(of, name_c, payee, period, upto, interval) for of in (name_c, "plan"))
            except Unpayable as why:
                self.unpaid.add((e.transaction, payee, str(why)))
                continue
            late = any(g.when == "transaction" and g.locks in (name_c, "plan") for g in self.plan.gates)
            purse = period if self.bends(name_c, late=False) else interval
            raws[purse] += raw if gate or not late else ZERO
            now = self.bent(raws[purse], name_c, payee, period, ONE if gate or late else ZERO) if bends else raws[purse]
            seen.append(e2)
            since[:] = seen
            now = rounded(now * CENT, self.plan.rounding)
            self.pays(e, payee, period, name_c, now - paid[purse])
            paid[purse] = now

    def root(self, e):
        """The deal that an entry is about in the end."""
        known, name = {r["transaction"]: r for r in self.rows}, e.transaction
        while name in known and known[name].get("reverses"):
            name = known[name]["reverses"]
        return name or e.order

    def raw(self, name_c, c, payee, interval, seen, paid, e, rates, spent):  # noqa: PLR0917 -- all that a row hangs on
        """What one row moves, exact, and the row as it counts from now on."""
        num = self.num(self.day(e.on))
        if c.method == "spiff":
            return self.capped(self.spiff(c, num, e, rates), payee, e, num), e
        extra, e = self.windfall(name_c, c, e, num, spent)
        undone, method = self.undone(e.transaction)
        cut = ONE - undone if method == "at_paid_rate" else ONE
        before = seen
        lock = self.locked(name_c, payee, self.name(e.date), e.order, interval)
        q = t = base = None
        if c.bounds == "quota" or c.base_rate == "target/quota":
            q = self.quota(payee, interval, c.measure)
        if c.base_rate == "target/quota" or c.pays_of == "target":
            t = self.target(c, payee, interval)
        if c.pays_of == "base":
            base = self.base(payee, interval)
        low, high = self.aggregate(c.measure, before), self.aggregate(c.measure, [*before, e])
        if c.method == "flat":
            rate = num(c.rate) if c.rate is not None else (t / q if c.base_rate == "target/quota" else num(c.base_rate))
            moved = rate * (high - low)
        else:
            bands = shapes.bands_of(c, num, q, t, base, lock)
            of = e.row.get("reverses"), e.slot
            if c.method == "forward" and (c.crossing != "split" or of in rates):
                moved = self.forward(c, bands, low, high, e, rates)
            else:
                rates[e.transaction, e.slot] = None
                moved = self.value(c, num, bands, high, q)
                moved -= self.value(c, num, bands, self.aggregate(c.measure, paid), q) if paid else ZERO
                rates[e.transaction, e.slot] = moved / (high - low) if high != low else ZERO
        moved = (moved + extra) * cut
        return self.capped(moved, payee, e, num), e

    def capped(self, moved, payee, e, num):
        """Pay of one deal below the caps on deals."""
        for x in self.plan.caps:
            if x.of == "deal" and e.transaction:  # of all that a deal pays somebody; a reversal is held as its deal was
                paid_by_deal = self.by_deal[id(x)]
                room = max(num(x.limit) - paid_by_deal[payee, e.transaction], ZERO)
                held = min(abs(moved), room)
                paid_by_deal[payee, e.transaction] += held
                moved = held if moved >= 0 else -held
        return moved

    def spiff(self, c, num, e, rates):
        """Money for a row; a reversal takes back what its original was paid, and makes room for another."""
        of = (e.row["reverses"], e.slot) if e.row.get("reverses") else None
        if c.accumulate == "transaction":
            rates.pop("n", None)
        if of:
            pay = -rates.get(of, ZERO)
            rates["n"] = rates.get("n", 0) - (of in rates)
        elif c.first is not None and rates.get("n", 0) >= c.first:
            return ZERO
        else:
            pay = num(c.amount) * e.share
            rates["n"] = rates.get("n", 0) + 1
        if not of or of in rates:
            rates[e.transaction, e.slot] = pay
        undone, method = self.undone(e.transaction)
        return pay * (1 - undone) if method == "at_paid_rate" else pay

    def forward(self, c, bands, low, high, e, rates):
        """The whole deal at one rate; a reversal at that of its deal, as it was paid."""
        of = e.row.get("reverses"), e.slot
        if of in rates:
            rate = rates[of]
        else:
            at = low if c.crossing == "old_rate" else high
            k = 0 if at < bands[0].low <= 0 else shapes.reached(bands, at)
            rate = bands[k].rate if k is not None else ZERO if c.gaps == "zero" else None
        rates[e.transaction, e.slot] = rate
        if rate is None:
            raise Gap
        return rate * (high - low)

    def value(self, c, num, bands, s, q):
        if c.method in ("marginal", "forward"):
            return shapes.marginal(c, bands, s)
        if c.method == "from_threshold":
            return shapes.from_threshold(c, bands, s, num(c.threshold) * (q if c.bounds == "quota" else ONE))
        made = {"slab": shapes.slab, "interpolated_amount": shapes.interpolated, "bonus": shapes.bonus,
                "proportional_rate": shapes.proportional_rate}  # fmt: skip
        return made[c.method](c, bands, s)

    def locked(self, name_c, payee, period, order, interval):
        bounds = [
            self.num(self.day_in(period))(g.locks.tiers_from)
            for g in self.plan.gates
            if isinstance(g.locks, Lock)
            and g.locks.of == name_c
            and not self.gates(g.locks, name_c, payee, period, order, interval)
        ]
        return min(bounds) if bounds else None

    def windfall(self, name_c, c, e, num, spent):
        """What lies above is not credited, pays another rate, or is held; a reversal is cut as its deal was."""
        if c.measure is None or self.plan.measures[c.measure].unit != "money" or e.ready is not None:
            return ZERO, e
        mine = [w for w in self.plan.windfall if w.of == name_c] + [w for w in self.plan.windfall if w.of is None]
        if not mine:
            return ZERO, e
        w, parts = mine[0], self.parts[name_c]
        if e.transaction not in parts:
            above, size = num(w.above), e.row["major"]["amount"]
            key = (e.row.get("customer") or e.transaction) if w.per == "customer" else e.transaction
            room = max(above - spent[key], ZERO) if w.per == "customer" else above
            spent[key] += size
            part = ONE if size <= room or size <= 0 else room / size
            parts[e.transaction] = parts.get(e.row.get("reverses"), part)
        part = parts[e.transaction]
        if part == 1:
            return ZERO, e
        if w.then == "hold":
            self.unpaid.add((e.transaction, e.payee, "windfall-held"))
        extra = num(w.rate) * self.amount(c.measure, e) * (1 - part) if w.then == "lower_rate" else ZERO
        return extra, attrs.evolve(e, credit={k: v * part for k, v in e.credit.items()})

    def scaled(self, e, part):
        return attrs.evolve(
            e, credit={k: v * part for k, v in e.credit.items()}, share=e.share * part, left=e.left * part
        )

    def inside(self, window, e):
        if window is None:
            return True

        def moment(x):
            return x if not isinstance(x, datetime) else x.date()

        low, high = moment(window.from_), moment(window.until)
        return (low is None or low <= e.on) and (high is None or e.on < high)

    # components on the period

    def whose(self, name_c, c):
        """Payees and periods with a row that a component looks at."""
        looked = self.looked(c)
        found = set()
        for e in self.entries:
            if not self.picked(name_c)(e):
                continue
            scope = self.plan.measures[c.measure].scope if c.measure else "payee"
            if scope != "payee":
                period = self.name(e.date)
                if self.belongs(c.measure, e):
                    mine = None if scope == "all" else self.team_in(e.payee, period)
                    crew = {p["payee"] for p in self.facts["people"] if self.in_period(p["payee"], period)}
                    crew = {p for p in crew if self.suits_in(c.for_, p, period)}
                    found |= {(p, period) for p in crew if scope == "all" or self.team_in(p, period) == mine}
                continue
            if not self.suits_in(c.for_, e.payee, self.name(e.date)):
                continue
            if e.ready is not None:
                hit = e.ready.removesuffix(".attainment") in looked
            else:
                hit = any(self.belongs(m, e) for m in looked)
            if hit:
                found.add((e.payee, self.name(e.date)))
        return sorted(found)

    def looked(self, c):
        texts = [c.measure] if c.measure else []
        if c.method == "mbo":
            texts = [o.measure for o in c.objectives]
        if c.method == "matrix":
            texts = [c.rows.measure, c.columns.measure]
        return {next(p for p in t.split(".") if p != "team") for t in texts}

    def by_period(self, name_c, c):
        for payee, period in self.whose(name_c, c):
            try:
                raw = self.of_period(name_c, c, payee, period)
                gate = self.gates(name_c, name_c, payee, period, None) and self.gates(
                    "plan", name_c, payee, period, None
                )
                now = self.bent(raw, name_c, payee, period, ONE if gate else ZERO)
            except Unpayable as why:
                self.unpaid.add((None, payee, str(why)))
                continue
            self.pays(None, payee, period, name_c, rounded(now * CENT, self.plan.rounding))

    def of_period(self, name_c, c, payee, period):
        num, mine = self.num(self.day_in(period)), self.picked(name_c)
        if c.method == "matrix":
            x, y = self.path(c.rows.measure, payee, period), self.path(c.columns.measure, payee, period)
            return self.target(c, payee, period) * shapes.matrix(c, num, x, y)
        if c.method == "mbo":
            score = sum(
                (num(o.weight) * self.score(c, num, self.path(o.measure, payee, period)) for o in c.objectives), ZERO
            )
            return self.target(c, payee, period) * score
        if c.method == "curve":
            a = self.path(f"{c.measure}.attainment", payee, period, only=mine)
            s = q = None
            if c.above not in (None, "flat", "extend") and c.above.rate is not None:
                s, q = self.path(c.measure, payee, period, only=mine), self.quota(payee, period, c.measure)
            return shapes.curve(c, num, a, s, q, self.target(c, payee, period))
        s = self.path(c.measure, payee, period, only=mine)
        if c.method == "lookup":
            rates = [shapes.table_rate(t, num, self.path(t.measure, payee, period)) for t in c.tables]
            product = ONE
            for r in rates:
                product *= r
            return s * (sum(rates) if c.join == "sum" else product)
        q = self.quota(payee, period, c.measure) if c.bounds == "quota" or c.base_rate == "target/quota" else None
        t = self.target(c, payee, period) if c.base_rate == "target/quota" or c.pays_of == "target" else None
        if c.method == "flat":
            return (num(c.rate) if c.rate is not None else t / q) * s
        return self.value(c, num, shapes.bands_of(c, num, q, t), s, q)

    def score(self, c, num, x):
        if c.min_score is not None and x < num(c.min_score):
            return ZERO
        return x if c.max_score is None else min(x, num(c.max_score))

    def rank(self, name_c, c):
        for period in self.periods:
            scored, num = {}, self.num(self.day_in(period))
            for payee, at in self.whose(name_c, c):
                if at != period:
                    continue
                try:
                    if all(self.path(t.measure, payee, period) >= num(t.at_least) for t in c.minimums):
                        scored[payee] = self.path(c.measure, payee, period, only=self.picked(name_c))
                except Unpayable as why:
                    self.unpaid.add((None, payee, str(why)))
            for payee, prize in shapes.prizes(c, num, scored).items():
                self.finish(name_c, payee, period, prize)

    def finish(self, name_c, payee, period, raw):
        try:
            gate = self.gates(name_c, name_c, payee, period, None) and self.gates("plan", name_c, payee, period, None)
            now = self.bent(raw, name_c, payee, period, ONE if gate else ZERO)
        except Unpayable as why:
            self.unpaid.add((None, payee, str(why)))
            return
        self.pays(None, payee, period, name_c, rounded(now * CENT, self.plan.rounding))

    def override(self, name_c, c):
        raws = defaultdict(Fraction)
        rows = (
            [(e.transaction, e.payee, e.on, self.name(e.date), self.amount(c.measure, e)) for e in self.entries if self.belongs(c.measure, e) and self.counts(c.where, e.row) and e.kind != "rollup"]
            if c.base == "credit"
            else [(n["transaction"], n["payee"], n["on"], n["period"], Fraction(n["pay"], CENT)) for n in self.lines if n["component"] == c.component]
        )  # fmt: skip
        for transaction, payee, on, period, x in rows:
            when = on if c.hierarchy_at == "transaction_date" else self.last_day(on)
            num = self.num(self.day(on))
            for level, boss in enumerate(self.above(payee, when), start=1):
                if level in c.levels and self.suits(c.for_, boss, when):
                    raws[boss, period] += num(c.levels[level]) * x
                    self.led.add((transaction, payee))
        for (boss, period), raw in sorted(raws.items()):
            self.finish(name_c, boss, period, raw)

    def pool(self, name_c, c):
        for period in self.periods:
            found, closed = defaultdict(list), set()
            for crew in self.crews(c, period):
                self.pool_of(name_c, c, period, crew, found, closed)
            for payee in sorted(found):
                paid = 0
                for so_far in itertools.accumulate(found[payee]):
                    now = self.bent(Fraction(so_far, CENT), name_c, payee, period, ZERO if payee in closed else ONE)
                    pay = rounded(now * CENT, self.plan.rounding)
                    self.pays(None, payee, period, name_c, pay - paid)
                    paid = pay

    def pool_of(self, name_c, c, period, crew, found, closed):
        num, shares, missing = self.num(self.day_in(period)), {}, set()
        whose = min(crew)
        fund = num(c.fund.rate) * self.path(c.fund.measure, whose, period) if isinstance(c.fund, Fund) else num(c.fund)
        fund = rounded(fund * CENT, self.plan.rounding)
        if fund < 0:
            return
        for payee, (part, points) in crew.items():
            if isinstance(c.shares, By) and c.shares.kind == "pro_rata":
                own = max(ZERO, self.path(c.shares.of, payee, period))
            elif isinstance(c.shares, By):
                own = Fraction(points[c.shares.of])
            else:
                own = ONE if c.shares == "equal" else num(c.shares.get(payee, ZERO))
            shares[payee] = own * part
            try:
                self.bent(ZERO, name_c, payee, period)
                open_ = self.gates(name_c, name_c, payee, period, None) and self.gates(
                    "plan", name_c, payee, period, None
                )
                if shares[payee] and not open_:
                    closed.add(payee)
            except Unpayable as why:
                if shares[payee]:
                    self.unpaid.add((None, payee, str(why)))
                missing.add(payee)
        people = sorted(shares)
        table = not isinstance(c.shares, (str, By))
        left = max(ZERO, 1 - sum(shares.values())) if table and c.unclaimed == "return" else ZERO
        if c.unclaimed == "redistribute":
            shares = {p: ZERO if p in closed else w for p, w in shares.items()}
        nobody = not sum(shares.values()) + left
        parts = remainder_split(fund, [*(shares[p] for p in people), ONE if nobody else left], [*people, "~"])
        for payee, part in zip(people, parts, strict=False):
            if payee not in missing and (shares[payee] or payee in closed):
                found[payee].append(part)

    def of_plan(self):
        """Caps and floors on the sum, and what waits above a cap."""
        order = list(self.plan.components)
        self.lines.sort(key=lambda n: (n["order"], order.index(n["component"])))
        self.carry()
        limits = [("floor", x) for x in self.plan.floors if x.of == "plan"]
        limits += [("cap", x) for x in self.plan.caps if x.of == "plan" and x.excess == "lost"]
        if not limits:
            return
        running, paid, kept = defaultdict(int), defaultdict(int), []
        for line in self.lines:
            who = line["payee"], line["period"]
            try:
                now = running[who] = running[who] + line["pay"]
                for at in ("before_modifiers", "after_modifiers"):
                    big = self.factor("plan", *who) if at == "before_modifiers" else ONE
                    held = [(kind, rounded(self.limit(x, None, *who) * big * CENT, self.plan.rounding)) for kind, x in limits if x.at == at]  # fmt: skip
                    now = max([now, *(v for kind, v in held if kind == "floor")])
                    now = min([now, *(v for kind, v in held if kind == "cap")])
            except Unpayable as why:
                self.unpaid.add((line["transaction"], line["payee"], str(why)))
                continue
            kept.append({**line, "pay": now - paid[who]})
            paid[who] = now
        self.lines = kept

    def carry(self):
        """What lies above a cap that carries waits for the next period below it."""

    @property
    def payouts(self):
        total = defaultdict(int)
        for line in self.lines:
            total[line["payee"], line["period"], line["component"]] += line["pay"]
        return dict(total)
