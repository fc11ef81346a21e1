"""Facts from a folder of CSV files: what is read, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from salesteam import incentives as inc
from salesteam.errors import ReportError

DEALS = "transaction,date,amount,payee,assistant\nT1,2026-01-05,1000.10,ana,bo\nT2,2026-01-06,7,ana,\n"


def folder(path, **files):
    """A folder with CSV files."""
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def refused(path):
    """The codes with which a folder is refused."""
    with pytest.raises(ReportError) as caught:
        inc.load_facts(path)
    return [each.code for each in caught.value.report]


def test_each_file_is_a_table_and_pays_as_rows_do(tmp_path):
    """A folder gives the same cents as the same rows in Python."""
    facts = inc.load_facts(folder(tmp_path, transactions=DEALS, quotas="payee,measure,quota\nana,bookings,10\n"))
    rows = [
        {"transaction": "T1", "date": "2026-01-05", "amount": "1000.10", "payee": "ana", "assistant": "bo"},
        {"transaction": "T2", "date": "2026-01-06", "amount": "7", "payee": "ana", "assistant": None},
    ]
    plan = inc.scheme("assist_split")
    assert inc.pay(plan, inc.Facts(transactions=rows)).payouts == inc.pay(plan, facts).payouts
    assert (1, None) == (len(facts.quotas), facts.people)


def test_other_files_are_not_looked_at(tmp_path):
    """A note beside the tables is no table."""
    folder(tmp_path, transactions=DEALS)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert 2 == len(inc.load_facts(tmp_path).transactions)


def test_a_table_that_nobody_would_read_is_refused_with_the_name_meant(tmp_path):
    """A misspelt name would otherwise pay without its table."""
    with pytest.raises(ReportError, match="quotas"):
        inc.load_facts(folder(tmp_path, transactions=DEALS, quota="payee,measure,quota\n"))


def test_all_problems_come_at_once(tmp_path):
    """A broken file hides no other."""
    path = folder(tmp_path, people="payee,team\nana\n", prices="a\n", quotas="")
    assert ["core.ragged-row", "incentives.unknown-table", "core.no-header", "incentives.no-facts"] == refused(path)


def test_a_folder_that_is_not_there_is_a_finding(tmp_path):
    """With its name."""
    assert ["incentives.no-facts-folder"] == refused(tmp_path / "nowhere")


@pytest.mark.parametrize("dtype", ["string", object])
def test_an_empty_cell_of_pandas_is_nothing_to_any_verb(dtype):
    """Neither a helper nor a currency, whichever of its values for nothing pandas holds."""
    deals = pd.DataFrame(
        {
            "transaction": ["T1", "T2"],
            "date": ["2026-01-05", "2026-02-06"],
            "amount": ["1000", "500"],
            "payee": ["ana", "bo"],
            "assistant": ["bo", None],
            "currency": [None, "CNY"],
        },
        dtype=dtype,
    )
    people = pd.DataFrame({"payee": ["ana", "bo", None]}, dtype=dtype)
    plan, facts = inc.scheme("assist_split"), inc.Facts(transactions=deals, people=people)
    assert "incentives.solo-bias" not in {each.code for each in inc.check(plan, facts)}
    assert 0 == len(inc.compare({"now": plan, "same": plan}, facts).winners())
    with pytest.raises(LookupError, match="'ana', 'bo'"):
        inc.pay(plan, facts).statement("zed", "2026-01")
    assert "CNY 75.00" == inc.settle(inc.pay(plan, facts)).run.total.text()
