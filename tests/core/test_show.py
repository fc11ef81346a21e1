"""Displays keep their width, escape what they show, and read the same in every form."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesteam.core import Cell, Diagram, Explanation, Grid, Step, say
from salesteam.core._show import STYLE
from salesteam.core._show._part import TONES
from salesteam.core._show._width import clean, width_of, wrap
from salesteam.errors import InvalidValueError, NotFoundError

PAY = Grid(
    title="Pay 2026-Q3",
    columns=("payee", "计划", "CNY"),
    rows=(
        ("Li Wei", "团队协作系数", "12,345.00"),
        (Cell("Wu", tone="strong"), Cell("late <b>", tone="bad"), Cell("90.00", tone="good")),
    ),
    right=frozenset({2}),
    note="rounded half-up",
)


class Balanced(HTMLParser):
    """Collects tags and text, and fails on a tag that does not match."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.said = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in {"br", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert tag == self.open.pop()

    def handle_data(self, data):
        self.said.append(data)


def parsed(fragment):
    parser = Balanced()
    parser.feed(fragment)
    parser.close()
    assert [] == parser.open
    return parser


ALLOWED = {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "p", "ul", "li", "span", "pre", "br", "wbr"}


def test_say_picks_a_language():
    """A text is written in both languages at one place."""
    assert ["goal", "目标"] == [say(lang, en="goal", zh="目标") for lang in ("en", "zh")]
    with pytest.raises(InvalidValueError, match="'fr'"):
        say("fr", en="goal", zh="目标")


def test_a_grid_lines_up_double_width():
    """Columns align although a Chinese character takes two columns; numbers stand to the right."""
    assert [
        "Pay 2026-Q3",
        "payee   计划                CNY",
        "------  ------------  ---------",
        "Li Wei  团队协作系数  12,345.00",
        "Wu      late <b>          90.00",
        "rounded half-up",
    ] == PAY.text().split("\n")


def test_a_grid_wraps_long_cells_within_the_width():
    """Long cells wrap at blanks, Chinese ones between characters but not before a full stop; numbers stay whole."""
    grid = Grid(
        "", ("what", "问题", "n"), (("no accountable role", "没有负责到底的角色。请补上", "1,234"),), frozenset({2})
    )
    assert [
        "what         问题              n",
        "-----------  ------------  -----",
        "no           没有负责到底  1,234",
        "accountable  的角色。请补",
        "role         上",
    ] == grid.text(32).split("\n")


def test_too_many_columns_become_blocks():
    """Where columns cannot stand side by side, each row is a block of head and cell."""
    grid = Grid("T", tuple("abcdefgh"), (("one", *"2345678"), ("x", *"2345678")), note="n")
    lines = grid.text(20).split("\n")
    assert ["T", "a: one", "b: 2"] == lines[:3]
    assert "" == lines[9]
    assert "n" == lines[-1]


def test_a_grid_may_be_empty():
    """No rows leave the heads; no columns leave the title."""
    assert "T\na\n-" == Grid("T", ("a",), ()).text()
    assert "T" == Grid("T", (), ()).text()
    parsed(Grid("", (), ()).html())


def test_a_grid_refuses_ragged_rows_and_unknown_tones():
    """A wrong row or tone is the caller's mistake, told with what to do."""
    with pytest.raises(InvalidValueError, match="row 1 has 1 cells for 2 columns"):
        Grid("", ("a", "b"), (("1", "2"), ("1",)))
    with pytest.raises(InvalidValueError, match="'good', 'warn', 'bad'"):
        Cell("x", tone="red")
    with pytest.raises(InvalidValueError, match="20 or more"):
        PAY.text(19)


def test_html_escapes_and_marks_tones():
    """Cells are escaped, tones and alignment are classes, and no style stands inline."""
    fragment = PAY.html(style=False)
    assert '<td class="st-bad">late &lt;b&gt;</td>' in fragment
    assert '<td class="st-right st-good">90.00</td>' in fragment
    assert '<th scope="col" class="st-right">CNY</th>' in fragment
    assert "<caption>Pay 2026-Q3</caption>" in fragment
    assert "style=" not in fragment


def test_the_style_comes_along_or_once():
    """A notebook gets the sheet with each display, a page carries it once; every class is in it, for dark pages too."""
    assert PAY._repr_html_() == f"<style>\n{STYLE}</style>\n{PAY.html(style=False)}"
    assert all(f".st-{tone}" in STYLE for tone in TONES if tone)
    assert "prefers-color-scheme: dark" in STYLE
    assert STYLE.count("{") == STYLE.count("}")
    assert all(".st-part" in line for line in STYLE.splitlines() if "{" in line and not line.startswith("@"))


