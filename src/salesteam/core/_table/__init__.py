"""Tables in and out: the only place that knows dataframes.

Columns are declared once, on the attrs fields of a noun, with `column`; `columns` lists them.

Row by row
    `read_rows` turns any table into nouns and a report; `read_table` also keeps what did not fit (`Rows`).
    `write_rows` turns nouns into a frame; `kind_of` tells which kind of frame a value is.
In stages
    `enter` takes a frame in, `leave` gives the same kind back, `barrier` computes what is pending, `stack` puts
    stages under each other.
    A `Stage` has `with_columns`, `select`, `drop`, `rename`, `filter` and `join`, over expressions made by `col`,
    `value` and `when`.
Checked windows
    `ordered` proves an order, `ranges` and `guard` prove that nothing overflows.
    `running_sum`, `running_count`, `lag`, `group_totals`, `group`, `divide` and `split` are exact on every engine.
"""

from salesteam.core._table._columns import Column, column, columns
from salesteam.core._table._doors import barrier, enter, leave
from salesteam.core._table._expr import Expr, col, value, when
from salesteam.core._table._frames import kind_of
from salesteam.core._table._groups import group, group_totals, split
from salesteam.core._table._proofs import INT64_LIMIT, QUOTIENT_LIMIT, Range, guard, ordered, ranges
from salesteam.core._table._rows import Rows, read_rows, read_table
from salesteam.core._table._stage import ROW, Stage, stack
from salesteam.core._table._window import divide, lag, running_count, running_sum
from salesteam.core._table._write import write_rows

__all__ = [
    "INT64_LIMIT",
    "QUOTIENT_LIMIT",
    "ROW",
    "Column",
    "Expr",
    "Range",
    "Rows",
    "Stage",
    "barrier",
    "col",
    "column",
    "columns",
    "divide",
    "enter",
    "group",
    "group_totals",
    "guard",
    "kind_of",
    "lag",
    "leave",
    "ordered",
    "ranges",
    "read_rows",
    "read_table",
    "running_count",
    "running_sum",
    "split",
    "stack",
    "value",
    "when",
    "write_rows",
]
