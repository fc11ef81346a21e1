"""A scalar reference of incentive pay: exact fractions, one row at a time, written from the formulas and not from the engine.

It shares with the library the plan as read, and nothing of how pay is computed.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date
from fractions import Fraction
from math import floor

from salesteam.core import Period
from salesteam.incentives._bending import TargetShare
from salesteam.incentives._filled import filled
from salesteam.incentives._number import Ref
from salesteam.incentives._parts import By, Fund

ZERO = Fraction(0)
LAST = date(9999, 12, 31)


class Unpayable(Exception):
    """A number is missing; the argument is the code."""


def rounded(x, mode):
    """Round a fraction to a whole number, each mode from its definition."""
    whole, rest = floor(x), x - floor(x)
    half = Fraction(1, 2)
    up = {
        "half_up": rest >= half,
        "half_away": rest > half or (rest == half and x > 0),
        "half_even": rest > half or (rest == half and whole % 2 == 1),
        "down": False,
        "up": rest > 0,
    }[mode]
    return whole + up


def remainder_split(total, weights, keys):
    """Largest remainder on the size, ties by key, sign put back."""
    size, whole = abs(total), sum(weights)
    exact = [Fraction(size) * w / whole for w in weights]
    parts = [floor(e) for e in exact]
    order = sorted(range(len(parts)), key=lambda i: (-(exact[i] - parts[i]), keys[i], i))
    for i in order[: size - sum(parts)]:
        parts[i] += 1
    return [p if total >= 0 else -p for p in parts]


def cumulative(c, num, s, q=None, t=None):  # noqa: PLR0911, PLR0912 -- one branch for each formula of the page
    """F(s) in minor units from the formula of the method; None in a gap. `s`, `q`, `t` in minor units."""
    hundred = 100
    scale = Fraction(q) if c.bounds == "quota" else Fraction(hundred)
    base = ZERO + 1 if c.base_rate is None else (Fraction(t, q) if c.base_rate == "target/quota" else num(c.base_rate))
    tiers = []
    for tier in c.tiers:
        rate = (
            num(tier.rate)
            if tier.rate is not None
            else (num(tier.multiplier) * base if tier.multiplier is not None else None)
        )
        amount = None if tier.amount is None else num(tier.amount) * (t if c.pays_of == "target" else hundred)
        high = None if tier.to is None else num(tier.to) * scale
        tiers.append((num(tier.from_) * scale, high, rate, amount, tier.edge or c.edge))
    if c.method == "flat":
        return (num(c.rate) if c.rate is not None else base) * s
    if c.method == "curve":
        return curve_pay(c, num, Fraction(s) / q) * t

    def reached():
        for i, (low, high, _, _, edge) in enumerate(tiers):
            before = tiers[i - 1] if i else None
            in_low = s > low or (s == low and (i == 0 or before[4] != "upper_inclusive"))
            if i and before[4] == "closed" and before[1] == low and s == low:
                in_low = False
            in_high = high is None or s < high or (s == high and edge in ("upper_inclusive", "closed"))
            if in_low and in_high:
                return i
        return None

    k = reached()
    first_low = tiers[0][0]
    if c.method == "marginal":
        if s <= 0 and first_low <= 0:
            return tiers[0][2] * s
        if s > 0 and (s < first_low or (tiers[-1][1] is not None and s > tiers[-1][1])) and c.gaps != "zero":
            return None
        return sum((r * max(ZERO, (s if h is None else min(s, h)) - lo) for lo, h, r, _, _ in tiers), ZERO)
    if c.method == "slab":
        if s < first_low <= 0:
            k = 0
        if k is None:
            return ZERO if s <= 0 or c.gaps == "zero" else None
        return tiers[k][2] * s if tiers[k][2] is not None else tiers[k][3]
    if c.method == "from_threshold":
        theta = num(c.threshold) * scale
        if s <= theta:
            return tiers[0][2] * s
        if k is None:
            return ZERO if c.gaps == "zero" else None
        return tiers[0][2] * theta + tiers[k][2] * (s - theta)
    if c.method == "interpolated_amount":
        if s <= 0 and first_low <= 0:
            return tiers[0][3] * Fraction(s - first_low) / (tiers[0][1] - first_low)
        if s > tiers[-1][1]:
            return sum(a for _, _, _, a, _ in tiers) if c.gaps == "zero" else None
        paid = ZERO
        for low, high, _, amount, _ in tiers:
            paid += amount * min(Fraction(1), max(ZERO, Fraction(s - low) / (high - low)))
        return paid
    if c.method == "bonus":
        if k is None:
            if s <= first_low or (s <= 0):
                return ZERO
            if c.gaps != "zero":
                return None
            return ZERO
        return sum(a for _, _, _, a, _ in tiers[: k + 1]) if c.sum_reached else tiers[k][3]
    raise AssertionError(c.method)


def curve_pay(c, num, a):
    nodes = sorted((num(x), num(p)) for x, p in c.nodes)
    upper = c.edge == "upper_inclusive"
    if a < nodes[0][0] or (upper and a == nodes[0][0]):
        if c.below in (None, "zero"):
            return ZERO
        if c.below == "extend" and c.between == "linear" and len(nodes) > 1:
            (x, p), (y, r) = nodes[:2]
            return p + (r - p) / (y - x) * (a - x)
        return nodes[0][1]
    for (x, p), (y, r) in itertools.pairwise(nodes):
        if x <= a < y or (upper and x < a <= y):
            return p if c.between == "step" else p + (r - p) / (y - x) * (a - x)
    (x, p), slope = nodes[-1], ZERO
    if c.above == "extend" and c.between == "linear" and len(nodes) > 1:
        (v, o) = nodes[-2]
        slope = (p - o) / (x - v)
    elif c.above not in (None, "flat", "extend"):
        slope = num(c.above.slope)
    return p + slope * (a - x)


class Reference:
    """Pay of a plan on plain rows: transactions with `amount_minor`, quotas with `quota_minor`, targets with `target_minor`."""

    def __init__(self, plan, transactions, quotas=(), targets=(), people=(), known=None):
        self.plan, self.known = filled(plan), known
        self.quotas, self.targets, self.people = list(quotas), list(targets), list(people)
        self.lines, self.unpaid, self.house = [], [], 0
        self.credits = []
        self.credit(self.usable(transactions))
        self.run()

    def usable(self, transactions):
        by_id = defaultdict(list)
        for row in transactions:
            by_id[row["transaction"]].append(row)
        kept = []
        for name, rows in by_id.items():
            if any(r != rows[0] for r in rows):
                self.unpaid += [(name, None, "duplicate-transaction")] * len(rows)
                continue
            self.unpaid += [(name, None, "duplicate-transaction")] * (len(rows) - 1)
            row = rows[0]
            if row.get("reverses") and row["reverses"] not in by_id:
                self.unpaid.append((name, None, "reversal-without-original"))
                continue
            on = by_id[row["reverses"]][0]["date"] if row.get("reverses") else row["date"]
            kept.append({**row, "on": on})
        return sorted(kept, key=lambda r: (r["date"], r.get("seq", 0), r["transaction"]))

    def num(self, on):
        def look(n):
            return self.plan.parameters[n.name].on(on, self.known) if isinstance(n, Ref) else n

        return look

    def day(self, row):
        if self.plan.parameters_at in (None, "transaction_date"):
            return row["on"]
        p = self.period(row["on"])
        if p is None:
            return row["on"]
        return p.start if self.plan.parameters_at == "period_start" else p.last

    def period(self, day):
        return None if self.plan.period == "once" else Period.containing(day, self.plan.period)

    def name(self, day):
        p = self.period(day)
        return "once" if p is None else p.name

    def interval(self, day, accumulate):
        if accumulate in (None, "period", "transaction"):
            return self.name(day)
        return "plan" if accumulate == "plan" else Period.containing(day, accumulate).name

    def credit(self, rows):
        for row in rows:
            num = self.num(self.day(row))
            rules = self.plan.crediting
            if not rules:
                self.credits.append({**row, "kind": "carve_out", "credit": row["amount_minor"]})
                continue
            cuts = [
                (row[r.to], num(r.share))
                for r in rules
                if r.kind == "carve_out" and r.share != "rest" and row.get(r.to)
            ]
            rest = [row[r.to] for r in rules if r.share == "rest" and row.get(r.to)]
            left = 1 - sum(w for _, w in cuts)
            over = [(row[r.to], num(r.share)) for r in rules if r.kind == "overlay" and row.get(r.to)]
            total = sum(w for _, w in cuts + over) + (left if rest else 0)
            if left < 0 or (self.plan.max_credit_share is not None and total > num(self.plan.max_credit_share)):
                self.unpaid.append((row["transaction"], None, "credit-over-max"))
                continue
            if not cuts and not rest and not over:
                self.unpaid.append((row["transaction"], None, "no-payee"))
                continue
            names = [n for n, _ in cuts] + (rest[:1] or ["house"])
            shares = [w for _, w in cuts] + [left]
            for name, part, share in zip(
                names, remainder_split(row["amount_minor"], shares, names), shares, strict=False
            ):
                if name == "house" and not rest:
                    self.house += part
                elif share:
                    self.credits.append({**row, "payee": name, "kind": "carve_out", "credit": part})
            for name, share in over:
                size = rounded(abs(row["amount_minor"]) * share, self.plan.rounding)
                part = size if row["amount_minor"] >= 0 else -size
                self.credits.append({**row, "payee": name, "kind": "overlay", "credit": part})

    def person(self, payee, day):
        for p in self.people:
            if p["payee"] == payee and (p.get("start") or date.min) <= day < (p.get("end") or LAST):
                return p
        return None

    def in_period(self, payee, name):
        span = self.span(name)
        found = [
            p
            for p in self.people
            if p["payee"] == payee and (p.get("start") or date.min) < span[1] and (p.get("end") or LAST) > span[0]
        ]
        return max(found, key=lambda p: p.get("start") or date.min) if found else None

    def span(self, name):
        if name in ("once", "plan"):
            return date.min, LAST
        p = Period.parse(name)
        return p.start, p.end

    def amount_of(self, rows, column, payee, name, measure=None):
        mine = [r for r in rows if r["payee"] == payee and (measure is None or r["measure"] == measure)]
        exact = [r for r in mine if r["period"] == name]
        if exact:
            return exact[0][column]
        low, high = self.span(name)
        inside = [r for r in mine if low <= self.span(r["period"])[0] and self.span(r["period"])[1] <= high]
        return sum(r[column] for r in inside) if inside else None

    def quota(self, payee, name, measure):
        q = self.amount_of(self.quotas, "quota_minor", payee, name, measure)
        if not q or q <= 0:
            raise Unpayable("no-quota")
        return q

    def target(self, c, payee, name):
        t = self.amount_of(self.targets, "target_minor", payee, name)
        if c is not None and c.target is not None:
            t = c.target * 100
        if t is None:
            raise Unpayable("no-target")
        return Fraction(t) * (c.weight if c is not None and c.weight is not None else 1)

    def measured(self, measure, who):
        return sum(k["credit"] for k in self.credits if self.counts(measure, k) and who(k))

    def counts(self, measure, row):
        for w in measure.where:
            hit = str(row.get(w.column)) in w.values
            if hit == w.negated:
                return False
        return True

    def path(self, text, payee, name):
        parts = text.split(".")
        team, parts = parts[0] == "team", parts[1:] if parts[0] == "team" else parts
        measure = self.plan.measures[parts[0]]
        if team:
            mine = self.in_period(payee, name)
            if mine is None:
                raise Unpayable("no-team")
            members = {
                p["payee"]
                for p in self.people
                if self.in_period(p["payee"], name) and self.in_period(p["payee"], name)["team"] == mine["team"]
            }
            s = self.measured(
                measure,
                lambda k: (
                    self.name(k["date"]) == name
                    and (self.person(k["payee"], k["date"]) or {}).get("team") == mine["team"]
                ),
            )
        else:
            members = {payee}
            s = self.measured(measure, lambda k: self.name(k["date"]) == name and k["payee"] == payee)
        if len(parts) == 1:
            return Fraction(s, 100)
        q = sum(self.amount_of(self.quotas, "quota_minor", m, name, parts[0]) or 0 for m in members)
        if q <= 0:
            raise Unpayable("no-quota")
        a = Fraction(s) / q
        return a if self.plan.attainment_rounding == "none" else self.step(a, self.plan.attainment_rounding, name)

    def step(self, x, how, name):
        mode = {"floor": "down", "ceiling": "up", "nearest": "half_up"}.get(how.mode, how.mode)
        to = self.number(how.to, name)
        return rounded(x / to, mode) * to

    def number(self, number, name):
        """A number of the plan as it holds for a whole period."""
        if name == "once":
            return self.num(self.plan.valid.from_ or date.min)(number)
        p = Period.parse(name)
        return self.num(p.last if self.plan.parameters_at == "period_end" else p.start)(number)

    def factor(self, of, payee, name):
        found = []
        for m in (m for m in self.plan.modifiers if m.of == of):
            a = self.path(m.measure, payee, name)
            if m.round:
                a = self.step(a, m.round, name)
            if m.clamp:
                a = max(m.clamp[0], min(m.clamp[1], a))
            if m.tiers:
                hit = [
                    t
                    for t in m.tiers
                    if (a >= t.from_ if m.edge != "upper_inclusive" else a > t.from_)
                    and (t.to is None or (a < t.to if m.edge == "lower_inclusive" else a <= t.to))
                ]
                if not hit and a == m.tiers[0].from_:
                    hit = [m.tiers[0]]
                if not hit:
                    raise Unpayable("tier-gap")
                a = hit[0].multiplier
            found.append((a, m.join))
        if not found:
            return Fraction(1)
        if found[0][1] == "sum":
            return 1 + sum(a - 1 for a, _ in found)
        product = Fraction(1)
        for a, _ in found:
            product *= a
        return product

    def gate(self, of, payee, name):
        for g in (g for g in self.plan.gates if g.locks in (of, "plan")):
            passed = [self.path(t.measure, payee, name) >= t.at_least for t in g.tests]
            if not (all(passed) if g.needs == "all" else any(passed)):
                return ZERO
        return Fraction(1)

    def limit(self, each, c, payee, name):
        if isinstance(each.limit, TargetShare):
            return self.number(each.limit.share, name) * self.target(c, payee, name)
        return self.number(each.limit, name) * 100

    def shape(self, name_c, payee, name):
        """The function from raw running pay to capped running pay, exact, and whether it bends anything."""
        c = self.plan.components[name_c]
        g, m, big = self.gate(name_c, payee, name), self.factor(name_c, payee, name), self.factor("plan", payee, name)
        if min(m, big) < 0:
            raise Unpayable("modifier-negative")
        limits = {
            (kind, at): [self.limit(x, c, payee, name) for x in every if x.of == name_c and x.at == at]
            for kind, every in (("cap", self.plan.caps), ("floor", self.plan.floors))
            for at in ("before_modifiers", "after_modifiers")
        }

        def held(x, at):
            x = max([x, *limits["floor", at]])
            return min([x, *limits["cap", at]])

        return lambda raw: held(held(raw * g, "before_modifiers") * m, "after_modifiers") * big

    def matches(self, c, row):
        if not c.for_:
            return True
        p = self.person(row["payee"], row["date"])
        return p is not None and all(p.get(k) in v for k, v in c.for_.items())

    def run(self):
        for name_c, c in self.plan.components.items():
            if c.method == "pool":
                self.pool(name_c, c)
            elif c.method == "curve" or self.plan.measures[c.measure].scope != "payee":
                self.by_period(name_c, c)
            else:
                self.by_row(name_c, c)
        self.plan_limits()

    def by_row(self, name_c, c):
        measure = self.plan.measures[c.measure]
        bends = (
            any(m.of in (name_c, "plan") for m in self.plan.modifiers)
            or any(g.locks in (name_c, "plan") for g in self.plan.gates)
            or any(x.of == name_c for x in (*self.plan.caps, *self.plan.floors))
        )
        sums, raws, paids = defaultdict(Fraction), defaultdict(Fraction), {}
        for k in self.credits:
            if not self.counts(measure, k) or not self.matches(c, k):
                continue
            name, interval = self.name(k["date"]), self.interval(k["date"], c.accumulate)
            num = self.num(self.day(k))
            x = Fraction(1) * k["credit"] if measure.unit == "money" else Fraction(100)
            try:
                q = (
                    self.quota(k["payee"], interval, c.measure)
                    if c.bounds == "quota" or c.base_rate == "target/quota"
                    else None
                )
                t = (
                    self.target(c, k["payee"], interval)
                    if c.base_rate == "target/quota" or c.pays_of == "target"
                    else None
                )
                shape = self.shape(name_c, k["payee"], name) if bends else (lambda raw: raw)
            except Unpayable as why:
                self.unpaid.append((k["transaction"], k["payee"], str(why)))
                continue
            group = (k["payee"], interval)
            first = group not in sums or c.accumulate == "transaction"
            before = ZERO if c.accumulate == "transaction" else sums[group]
            after = before + x
            sums[group] = after
            high = cumulative(c, num, after, q, t)
            low = ZERO if first else cumulative(c, num, before, q, t)
            if high is None:
                self.unpaid.append((k["transaction"], k["payee"], "tier-gap"))
                high = low = ZERO
                raise AssertionError("the reference does not follow a sum into a gap")
            purse = (k["payee"], interval, name) if bends else (k["payee"], interval)
            raws[purse] += high - low
            now = rounded(shape(raws[purse]), self.plan.rounding)
            self.line(k, name, name_c, before, after, now - paids.get(purse, 0))
            paids[purse] = now

    def line(self, k, name, name_c, before, after, pay):
        self.lines.append(
            {"transaction": k["transaction"], "payee": k["payee"], "period": name, "component": name_c,
             "before": before, "after": after, "pay": pay, "date": k["date"], "seq": k.get("seq", 0),
             "credit": next((place for place, each in enumerate(self.credits) if each is k), 0)}
        )  # fmt: skip

    def by_period(self, name_c, c):
        for payee, name in sorted({(k["payee"], self.name(k["date"])) for k in self.credits if self.matches(c, k)}):
            try:
                prefix = "team." if self.plan.measures[c.measure].scope == "team" else ""
                s = self.path(prefix + c.measure, payee, name) * 100
                q = (
                    self.quota(payee, name, c.measure)
                    if not prefix and (c.bounds == "quota" or c.method == "curve")
                    else None
                )
                t = self.target(c, payee, name) if c.method == "curve" else None
                raw = cumulative(c, self.num(self.span(name)[0]), s, q, t)
                pay = rounded(self.shape(name_c, payee, name)(raw), self.plan.rounding)
            except Unpayable as why:
                mine = [
                    k
                    for k in self.credits
                    if (k["payee"], self.name(k["date"])) == (payee, name) and self.matches(c, k)
                ]
                self.unpaid += [(k["transaction"], payee, str(why)) for k in mine]
                continue
            self.line(
                {"transaction": None, "payee": payee, "date": self.span(name)[1], "seq": 10**9},
                name,
                name_c,
                ZERO,
                s,
                pay,
            )

    def pool(self, name_c, c):
        names = sorted({self.name(k["date"]) for k in self.credits})
        for team in sorted({p["team"] for p in self.people}):
            for name in names:
                self.pool_of(name_c, c, team, name)

    def pool_of(self, name_c, c, team, name):
        low, high = self.span(name)
        num = self.num(low)
        weights = {}
        for p in self.people:
            start, end = max(p.get("start") or date.min, low), min(p.get("end") or LAST, high)
            if p["team"] != team or start >= end or not all(p.get(k) in v for k, v in c.for_.items()):
                continue
            if c.leavers == "out" and end < high:
                continue
            part = Fraction((end - start).days, (high - low).days) if c.leavers == "prorated" else Fraction(1)
            if c.shares == "equal":
                share = Fraction(1)
            elif isinstance(c.shares, By):
                measure = self.plan.measures[c.shares.of]
                share = Fraction(
                    max(
                        0,
                        self.measured(
                            measure, lambda k, who=p["payee"]: k["payee"] == who and self.name(k["date"]) == name
                        ),
                    )
                )
            else:
                share = num(c.shares.get(p["payee"], ZERO))
            weights[p["payee"]] = weights.get(p["payee"], ZERO) + share * part
        if isinstance(c.fund, Fund):
            measure = self.plan.measures[c.fund.measure.split(".")[-1]]
            s = self.measured(
                measure,
                lambda k: (
                    self.name(k["date"]) == name and (self.person(k["payee"], k["date"]) or {}).get("team") == team
                ),
            )
            fund = rounded(num(c.fund.rate) * s, self.plan.rounding)
        else:
            fund = rounded(num(c.fund) * 100, self.plan.rounding)
        if not weights or fund <= 0:
            return
        table = not isinstance(c.shares, (str, By))
        left = 1 - sum(weights.values()) if table and c.unclaimed != "redistribute" else ZERO
        people = sorted(weights)
        if not sum(weights.values()):
            return
        parts = remainder_split(fund, [weights[p] for p in people] + [max(left, ZERO)], [*people, "~"])
        for payee, part in zip(people, parts, strict=False):
            if not weights[payee]:
                continue
            pay = rounded(self.shape(name_c, payee, name)(Fraction(part)), self.plan.rounding)
            self.line({"transaction": None, "payee": payee, "date": high, "seq": 10**9}, name, name_c, ZERO, ZERO, pay)

    def plan_limits(self):
        caps = [x for x in self.plan.caps if x.of == "plan"]
        floors = [x for x in self.plan.floors if x.of == "plan"]
        if not caps and not floors:
            return
        order = list(self.plan.components)
        self.lines.sort(
            key=lambda n: (n["date"], n["seq"], n["transaction"] or "", n["credit"], order.index(n["component"]))
        )
        running, paid = defaultdict(int), defaultdict(int)
        kept = []
        for line in self.lines:
            who = (line["payee"], line["period"])
            try:
                big = self.factor("plan", *who)
                held = {
                    id(x): rounded(
                        self.limit(x, None, *who) * (big if x.at == "before_modifiers" else 1), self.plan.rounding
                    )
                    for x in (*caps, *floors)
                }
            except Unpayable as why:
                self.unpaid.append((line["transaction"], line["payee"], str(why)))
                continue
            running[who] += line["pay"]
            now = running[who]
            for at in ("before_modifiers", "after_modifiers"):
                now = max([now, *(held[id(x)] for x in floors if x.at == at)])
                now = min([now, *(held[id(x)] for x in caps if x.at == at)])
            kept.append({**line, "pay": now - paid[who]})
            paid[who] = now
        self.lines = kept

    @property
    def payouts(self):
        total = defaultdict(int)
        for line in self.lines:
            total[line["payee"], line["period"], line["component"]] += line["pay"]
        return dict(total)
