"""Nouns: what a house asks of its trees, and when a breach opens one."""

from collections.abc import Mapping
from typing import Literal, cast

from attrs import field, frozen

from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError, missing_choice
from salesteam.whys._kinds import GRADES, Grade
from salesteam.whys._model_evidence import filled
from salesteam.whys._model_tree import Tree

__all__ = ["Book", "Policy", "Profile", "Word"]

WordKind = Literal["blame", "vague", "lack", "joined", "person", "outside", "blank", "plain"]


@frozen(kw_only=True, field_transformer=as_annotated)
class Word:
    """A word that a check looks for, with a better question.

    Parameters
    ----------
    text : str
        The word or phrase; Latin words match whole words, Chinese ones anywhere.
    lang : {'en', 'zh'}
        Language of the list it joins.
    kind : str
        blame, vague, lack, joined, person, outside, blank; or plain, which takes a built-in word out of its lists.
    question : str, optional
        What to ask instead.

    Examples
    --------
    >>> Word(text="踢皮球", lang="zh", kind="blame", question="交接在哪一步断开？").kind
    'blame'
    """

    text: str = field(validator=filled)
    lang: Literal["en", "zh"]
    kind: WordKind
    question: str = ""


def _grade(_: object, __: object, value: Grade | None) -> None:
    if value is None:
        options = {f"{grade}": f"{english} and better" for grade, (english, _zh) in GRADES.items()}
        raise missing_choice("min_grade", options, where="Profile")


def _codes(_: object, __: object, value: Mapping[str, str]) -> None:
    wrong = sorted(code for code in value if not code.startswith("whys."))
    if wrong:
        raise InvalidValueError(
            f"no code of the why checks: {', '.join(wrong)}", where="Profile.severity", fix="write whys.<name>"
        )


@frozen(kw_only=True, field_transformer=as_annotated)
class Profile:
    """What a house asks of its trees.

    Parameters
    ----------
    name : str, default 'house'
        Name of the profile, printed with every result.
    min_grade : {'A', 'B', 'C', 'D', 'E'}
        The weakest grade of evidence that counts; required, since it decides what is called supported.
    severity : mapping of str to {'error', 'warning', 'note'}, optional
        Codes whose severity differs in this house.
    words : tuple of Word, optional
        Words that the house adds to the built-in lists.

    Examples
    --------
    >>> Profile(min_grade="C").name
    'house'
    >>> Profile()
    Traceback (most recent call last):
    salesteam.errors.InvalidValueError: choose 'min_grade' (Profile): ...
    """

    name: str = "house"
    min_grade: Grade = field(default=cast("Grade", None), validator=_grade)
    severity: Mapping[str, Literal["error", "warning", "note"]] = field(factory=dict, validator=_codes)
    words: tuple[Word, ...] = ()


@frozen(kw_only=True, field_transformer=as_annotated)
class Policy:
    """When a breached threshold opens a tree, who leads it, and by when.

    Parameters
    ----------
    metric : str
        The metric it is about.
    least_n : int
        Least number of cases behind the value.
    in_a_row : int
        Periods in a row that must be in breach.
    owner : str
        Who leads the inquiry.
    due_days : int
        Business days from the day it is seen until the tree has to stand.
    activity : str, optional
        The activity whose duty is looked up.
    roles, people : tuple of str, optional
        Roles, and people by id, whose duty for it is looked up; people appear under pseudonyms in a blameless tree.
    blameless : bool, default False
        Whether the trees it opens are blameless.

    Examples
    --------
    >>> Policy(metric="cross_team_completion", least_n=30, in_a_row=1, owner="ops", due_days=5).due_days
    5
    """

    metric: str = field(validator=filled)
    least_n: int
    in_a_row: int
    owner: str = field(validator=filled)
    due_days: int
    activity: str = ""
    roles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    blameless: bool = False

    def __attrs_post_init__(self) -> None:
        for name, least in (("least_n", 0), ("in_a_row", 1), ("due_days", 0)):
            value = getattr(self, name)
            if value < least:
                raise InvalidValueError(f"{name} is {value}", where=f"Policy {self.metric}", fix=f"use {least} or more")


@frozen(kw_only=True, field_transformer=as_annotated)
class Book:
    """The part of a playbook that tells how a team asks why.

    Parameters
    ----------
    profile : Profile
        What the house asks of its trees.
    open_on : tuple of Policy, optional
        When a breach opens a tree.
    trees : tuple of Tree, optional
        Trees of earlier periods.

    Examples
    --------
    >>> Book(profile=Profile(min_grade="C")).trees
    ()
    """

    profile: Profile
    open_on: tuple[Policy, ...] = ()
    trees: tuple[Tree, ...] = ()

    def __attrs_post_init__(self) -> None:
        for kind, names in (("policy", [one.metric for one in self.open_on]), ("tree", [one.id for one in self.trees])):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise InvalidValueError(f"two of one name: {kind} {', '.join(twice)}", where="Book", fix="rename one")
