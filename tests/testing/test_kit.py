"""The parts of the kit besides the contract: samples, readings, harness."""

from __future__ import annotations

import subprocess
import sys

import pytest

from salesteam.crm import KINDS, MemoryCRM, pull
from salesteam.crm._field_type import misfits
from salesteam.errors import NotFoundError
from salesteam.testing import AdapterContract, Harness, MemoryHarness, read_all, sample


class TestMemory(AdapterContract):
    """The reference keeps the contract with a sample of every kind, not only of three."""

    @pytest.fixture
    def harness(self):
        """A new CRM for each test."""

        class Whole(MemoryHarness):
            def kinds(self):
                return KINDS

        return Whole()


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_sample_of_every_kind(kind):
    """A sample is of its kind, sound, and differs from the next one by more than its name."""
    first, second = sample(kind, 1), sample(kind, 2)
    assert kind == first.ref.kind == first.kind
    assert () == misfits(first)
    assert first.ref != second.ref
    assert sample(kind, 1) == first
    assert "elsewhere" == sample(kind, 1, source="elsewhere").ref.source


def test_samples_fit_together():
    """The samples of all kinds with one number dangle nowhere but at the team and stage they share."""
    server = MemoryCRM("sample", [sample(kind, 1) for kind in KINDS])
    records = pull([server.adapter()])
    assert len(KINDS) == len(records.records)
    assert () == records.report.findings


def test_an_unknown_kind_has_no_sample():
    """The nearest kind is offered."""
    with pytest.raises(NotFoundError, match="did you mean 'deal'"):
        sample("deals", 1)


def test_a_harness_skips_what_its_server_cannot_do():
    """Every operation that was not given skips the running test, with harness and operation in the reason."""

    class Bare(Harness):
        adapter = kinds = create = touch = None

    ref = sample("deal", 1).ref
    for operation, arguments in {
        "touch_all": ("deal",),
        "delete": (ref,),
        "undelete": (ref,),
        "archive": (ref,),
        "merge": (ref, ref),
        "inject": ("deal",),
    }.items():
        with pytest.raises(pytest.skip.Exception, match=r"^Bare cannot "):
            getattr(Bare(), operation)(*arguments)


def test_pages_are_never_larger_than_the_adapter_allows():
    """A page size beyond the adapter's largest is cut to it."""
    harness = MemoryHarness()
    for number in range(3):
        harness.create("deal", number)
    assert [2, 1] == [batch.read for batch in read_all(harness.adapter(), "deal", page_size=2)]
    assert [3] == [batch.read for batch in read_all(harness.adapter(), "deal", page_size=10**6)]


def test_the_kit_can_be_imported_outside_pytest():
    """Who makes samples in a script needs no running test session."""
    code = "from salesteam.testing import sample; print(sample('deal', 1).ref)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "sample:deal:deal-1" == done.stdout.strip()
