"""Tables in and out: the only place that knows dataframes.

Columns are declared once, on the attrs fields of a noun, with `column`; `columns` lists them.

Row by row
    `read_csv` takes a file of comma-separated text in, every cell as it is written; `csv_lines` tells the line of
    each row.
    `read_rows` turns any table into nouns and a report; `read_table` also keeps what did not fit (`Rows`).
    `write_rows` turns nouns into a frame, `write_columns` columns; `kind_of` tells which kind of frame a value is,
    `chosen` takes some columns of one.
    `write_stage` writes a stage, `write_pieces` several; `as_number`, `nearest_number`, `decimal_text` and
    `joined_text` show exact numbers.
In stages
    `enter` takes a frame in, `leave` gives the same kind back, `barrier` computes what is pending, `stack` puts
    stages under each other.
    A `Stage` has `with_columns`, `select`, `drop`, `rename`, `filter`, `join`, `trust` and `stands`, over expressions
    made by `col`, `value`, `absent` and `when`.
Small tables beside a large one
    `begin` and `beside` make a stage of plain Python cells; `cells`, `distinct` and `rows_of` take some out again.
    `counted` counts rows, `survey` looks at much at once, `dtypes_of` tells what columns hold, `as_days` takes
    midnights for days, `raw_cells` takes cells as they are.
    `ByDay` and `named` look columns up by day and by number, `tidy` tells whether text needs no reading.
Checked windows
    `ordered` proves an order, `ranked` makes a number of it, `ranges` and `guard` prove that nothing overflows.
    `running_sum`, `running_count`, `lag`, `group_totals`, `group`, `divide` and `split` are exact on every engine.
Rows that stand
    `arranged` sorts once so that groups stand together; then `swept` groups are summed (`sums`) and looked up
    (`spread`) without a search, and windows sweep over them. `placed` sorts what is small,
    `numbered` counts, `sliced` cuts.
"""

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._cells import is_missing
from salesteam.core._table._columns import Column, column, columns
from salesteam.core._table._csv import csv_lines, read_csv
from salesteam.core._table._doors import barrier, enter, leave, stack
from salesteam.core._table._export import (
    as_number,
    decimal_text,
    joined_text,
    nearest_number,
    write_pieces,
    write_stage,
)
from salesteam.core._table._expr import Expr, absent, col, value, when
from salesteam.core._table._frames import chosen, gathered, kind_of
from salesteam.core._table._groups import group, group_totals, split
from salesteam.core._table._lookup import ByDay, named, tidy
from salesteam.core._table._origin import ROW
from salesteam.core._table._proofs import INT64_LIMIT, QUOTIENT_LIMIT, Range, guard, ordered, ranges
from salesteam.core._table._rows import Rows, read_rows, read_table
from salesteam.core._table._small import (
    as_days,
    begin,
    beside,
    cells,
    counted,
    distinct,
    dtypes_of,
    raw_cells,
    rows_of,
    tells_apart,
)
from salesteam.core._table._stage import Stage
from salesteam.core._table._standing import arranged, numbered, placed, sliced, spread, sums, swept
from salesteam.core._table._survey import Survey, survey
from salesteam.core._table._window import divide, lag, ranked, running_count, running_sum
from salesteam.core._table._write import write_columns, write_rows

__all__ = [
    "INT64_LIMIT",
    "QUOTIENT_LIMIT",
    "ROW",
    "ByDay",
    "Column",
    "Expr",
    "Range",
    "Rows",
    "Stage",
    "Survey",
    "absent",
    "arranged",
    "arrays",
    "as_days",
    "as_number",
    "barrier",
    "begin",
    "beside",
    "cells",
    "chosen",
    "col",
    "column",
    "columns",
    "counted",
    "csv_lines",
    "decimal_text",
    "distinct",
    "divide",
    "dtypes_of",
    "enter",
    "gathered",
    "group",
    "group_totals",
    "guard",
    "is_missing",
    "joined_text",
    "kind_of",
    "lag",
    "leave",
    "named",
    "nearest_number",
    "numbered",
    "ordered",
    "placed",
    "ranges",
    "ranked",
    "raw_cells",
    "read_csv",
    "read_rows",
    "read_table",
    "rows_of",
    "running_count",
    "running_sum",
    "sliced",
    "split",
    "spread",
    "stack",
    "sums",
    "survey",
    "swept",
    "tells_apart",
    "tidy",
    "value",
    "when",
    "write_columns",
    "write_pieces",
    "write_rows",
    "write_stage",
]
