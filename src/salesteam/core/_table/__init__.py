"""Tables in and out: the only place that knows dataframes.

Columns are declared once, on the attrs fields of a noun, with `column`; `columns` lists them.

Row by row
    `read_rows` turns any table into nouns and a report; `read_table` also keeps what did not fit (`Rows`).
    `write_rows` turns nouns into a frame; `kind_of` tells which kind of frame a value is.
"""

from salesteam.core._table._columns import Column, column, columns
from salesteam.core._table._frames import kind_of
from salesteam.core._table._rows import Rows, read_rows, read_table
from salesteam.core._table._write import write_rows

__all__ = ["Column", "Rows", "column", "columns", "kind_of", "read_rows", "read_table", "write_rows"]
