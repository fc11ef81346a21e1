"""Why it went wrong, what shows it, what stops it.

One event down to causes somebody can act on, evidence on every link, and what stops it next time.
A row of five whys is one path, one root, one fix: the way in, not the result.

Nouns
    `Tree` of `Event`, `Cause`, `Link`, `Group`, `Evidence` (with `Resolution`), `Answer`, `Countermeasure` (with
    `Change`, `Verification`), `Participant`, `Contribution`, `Line`; a house's `Profile` with its
    `Word`; `Policy` and `Book`
In
    `from_linear` reads rows of whys, `from_frames` frames, `load` a file, `read` the text of one;
    `open_on` opens a tree on a `Breach` with its `Attribution` of `Part`
Verbs
    `check` asks every question, `link_status` tells what is shown, `trace` follows the paths,
    `cut` finds what together causes the event, what blocks it, and the best measures,
    `verify` tells whether measures of a `Fact` were done and whether they helped,
    `therefore` reads upward, `changes` hands over what the countermeasures become, `redact` makes the copy to share
Out
    `draw` (text, HTML, Mermaid, DOT), `ishikawa`, `to_frames`, `to_linear`
"""

from salesteam.whys._changes import Changes, Handed, changes
from salesteam.whys._check import CODES, Checks, check
from salesteam.whys._cut import cut
from salesteam.whys._frame import from_frames, to_frames
from salesteam.whys._kinds import (
    CAUSE_KINDS,
    CHANGE_KINDS,
    EVIDENCE_KINDS,
    GRADES,
    MEASURE_KINDS,
    NOBODY,
    STATUSES,
    STRENGTHS,
    strength_of,
)
from salesteam.whys._ledger import Checked
from salesteam.whys._linear import from_linear, to_linear
from salesteam.whys._linear_reading import Linear
from salesteam.whys._load_book import load, read
from salesteam.whys._model_breach import Attribution, Breach, Part
from salesteam.whys._model_evidence import Answer, Evidence, Resolution
from salesteam.whys._model_measure import Change, Countermeasure, Verification
from salesteam.whys._model_parts import Cause, Contribution, Event, Group, Line, Link, Participant
from salesteam.whys._model_profile import Book, Policy, Profile, Word
from salesteam.whys._model_tree import Tree
from salesteam.whys._open import open_on
from salesteam.whys._opening import Opening
from salesteam.whys._plan import Cut, Plan
from salesteam.whys._redact import redact
from salesteam.whys._show import CATEGORIES, Drawing, draw, ishikawa
from salesteam.whys._status import best_grade, link_status, status_of
from salesteam.whys._therefore import therefore
from salesteam.whys._trace import Path, Trace, trace
from salesteam.whys._verify import Fact, Verified, VerifiedMeasure, verify
from salesteam.whys._words import lexicon

__all__ = [
    "CATEGORIES",
    "CAUSE_KINDS",
    "CHANGE_KINDS",
    "CODES",
    "EVIDENCE_KINDS",
    "GRADES",
    "MEASURE_KINDS",
    "NOBODY",
    "STATUSES",
    "STRENGTHS",
    "Answer",
    "Attribution",
    "Book",
    "Breach",
    "Cause",
    "Change",
    "Changes",
    "Checked",
    "Checks",
    "Contribution",
    "Countermeasure",
    "Cut",
    "Drawing",
    "Event",
    "Evidence",
    "Fact",
    "Group",
    "Handed",
    "Line",
    "Linear",
    "Link",
    "Opening",
    "Part",
    "Participant",
    "Path",
    "Plan",
    "Policy",
    "Profile",
    "Resolution",
    "Trace",
    "Tree",
    "Verification",
    "Verified",
    "VerifiedMeasure",
    "Word",
    "best_grade",
    "changes",
    "check",
    "cut",
    "draw",
    "from_frames",
    "from_linear",
    "ishikawa",
    "lexicon",
    "link_status",
    "load",
    "open_on",
    "read",
    "redact",
    "status_of",
    "strength_of",
    "therefore",
    "to_frames",
    "to_linear",
    "trace",
    "verify",
]
