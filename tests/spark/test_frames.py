"""PySpark frames are read like any other; pay gathers them, and gives Spark frames back."""

from __future__ import annotations

import os
from datetime import date

import pytest

from salesteam import incentives, leads, raci
from salesteam.core import _table

pytest.importorskip("pyspark", reason="PySpark is tested by its own session: nox -s spark")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def spark():
    """A Spark of two threads on this machine, reached over the loopback only."""
    from pyspark.sql import SparkSession

    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    built = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = built.config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield session
    session.stop()


def test_rows_of_a_spark_frame_are_read_like_any_other(spark):
    """The same leads come of a Spark frame and of a list, and a bad cell is the same finding."""
    rows = [("L-1", "East", 5), ("L-2", None, 7), (None, "West", 1)]
    names = ("lead", "region", "score")
    plain = [dict(zip(names, row, strict=True)) for row in rows]
    frame = spark.createDataFrame(rows, "lead string, region string, score long")
    assert "pyspark" == _table.kind_of(frame)
    read, report = _table.read_rows(frame, leads.Lead, table="leads")
    expected, findings = _table.read_rows(plain, leads.Lead, table="leads")
    assert expected == read
    assert [(finding.code, finding.place.row) for finding in findings] == [
        (finding.code, finding.place.row) for finding in report
    ]


def test_a_chart_is_read_from_spark(spark):
    """A matrix of letters in a Spark frame is the chart that its text is."""
    frame = spark.createDataFrame([("客户方案设计", "R", "A")], ["activity", "sales", "presales"])
    text = "activity,sales,presales\n客户方案设计,R,A"
    read, expected = (raci.parse(source, format="matrix", profile="raci", a_approves=True) for source in (frame, text))
    assert expected.assignments == read.assignments
    assert raci.check(read, as_of=date(2026, 9, 30)).ok


DEALS = [
    ("T1", date(2026, 1, 5), 60_000_033, "ana", "bo", None),
    ("T2", date(2026, 2, 9), 90_000_077, "ana", None, None),
    ("T3", date(2026, 2, 11), -60_000_033, "ana", "bo", "T1"),
    ("T4", date(2026, 2, 11), 12_345, "bo", "ana", None),
]
NAMES = "transaction string, date date, amount_minor long, payee string, assistant string, reverses string"


@pytest.mark.parametrize("name", ["assist_split", "team_coefficient", "shared_pool"])
def test_spark_frames_are_paid_the_same_cents(spark, name):
    """Deals and people of Spark frames give the payouts and lines of lists, as Spark frames again."""
    keys = [word.split()[0] for word in NAMES.split(", ")]
    people = [("ana", "north"), ("bo", "north")]
    quotas = [("ana", "bookings", "2026-01", 50_000_000), ("bo", "bookings", "2026-02", 60_000_000)]
    quotas += [("ana", "bookings", "2026-02", 50_000_000)]
    frames = incentives.Facts(
        transactions=spark.createDataFrame(DEALS, NAMES),
        people=spark.createDataFrame(people, "payee string, team string"),
        quotas=spark.createDataFrame(quotas, "payee string, measure string, period string, quota_minor long"),
    )
    lists = incentives.Facts(
        transactions=[dict(zip(keys, row, strict=True)) for row in DEALS],
        people=[dict(zip(("payee", "team"), row, strict=True)) for row in people],
        quotas=[dict(zip(("payee", "measure", "period", "quota_minor"), row, strict=True)) for row in quotas],
    )
    plan = incentives.scheme(name)
    run, expected = incentives.pay(plan, frames), incentives.pay(plan, lists)
    assert [(p.payee, p.period, p.pay_minor) for p in expected.payouts] == [
        (p.payee, p.period, p.pay_minor) for p in run.payouts
    ]
    table = run.to_frame("lines")
    assert "pyspark" == _table.kind_of(table)
    assert sorted(n.pay_minor for n in expected.lines) == sorted(row["pay_minor"] for row in table.collect())
