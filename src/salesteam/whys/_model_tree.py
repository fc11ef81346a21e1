"""The noun that joins event, causes, evidence and measures: the tree."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from attrs import field, frozen

from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.whys._model_evidence import Evidence, filled
from salesteam.whys._model_measure import Countermeasure
from salesteam.whys._model_parts import Cause, Event, Group, Line, Link, Participant

__all__ = ["Tree"]


@frozen(kw_only=True, field_transformer=as_annotated)
class Tree:
    """One event down to causes that somebody can act on.

    It holds whatever was found, also what is wrong with it: `check` says so. Only two things of one name are refused.

    Parameters
    ----------
    id : str
        Its name; the one that `open_on` gives is the same for the same metric, scope and period.
    event : Event
        What happened.
    causes, links, evidence, measures, participants : tuple, optional
        The parts, in any order.
    lines : tuple of Line, optional
        Parts of the size that no cause carries.
    blameless : bool, default False
        Whether output shows roles and pseudonyms only.
    not_for : tuple of str, optional
        What the tree must not be used for; a blameless tree says pay and rating.
    reported_by : str, optional
        Who reported it early; a self-reported risk never lowers a rating.
    owner : str, optional
        Who leads the inquiry.
    opened, due, closed : date, optional
        Days of the inquiry.
    version : int, default 1
        Counts the states of the tree.

    Examples
    --------
    >>> tree = Tree(id="t", event=Event(id="e", statement="order lost"), causes=(Cause(id="c", statement="late"),),
    ...             links=(Link(effect="e", cause="c"),))
    >>> tree.leaves, [group.causes for group in tree.groups_of("e")]
    (('c',), [('c',)])
    """

    id: str = field(validator=filled)
    event: Event
    causes: tuple[Cause, ...] = ()
    links: tuple[Link, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    measures: tuple[Countermeasure, ...] = ()
    participants: tuple[Participant, ...] = ()
    lines: tuple[Line, ...] = ()
    blameless: bool = False
    not_for: tuple[str, ...] = ()
    reported_by: str = ""
    owner: str = ""
    opened: date | None = None
    due: date | None = None
    closed: date | None = None
    version: int = 1

    def __attrs_post_init__(self) -> None:
        if self.blameless and not self.not_for:
            object.__setattr__(self, "not_for", ("pay", "rating"))
        kinds = {
            "cause or event": [self.event.id, *(cause.id for cause in self.causes)],
            "link": [link.id for link in self.links],
            "measure": [measure.id for measure in self.measures],
            "participant": [who.person for who in self.participants],
        }
        for kind, ids in kinds.items():
            twice = sorted(name for name, count in Counter(ids).items() if count > 1)
            if twice:
                raise InvalidValueError(
                    f"two of one name: {kind} {', '.join(map(repr, twice))}", where=f"Tree {self.id}", fix="rename one"
                )

    @cached_property
    def nodes(self) -> Mapping[str, Event | Cause]:
        """The event, then the causes, by id.

        Examples
        --------
        >>> list(Tree(id="t", event=Event(id="e", statement="s")).nodes)
        ['e']
        """
        return {self.event.id: self.event, **{cause.id: cause for cause in self.causes}}

    @cached_property
    def sound_links(self) -> tuple[Link, ...]:
        """The links whose two ends exist; `check` names the others.

        Examples
        --------
        >>> Tree(id="t", event=Event(id="e", statement="s"), links=(Link(effect="e", cause="gone"),)).sound_links
        ()
        """
        return tuple(link for link in self.links if link.effect in self.nodes and link.cause in self.nodes)

    @cached_property
    def below(self) -> Mapping[str, tuple[Link, ...]]:
        """For each effect the links to its causes, sorted by cause.

        Examples
        --------
        >>> Tree(id="t", event=Event(id="e", statement="s")).below
        {}
        """
        found: dict[str, list[Link]] = {}
        for link in sorted(self.sound_links, key=lambda one: one.cause):
            found.setdefault(link.effect, []).append(link)
        return {effect: tuple(links) for effect, links in found.items()}

    @cached_property
    def above(self) -> Mapping[str, tuple[Link, ...]]:
        """For each cause the links to its effects, sorted by effect.

        Examples
        --------
        >>> Tree(id="t", event=Event(id="e", statement="s")).above
        {}
        """
        found: dict[str, list[Link]] = {}
        for link in sorted(self.sound_links, key=lambda one: one.effect):
            found.setdefault(link.cause, []).append(link)
        return {cause: tuple(links) for cause, links in found.items()}

    @cached_property
    def reached(self) -> frozenset[str]:
        """Ids of all nodes that a chain of causes joins to the event, the event among them.

        Examples
        --------
        >>> sorted(Tree(id="t", event=Event(id="e", statement="s")).reached)
        ['e']
        """
        seen, todo = {self.event.id}, [self.event.id]
        while todo:
            for link in self.below.get(todo.pop(), ()):
                if link.cause not in seen:
                    seen.add(link.cause)
                    todo.append(link.cause)
        return frozenset(seen)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Ids of the reached causes with no cause of their own, sorted.

        Examples
        --------
        >>> Tree(id="t", event=Event(id="e", statement="s")).leaves
        ()
        """
        return tuple(sorted(name for name in self.reached - {self.event.id} if name not in self.below))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """All groups, by effect and name.

        Examples
        --------
        >>> Tree(id="t", event=Event(id="e", statement="s")).groups
        ()
        """
        return tuple(group for effect in sorted(self.below) for group in self.groups_of(effect))

    def groups_of(self, effect: str) -> tuple[Group, ...]:
        """The groups that bring one effect about; undeclared links come one by one.

        Parameters
        ----------
        effect : str
            Id of the event or a cause.

        Returns
        -------
        tuple of Group
            Sorted by name, undeclared ones last.

        Examples
        --------
        >>> tree = Tree(id="t", event=Event(id="e", statement="s"), causes=(Cause(id="c", statement="x"),),
        ...             links=(Link(effect="e", cause="c", group="a"),))
        >>> tree.groups_of("e")
        (Group(effect='e', name='a', causes=('c',)),)
        """
        named: dict[str, list[str]] = {}
        single: list[Group] = []
        for link in self.below.get(effect, ()):
            if link.group is None:
                single.append(Group(effect=effect, name=None, causes=(link.cause,)))
            else:
                named.setdefault(link.group, []).append(link.cause)
        declared = (Group(effect=effect, name=name, causes=tuple(causes)) for name, causes in sorted(named.items()))
        return (*declared, *single)

    def is_undeclared(self, effect: str) -> bool:
        """Whether several causes stand on an effect and nobody said how they join.

        Examples
        --------
        >>> Tree(id="t", event=Event(id="e", statement="s")).is_undeclared("e")
        False
        """
        return effect in self._undeclared

    @cached_property
    def _undeclared(self) -> frozenset[str]:
        return frozenset(
            effect
            for effect, links in self.below.items()
            if len(links) > 1 and any(link.group is None for link in links)
        )

    def node(self, name: str) -> Event | Cause:
        """The event or cause of a name.

        Raises
        ------
        NotFoundError
            If there is none.

        Examples
        --------
        >>> Tree(id="t", event=Event(id="e", statement="s")).node("e").statement
        's'
        """
        if name not in self.nodes:
            raise NotFoundError("event or cause", name, self.nodes, where=f"tree {self.id}")
        return self.nodes[name]

    def allows(self, use: str) -> bool:
        """Whether the tree may be used for something, such as ``"pay"``.

        Examples
        --------
        >>> Tree(id="t", event=Event(id="e", statement="s"), blameless=True).allows("pay")
        False
        """
        return use not in self.not_for

    def redacted(self) -> "Tree":
        """The copy to share: pseudonyms for people everywhere, without the mapping back; see `whys.redact`.

        Examples
        --------
        >>> tree = Tree(id="t", event=Event(id="e", statement="Ann left"),
        ...             participants=(Participant(person="p", name="Ann"),))
        >>> tree.redacted().event.statement
        'anon-01 left'
        """
        from salesteam.whys._redact import redact

        return redact(self)

    def shown(self) -> "Tree":
        """What output shows: the redacted copy of a blameless tree, else the tree itself.

        Examples
        --------
        >>> tree = Tree(id="t", event=Event(id="e", statement="s"))
        >>> tree.shown() is tree
        True
        """
        return self.redacted() if self.blameless else self

    def to_frame(self) -> Any:
        """The nodes as a table: id, kind, statement, role, depth, leaf and what else is known of them.

        Examples
        --------
        >>> list(Tree(id="t", event=Event(id="e", statement="s")).to_frame()["id"])
        ['e']
        """
        from salesteam.whys._frame import to_frames

        return to_frames(self)["nodes"]

    def explain(self, key: str, lang: str = "en") -> Any:
        """One node or link: what stands below it, what shows it, what stops it.

        Parameters
        ----------
        key : str
            Id of the event, a cause, a link or a measure.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        salesteam.core.Explanation
            Printable; shows itself in a notebook.

        Raises
        ------
        NotFoundError
            If the tree has no such id.

        Examples
        --------
        >>> print(Tree(id="t", event=Event(id="e", statement="order lost")).explain("e").text())
        order lost...
        """
        from salesteam.whys._explain import explain

        return explain(self, key, lang)

    def _repr_html_(self) -> str:
        from salesteam.whys._show import html

        return html(self)
