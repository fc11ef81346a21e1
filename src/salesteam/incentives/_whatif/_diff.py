"""What changed between two plans, in words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Literal

import attrs

from salesteam.core import Explanation, Grid, Step, rational_text, say
from salesteam.core import _table as t
from salesteam.errors import NotFoundError
from salesteam.incentives._key_names import path_name
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Dated, Parameter
from salesteam.incentives._whatif._plain import is_empty, is_noun, option_of, percent, plain_text

__all__ = ["Change", "Diff", "diff"]


@attrs.frozen(kw_only=True)
class Change:
    """One change between two plans.

    Parameters
    ----------
    path : str
        Dotted path, such as ``components.commission.tiers[1].rate``; of the new plan, or of the old one if removed.
    kind : {'added', 'removed', 'changed'}
        What happened.
    old, new : str
        Values as text; empty where there is none.
    parts : tuple of str and int
        The path in pieces.
    entry, before : Dated, optional
        For an entry in the history of a number: the entry, and the one that held on its day before.

    Examples
    --------
    >>> change = Change(path="currency", kind="changed", old="CNY", new="USD", parts=("currency",))
    >>> change.words(), change.words("zh")
    ('currency: CNY → USD', '币种：CNY → USD')
    """

    path: str = t.column("dotted path")
    kind: Literal["added", "removed", "changed"] = t.column("added, removed or changed")
    old: str = t.column("value in the old plan", default="")
    new: str = t.column("value in the new plan", default="")
    parts: tuple[str | int, ...] = attrs.field(default=(), repr=False)
    entry: Dated | None = attrs.field(default=None, repr=False)
    before: Dated | None = attrs.field(default=None, repr=False)

    def words(self, lang: str = "en") -> str:
        """The change as one sentence.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            Without a full stop.

        Examples
        --------
        >>> Change(path="caps[0]", kind="removed", old="of: plan", parts=("caps", 0)).words()
        'cap 1 is gone (of: plan)'
        """
        if self.entry is not None:
            return _history(self, self.entry, lang)
        name = path_name(self.parts, lang)
        old, new = (option_of(self.parts, text, lang) for text in (self.old, self.new))
        if self.kind == "added":
            return say(lang, en=f"{name} is new: {new}", zh=f"新增{_space(name)}：{new}")
        if self.kind == "removed":
            return say(lang, en=f"{name} is gone ({old})", zh=f"删除{_space(name)}（{old}）")
        colon = say(lang, en=": ", zh="：")
        return f"{name}{colon}{old or '—'} → {new or '—'}"


def _space(name: str) -> str:
    return f" {name}" if name[:1].isascii() else name


@attrs.frozen(kw_only=True)
class _Row:
    """One row of the table of changes."""

    path: str = t.column("dotted path")
    kind: str = t.column("added, removed or changed")
    old: str = t.column("value in the old plan")
    new: str = t.column("value in the new plan")
    en: str = t.column("in English")
    zh: str = t.column("in Chinese")


@attrs.frozen(kw_only=True)
class Diff:
    """The changes between two plans; false and of length 0 if there are none.

    Parameters
    ----------
    old, new : str
        Names and versions of the plans.
    changes : tuple of Change
        In the order of the plan.

    Examples
    --------
    >>> from salesteam.incentives import scheme
    >>> bool(diff(scheme("assist_split"), scheme("assist_split")))
    False
    """

    old: str
    new: str
    changes: tuple[Change, ...]

    def __len__(self) -> int:
        return len(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def grid(self, lang: str = "en") -> Grid:
        """The changes for display.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row for each change.
        """
        heads = say(lang, en="What changed|Old|New|Path", zh="变更|原值|新值|路径").split("|")
        title = say(lang, en=f"From {self.old} to {self.new}", zh=f"从 {self.old} 到 {self.new}")
        note = "" if self.changes else say(lang, en="Nothing changed.", zh="没有变化。")
        rows = tuple((change.words(lang), change.old, change.new, change.path) for change in self.changes)
        return Grid(title=title, columns=heads, rows=rows, note=note)

    def text(self, width: int = 80, lang: str = "en") -> str:
        """The changes as lines of text, one a change.

        Parameters
        ----------
        width : int, default 80
            Columns of the terminal.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            With a title.
        """
        title = say(lang, en=f"From {self.old} to {self.new}", zh=f"从 {self.old} 到 {self.new}")
        steps = [Step(change.words(lang)) for change in self.changes]
        return Explanation(title, steps or [Step(say(lang, en="Nothing changed.", zh="没有变化。"))], lang=lang).text(
            width
        )

    def to_frame(self, *, like: Any = None) -> Any:
        """The changes as a frame.

        Parameters
        ----------
        like : native frame or list, optional
            The result is of the same kind; pandas without it.

        Returns
        -------
        native frame
            Columns path, kind, old, new, and the sentence in both languages.
        """
        rows = [
            _Row(path=c.path, kind=c.kind, old=c.old, new=c.new, en=c.words(), zh=c.words("zh")) for c in self.changes
        ]
        return t.write_rows(rows, _Row, like)

    def explain(self, path: str, *, lang: str = "en") -> Explanation:
        """Every change at a path or below it.

        Parameters
        ----------
        path : str
            Such as ``"components.commission"``.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step for each.

        Raises
        ------
        NotFoundError
            If nothing changed there.
        """
        found = [c for c in self.changes if c.path == path or c.path.startswith((f"{path}.", f"{path}["))]
        if not found:
            raise NotFoundError("change", path, [c.path for c in self.changes], where=f"{self.old} to {self.new}")
        return Explanation(path, [Step(c.words(lang)) for c in found], lang=lang)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.grid().html()


def diff(old: Plan, new: Plan) -> Diff:
    """Tell what changed from one plan to another, in words.

    Use it before a new version is approved, and to show a payee what is different this year.

    Parameters
    ----------
    old, new : Plan
        Any two plans.

    Returns
    -------
    Diff
        Path, old and new value of each change; empty for equal plans. Entries in the history of a number are told
        as history: what was decided, since when it holds, since when it is known, on what paper.

    Examples
    --------
    >>> from salesteam.incentives import scheme
    >>> plan = scheme("assist_split")
    >>> print(diff(plan, plan.set(assist="20%")))
    From assist-split 2026.1 to assist-split 2026.1
      history of number assist: 20% from the beginning (what-if; Plan.set), instead of 15%
    """
    return Diff(old=f"{old.plan} {old.version}", new=f"{new.plan} {new.version}", changes=tuple(_walk((), old, new)))


def _walk(at: tuple[str | int, ...], old: Any, new: Any) -> Iterator[Change]:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, Parameter) and isinstance(new, Parameter):
        yield from _parameter(at, old, new)
    elif is_noun(old) and type(old) is type(new):
        for field in attrs.fields(type(old)):
            if field.init:
                key = field.metadata.get("key", field.name)
                yield from _walk((*at, key), getattr(old, field.name), getattr(new, field.name))
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            yield from _part((*at, key), old.get(key), new.get(key))
    elif isinstance(old, tuple) and isinstance(new, tuple) and _nouns(old, new):
        yield from _list(at, old, new)
    else:
        yield from _part(at, old, new)


def _part(at: tuple[str | int, ...], old: Any, new: Any) -> Iterator[Change]:
    if is_empty(old) != is_empty(new):
        kind: Literal["added", "removed"] = "added" if is_empty(old) else "removed"
        yield _change(at, kind, old, new)
    elif is_empty(old):
        return
    elif (is_noun(old) and type(old) is type(new)) or (isinstance(old, Mapping) and isinstance(new, Mapping)):
        yield from _walk(at, old, new)
    elif old != new:
        yield _change(at, "changed", old, new)


def _nouns(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    return all(is_noun(each) for each in (*old, *new))


def _list(at: tuple[str | int, ...], old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Change]:
    """Lists of one length go side by side; of others what is equal is found first."""
    *above, key = at
    if len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _part((*above, key, index), before, after)
        return
    matched = SequenceMatcher(None, [repr(each) for each in old], [repr(each) for each in new], autojunk=False)
    for tag, low, high, start, end in matched.get_opcodes():
        if tag == "equal":
            continue
        for index, (before, after) in enumerate(itertools.zip_longest(old[low:high], new[start:end])):
            place = low + index if after is None else start + index
            yield from _part((*above, key, place), before, after)


def _change(
    at: tuple[str | int, ...], kind: Literal["added", "removed", "changed"], old: Any, new: Any, **history: Any
) -> Change:
    key = next((str(part) for part in reversed(at) if isinstance(part, str)), "")
    return Change(path=_dotted(at), kind=kind, old=plain_text(old, key), new=plain_text(new, key), parts=at, **history)


def _dotted(at: tuple[str | int, ...]) -> str:
    text = ""
    for part in at:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def _parameter(at: tuple[str | int, ...], old: Parameter, new: Parameter) -> Iterator[Change]:
    """Bounds and unit as they are; values as history, entry by entry."""
    for name in ("unit", "min", "max"):
        yield from _part((*at, name), getattr(old, name), getattr(new, name))
    was = {(v.from_, v.known_from): v for v in old.values}
    now = {(v.from_, v.known_from): v for v in new.values}
    for moment in sorted(was.keys() | now.keys(), key=lambda m: (m[0] or date.min, m[1] or date.min)):
        before, after = was.get(moment), now.get(moment)
        if before == after:
            continue
        entries = new.values if after is not None else old.values
        entry = after if after is not None else before
        assert entry is not None
        place = (*at, "values", entries.index(entry))
        kind: Any = "changed" if before and after else "added" if after else "removed"
        if before and after and before.value == after.value:
            yield from _walk(place, before, after)
            continue
        held = before if before is not None else _held(old, entry)
        yield _change(
            place, kind, None if before is None and held is None else (before or held), after, entry=entry, before=held
        )


def _held(old: Parameter, entry: Dated) -> Dated | None:
    """What the old plan said for the day on which an entry begins."""
    return old.entry(entry.from_)


def _history(change: Change, entry: Dated, lang: str) -> str:
    """A new, changed or withdrawn entry of a number, as history."""
    name = path_name(change.parts[:2], lang)
    value = _number(entry)
    since = str(entry.from_) if entry.from_ else say(lang, en="the beginning", zh="方案生效日")
    known = (
        say(lang, en=f", known from {entry.known_from}", zh=f"，{entry.known_from} 起获知") if entry.known_from else ""
    )
    paper = "; ".join(text for text in (entry.reason, entry.source, entry.approved_by) if text)
    why = say(lang, en=f" ({paper})", zh=f"（{paper}）") if paper else ""
    if change.kind == "removed":
        return say(
            lang, en=f"history of {name}: {value} from {since}{known} is withdrawn{why}",
            zh=f"{name} 的沿革：撤回自{_gap(since)}起的 {value}{known}{why}",
        )  # fmt: skip
    instead = "" if change.before is None else _number(change.before)
    tail = say(lang, en=f", instead of {instead}", zh=f"，原为 {instead}") if instead else ""
    return say(
        lang, en=f"history of {name}: {value} from {since}{known}{why}{tail}",
        zh=f"{name} 的沿革：自{_gap(since)}起为 {value}{known}{why}{tail}",
    )  # fmt: skip


def _gap(text: str) -> str:
    return f" {text} " if text.isascii() else text


def _number(entry: Dated) -> str:
    """The value of an entry; what lies between -1 and 1 reads as a percentage."""
    return percent(entry.value) if -1 < entry.value < 1 else rational_text(entry.value)
