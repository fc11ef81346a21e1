"""How a reading is told on one line: its option in words, what it asks for besides, what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import TYPE_CHECKING

from salesteam.core import Money, say
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._key_names import key_name
from salesteam.incentives._options import OPTIONS, option_text, options_text

if TYPE_CHECKING:
    from salesteam.incentives._whatif._reading import Reading

__all__ = ["FIRST", "back", "bare", "by_path", "read_as", "short", "why"]

FIRST = 3
"""How many payees or rows a cell names."""


def short(path: str) -> str:
    return path.removeprefix("components.")


def read_as(alike: list[Reading], lang: str, *, brief: bool = False) -> str:
    """The option in words, with what it asks for besides; where that does not matter, all ways."""
    first = alike[0]
    words = options_text(first.choice, (first.option,)).text(lang)
    if brief:
        words = option_text(first.choice, first.option, lang).partition("：")[0]
    ways: dict[str, dict[str, None]] = {}
    for each in alike:
        for path, option in each.also:
            ways.setdefault(path.rpartition(".")[2], {})[option] = None
    if len(alike) != prod(map(len, ways.values())):
        joined = " / ".join(" + ".join(option for _, option in each.also) for each in alike)
        return say(lang, en=", ", zh="，").join([words, f"{' + '.join(ways)}: {joined}"])
    return say(lang, en=", ", zh="，").join([words, *(_way(key, options, lang) for key, options in ways.items())])


def _way(key: str, options: Iterable[str], lang: str) -> str:
    """What is taken of a further choice; said to be any where every option gives the same."""
    name = key_name(key, "zh") if lang == "zh" else key
    given = [option_text(key, option, lang).partition("：")[0] for option in options]
    if set(OPTIONS.get(key, ())) == set(options):
        given = [say(lang, en="any", zh="不限")]
    return say(lang, en=f"{name}: ", zh=f"{name}：") + " / ".join(given)


def bare(minor: int, currency: str, lang: str) -> str:
    return ("+" if minor > 0 else "") + Money(minor, currency).text(lang, unit=False)


def by_path(readings: Iterable[Reading], lang: str) -> str:
    """Options by choice, each once."""
    found: dict[str, dict[str, None]] = {}
    for each in readings:
        found.setdefault(short(each.path), {})[each.option] = None
    colon, between = say(lang, en=": ", zh="："), say(lang, en="; ", zh="；")
    return between.join(f"{path}{colon}{' / '.join(options)}" for path, options in found.items())


def back(reading: Reading, lang: str) -> Iterator[str]:
    """Rows that come back unpaid, by code: how many, and the first three."""
    codes: dict[str, list[str]] = {}
    for row in reading.back:
        codes.setdefault(row.code.partition(".")[2], []).append(row.row)
    for code, rows in codes.items():
        named = say(lang, en=", ", zh="、").join(rows[:FIRST])
        more = say(lang, en=f" and {len(rows) - FIRST} more", zh=f" 等 {len(rows)} 行") if len(rows) > FIRST else ""
        yield say(lang, en=f"unpaid ({code}): {named}{more}", zh=f"未付退回（{code}）：{named}{more}")


def why(row: UnpaidRow, lang: str) -> str:
    return row.finding.what(lang) if row.finding is not None else row.reason
