"""What changed in a store between two instants, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import attrs

from salesteam.core import Grid, _table, say
from salesteam.crm._field_type import field_types
from salesteam.crm._record import Record, zoned
from salesteam.crm._ref import KINDS, Kind, Ref
from salesteam.crm._store import Store
from salesteam.errors import InvalidValueError

__all__ = ["Difference", "DifferenceRow", "diff"]

_APART = frozenset({"ref", "updated_at"})
_WORDS = {"new": ("new", "新增"), "changed": ("changed", "变更"), "gone": ("gone", "消失"), "back": ("back", "恢复")}


@attrs.frozen(kw_only=True)
class DifferenceRow:
    """One field of one record that differs; a record that came or went has one row without a field.

    Examples
    --------
    >>> DifferenceRow(ref="crm:deal:D-1", kind="deal", what="changed", field="status", before="open", after="won").after
    'won'
    """

    ref: str = _table.column("the record")
    kind: str = _table.column("its kind")
    what: str = _table.column("new, changed, gone or back")
    field: str = _table.column("the field that differs", default="")
    before: str = _table.column("its value at the earlier instant", default="")
    after: str = _table.column("its value at the later one", default="")


@attrs.frozen(kw_only=True)
class Difference:
    """What changed between two instants.

    Parameters
    ----------
    earlier, later : datetime
        The instants.
    rows : tuple of DifferenceRow
        By kind, then by record.

    Examples
    --------
    >>> from datetime import UTC
    >>> Difference(earlier=datetime(2026, 9, 1, tzinfo=UTC), later=datetime(2026, 10, 1, tzinfo=UTC)).rows
    ()
    """

    earlier: datetime
    later: datetime
    rows: tuple[DifferenceRow, ...] = ()

    def to_frame(self) -> Any:
        """The rows as a table.

        Examples
        --------
        >>> from datetime import UTC
        >>> at = datetime(2026, 9, 1, tzinfo=UTC)
        >>> list(Difference(earlier=at, later=at).to_frame().columns)
        ['ref', 'kind', 'what', 'field', 'before', 'after']
        """
        return _table.write_rows(self.rows, DifferenceRow)

    def explain(self, ref: str, lang: str = "en") -> str:
        """Tell what became of a record.

        Examples
        --------
        >>> from datetime import UTC
        >>> at = datetime(2026, 9, 1, tzinfo=UTC)
        >>> row = DifferenceRow(ref="crm:deal:D-1", kind="deal", what="changed", field="status", before="open",
        ...                     after="won")
        >>> Difference(earlier=at, later=at, rows=(row,)).explain("crm:deal:D-1")
        'crm:deal:D-1 changed: status from open to won'
        """
        lines = []
        for row in self.rows:
            if row.ref != ref:
                continue
            told = f"{row.ref} {_word(row.what, lang)}"
            if row.field:
                before, after = row.before or "—", row.after or "—"
                told += say(
                    lang,
                    en=f": {row.field} from {before} to {after}",
                    zh=f"：{row.field} 由 {before} 变为 {after}",
                )
            lines.append(told)
        return "\n".join(lines)

    def grid(self, lang: str = "en") -> Grid:
        """The rows for display.

        Examples
        --------
        >>> from datetime import UTC
        >>> at = datetime(2026, 9, 1, tzinfo=UTC)
        >>> Difference(earlier=at, later=at).grid().title
        'What changed from 2026-09-01 00:00 to 2026-09-01 00:00 UTC'
        """
        start, end = f"{self.earlier:%Y-%m-%d %H:%M}", f"{self.later:%Y-%m-%d %H:%M}"
        heads = say(lang, en="Record|What|Field|Before|After", zh="记录|变化|字段|之前|之后")
        return Grid(
            title=say(lang, en=f"What changed from {start} to {end} UTC", zh=f"{start} 至 {end}（UTC）的变化"),
            columns=tuple(heads.split("|")),
            rows=tuple((row.ref, _word(row.what, lang), row.field, row.before, row.after) for row in self.rows),
        )

    def _repr_html_(self) -> str:
        return self.grid().html()


def _word(what: str, lang: str) -> str:
    en, zh = _WORDS[what]
    return say(lang, en=en, zh=zh)


def diff(
    store: Store, *, earlier: datetime, later: datetime, kinds: Iterable[Kind] | None = None, source: str | None = None
) -> Difference:
    """Compare what a store knew at two instants.

    Use it to see what came in since the last review, or why a number of then is another one now.

    Parameters
    ----------
    store : Store
        The store.
    earlier, later : datetime
        Instants with a zone; what was seen at them counts as known.
    kinds : iterable of str, optional
        Only these kinds.
    source : str, optional
        Only this source.

    Returns
    -------
    Difference
        Field by field; update times alone are no difference.

    Raises
    ------
    InvalidValueError
        If an instant has no zone, or the later one is before the earlier.

    Examples
    --------
    >>> from datetime import UTC, timedelta
    >>> from salesteam.crm import Deal, Limits, MemoryCRM, Ref, VirtualClock, open_store, sync
    >>> deal = Ref("demo", "deal", "D-1")
    >>> server = MemoryCRM("demo", [Deal(ref=deal, status="open")])
    >>> store, clock = open_store(":memory:"), VirtualClock(server.now)
    >>> _ = sync(server.adapter(), store, limits=Limits(clock=clock))
    >>> _ = server.change(deal, status="won")
    >>> clock.sleep(3600)
    >>> _ = sync(server.adapter(), store, limits=Limits(clock=clock))
    >>> found = diff(store, earlier=clock.now() - timedelta(hours=1), later=clock.now())
    >>> print(found.explain("demo:deal:D-1"))
    demo:deal:D-1 changed: status from open to won
    """
    zoned(earlier)
    if zoned(later) < earlier:
        raise InvalidValueError(
            f"{later} is before {earlier}", where="diff", fix="give the earlier instant as `earlier`"
        )
    wanted = set(KINDS if kinds is None else kinds)
    rows = tuple(
        row for kind in KINDS if kind in wanted for row in _of_kind(store, kind, source, earlier=earlier, later=later)
    )
    return Difference(earlier=earlier, later=later, rows=rows)


def _of_kind(
    store: Store, kind: Kind, source: str | None, *, earlier: datetime, later: datetime
) -> Iterator[DifferenceRow]:
    def known(at: datetime) -> dict[Ref, Record]:
        return {each.ref: each for each in store.records(kind, source=source, known_at=at, deleted=True)}

    before, after = known(earlier), known(later)
    for ref in sorted(after):
        now, then = after[ref], before.get(ref)
        if then is None:
            if not now.deleted:
                yield DifferenceRow(ref=str(ref), kind=kind, what="new")
        elif then.deleted != now.deleted:
            yield DifferenceRow(ref=str(ref), kind=kind, what="gone" if now.deleted else "back")
        elif then is not now:
            for name in field_types(type(now)):
                old, new = getattr(then, name), getattr(now, name)
                if name not in _APART and old != new:
                    values = {"field": name, "before": _text(old), "after": _text(new)}
                    yield DifferenceRow(ref=str(ref), kind=kind, what="changed", **values)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, datetime) else str(value)
