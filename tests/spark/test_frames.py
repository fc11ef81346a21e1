"""PySpark frames are read row by row like any other; what needs an order of rows refuses them, and says what to use."""

from __future__ import annotations

import os
from datetime import date

import pytest

from salesteam import incentives, leads, raci
from salesteam.core import _table
from salesteam.errors import InvalidValueError

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


def test_pay_on_a_spark_frame_says_what_to_use(spark):
    """Rows without an order cannot be paid one after the other; the refusal names the kinds that can."""
    deals = spark.createDataFrame(
        [("T1", "2026-01-05", "1000", "ana", "bo")],
        "transaction string, date string, amount string, payee string, assistant string",
    )
    with pytest.raises(InvalidValueError, match="use pandas, Polars"):
        incentives.pay(incentives.scheme("assist_split"), incentives.Facts(transactions=deals))
