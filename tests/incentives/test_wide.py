"""Products too wide for 64 bits are divided exactly, on every engine."""

from fractions import Fraction

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesteam.core import _table as t
from salesteam.core import round_to
from salesteam.errors import InvalidValueError
from salesteam.incentives._columnar import _wide

ENGINES = ["pandas", "polars", "duckdb"]
ROUNDINGS = ["half_up", "half_away", "half_even", "down", "up"]
NEAR = 2**61 - 1


def stage_of(engine, rows):
    """A stage with the columns a, b, c."""
    cells = {name: [row[i] for row in rows] for i, name in enumerate("abc")}
    if engine == "pandas":
        return t.enter(pd.DataFrame(cells, dtype="int64"))
    frame = pl.DataFrame(cells, schema=dict.fromkeys("abc", pl.Int64))
    return t.enter(frame if engine == "polars" else duckdb.from_arrow(frame.to_arrow()))


def divided(engine, rows, rounding):
    """What the columns give."""
    sizes = (*(max(abs(row[i]) for row in rows) for i in range(3)), min(row[2] for row in rows))
    columns = (t.col(name) for name in "abc")
    made = _wide.product_over(stage_of(engine, rows), "q", *columns, sizes=sizes, rounding=rounding, where="c")
    return t.cells(made, "q")["q"]


def exact(rows, rounding):
    """What Python's unlimited whole numbers give."""
    return [round_to(Fraction(a * b, c), rounding) for a, b, c in rows]


EDGES = [
    (0, 7, 3),
    (1, 1, 2),
    (-1, 1, 2),
    (3, 1, 2),
    (-3, 1, 2),
    (5, 0, 9),
    (NEAR, 10**6, 10**7),
    (-NEAR, 10**6, 10**7),
    (NEAR, 999_983, 999_983),
    (-NEAR, 999_983, 999_983),
    (NEAR - 1, 1, 2),
    (-(NEAR - 1), 1, 2),
    (2**60, 3, 2**20),
    (2**60 + 1, 10**6 - 1, 2**20),
    (-(2**60) - 1, 10**6 - 1, 10**6),
]


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("engine", ENGINES)
def test_edges_round_as_python_rounds_them(engine, rounding):
    """Halves, zeros, both signs, and sizes up to 2**61 give the exact quotient."""
    assert exact(EDGES, rounding) == divided(engine, EDGES, rounding)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_fits_is_divided_at_once(engine, monkeypatch):
    """Small products never take the long way."""
    monkeypatch.setattr(_wide, "_long_division", lambda *_, **__: pytest.fail("it took the long way"))
    rows = [(7, 3, 2), (-7, 3, 2)]
    assert exact(rows, "half_up") == divided(engine, rows, "half_up")


WIDE = st.tuples(st.integers(-NEAR, NEAR), st.integers(0, 2**20), st.integers(2**19, 2**21))


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(WIDE, min_size=1, max_size=40))
def test_random_products_round_as_python_rounds_them(engine, rounding, rows):
    """Every digit of the quotient is right."""
    rows = [(NEAR, 2**20, 2**20), *rows]
    assert exact(rows, rounding) == divided(engine, rows, rounding)


@pytest.mark.parametrize("row", [(2**62, 10**6, 10**6), (2**60, 2**50, 2**20)])
def test_what_even_digits_cannot_hold_is_refused(row):
    """A sum near 2**63, or factors too long for digits of two bits, raise before anything is computed."""
    with pytest.raises(InvalidValueError, match="too large"):
        divided("polars", [row], "half_up")
