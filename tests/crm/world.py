"""Small sources to read: records by a few words, and adapters that give pages as they are told."""

from __future__ import annotations

import attrs

from salesteam.core import Report, find
from salesteam.crm import Adapter, Batch, Capability, Deal, Ref, Reject, Schema, User, Verified

SOURCE = "demo"


def ref(kind, key, source=SOURCE):
    """A reference in the source of the tests."""
    return Ref(source, kind, key)


def deal(key="D-1", *, source=SOURCE, **fields):
    """A deal, open unless it is told otherwise."""
    return Deal(ref=ref("deal", key, source), **{"status": "open", **fields})


def user(key="li", **fields):
    """A login."""
    return User(ref=ref("user", key), **{"name": key, **fields})


def reject(number, *, field="amount", kind="deal"):
    """A row that cannot be read."""
    reason = find("crm.bad-cell", field=field, value=f"v{number}", problem="is no number")
    return Reject(
        ref=None, kind=kind, reason=attrs.evolve(reason, place=attrs.evolve(reason.place, field=field, line=number))
    )


@attrs.frozen(kw_only=True)
class NoConfig:
    """No settings."""


class Pages(Adapter):
    """Gives the pages of each kind as it was told; an exception among them is raised."""

    name = "pages"
    Config = NoConfig
    verified = Verified(label="fake", against="tests")

    def __init__(self, pages, *, source=SOURCE, closing=None, capabilities=None):
        super().__init__(NoConfig(), source=source)
        self.pages, self.closing, self.broken = pages, closing, capabilities
        self.closed = 0
        self.asked = []

    def capabilities(self):
        if self.broken:
            raise self.broken
        return dict.fromkeys(self.pages, Capability(incremental="full", deletes="none", max_page=100))

    def check(self):
        return Report()

    def schema(self):
        return Schema()

    def fetch(self, kind, since, *, until, overlap, page_size):
        self.asked.append((kind, since, until, overlap, page_size))
        for page in self.pages[kind]:
            if isinstance(page, BaseException):
                raise page
            yield page if isinstance(page, Batch) else Batch(records=tuple(page))

    def close(self):
        self.closed += 1
        if self.closing:
            raise self.closing


def codes(report):
    """The codes of a report, in their order."""
    return [finding.code for finding in report]
