"""Drawings, traces, explanations, the fishbone."""

import pytest
from attrs import evolve

from salesteam import whys
from salesteam.errors import CycleError, InvalidValueError, NotFoundError


@pytest.fixture
def tree(tree_of, shown):
    against = whys.Evidence(about="c->e", against=True, kind="test", grade="A")
    gate = whys.Countermeasure(id="m", statement="a gate", kind="blocking_gate", removes=("a",))
    return tree_of("e <- a/1", "e <- b/1", "e <- c/2", evidence=(*shown("a->e"), against), measures=(gate,))


def test_the_outline_shows_joint_causes_status_and_measures(tree, house):
    """What is refuted stays, struck out."""
    assert [
        "the order was lost",
        "  & all of:",
        "    <- fact a was so [supported]",
        "    <- fact b was so [unsupported]",
        "  <- ~~fact c was so [refuted]~~",
        "Countermeasures",
        "  x a gate [stronger] -> a",
    ] == whys.draw(tree, profile=house).text().splitlines()


def test_the_outline_speaks_chinese(tree, house):
    """Marks and words."""
    text = whys.draw(tree, profile=house, lang="zh").text()
    assert all(word in text for word in ("同时具备：", "[有证据支持]", "[已被否定]", "对策"))


def test_undeclared_logic_is_marked(tree_of):
    """With a question mark."""
    assert 2 == whys.draw(tree_of("e <- a", "e <- b")).text().count("<-?")


def test_a_shared_cause_is_drawn_once_and_a_circle_ends(tree_of):
    """Later mentions point back."""
    shared = whys.draw(tree_of("e <- a/1", "e <- b/2", "a <- c", "b <- c", "c <- d")).text()
    assert (2, 1, 1) == (shared.count("fact c"), shared.count("(see above)"), shared.count("fact d"))
    assert "(see above)" in whys.draw(tree_of("e <- a", "a <- b", "b <- a")).text()


def test_the_outline_keeps_to_the_width(tree_of):
    """Long statements are folded below their text, and what lies deep says how deep instead of leaving the screen."""
    steps = [f"c{at}" for at in range(41)]
    deep = whys.Tree(
        id="deep",
        event=whys.Event(id="e", statement="the order was lost"),
        causes=tuple(whys.Cause(id=step, statement="the quote " * 20) for step in steps),
        links=tuple(whys.Link(effect=above, cause=step) for above, step in zip(["e", *steps], steps, strict=False)),
    )
    for width in (80, 30):
        text = whys.draw(deep).text(width)
        assert width >= max(map(len, text.splitlines()))
        assert "(41) <- the quote" in text
    with pytest.raises(InvalidValueError, match="too few"):
        whys.draw(deep).text(5)


def test_the_outline_shows_no_control_characters(tree_of):
    """A statement cannot move the cursor or turn the line around, in text or on a page."""
    drawing = whys.draw(tree_of("e <- c", causes=(whys.Cause(id="c", statement="late\x1b[2J \u202eetouq"),)))
    for shown in (drawing.text(), drawing.html()):
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_graphs_show_status_by_style(tree, house):
    """Mermaid and DOT have every node and edge."""
    drawing = whys.draw(tree, profile=house)
    assert (1, 1, 1) == tuple(drawing.mermaid().count(arrow) for arrow in ("==>", " -->", "-.->"))
    assert "~~fact c was so~~" in drawing.dot()
    assert 3 == drawing.dot().count(" -> ")


def test_html_is_escaped(tree_of):
    """Statements are data."""
    tree = tree_of("e <- c", causes=(whys.Cause(id="c", statement="<b>late</b> & “x”"),))
    assert "&lt;b&gt;late" in tree._repr_html_()


def test_html_strikes_what_is_refuted(tree, house):
    """As the text does."""
    assert "<s>fact c was so [refuted]</s>" in whys.draw(tree, profile=house).html()


def test_the_fishbone_says_what_it_hides(tree):
    """Empty bones are shown, causes without a bone too."""
    grid = whys.ishikawa(tree, bones={"a": "process", "b": "process"})
    assert [("process", "fact a was so; fact b was so"), ("not sorted yet", "fact c was so")] == [
        row for row in grid.rows if row[1]
    ]
    assert 8 == len(grid.rows)
    assert "AND" in grid.note
    assert "流程" in whys.ishikawa(tree, bones={"a": "process"}, lang="zh").text()


