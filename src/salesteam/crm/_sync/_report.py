"""What a sync did: by kind, with findings, and whether it has to be run again."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

import attrs

from salesteam.core import Cell, Grid, Report, _table, say
from salesteam.crm._ref import Kind
from salesteam.crm._sync._words import Words
from salesteam.errors import NotFoundError

__all__ = ["SyncPart", "SyncProgress", "SyncReport"]

State = Literal["complete", "resumable", "failed"]
_STATES = {
    "complete": ("complete", "完成"),
    "resumable": ("not finished, run it again", "未完成，再次运行即可"),
    "failed": ("failed", "失败"),
}


@attrs.frozen(kw_only=True)
class SyncPart:
    """What a sync did with one kind; `new`, `changed`, `unchanged`, `stale`, `rejected`, `skipped` sum to `read`.

    Examples
    --------
    >>> part = SyncPart(source="crm", kind="deal", mode="cursor", state="complete", read=3, new=2, rejected=1)
    >>> part.foots
    True
    """

    source: str = _table.column("name of the source")
    kind: str = _table.column("kind of record")
    mode: str = _table.column("cursor, delta or full")
    state: str = _table.column("complete, resumable or failed")
    until: datetime | None = _table.column("signpost: what changed later is left for the next sync", default=None)
    read: int = _table.column("rows read", default=0)
    new: int = _table.column("of them not known before", default=0)
    changed: int = _table.column("of them different from before", default=0)
    unchanged: int = _table.column("of them as before", default=0)
    stale: int = _table.column("of them older than what the store has", default=0)
    rejected: int = _table.column("of them put into quarantine", default=0)
    skipped: int = _table.column("of them left out by the mapping on purpose", default=0)
    deleted: int = _table.column("records that the source says are gone", default=0)
    restored: int = _table.column("records that came back", default=0)
    compared: int | None = _table.column(
        "records of the store that were looked for in what the source lists", default=None
    )
    missing: int = _table.column("of them not listed", default=0)
    swept: int = _table.column("of them deleted for that; none if the sweep was refused", default=0)
    healed: int = _table.column("rows that left the quarantine", default=0)

    @property
    def foots(self) -> bool:
        """Whether every row that was read is accounted for.

        Examples
        --------
        >>> SyncPart(source="crm", kind="deal", mode="full", state="complete", read=1).foots
        False
        """
        return self.read == self.new + self.changed + self.unchanged + self.stale + self.rejected + self.skipped

    def text(self, lang: str = "en") -> str:
        """One line for a reader.

        Examples
        --------
        >>> SyncPart(source="crm", kind="deal", mode="full", state="complete", read=1, new=1).text()
        'crm deal: 1 read = 1 new + 0 changed + 0 unchanged'
        """
        counts = [
            ("stale", self.stale, "过时"),
            ("in quarantine", self.rejected, "隔离"),
            ("skipped", self.skipped, "跳过"),
        ]
        more = "".join(f" + {count:,} {say(lang, en=en, zh=zh)}" for en, count, zh in counts if count)
        gone = self.deleted + self.swept
        told = [(gone, "gone", "已消失"), (self.restored, "back", "恢复"), (self.healed, "healed", "已修复")]
        beside = ", ".join(f"{count:,} {say(lang, en=en, zh=zh)}" for count, en, zh in told if count)
        end = "" if self.state == "complete" else f"; {say(lang, en=_STATES[self.state][0], zh=_STATES[self.state][1])}"
        text = say(
            lang,
            en=f"{self.read:,} read = {self.new:,} new + {self.changed:,} changed + {self.unchanged:,} unchanged",
            zh=f"读取 {self.read:,} = 新增 {self.new:,} + 变更 {self.changed:,} + 未变 {self.unchanged:,}",
        )
        return f"{self.source} {self.kind}: {text}{more}" + (f" ({beside})" if beside else "") + end


@attrs.frozen(kw_only=True)
class SyncProgress:
    """How far a sync is; given to `progress` after every page and before every wait.

    Parameters
    ----------
    source, kind : str
        What is read.
    read, changed, rejected : int
        Rows so far: read, new or different, put into quarantine.
    rate : float
        Rows a second, of this kind.
    waits_until : datetime or None
        The instant at which it goes on, if it waits.
    why : Words
        What it waits for, in both languages.

    Examples
    --------
    >>> SyncProgress(source="crm", kind="deal", read=2000, changed=40, rejected=1, rate=5000.0).text()
    'crm: deal 2,000 read, 40 changed, 1 rejected, 5,000/s'
    """

    source: str
    kind: Kind
    read: int
    changed: int
    rejected: int
    rate: float = 0.0
    waits_until: datetime | None = None
    why: Words = Words("waits", "等待")

    def text(self, lang: str = "en") -> str:
        """One line for a reader.

        Examples
        --------
        >>> SyncProgress(source="crm", kind="deal", read=1, changed=1, rejected=0, rate=9.0).text("zh")
        'crm：deal 读取 1，变更 1，拒绝 0，9/秒'
        """
        if self.waits_until is not None:
            at = f"{self.waits_until:%H:%M:%S}"
            return say(
                lang,
                en=f"{self.source}: {self.kind} {self.why.en}, continues {at}Z",
                zh=f"{self.source}：{self.kind} {self.why.zh}，{at}Z 继续",
            )
        return say(
            lang,
            en=f"{self.source}: {self.kind} {self.read:,} read, {self.changed:,} changed,"
            f" {self.rejected:,} rejected, {self.rate:,.0f}/s",
            zh=f"{self.source}：{self.kind} 读取 {self.read:,}，变更 {self.changed:,}，"
            f"拒绝 {self.rejected:,}，{self.rate:,.0f}/秒",
        )


@attrs.frozen(kw_only=True)
class SyncReport:
    """What a sync, or a sweep, did.

    Parameters
    ----------
    source : str
        Name of the source.
    run : int
        Number of the sync in its store.
    started_at, ended_at : datetime
        When it began and ended, by the clock of this computer.
    parts : tuple of SyncPart
        What became of each kind, parents before children.
    report : Report
        Findings.
    stopped : {'resumable', 'failed'}, optional
        How it ended, where that was before the end of the source.

    Examples
    --------
    >>> from salesteam.crm import MemoryCRM, open_store, sync
    >>> run = sync(MemoryCRM("demo").adapter(), open_store(":memory:"))
    >>> run.state
    'complete'
    """

    source: str
    run: int
    started_at: datetime
    ended_at: datetime
    parts: tuple[SyncPart, ...] = ()
    report: Report = Report()
    stopped: State | None = None

    @property
    def state(self) -> State:
        """Whether everything was read; if not, whether running it again goes on, or somebody must act first.

        Rows in quarantine and refused sweeps do not make a reading incomplete; they are errors of the report.

        Examples
        --------
        >>> from datetime import UTC
        >>> at = datetime(2026, 9, 30, tzinfo=UTC)
        >>> SyncReport(source="crm", run=1, started_at=at, ended_at=at).state
        'complete'
        """
        states = {self.stopped, *(part.state for part in self.parts)}
        if "failed" in states:
            return "failed"
        return "resumable" if "resumable" in states else "complete"

    def part(self, kind: Kind) -> SyncPart:
        """What became of a kind.

        Raises
        ------
        NotFoundError
            If it was not read.

        Examples
        --------
        >>> from salesteam.crm import MemoryCRM, open_store, sync
        >>> sync(MemoryCRM("demo").adapter(), open_store(":memory:")).part("deal").read
        0
        """
        for part in self.parts:
            if part.kind == kind:
                return part
        raise NotFoundError("part for kind", kind, [part.kind for part in self.parts], where="this sync")

    def explain(self, kind: Kind, lang: str = "en") -> str:
        """Tell what became of the rows of a kind; every row is accounted for.

        Examples
        --------
        >>> from salesteam.crm import MemoryCRM, open_store, sync
        >>> sync(MemoryCRM("demo").adapter(), open_store(":memory:")).explain("deal")
        'demo deal: 0 read = 0 new + 0 changed + 0 unchanged'
        """
        return self.part(kind).text(lang)

    def to_frame(self) -> Any:
        """The parts as a table.

        Returns
        -------
        pandas.DataFrame
            One row a kind: see the reference of columns.

        Examples
        --------
        >>> from salesteam.crm import MemoryCRM, open_store, sync
        >>> len(sync(MemoryCRM("demo").adapter(), open_store(":memory:"), kinds=["deal"]).to_frame())
        1
        """
        return _table.write_rows(self.parts, SyncPart)

    def to_json(self, lang: str = "en") -> str:
        """Everything, for another program.

        Examples
        --------
        >>> from datetime import UTC
        >>> at = datetime(2026, 9, 30, tzinfo=UTC)
        >>> json.loads(SyncReport(source="crm", run=1, started_at=at, ended_at=at).to_json())["state"]
        'complete'
        """
        return json.dumps(self.to_dict(lang), ensure_ascii=False, indent=1)

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Everything as plain values.

        Examples
        --------
        >>> from datetime import UTC
        >>> at = datetime(2026, 9, 30, tzinfo=UTC)
        >>> SyncReport(source="crm", run=1, started_at=at, ended_at=at).to_dict()["source"]
        'crm'
        """
        return {
            "source": self.source,
            "run": self.run,
            "state": self.state,
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat(),
            "parts": [
                attrs.asdict(part) | {"until": None if part.until is None else part.until.isoformat()}
                for part in self.parts
            ],
            "findings": [
                {
                    "code": finding.code,
                    "severity": finding.severity.value,
                    "place": finding.place.text(lang),
                    "what": finding.what(lang),
                    "fix": finding.fix(lang),
                }
                for finding in self.report.worst_first()
            ],
        }

    def grid(self, lang: str = "en") -> Grid:
        """The parts for display; kinds of which nothing was read are left out.

        Examples
        --------
        >>> from salesteam.crm import MemoryCRM, open_store, sync
        >>> sync(MemoryCRM("demo").adapter(), open_store(":memory:")).grid().title
        'demo: complete'
        """
        heads = say(
            lang,
            en="Kind|Read|New|Changed|Unchanged|Stale|Quarantine|Gone|State",
            zh="类型|读取|新增|变更|未变|过时|隔离|已消失|状态",
        ).split("|")
        tones: dict[str, Literal["good", "warn", "bad"]] = {"complete": "good", "resumable": "warn", "failed": "bad"}
        rows: tuple[tuple[str | Cell, ...], ...] = tuple(
            (
                part.kind,
                *(
                    f"{count:,}"
                    for count in (part.read, part.new, part.changed, part.unchanged, part.stale, part.rejected)
                ),
                f"{part.deleted + part.swept:,}",
                Cell(say(lang, en=_STATES[part.state][0], zh=_STATES[part.state][1]), tone=tones[part.state]),
            )
            for part in self.parts
            if part.read or part.state != "complete" or part.swept
        )
        en, zh = _STATES[self.state]
        return Grid(
            note=self._compared(lang),
            title=say(lang, en=f"{self.source}: {en}", zh=f"{self.source}：{zh}"),
            columns=tuple(heads),
            rows=rows,
            right=frozenset(range(1, 8)),
        )

    def _compared(self, lang: str) -> str:
        """What a sweep came to, where there was one; that nothing was missing is worth knowing too."""
        parts = [part for part in self.parts if part.compared is not None]
        if not parts:
            return ""
        compared, missing, swept = (
            sum(getattr(part, name) for part in parts) for name in ("compared", "missing", "swept")
        )
        zh = f"缺失 {missing:,} 条，已删除 {swept:,} 条" if missing else "无缺失"
        return say(
            lang,
            en=f"Sweep: {compared:,} records compared, "
            + (f"{missing:,} missing, {swept:,} deleted" if missing else "none missing"),
            zh=f"清扫：比对 {compared:,} 条，{zh}",
        )

    def text(self, lang: str = "en", width: int = 80) -> str:
        """The parts and the findings, for a terminal.

        Examples
        --------
        >>> from salesteam.crm import MemoryCRM, open_store, sync
        >>> sync(MemoryCRM("demo").adapter(), open_store(":memory:")).text().splitlines()[0]
        'demo: complete'
        """
        found = f"\n{self.report.text(lang)}" if len(self.report) else ""
        return self.grid(lang).text(width) + found

    def _repr_html_(self) -> str:
        return self.grid().html() + (self.report.grid().html() if len(self.report) else "")
