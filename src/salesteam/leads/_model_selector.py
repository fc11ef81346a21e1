"""Selectors: how one seat is picked among those that may have the lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypeAlias

import attrs

from salesteam.core import say
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError, missing_choice
from salesteam.leads._instant import zone_field
from salesteam.leads._items import items
from salesteam.leads._model_lead import named

__all__ = ["SELECTORS", "CountBased", "LeastLoaded", "RoundRobin", "Selector", "SmoothWeighted"]

_MODE = {
    "strict": "a seat that is skipped keeps its turn and is served first when it can",
    "flexible": "a seat that is skipped loses its turn",
}
_EARN = {
    "all": "every seat of the pool earns credit, so one that could not take a lead catches up",
    "eligible": "only seats that could take this lead earn credit",
}
_RESET = {
    "never": "all leads received count",
    "day": "leads received since local midnight count",
    "week": "leads received since Monday count",
    "month": "leads received since the first of the month count",
}
_LEVEL = {
    "min": "start level with the lowest of the others",
    "median": "start level with the median of the others",
    "mean": "start level with the mean of the others",
    "pro_rata": "be charged the others' mean for the part of the window missed",
}
_LOAD = {"leads": "number of leads held", "value": "value held, in minor units"}
_PER = {"seat": "the plain load", "capacity": "load divided by the seat's capacity"}


def _choice(name: str, options: Mapping[str, str], where: str) -> Any:
    def check(_: object, __: attrs.Attribute[str | None], value: str | None) -> None:
        if value not in options:
            raise missing_choice(name, options, where=where)

    return attrs.field(default=None, validator=check)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class RoundRobin:
    """The next seat after the one served last, in the order of seat ids.

    Parameters
    ----------
    id : str
        Name by which rules refer to it; rules that name the same selector share its pointer.
    mode : {'strict', 'flexible'}
        Whether a skipped seat keeps its turn; at most one turn is kept.

    Raises
    ------
    InvalidValueError
        If `mode` is not chosen.

    Examples
    --------
    >>> RoundRobin(id="fair", mode="strict").text()
    'round robin, strict'
    """

    kind: ClassVar[str] = "round_robin"
    id: str = attrs.field(validator=named("RoundRobin.id"))
    mode: Literal["strict", "flexible"] | None = _choice("mode", _MODE, "RoundRobin")

    def text(self, lang: str = "en") -> str:
        """The selector and its choices in one phrase.

        Examples
        --------
        >>> RoundRobin(id="fair", mode="flexible").text("zh")
        '轮流分配，跳过即失去本轮'
        """
        kept = self.mode == "strict"
        zh = "跳过者保留本轮" if kept else "跳过即失去本轮"
        return say(lang, en=f"round robin, {self.mode}", zh=f"轮流分配，{zh}")


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class SmoothWeighted:
    """Weights spread evenly: each seat earns its weight, the highest credit wins and pays the sum of the weights.

    Over one full cycle every seat that stays open gets exactly its weight.

    Parameters
    ----------
    id : str
        Name by which rules refer to it.
    earn : {'all', 'eligible'}
        Whether seats that could not take this lead earn credit too.

    Raises
    ------
    InvalidValueError
        If `earn` is not chosen.

    References
    ----------
    Smooth weighted round-robin as introduced in the nginx upstream module, 2012.

    Examples
    --------
    >>> SmoothWeighted(id="by-weight", earn="eligible").text()
    'smooth weighted, credit to eligible seats'
    """

    kind: ClassVar[str] = "smooth_weighted"
    id: str = attrs.field(validator=named("SmoothWeighted.id"))
    earn: Literal["all", "eligible"] | None = _choice("earn", _EARN, "SmoothWeighted")

    def text(self, lang: str = "en") -> str:
        """The selector and its choices in one phrase.

        Examples
        --------
        >>> SmoothWeighted(id="w", earn="all").text("zh")
        '平滑加权，全部席位计权'
        """
        zh = "全部席位计权" if self.earn == "all" else "仅合格席位计权"
        return say(lang, en=f"smooth weighted, credit to {self.earn} seats", zh=f"平滑加权，{zh}")


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class CountBased:
    """The seat with the lowest (calibration + received − refunds) / weight.

    Parameters
    ----------
    id : str
        Name by which rules refer to it.
    reset : {'never', 'day', 'week', 'month'}
        Since when received leads count.
    joiner, returner : {'min', 'median', 'mean', 'pro_rata'}
        At which level a seat enters that started, or came back from an absence, within the window;
        it is never lowered by it.
    refunds : tuple of str
        Reasons for which a returned lead does not count; write ``()`` for none.
    zone : str, optional
        IANA name; needed for every reset but ``never``.

    Raises
    ------
    InvalidValueError
        If a choice is missing, a window has no zone, or ``pro_rata`` has no window.

    Examples
    --------
    >>> CountBased(id="even", reset="never", joiner="median", returner="min", refunds=()).text()
    'lowest count, reset never, joiner at median, returner at min'
    """

    kind: ClassVar[str] = "count_based"
    id: str = attrs.field(validator=named("CountBased.id"))
    reset: Literal["never", "day", "week", "month"] | None = _choice("reset", _RESET, "CountBased")
    joiner: Literal["min", "median", "mean", "pro_rata"] | None = _choice("joiner", _LEVEL, "CountBased")
    returner: Literal["min", "median", "mean", "pro_rata"] | None = _choice("returner", _LEVEL, "CountBased")
    refunds: tuple[str, ...] | None = attrs.field(default=None, converter=attrs.converters.optional(items))
    zone: str | None = attrs.field(default=None, validator=zone_field("CountBased.zone"))

    def __attrs_post_init__(self) -> None:
        if self.refunds is None:
            options = {"()": "every lead received counts", "('invalid', …)": "leads returned for these reasons do not"}
            raise missing_choice("refunds", options, where="CountBased")
        if self.reset != "never" and self.zone is None:
            raise InvalidValueError(
                f"a reset each {self.reset} needs a zone", where="CountBased.zone", fix="name it, such as Asia/Shanghai"
            )
        if self.reset == "never" and "pro_rata" in (self.joiner, self.returner):
            raise InvalidValueError(
                "pro_rata needs a window", where="CountBased", fix="reset each day, week or month, or level by median"
            )

    def text(self, lang: str = "en") -> str:
        """The selector and its choices in one phrase.

        Examples
        --------
        >>> CountBased(id="c", reset="never", joiner="mean", returner="mean", refunds=()).text("zh")
        '按数量最少，重置 never，新人按 mean，归队按 mean'
        """
        return say(
            lang,
            en=f"lowest count, reset {self.reset}, joiner at {self.joiner}, returner at {self.returner}",
            zh=f"按数量最少，重置 {self.reset}，新人按 {self.joiner}，归队按 {self.returner}",
        )


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class LeastLoaded:
    """The seat with the lowest load now.

    Parameters
    ----------
    id : str
        Name by which rules refer to it.
    load : {'leads', 'value'}
        What is counted.
    per : {'seat', 'capacity'}
        Whether the load is divided by the seat's capacity; seats without one are then left out.

    Raises
    ------
    InvalidValueError
        If a choice is missing.

    Examples
    --------
    >>> LeastLoaded(id="calm", load="leads", per="capacity").text()
    'least loaded, leads per capacity'
    """

    kind: ClassVar[str] = "least_loaded"
    id: str = attrs.field(validator=named("LeastLoaded.id"))
    load: Literal["leads", "value"] | None = _choice("load", _LOAD, "LeastLoaded")
    per: Literal["seat", "capacity"] | None = _choice("per", _PER, "LeastLoaded")

    def text(self, lang: str = "en") -> str:
        """The selector and its choices in one phrase.

        Examples
        --------
        >>> LeastLoaded(id="calm", load="value", per="seat").text("zh")
        '负载最低，按金额，每席位'
        """
        zh = f"按{'线索数' if self.load == 'leads' else '金额'}，{'每席位' if self.per == 'seat' else '占容量比'}"
        return say(lang, en=f"least loaded, {self.load} per {self.per}", zh=f"负载最低，{zh}")


Selector: TypeAlias = RoundRobin | SmoothWeighted | CountBased | LeastLoaded
"""Any selector."""

SELECTORS: Mapping[str, type[Selector]] = {
    each.kind: each for each in (RoundRobin, SmoothWeighted, CountBased, LeastLoaded)
}
"""Selectors by the word that a file uses for them."""
