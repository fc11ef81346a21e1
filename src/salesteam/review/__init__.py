"""The closed loop in one call: plan, execution, collaboration and review of a sales team.

In
    `load` and `read` make a `Playbook` of a folder of YAML files; `connect` makes the adapters of its sources,
    or of the store into which they are synced (`store_of`),
    `salesteam.crm.pull` reads them, `gather` makes `Facts` of the records
The verb
    `walk` gives a `Review`
Out
    `Review` tells its `sections` (of `Section`, with `Note`, `Chart` of `Bar`, and `Detail`), its `tables`,
    JSON, text, and how a number came about (`explain`)
To try it
    `demo` reviews a made-up technology company; `demo_playbook` is its playbook in `demo_folder`;
    `init` writes a starter
"""

from __future__ import annotations

from salesteam.review._demo import demo, demo_folder, demo_playbook
from salesteam.review._demo_source import DemoAdapter, DemoConfig
from salesteam.review._desk import Desk
from salesteam.review._duties import Duties
from salesteam.review._facts import Facts, connect, end_of, gather, store_of
from salesteam.review._init import init
from salesteam.review._inquiry import Inquiry
from salesteam.review._load import BUILT_IN, Read, load, read
from salesteam.review._pay import Earnings, PlanRun
from salesteam.review._playbook import (
    FORMAT,
    PARTS,
    Header,
    PayFile,
    Playbook,
    QuotaLine,
    Source,
    SourcesFile,
    TargetLine,
    TeamFile,
)
from salesteam.review._quality import Quality
from salesteam.review._quality_file import QualityFile, TimelinessRule, UseRule
from salesteam.review._review import Review
from salesteam.review._section import Bar, Block, Chart, Detail, Note, Section
from salesteam.review._standing import Share, Standing
from salesteam.review._walk import walk
from salesteam.review._when import when

__all__ = [
    "BUILT_IN",
    "FORMAT",
    "PARTS",
    "Bar",
    "Block",
    "Chart",
    "DemoAdapter",
    "DemoConfig",
    "Desk",
    "Detail",
    "Duties",
    "Earnings",
    "Facts",
    "Header",
    "Inquiry",
    "Note",
    "PayFile",
    "PlanRun",
    "Playbook",
    "Quality",
    "QualityFile",
    "QuotaLine",
    "Read",
    "Review",
    "Section",
    "Share",
    "Source",
    "SourcesFile",
    "Standing",
    "TargetLine",
    "TeamFile",
    "TimelinessRule",
    "UseRule",
    "connect",
    "demo",
    "demo_folder",
    "demo_playbook",
    "end_of",
    "gather",
    "init",
    "load",
    "read",
    "store_of",
    "walk",
    "when",
]