EXPLAINED = Explanation(
    title="Pay of 李",
    steps=(
        Step(
            "commission", "40 + 50", "90 CNY", steps=(Step("to 1,000", "1,000 × 4%", "40"), Step("above", value="50"))
        ),
        Step("gate <open>"),
    ),
    conventions=("marginal", "half-up"),
)


def test_an_explanation_shows_the_numbers_step_by_step():
    """Steps rest on steps, indented, and the conventions stand below."""
    assert [
        "Pay of 李",
        "  commission: 40 + 50 = 90 CNY",
        "    to 1,000: 1,000 × 4% = 40",
        "    above: 50",
        "  gate <open>",
        "[marginal; half-up]",
    ] == str(EXPLAINED).split("\n")


def test_an_explanation_in_html_nests_lists():
    """Each step is an item, the steps below it a list within, everything escaped."""
    parser = parsed(EXPLAINED.html(style=False))
    assert 2 == parser.seen.count("ul")
    assert 4 == parser.seen.count("li")
    assert ["commission:", "gate <open>"] == [said for said in parser.said if said in {"commission:", "gate <open>"}]
    assert "marginal · half-up" in parser.said


GRAPH = Diagram(
    nodes=(("a.1", 'say "hi" #1', "good"), ("b", "1. <b>\nnext", ""), ("c]", "`x`", "bad")),
    edges=(("a.1", "b", "", ""), ("b", "c]", "x|y", "dashed"), ("a.1", "c]", "", "thick")),
    direction="LR",
)


def test_mermaid_is_escaped():
    """Ids are made up, labels written in codes that end no string and start no markup."""
    assert [
        "flowchart LR",
        '  n0["say #34;hi#34; #35;1"]:::good',
        '  n1["1#46; #60;b#62;<br/>next"]',
        '  n2["#96;x#96;"]:::bad',
        "  n0 --> n1",
        '  n1 -.->|"x|y"| n2',
        "  n0 ==> n2",
        "  classDef bad fill:#fbdad7,stroke:#b3261e,color:#111111",
        "  classDef good fill:#d9f2df,stroke:#17692f,color:#111111",
    ] == GRAPH.mermaid().split("\n")


def test_dot_is_escaped():
    """Ids and labels are quoted, tones and styles become attributes."""
    dot = GRAPH.dot()
    assert '  "a.1" [label="say \\"hi\\" #1", style="rounded,filled", fillcolor="#d9f2df", color="#17692f"]' in dot
    assert '  "b" [label="1. <b>\\nnext"]' in dot
    assert '  "b" -> "c]" [label="x|y", style=dashed]' in dot
    assert "rankdir=LR" in dot


def test_a_diagram_reads_as_text_and_html():
    """Each node lists where its arrows go; the page gets the Mermaid text."""
    assert ['say "hi" #1', "  -> 1. <b>", "     next", "  -> `x`"] == GRAPH.text().split("\n")[:4]
    assert GRAPH.mermaid() == "".join(parsed(GRAPH.html(style=False)).said)


def test_a_diagram_refuses_what_does_not_join():
    """Double ids, unknown ends, tones, styles and directions are the caller's mistakes."""
    with pytest.raises(InvalidValueError, match="two nodes are called 'a'"):
        Diagram((("a", "", ""), ("b", "", ""), ("a", "", "")))
    with pytest.raises(NotFoundError, match="no node 'bb'"):
        Diagram((("b", "", ""),), (("b", "bb", "", ""),))
    with pytest.raises(InvalidValueError, match="'dotted' is unknown"):
        Diagram((("b", "", ""),), (("b", "b", "", "dotted"),))
    with pytest.raises(InvalidValueError, match="'red' is unknown"):
        Diagram((("b", "", "red"),))
    with pytest.raises(InvalidValueError, match="'UP' is unknown"):
        Diagram((), direction="UP")


def test_control_characters_become_visible():
    """Text cannot move the cursor, colour the terminal or turn the line around."""
    assert "a\ufffd[31mb c\nd\ufffd" == clean("a\x1b[31mb\tc\r\nd\u202e")
    assert "\x1b" not in PAY.text() + Grid("\x1b", ("\x1b",), (("\x1b",),), note="\x1b").html()


BITS = [
    *"ab1,. -\n\t<>&\"'`#;|]",
    "word",
    "李",
    "。",
    "é",
    "e\u0301",
    "\x1b",
    "🙂",
    "\u202e",
    "verylongwordwithoutblank",
]
TEXTS = st.lists(st.sampled_from(BITS), max_size=14).map("".join)
CELLS = TEXTS | st.builds(Cell, TEXTS, st.sampled_from(TONES))


@st.composite
def grids(draw):
    """Grids of any size and content."""
    count = draw(st.integers(1, 6))
    columns = draw(st.lists(TEXTS, min_size=count, max_size=count))
    rows = draw(st.lists(st.lists(CELLS, min_size=count, max_size=count), max_size=4))
    return Grid(draw(TEXTS), columns, rows, draw(st.frozensets(st.integers(0, count - 1))), draw(TEXTS))


