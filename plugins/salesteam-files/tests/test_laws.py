"""Laws of files: whatever a file holds, nothing crashes, and every row is accounted for."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesteam.core import Money
from salesteam.crm import pull
from salesteam_files._adapter import FilesAdapter
from salesteam_files._config import Config, Mapped

COLUMNS = {
    "status": "state",
    "value": "amount",
    "currency": "cur",
    "closed_on": "day",
    "created_at": "time",
    "probability": "p",
    "recurring": "yes",
    "competitors": "names",
    "owner": "who",
}
HEAD = ("no", *COLUMNS.values())
words = st.sampled_from(
    [
        "",
        " ",
        "1",
        "-0",
        "1e9999",
        "nan",
        "won",
        "Won",
        "15%",
        "1/0",
        "CNY",
        "yes",
        "是",
        "2026-09-30",
        "2026-09-30T08:00:00Z",
        "0001-01-01",
        "\x00",
        ";;",
    ]
) | st.text(max_size=6)
local = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder, text, **options):
    """Read deals from a text; they come back with the adapter's own account."""
    (folder / "deals.csv").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    part = Mapped(file="deals.csv", id="no", columns=COLUMNS, **options)
    config = Config(
        root=str(folder), kinds={"deal": (part,)}, excess_digits="reject", currency="CNY", zone="Asia/Shanghai"
    )
    return pull([FilesAdapter(config, source="files")])


def lines(*rows):
    """Rows as the text of a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


@local
@given(st.lists(st.lists(words, min_size=len(HEAD) - 1, max_size=len(HEAD) + 1), max_size=8))
def test_any_cells_are_records_or_rejects(tmp_path, rows):
    """Each row that is not blank is used, rejected or repeated; the reasons can be told in both languages."""
    records = read(tmp_path, lines(HEAD, *rows))
    assert {"crm.adapter-crashed"}.isdisjoint(records.report.by_code)
    (reading,) = records.readings
    assert reading.foots
    if "crm.source-failed" not in records.report.by_code:
        assert sum(any(cell.strip() for cell in row) for row in rows) == reading.read
    assert records.report.text() and records.report.text("zh")  # noqa: PT018 -- both must be told


@local
@given(st.binary(max_size=60) | st.text(max_size=60), st.booleans())
def test_any_file_is_read_or_told(tmp_path, content, headed):
    """Whatever bytes a file holds, the report says what was wrong."""
    head = lines(HEAD)
    text = content if not headed else head.encode() + content if isinstance(content, bytes) else head + content
    records = read(tmp_path, text)
    assert {"crm.adapter-crashed"}.isdisjoint(records.report.by_code)
    assert all(reading.foots for reading in records.readings)


@local
@given(st.lists(st.decimals(-(10**9), 10**9, places=2), max_size=6))
def test_amounts_are_kept_to_the_last_minor_unit(tmp_path, amounts):
    """What the file says is what the records hold."""
    rows = [(number, "won", amount, *[""] * (len(HEAD) - 3)) for number, amount in enumerate(amounts)]
    records = read(tmp_path, lines(HEAD, *rows))
    assert [Money.of(Decimal(amount), "CNY") for amount in amounts] == [deal.value for deal in records.of("deal")]


@local
@given(st.lists(st.sampled_from(["won", "lost", "open", "else", ""]), max_size=12))
def test_rows_that_belong_elsewhere_are_counted_by_their_value(tmp_path, states):
    """Used and left sum to what was read."""
    rows = [(number, state, *[""] * (len(HEAD) - 2)) for number, state in enumerate(states)]
    records = read(tmp_path, lines(HEAD, *rows), where={"state": ("won", "lost")})
    (reading,) = records.readings
    assert len(states) == reading.read
    assert sum(state in {"won", "lost"} for state in states) == reading.used
    assert {f"state = {state or '()'}": states.count(state) for state in set(states) - {"won", "lost"}} == dict(
        reading.set_aside
    )
