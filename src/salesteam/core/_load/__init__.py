"""Files to values and back: YAML (and JSON, which is YAML) into frozen nouns, with every problem at its line.

`load_text` and `load_file` read, `dump` writes; what was read comes back as `Loaded`.
`file_text` gets the text of a file alone, `read_file` hands it to a subject's reader.
`read_tree` and `load_tree` are the two halves of `load_text`, for readers that put trees together in between.

Nothing in a file is ever executed.
Scalars stay text until a field types them: ``on:`` is a key, ``no`` a word, ``12:30`` a time and ``0.10`` exact.

The parts: `_yaml` reads text into a `_tree` that knows its lines, `_scalars` types one value,
`_structure` (over cattrs) and `_build` make nouns, `_read` turns problems into findings, `_dump` writes.
"""

from __future__ import annotations

from salesteam.core._load._dump import dump
from salesteam.core._load._problem import Load
from salesteam.core._load._read import Loaded, file_text, load_file, load_text, load_tree, read_file, read_tree
from salesteam.core._load._tree import Items, Keys, Spot, Text, plain, spot_of

__all__ = [
    "Items", "Keys", "Load", "Loaded", "Spot", "Text", "dump", "file_text", "load_file", "load_text", "load_tree",
    "plain", "read_file", "read_tree", "spot_of",
]  # fmt: skip