STEPS = st.recursive(
    st.builds(Step, TEXTS, TEXTS, TEXTS),
    lambda below: st.builds(Step, TEXTS, TEXTS, TEXTS, st.lists(below, max_size=2)),
    max_leaves=8,
)
EXPLANATIONS = st.builds(Explanation, TEXTS, st.lists(STEPS, max_size=3), st.lists(TEXTS, max_size=2))


@st.composite
def diagrams(draw):
    """Diagrams whose edges join nodes that are there."""
    keys = draw(st.lists(TEXTS, min_size=1, max_size=4, unique=True))
    nodes = [(key, draw(TEXTS), draw(st.sampled_from(TONES))) for key in keys]
    ends = st.sampled_from(keys)
    edges = st.tuples(ends, ends, TEXTS, st.sampled_from(["", "dashed", "thick"]))
    return Diagram(nodes, draw(st.lists(edges, max_size=4)))


def test_columns_of_nothing_take_room_too():
    """A column without head and text is ruled one column wide, and the others are laid out with that."""
    text = Grid("", ("", "", "verylongwordwithoutblank"), (("", "", "x"),)).text(20)
    assert 20 == max(map(width_of, text.split("\n")))


@given(grids() | EXPLANATIONS | diagrams(), st.integers(20, 100))
@settings(max_examples=150, deadline=None)
def test_no_line_is_ever_wider_than_asked(shown, width):
    """Whatever the content, text keeps to its columns."""
    assert max(map(width_of, shown.text(width).split("\n"))) <= width


@given(grids() | EXPLANATIONS | diagrams())
@settings(max_examples=100, deadline=None)
def test_html_is_balanced_and_holds_no_tag_of_the_content(shown):
    """Every tag is closed, and only the renderer's own tags occur."""
    assert set(parsed(shown.html(style=False)).seen) <= ALLOWED


@given(diagrams())
@settings(max_examples=100, deadline=None)
def test_labels_cannot_break_out_of_mermaid_or_dot(diagram):
    """Each node and edge is one line in which quotes come in pairs."""
    mermaid = diagram.mermaid().split("\n")
    tones = {tone for _, _, tone in diagram.nodes if tone}
    assert 1 + len(diagram.nodes) + len(diagram.edges) + len(tones) == len(mermaid)
    assert all(line.count('"') in {0, 2} and "`" not in line for line in mermaid)
    dot = diagram.dot().split("\n")
    assert 4 + len(diagram.nodes) + len(diagram.edges) == len(dot)
    assert all(line.replace("\\\\", "").replace('\\"', "").count('"') % 2 == 0 for line in dot)


@given(TEXTS, st.integers(2, 40))
@settings(max_examples=150, deadline=None)
def test_wrapping_loses_nothing_but_blanks(text, width):
    """All characters but blanks come out, in their order."""
    assert "".join(clean(text).split()) == "".join("".join(wrap(text, width)).split())


def test_a_cell_links_to_its_explanation_in_html_only():
    """A link is an anchor of the same page, escaped; the text form shows the text alone."""
    grid = Grid("", ("pay",), ((Cell("90.00", tone="strong", link='pay-li"x'),),))
    assert '<td class="st-strong"><a href="#pay-li&quot;x">90.00</a></td>' in grid.html()
    assert "pay-li" not in grid.text()


def test_keys_break_after_their_joints():
    """A key that does not fit is broken after a dot, underscore, slash or hyphen, and only else inside a word."""
    assert ["released/", "commission/", "D001/2026-01"] == wrap("released/commission/D001/2026-01", 12)
    assert ["incentives.", "cliff"] == wrap("incentives.cliff", 13)
    assert ["no-", "measure"] == wrap("no-measure", 8)
    assert ["undividab", "le"] == wrap("undividable", 9)


def test_a_page_may_break_long_keys_after_their_joints():
    """In a page the same places are marked, and the text stays what it is."""
    page = Grid("", ("code",), (("incentives.choice-missing <b>",),)).html(style=False)
    assert "incentives.<wbr>choice-missing &lt;b&gt;" in page


def test_a_short_name_in_chinese_stays_whole():
    """Words of up to four Chinese characters between blanks are not cut."""
    assert ["周敏", "李娜 等"] == wrap("周敏 李娜 等", 7)


def test_a_near_number_is_not_said_to_be_equal():
    """A value that is only near stands behind its own sign, and Chinese explanations have Chinese marks."""
    step = Step("pay", "2,000 × 1/3", "≈666.67")
    assert "pay: 2,000 × 1/3 ≈ 666.67" == step.line
    told = Explanation("奖金", (Step("系数", value="1"),), ("取整", "方法"), lang="zh")
    assert ["奖金", "  系数：1", "[取整；方法]"] == told.text().split("\n")
