"""How sure a link or a cause is, from the evidence that counts."""

from __future__ import annotations

from collections.abc import Iterable

from salesteam.whys._kinds import GRADES, Grade, Status
from salesteam.whys._model_evidence import Evidence
from salesteam.whys._model_profile import Profile
from salesteam.whys._model_tree import Tree

__all__ = ["best_grade", "link_status", "meets", "status_of", "statuses"]

_ORDER = {grade: rank for rank, grade in enumerate(GRADES)}


def meets(grade: Grade | None, min_grade: Grade) -> bool:
    """Whether a grade is at least as good as the one required."""
    return grade is not None and _ORDER[grade] <= _ORDER[min_grade]


def best_grade(evidence: Iterable[Evidence]) -> Grade | None:
    """The best grade that open pieces of evidence reach together.

    Copies of one source count once; two testimonies of grade D from different sources are worth C.

    Parameters
    ----------
    evidence : iterable of Evidence
        All on one side of one question.

    Returns
    -------
    {'A', 'B', 'C', 'D', 'E'} or None
        None if nothing is open.

    Examples
    --------
    >>> one = Evidence(about="c", kind="testimony", grade="D", source="Ann")
    >>> two = Evidence(about="c", kind="testimony", grade="D", source="Bo")
    >>> best_grade([one, one]), best_grade([one, two])
    ('D', 'C')
    """
    pieces = [one for one in evidence if one.is_open]
    if not pieces:
        return None
    best = min((one.grade for one in pieces), key=_ORDER.__getitem__)
    voices = {one.source for one in pieces if one.kind == "testimony" and one.grade == "D"}
    return "C" if best == "D" and len(voices) > 1 else best


def status_of(evidence: Iterable[Evidence], min_grade: Grade) -> Status:
    """What the open evidence at or above a grade says.

    Parameters
    ----------
    evidence : iterable of Evidence
        All about one link or cause.
    min_grade : {'A', 'B', 'C', 'D', 'E'}
        The weakest grade that counts.

    Returns
    -------
    {'supported', 'contested', 'refuted', 'unsupported'}
        For and none against, both, against and none for, neither.

    Examples
    --------
    >>> status_of([Evidence(about="c", kind="opinion", grade="D")], "C")
    'unsupported'
    """
    pieces = tuple(evidence)
    speaks_for = meets(best_grade(one for one in pieces if not one.against), min_grade)
    speaks_against = meets(best_grade(one for one in pieces if one.against), min_grade)
    if speaks_for:
        return "contested" if speaks_against else "supported"
    return "refuted" if speaks_against else "unsupported"


def _by_target(tree: Tree) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    for one in tree.evidence:
        found.setdefault(one.about, []).append(one)
    return found


def statuses(tree: Tree, min_grade: Grade) -> dict[str, tuple[Status, Grade | None]]:
    """Status and best grade in favour, of every node and every link, by id."""
    found = _by_target(tree)
    names = (*tree.nodes, *(link.id for link in tree.links))
    return {
        name: (
            status_of(found.get(name, ()), min_grade),
            best_grade(one for one in found.get(name, ()) if not one.against),
        )
        for name in names
    }


def link_status(tree: Tree, profile: Profile) -> dict[str, Status]:
    """The status of every link, by its id.

    Use it to colour a tree, or to see which links still need evidence.

    Parameters
    ----------
    tree : Tree
        Any tree.
    profile : Profile
        States the weakest grade of evidence that counts.

    Returns
    -------
    dict of str to {'supported', 'contested', 'refuted', 'unsupported'}
        Link id (``"cause->effect"``) to status, sorted by id.

    Examples
    --------
    >>> from salesteam.whys import Cause, Event, Link
    >>> tree = Tree(id="t", event=Event(id="e", statement="order lost"), causes=(Cause(id="c", statement="late"),),
    ...             links=(Link(effect="e", cause="c"),))
    >>> link_status(tree, Profile(min_grade="C"))
    {'c->e': 'unsupported'}
    """
    found = statuses(tree, profile.min_grade)
    return {name: found[name][0] for name in sorted(link.id for link in tree.links)}
