"""Rows, credits and measures of the oracle: who is credited with what, and what a sum of credits comes to."""

from __future__ import annotations

import ast
import operator
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

import attrs
from tests.incentives.oracle_shapes import ONE, ZERO, Unpayable, remainder_split, rounded, stepped
from tests.incentives.oracle_terms import Terms

from salesteam.incentives._number import Ref

CENT = 100


@attrs.frozen(eq=False)
class Entry:
    """One credit of one payee, or one ready value."""

    transaction: str | None
    payee: str
    date: date
    on: date
    order: tuple
    tally: int
    share: Fraction
    credit: dict
    row: dict
    kind: str = "carve_out"
    slot: int = 0
    ready: str | None = None
    left: Fraction = ONE


class Credits(Terms):
    """Transactions cut into credits, and credits read as measures."""

    # rows and credits

    def usable(self, rows):
        by_id = defaultdict(list)
        for seq, row in enumerate(rows):
            by_id[row["transaction"]].append({"seq": seq, **row})
        kept = []
        for name, same in by_id.items():
            plain = [{k: v for k, v in r.items() if k != "seq"} for r in same]
            if any(r != plain[0] for r in plain):
                self.unpaid.add((name, None, "duplicate-transaction"))
                continue
            if len(same) > 1:
                self.unpaid.add((name, None, "duplicate-transaction"))
            kept.append(same[0])
        known = {r["transaction"]: r for r in kept}
        found = []
        for row in kept:
            chain = [row]
            while chain[-1] is not None and chain[-1].get("reverses") and len(chain) <= len(known):
                chain.append(known.get(chain[-1]["reverses"]))
            if chain[-1] is None or chain[-1].get("reverses"):
                self.unpaid.add((row["transaction"], None, "reversal-without-original"))
                continue
            found.append({**row, "on": chain[-1]["date"], "root": chain[-1], "depth": len(chain), "tally": 1})
        return sorted(self.tallied(found), key=lambda r: (r["date"], r["seq"], r["transaction"]))

    def tallied(self, rows):
        """Each row counts as one deal; what takes all of its original back counts as one less, a part as none."""
        tally, left = {}, {}
        for row in sorted(rows, key=lambda r: (r["depth"], r["date"], r["seq"], r["transaction"])):
            left[row["transaction"]] = row["amount_minor"]
            of = row.get("reverses")
            if of:
                before = left[of]
                left[of] += row["amount_minor"]
                own = next(r["amount_minor"] for r in rows if r["transaction"] == of)
                whole = left[of] * own <= 0 and of not in self.gone
                row["tally"] = -tally[of] if whole else 0
                self.gone |= {of} if whole else set()
                assert before is not None
            tally[row["transaction"]] = row["tally"]
        return rows

    def credit(self, row):
        num, rate = self.num(self.day(row["on"])), ONE
        if row.get("currency") not in (None, self.plan.currency):
            rate = self.rate(row)
            if rate is None:
                code = "other-currency" if self.plan.fx is None else "no-rate"
                self.unpaid.add((row["transaction"], None, code))
                return
        row["major"] = {k: self.worth(row[f"{k}_minor"], rate) for k in ("amount", "cost") if f"{k}_minor" in row}
        cuts, over = self.rules(row, num)
        if cuts is None:
            return
        total = sum(s for _, s in (*cuts, *over))
        carved = sum(s for _, s in cuts)
        if carved > 1 or (self.plan.max_credit_share is not None and total > num(self.plan.max_credit_share)):
            self.unpaid.add((row["transaction"], None, "credit-over-max"))
            return
        slots = [("carve_out", n, s) for n, s in (*cuts, ("house", 1 - carved))] + [("overlay", n, s) for n, s in over]
        values = {"amount": row["major"]["amount"]}
        for name, m in self.plan.measures.items():
            if m.value not in (None, "amount") and m.unit == "money":
                values[name] = self.evaluate(self.tree(m.value), row)
        before = len(self.credits)
        pieces = {name: self.cut(value, slots, self.steps(name, num)) for name, value in values.items()}
        for i, (kind, payee, share) in enumerate(slots):
            if kind == "carve_out" and payee == "house":
                self.house += pieces["amount"][i]
            elif share:
                self.enter(row, payee, share, {name: found[i] for name, found in pieces.items()}, (kind, i))
        self.rolled(row, self.credits[before:])

    def worth(self, minor, rate):
        """Money of a row in major units of the plan."""
        size = abs(minor) * rate
        if rate != 1 and self.plan.fx.round == "transaction":
            size = rounded(size, self.plan.rounding)
        return Fraction(size, CENT) * (1 if minor >= 0 else -1)

    def steps(self, name, num):
        """In which parts of a cent an amount is cut: those in which every row of the measure is whole on its day."""
        value = "amount" if name == "amount" else self.plan.measures[name].value
        if "$parts" in value:
            return int(num(Ref("parts")))
        return num(Ref("part")).denominator if "$part" in value else 2 if name == "y" else 1

    def cut(self, value, slots, steps):
        """Largest remainder for carve-outs, each overlay alone; what is no whole number is cut exactly."""
        whole = value * CENT * steps
        if whole.denominator != 1:
            return [value * s for _, _, s in slots]
        carved = [(n, s) for kind, n, s in slots if kind == "carve_out"]
        parts = remainder_split(int(whole), [s for _, s in carved], [n for n, _ in carved])
        parts += [
            rounded(abs(whole) * s, self.plan.rounding) * (1 if whole >= 0 else -1)
            for kind, _, s in slots
            if kind == "overlay"
        ]
        return [Fraction(p, CENT * steps) for p in parts]

    def rules(self, row, num):
        if self.facts["credits"]:
            mine = [c for c in self.facts["credits"] if c["transaction"] == row["transaction"]]
            if not mine:
                self.unpaid.add((row["transaction"], None, "no-payee"))
                return None, None
            return (
                [(c["payee"], c["share"]) for c in mine if c["kind"] == "carve_out"],
                [(c["payee"], c["share"]) for c in mine if c["kind"] == "overlay"],
            )
        rules = self.plan.crediting
        if not rules:
            if row.get("payee"):
                return [(row["payee"], ONE)], []
            self.unpaid.add((row["transaction"], None, "no-payee"))
            return None, None
        filled = [r for r in rules if row.get(r.to)]
        cuts = [(row[r.to], num(r.share)) for r in filled if r.kind == "carve_out" and r.share != "rest"]
        over = [(row[r.to], num(r.share)) for r in filled if r.kind == "overlay"]
        left = 1 - sum(s for _, s in cuts)
        cuts += [(row[r.to], left) for r in filled if r.share == "rest"]
        if not filled:
            self.unpaid.add((row["transaction"], None, "no-payee"))
            return None, None
        return cuts, over

    def enter(self, row, payee, share, parts, kind):
        rows = {p["payee"] for p in self.facts["people"]}
        led = {p.get("manager") for p in self.facts["people"]} - rows
        if rows and payee not in led and not self.person(payee, row["on"]):
            self.unpaid.add((row["transaction"], payee, "unknown-payee"))
            return
        order = (row["date"], row["seq"], row["transaction"], len(self.credits))
        made = Entry(row["transaction"], payee, row["date"], row["on"], order, row["tally"], Fraction(share),
                     parts, row, *kind)  # fmt: skip
        self.credits.append(made)

    def rolled(self, row, mine):
        """The managers of everybody who is credited, after all of them."""
        if self.plan.rollup is None:
            return
        when = row["on"] if self.plan.rollup.hierarchy_at == "transaction_date" else self.last_day(row["on"])
        for made in mine:
            above = self.above(made.payee, when)
            for boss in above if self.plan.rollup.levels == "every_level" else above[:1]:
                order = (*made.order[:3], len(self.credits))
                self.credits.append(attrs.evolve(made, payee=boss, kind="rollup", order=order))

    def ready(self):
        for i, v in enumerate(self.facts["values"]):
            if v.get("payee"):
                start = self.span(v["period"])[0]
                yield Entry(None, v["payee"], start, start, (start, i, "", 0), 1, ONE, {}, v, ready=v["measure"])

    # measures

    def counts(self, wheres, row):
        for w in wheres:
            cell = row.get(w.column)
            hit = cell is not None and str(cell) in w.values
            if hit == w.negated:
                return False
        return True

    def belongs(self, name, e):
        measure = self.plan.measures[name]
        if e.ready is not None:
            return e.ready == name
        return measure.value is not None and self.counts(measure.where, e.row)

    def amount(self, name, e):
        """What one entry adds to a measure, before it is aggregated."""
        measure = self.plan.measures[name]
        if e.ready is not None:
            return Fraction(e.row["value"])
        if measure.aggregate in ("mean", "latest"):
            return self.evaluate(self.tree(measure.value), e.row) * e.left
        if measure.unit == "money":
            return e.credit["amount" if measure.value == "amount" else name]
        return self.evaluate(self.tree(measure.value), e.row) * e.share

    def tree(self, value):
        """The expression of a measure, a number under a name as an attribute of ``named``."""
        return ast.parse(value.replace("$", "named."), mode="eval").body

    def evaluate(self, tree, row):
        if isinstance(tree, ast.Constant):
            return Fraction(str(tree.value))
        if isinstance(tree, ast.Attribute):
            return self.num(self.day(row["on"]))(Ref(tree.attr))
        if isinstance(tree, ast.Name):
            return row["major"][tree.id] if tree.id in ("amount", "cost", "invoiced") else Fraction(row[tree.id])
        if isinstance(tree, ast.Call):
            return {"min": min, "max": max}[tree.func.id](self.evaluate(a, row) for a in tree.args)
        if isinstance(tree, ast.UnaryOp):
            return -self.evaluate(tree.operand, row)
        op = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
        return op[type(tree.op)](self.evaluate(tree.left, row), self.evaluate(tree.right, row))

    def aggregate(self, name, entries):
        """One number of many entries, in their order."""
        how = self.plan.measures[name].aggregate
        entries = [e for e in entries if self.belongs(name, e)]
        if how == "count":
            return sum((e.tally * e.share for e in entries), ZERO)
        if how == "distinct":
            net = defaultdict(int)
            for e in entries:
                net[e.row[self.plan.measures[name].value]] += e.tally * (e.left > 0)
            return Fraction(sum(n > 0 for n in net.values()))
        if how == "latest":
            gone = {e.row.get("reverses") for e in entries if e.tally < 0}
            kept = [e for e in entries if e.tally > 0 and e.left and (e.transaction or "") not in gone]
            return self.amount(name, kept[-1]) if kept else ZERO
        total = sum((self.amount(name, e) for e in entries), ZERO)
        if how == "mean":
            n = sum(e.tally * e.left for e in entries)
            return total / n if n > 0 else ZERO
        return total

    def within(self, who, span, upto=None, only=None):
        low, high = self.span(span)
        found = [e for e in self.entries if low <= e.date < high and who(e) and (upto is None or e.order <= upto)]
        found = found if only is None else [e for e in found if only(e)]
        return sorted(found, key=lambda e: e.order)

    def path(self, text, payee, span, upto=None, only=None):
        """The number that a path names, for a payee and a span of days."""
        parts = text.split(".")
        if text == "tenure_months":
            return self.tenure(payee, self.span(span)[1] - timedelta(days=1))
        team = parts[0] == "team"
        name, asked = parts[team], parts[-1] == "attainment"
        measure = self.plan.measures[name]
        if asked and (given := self.given(name, payee, span, team=team)) is not None:
            return stepped(given, self.plan.attainment_rounding, self.num(self.day_in(span)))
        if team or measure.scope == "team":
            mine = self.team_in(payee, span)
            if mine is None:
                raise Unpayable("no-team")
            members = self.members(mine, span)
            chosen = self.within(lambda e: self.team_on(e.payee, e.on) == mine, span, upto, only)
        elif measure.scope == "all":
            members, chosen = None, self.within(lambda e: True, span, upto, only)
        else:
            members, chosen = [payee], self.within(lambda e: e.payee == payee, span, upto, only)
        if measure.value is None and not any(self.belongs(name, e) for e in chosen):
            raise Unpayable("no-value")
        s = self.aggregate(name, chosen)
        if not asked:
            return s
        quotas = [self.quota_or_none(m, span, name) for m in members]
        q = sum(x for x in quotas if x is not None)
        if not q or q <= 0:
            raise Unpayable("no-quota")
        return stepped(s / q, self.plan.attainment_rounding, self.num(self.day_in(span)))

    def given(self, name, payee, span, *, team):
        for v in self.facts["values"]:
            whose = v.get("team") == self.team_in(payee, span) if team else v.get("payee") == payee
            if v["measure"] == f"{name}.attainment" and whose and v["period"] == span:
                return Fraction(v["value"])
        return None
