"""What a push did with each change, for display and as a table."""

from __future__ import annotations

from typing import Any, Literal

import attrs

from salesteam.core import Cell, Grid, Report, _table, say
from salesteam.crm._reasons import reason_text

__all__ = ["OPEN", "PushLine", "PushReport", "State"]

State = Literal[
    "planned",
    "sending",
    "sent",
    "verified",
    "already",
    "conflict",
    "reverted",
    "rejected",
    "unknown",
    "vetoed",
    "withdrawn",
]
OPEN: tuple[State, ...] = ("planned", "sending", "unknown", "conflict", "vetoed")
"""States of what is not done yet."""
_WORDS: dict[str, tuple[str, str]] = {
    "planned": ("not sent yet", "尚未发送"),
    "sending": ("was being sent", "发送中"),
    "sent": ("sent", "已发送"),
    "verified": ("sent and seen", "已发送并核实"),
    "already": ("is so already", "已是如此"),
    "conflict": ("conflict", "冲突"),
    "reverted": ("reverted", "被还原"),
    "rejected": ("refused", "被拒绝"),
    "unknown": ("unknown", "结果不明"),
    "vetoed": ("vetoed", "被否决"),
    "withdrawn": ("withdrawn", "已撤回"),
}
_DRY = ("would be sent", "待发送")
"""What waits, in a report of what a push would do."""


@attrs.frozen(kw_only=True)
class PushLine:
    """What became of one change.

    Examples
    --------
    >>> PushLine(key="k", ref="crm:deal:D-1", change="AssignOwner", state="verified").reason
    ''
    """

    key: str = _table.column("names the change for ever")
    ref: str = _table.column("the record that it is about")
    change: str = _table.column("AssignOwner, CreateTask or AddNote")
    state: str = _table.column("what became of it")
    reason: str = _table.column("why, where it was not sent or not kept", default="")
    made: str = _table.column("the record that was changed, or the task or note that was made", default="")


@attrs.frozen(kw_only=True)
class PushReport:
    """What a push did, or would do.

    Parameters
    ----------
    source : str
        Where it writes to.
    dry_run : bool
        Whether nothing was sent.
    lines : tuple of PushLine
        One a change, in their order.
    report : Report
        Conflicts, reverts, refusals, and what nobody can know.

    Examples
    --------
    >>> PushReport(source="crm", dry_run=True).lines
    ()
    """

    source: str
    dry_run: bool
    lines: tuple[PushLine, ...] = ()
    report: Report = Report()

    def to_frame(self) -> Any:
        """The lines as a table.

        Examples
        --------
        >>> list(PushReport(source="crm", dry_run=True).to_frame().columns)
        ['key', 'ref', 'change', 'state', 'reason', 'made']
        """
        return _table.write_rows(self.lines, PushLine)

    def explain(self, key: str, lang: str = "en") -> str:
        """Tell what became of the change of a key, or of all changes of a record.

        Examples
        --------
        >>> line = PushLine(key="k", ref="crm:deal:D-1", change="AssignOwner", state="conflict", reason="changed")
        >>> PushReport(source="crm", dry_run=False, lines=(line,)).explain("k")
        'AssignOwner crm:deal:D-1: conflict (changed)'
        """
        found = [line for line in self.lines if key in {line.key, line.ref}]
        return "\n".join(
            f"{line.change} {line.ref}: {self._word(line.state, lang)}"
            + (f" ({reason_text(line.reason, lang)})" if line.reason else "")
            for line in found
        )

    def grid(self, lang: str = "en") -> Grid:
        """The lines for display.

        Examples
        --------
        >>> PushReport(source="crm", dry_run=True).grid().title
        'crm: what would be written'
        """
        title = (
            say(lang, en="what would be written", zh="将要写入")
            if self.dry_run
            else say(lang, en="what was written", zh="写入结果")
        )
        return Grid(
            title=say(lang, en=f"{self.source}: {title}", zh=f"{self.source}：{title}"),
            columns=tuple(say(lang, en="Record|Change|State|Why", zh="记录|变更|状态|原因").split("|")),
            rows=tuple(
                (
                    line.ref,
                    line.change,
                    Cell(self._word(line.state, lang), tone=_tone(line.state)),
                    reason_text(line.reason, lang),
                )
                for line in self.lines
            ),
        )

    def _word(self, state: str, lang: str) -> str:
        en, zh = _DRY if state == "planned" and self.dry_run else _WORDS[state]
        return say(lang, en=en, zh=zh)

    def _repr_html_(self) -> str:
        return self.grid().html()


def _tone(state: str) -> Literal["good", "bad", "muted"]:
    if state in {"verified", "sent", "already"}:
        return "good"
    return "muted" if state == "planned" else "bad"
