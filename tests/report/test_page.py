"""The page of a review: whole, self-contained, and in one language."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser

import attrs
import pytest
from tests.review.world import LANGS, demo

from salesteam import report, review

VOID = {"meta", "br", "wbr", "img", "link", "hr", "input", "col"}


class Parsed(HTMLParser):
    """The tags of a page: what is open, which ids there are, and which anchors are linked."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []
        self.lang = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags[tag] += 1
        if tag == "html":
            self.lang = given["lang"]
        if "id" in given and "svg" not in self.open:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        self.outside += [value for name, value in attrs if name in {"src", "href", "srcset"} and value[:1] != "#"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@cache
def page(lang):
    """The page of the demonstration, made once."""
    return report.page(demo(lang), lang)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_is_sound_html(lang):
    """Every element is closed in its turn, and no id occurs twice."""
    found = Parsed(page(lang))
    assert ([], []) == (found.wrong, found.open)
    assert [] == [name for name, count in Counter(found.ids).items() if count > 1]
    assert {"en": "en", "zh": "zh-Hans"}[lang] == found.lang
    assert 1 == found.tags["h1"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_needs_no_network_and_runs_nothing(lang):
    """It opens from a memory stick: no script, no font, no picture from elsewhere, and a policy that forbids them."""
    found = Parsed(page(lang))
    assert ([], 0) == (found.outside, found.tags["script"] + found.tags["link"] + found.tags["img"])
    assert "default-src 'none'" in page(lang)
    assert [] == re.findall(r"url\(|@import|\bon\w+=", page(lang))


@pytest.mark.parametrize("lang", LANGS)
def test_every_link_of_the_page_has_its_target(lang):
    """No number points into the void, and every explanation is linked."""
    found = Parsed(page(lang))
    links = {link.removeprefix("#") for link in found.links}
    assert set() == links - set(found.ids)
    assert set(found.ids) == links


@pytest.mark.parametrize("lang", LANGS)
def test_charts_are_drawings_with_text(lang):
    """A chart keeps its labels as text, so that it can be read, searched and printed, and names itself."""
    drawings = re.findall(r'<figure role="img" aria-label="([^"]+)">(.*?)</figure>', page(lang), re.DOTALL)
    assert 4 == len(drawings)
    name = demo(lang).facts.name("li")
    assert all(label and "<svg" in drawing and "<text" in drawing for label, drawing in drawings)
    assert any(f">{name}</text>" in drawing for _, drawing in drawings)


@pytest.mark.parametrize("lang", LANGS)
def test_assumptions_are_labelled_on_the_page(lang):
    """What the playbook supplies instead of a source is told in every such section."""
    word = {"en": "Assumed by the playbook", "zh": "方案假定"}[lang]
    assert 6 == page(lang).count(f"<strong>{word}</strong>")


def test_headings_of_the_chinese_page_hold_no_english():
    """A Chinese reader needs no dictionary."""
    heads = re.findall(r"<(?:h[1-3]|th|caption|figcaption)[^>]*>([^<]*)<", page("zh"))
    words = {word for head in heads for word in re.findall(r"[A-Za-z]{3,}", head)}
    assert set() == words - {"CNY"}


def test_names_cannot_break_the_page():
    """What somebody calls a team, a goal or a metric is text, whatever is in it."""
    evil = "<script>alert(1)</script>\"'&"
    playbook = review.demo_playbook()
    book = playbook.goals
    book = attrs.evolve(
        book,
        objectives=tuple(attrs.evolve(each, title=evil) for each in book.objectives),
        metrics=tuple(attrs.evolve(each, name=evil) for each in book.metrics),
    )
    header = attrs.evolve(playbook.header, name=evil)
    bare = {"raci": None, "leads": None, "incentives": None, "plans": (), "whys": None}
    spoilt = attrs.evolve(playbook, header=header, goals=book, **bare)
    text = report.page(review.walk(spoilt, demo().facts))
    found = Parsed(text)
    assert evil not in text
    assert (0, [], []) == (found.tags["script"], found.wrong, found.open)
    assert text.count("&lt;script&gt;") > 10


@pytest.mark.parametrize("kind", ["bars", "stack", "bridge"])
def test_a_chart_of_any_kind_is_drawn(kind):
    """Bars beside each other, on top of each other, and steps from one value to another."""
    bars = tuple(review.Bar(label=f"人{n}", series=f"s{n % 2}", value=float(n - 1)) for n in range(4))
    chart = review.Chart(kind=kind, title="Chart", unit="CNY", bars=bars)
    drawn = report.svg(chart)
    assert drawn.startswith("<svg")
    assert ">人2</text>" in drawn
    assert "Chart" == report.spec(chart)["title"]["text"]