@pytest.mark.parametrize("bones", [{"a": "mood"}, {"z": "process"}])
def test_the_fishbone_refuses_unknown_names(tree, bones):
    """Category or cause."""
    with pytest.raises(NotFoundError):
        whys.ishikawa(tree, bones=bones)


def test_paths_are_counted_where_they_meet(tree_of, house):
    """Two ways lead to c; leaves are ranked by them."""
    traced = whys.trace(tree_of("e <- a/1", "e <- b/2", "a <- c", "b <- c", "b <- d/x"), profile=house)
    assert (3, (("c", 2), ("d", 1))) == (traced.count, traced.leaves)
    assert [("e", "a", "c"), ("e", "b", "c"), ("e", "b", "d")] == [path.nodes for path in traced.paths]
    assert "paths that meet here: 2" in traced.explain("c").text()
    assert "汇于此的路径 2 条" in traced.explain("c", "zh").text()


def test_the_weakest_link_of_a_path_is_named(tree_of, house, shown):
    """Refuted before unsupported before contested; among the supported the lower grade."""
    weak = whys.Evidence(about="b->a", kind="record", grade="C")
    supported = tree_of("e <- a", "a <- b", evidence=(*shown("a->e"), weak))
    path = whys.trace(supported, profile=house).paths[0]
    assert ("b->a", "supported", "C") == (path.weakest, path.status, path.grade)
    refuted = evolve(
        supported, evidence=(*supported.evidence, whys.Evidence(about="a->e", against=True, kind="test", grade="A"))
    )
    path = whys.trace(refuted, profile=house).paths[0]
    assert ("a->e", "contested") == (path.weakest, path.status)


def test_open_questions_are_counted_on_the_path(tree_of, house):
    """Four a link; an answer or a known lag takes one away."""
    tree = tree_of("e <- a")
    answer = whys.Answer(question="whys.therefore-fails", clears=True)
    told = evolve(tree, links=(evolve(tree.links[0], lag_days=1, answers=(answer,)),))
    assert (4, 2) == (
        whys.trace(tree, profile=house).paths[0].questions,
        whys.trace(told, profile=house).paths[0].questions,
    )


def test_listing_stops_at_the_limit_and_counting_does_not(tree_of, house):
    """Sixty-four ways, three listed, and a finding."""
    arrows = ["e <- a0/1", "e <- b0/2"]
    for step in range(5):
        arrows += [f"{side}{step} <- {below}{step + 1}/{below}" for side in "ab" for below in "ab"]
    traced = whys.trace(tree_of(*arrows), profile=house, limit=3)
    assert (64, 3, ["whys.paths-cut"]) == (traced.count, len(traced.paths), [one.code for one in traced.report])
    with pytest.raises(InvalidValueError):
        whys.trace(tree_of(*arrows), profile=house, limit=0)


def test_tracing_a_circle_gives_its_path(tree_of, house):
    """As an error of the caller, who could have checked."""
    with pytest.raises(CycleError) as caught:
        whys.trace(tree_of("e <- a", "a <- b", "b <- a"), profile=house)
    assert ("a", "b", "a") == caught.value.path


def test_a_trace_carries_numbers_and_what_is_unreached(tree_of, house):
    """The number of the first link."""
    number = whys.Contribution(amount="0.05", unit="share", method="m")
    tree = tree_of("e <- a", links=(whys.Link(effect="e", cause="a", contributions=(number,)),))
    tree = evolve(tree, causes=(*tree.causes, whys.Cause(id="z", statement="it was so")))
    traced = whys.trace(tree, profile=house)
    exact = traced.to_frame(exact=True)
    assert (("z",), [1], [20]) == (traced.unreached, list(exact["amount_num"]), list(exact["amount_den"]))
    assert "0.05 share" in traced.explain("a").text(200)
    with pytest.raises(NotFoundError):
        traced.explain("z")


def test_nodes_links_and_measures_explain_themselves(tree):
    """In both languages."""
    assert "fact a was so and fact b was so, therefore the order was lost" in " ".join(tree.explain("e").text().split())
    assert "for: measurement, A = s-a->e" in tree.explain("a->e").text()
    assert "blocking gate = stronger" in tree.explain("m").text()
    assert "卡点闸门 = 强" in tree.explain("m", "zh").text()
    with pytest.raises(NotFoundError):
        tree.explain("x")
