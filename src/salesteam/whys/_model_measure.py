"""Nouns: what stops a cause, what it turns into, and what it was seen to do."""

from datetime import date
from fractions import Fraction

from attrs import converters, field, frozen

from salesteam.core import Money, rational
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError
from salesteam.whys._kinds import ChangeKind, MeasureKind, MeasureStatus, Strength, Verdict, strength_of
from salesteam.whys._model_evidence import filled

__all__ = ["Change", "Countermeasure", "Verification"]


@frozen(kw_only=True, field_transformer=as_annotated)
class Change:
    """What a countermeasure becomes in the way the team works.

    Parameters
    ----------
    kind : {'gate', 'field', 'rule', 'chart', 'limit', 'training'}
        SOP gate, CRM field, CRM rule, chart change, limit, or training.
    target : str
        What is changed, such as the name of a procedure or of a CRM object.
    text : str, optional
        What the change says.

    Examples
    --------
    >>> Change(kind="field", target="opportunity", text="需求变更").kind
    'field'
    """

    kind: ChangeKind
    target: str = field(validator=filled)
    text: str = ""


@frozen(kw_only=True, field_transformer=as_annotated)
class Verification:
    """What was seen after a countermeasure was done.

    Parameters
    ----------
    verdict : {'effective', 'not_effective', 'too_early', 'not_done', 'unmeasured'}
        What the look showed.
    on : date
        When it was looked at.
    by : str, optional
        Who looked.
    text : str, optional
        What fell, and by how much.

    Examples
    --------
    >>> Verification(verdict="too_early", on=date(2025, 6, 30)).verdict
    'too_early'
    """

    verdict: Verdict
    on: date
    by: str = ""
    text: str = ""


@frozen(kw_only=True, field_transformer=as_annotated)
class Countermeasure:
    """Something that removes, or only reduces, causes or links.

    Its strength follows from its kind: can one go on without acting? If yes it is a reminder, if no a blocking gate.

    Parameters
    ----------
    id : str
        Its name within the tree.
    statement : str
        What is done.
    kind : str, optional
        A key of `MEASURE_KINDS`; left open if nobody has said, and then its strength is not known.
    removes, reduces : tuple of str, optional
        Ids of the causes or links (``"cause->effect"``) that it removes, or only makes rarer.
    owner : str, optional
        Who answers for it.
    due : date, optional
        By when.
    cost : Money, optional
        What it costs.
    process_measure : str, optional
        How one sees that it is done, such as a share of cases through the gate.
    outcome_measure : str, optional
        How one sees that the event is rarer.
    process_goal : Fraction, optional
        Share of cases from which on it counts as done, in 0..1.
    window : int, optional
        Days after `due` before the outcome can be judged.
    status : str, default 'proposed'
        One of proposed, agreed, done, verified, failed, dropped.
    reopened : date, optional
        When it was taken up again after having been done.
    becomes : tuple of Change, optional
        What it turns into.
    verification : Verification, optional
        What was seen afterwards.

    Examples
    --------
    >>> gate = Countermeasure(id="m1", statement="no hand-off without the field", kind="blocking_gate", removes=("c3",))
    >>> gate.strength, gate.is_live, gate.targets
    ('stronger', True, ('c3',))
    """

    id: str = field(validator=filled)
    statement: str
    kind: MeasureKind | None = None
    removes: tuple[str, ...] = ()
    reduces: tuple[str, ...] = ()
    owner: str = ""
    due: date | None = None
    cost: Money | None = None
    process_measure: str = ""
    outcome_measure: str = ""
    process_goal: Fraction | None = field(default=None, converter=converters.optional(rational))
    window: int | None = None
    status: MeasureStatus = "proposed"
    reopened: date | None = None
    becomes: tuple[Change, ...] = ()
    verification: Verification | None = None

    def __attrs_post_init__(self) -> None:
        if self.window is not None and self.window < 0:
            raise InvalidValueError(
                f"a window of {self.window} days", where=f"Countermeasure {self.id}", fix="use 0 or more"
            )
        if self.process_goal is not None and not 0 <= self.process_goal <= 1:
            raise InvalidValueError(
                f"a process goal of {self.process_goal}", where=f"Countermeasure {self.id}", fix="use a share in 0..1"
            )
        if self.cost is not None and self.cost.minor < 0:
            raise InvalidValueError(f"a cost of {self.cost}", where=f"Countermeasure {self.id}", fix="use 0 or more")

    @property
    def strength(self) -> Strength | None:
        """How strong it is, from its kind; None while the kind is open.

        Examples
        --------
        >>> Countermeasure(id="m", statement="mail all", kind="memo").strength
        'weaker'
        """
        return None if self.kind is None else strength_of(self.kind)

    @property
    def targets(self) -> tuple[str, ...]:
        """All that it acts on: what it removes, then what it only reduces.

        Examples
        --------
        >>> Countermeasure(id="m", statement="s", kind="memo", removes=("a",), reduces=("b",)).targets
        ('a', 'b')
        """
        return (*self.removes, *self.reduces)

    @property
    def is_live(self) -> bool:
        """Whether it still counts: neither failed nor dropped.

        Examples
        --------
        >>> Countermeasure(id="m", statement="s", kind="memo", status="dropped").is_live
        False
        """
        return self.status not in {"failed", "dropped"}
