"""The mapping that the README shows is one that works."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest
from ruamel.yaml import YAML

from salesteam.core import Money
from salesteam.crm import pull
from salesteam.plugins import Plugin, Plugins
from salesteam_files._adapter import FilesAdapter
from salesteam_files._config import Config, Mapped

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_mapping_of_the_readme_reads_its_files(write, tmp_path):
    """Every kind of it is read, and every key of it does what the page says."""
    write("people.csv", "login,name,mails,at_work,office\nli,李雷,a@x.com;b@x.com,是,East\nwu,吴昊,,no,East\n")
    write(
        "customers.xlsx",
        ("no", "name", "sector", "login", "belongs_to", "segment"),
        [(1, "Acme", "technolgy", "li", "待定", "A")],
    )
    (tmp_path / "customers.xlsx").rename(tmp_path / "old.xlsx")
    import openpyxl

    book = openpyxl.load_workbook(tmp_path / "old.xlsx")
    book.active.title = "Customers"
    book.save(tmp_path / "customers.xlsx")
    write(
        "deals.csv",
        "no,title,customer,login,stage,amount,cur,entered,closed\n"
        "1,A,1,li,Won,5,,01-09-26 09:30,30-09-26\n"
        "2,B,1,li,Talking,7,USD,,\n"
        "3,C,n/a,li,Prospect,,,,\n",
    )
    settings = YAML(typ="safe", pure=True).load(re.search(r"```yaml\n(.*?)```", README, re.DOTALL)[1])
    plugin = Plugin(name="files", distribution="salesteam-files", version="0", state="loaded", adapters=(FilesAdapter,))
    records = pull([Plugins(plugins=(plugin,)).adapter("files", **{**settings, "root": tmp_path})])
    assert {"user": 2, "account": 1, "deal": 2, "lead": 1, "membership": 2, "team": 1} == {
        reading.kind: reading.used for reading in records.readings
    }
    assert [Money.of(5, "CNY"), Money.of(7, "USD")] == [deal.value for deal in records.of("deal")]
    (account,) = records.of("account")
    assert ("technology", None, {"segment": "A"}) == (account.industry, account.parent, dict(account.extra))
    assert ((), ()) == (records.rejects, records.report.warnings)


@pytest.mark.parametrize("settings", [Config, Mapped])
def test_every_setting_is_in_the_readme(settings):
    """The tables of the page and the settings of the code are the same, and say so themselves too."""
    names = {field.name for field in attrs.fields(settings)}
    rows = set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
    assert set() == names - rows
    assert [] == [name for name in names if f"{name} :" not in settings.__doc__ and f", {name}" not in settings.__doc__]
