"""Awards: entries count once, confirmed by another than the giver, and every award lists what it stands on."""

from __future__ import annotations

from fractions import Fraction

import pytest

from salesteam import incentives as inc
from salesteam.errors import NotFoundError, ReportError


def entry(giver, receiver, kind="assist", date="2026-02-05", **about):
    return {"date": date, "giver": giver, "receiver": receiver, "kind": kind, "confirmed_by": receiver, **about}


def honours(*log, **tables):
    """Who wins what of the shipped awards."""
    return inc.recognise(list(log), inc.awards(), **tables)


def codes(found):
    return sorted(code.removeprefix("incentives.") for code in found.report.by_code)


QUIET = ["award-without-teams", "award-without-values"]


def test_eight_awards_are_shipped_with_titles_in_both_languages():
    """They are the awards of the source documents, and early warning."""
    titles = [award.title("zh") for award in inc.awards().values()]
    assert [
        "最佳助攻奖",
        "知识共享之星",
        "团队协作奖",
        "最佳团队合作者",
        "最佳团队奖",
        "月度销售之星",
        "突破奖",
        "主动预警奖",
    ] == titles
    assert all(award.title("en") for award in inc.awards().values())


def test_the_best_assist_goes_to_who_helped_most():
    """Three confirmed entries beat two; the award lists its rows."""
    found = honours(
        *(entry("bo", "ana", deal=f"D{i}") for i in range(3)), *(entry("cai", "ana", deal=f"D{i}") for i in range(2))
    )
    win = next(w for w in found.wins if w.award == "best_assist")
    assert ("bo", "2026-Q1", Fraction(3), (0, 1, 2)) == (win.winner, win.period, win.score, win.entries)
    assert "log 0, 1, 2 = 3" in str(found.explain("best_assist"))


def test_those_who_tie_all_win():
    """Nobody loses by the order of the log."""
    log = [entry(who, "ana", deal=f"D{i}") for who in ("cai", "bo") for i in range(2)]
    assert ("bo", "cai") == honours(*log).winners("best_assist", "2026-Q1")


def test_an_entry_counts_once():
    """The same help on the same deal, written twice, is one; without a deal, the day tells."""
    same = [
        entry("bo", "ana", deal="D1"),
        entry("bo", "ana", deal="D1", date="2026-02-09"),
        entry("bo", "ana"),
        entry("bo", "ana"),
    ]
    found = honours(*same)
    assert (0, 2) == next(w for w in found.wins if w.award == "best_assist").entries
    assert [1, 3] == [f.place.row for f in found.report.by_code["incentives.log-twice"]]


@pytest.mark.parametrize(
    ("code", "about"),
    [
        ("log-unconfirmed", {"confirmed_by": None}),
        ("log-unconfirmed", {"confirmed_by": "bo"}),
        ("log-self", {"receiver": "bo", "confirmed_by": "ana"}),
    ],
)
def test_what_nobody_else_confirms_does_not_count(code, about):
    """Neither alone nor by oneself, nor for oneself."""
    found = honours({**entry("bo", "ana", kind="warning"), **about})
    assert ((), [*QUIET, code]) == (found.winners("early_warning"), codes(found))


def test_pairs_who_honour_each_other_are_told():
    """It may be teamwork; somebody should look before the awards are given."""
    found = honours(entry("bo", "ana", deal="D1"), entry("ana", "bo", deal="D2"), entry("ana", "bo", deal="D3"))
    pair = found.report.by_code["incentives.reciprocal-pair"][0]
    assert {"one": "ana", "other": "bo", "there": 2, "back": 1} == dict(pair.values)
    assert "互相记功" in pair.what("zh")


def test_collaboration_counts_people_and_not_how_often():
    """Three people helped once beat one person helped four times."""
    log = [entry("cai", "ana", deal=f"D{i}") for i in range(4)] + [
        entry("bo", who, kind="share") for who in ("ana", "dan", "eve")
    ]
    assert ("bo",) == honours(*log).winners("collaboration")
    praise = [entry(who, "dan", kind="praise") for who in ("ana", "bo")]
    assert ("dan",) == honours(*praise).winners("best_partner")


def test_the_best_team_gives_most_for_each_member():
    """Two entries of a team of one beat three of a team of three."""
    people = [{"payee": p, "team": "south"} for p in ("ana", "bo", "cai")] + [{"payee": "dan", "team": "north"}]
    log = [entry("ana", "dan", deal=f"D{i}") for i in range(3)] + [
        entry("dan", "ana", kind="share", deal=f"E{i}") for i in range(2)
    ]
    found = honours(*log, people=people)
    win = next(w for w in found.wins if w.award == "best_team")
    assert ("north", Fraction(2)) == (win.winner, win.score)


def test_everybody_who_warns_is_honoured():
    """Whoever exposes a problem comes first, all of them."""
    assert ("ana", "bo") == honours(*(entry(w, "eve", kind="warning") for w in ("bo", "ana"))).winners("early_warning")


def test_results_make_the_star_of_the_month_and_the_breakthrough():
    """The most in a month; the greatest rise over one's own quarter before, from 120 %."""
    sold = {("ana", "2025-11"): 100, ("bo", "2025-12"): 40, ("ana", "2026-01"): 110, ("bo", "2026-02"): 50}
    values = [{"payee": p, "period": m, "measure": "bookings", "value": v} for (p, m), v in sold.items()]
    found = honours(values=values)
    assert ("ana",) == found.winners("sales_star", "2026-01")
    assert [("bo", Fraction(5, 4))] == [(w.winner, w.score) for w in found.wins if w.award == "breakthrough"]
    assert ["award-without-teams", "table.empty"] == codes(found)


def test_values_that_cannot_be_placed_are_told():
    """Nobody, and no period."""
    values = [
        {"period": "2026-01", "measure": "bookings", "value": 1},
        {"payee": "ana", "period": "soon", "measure": "bookings", "value": 1},
    ]
    assert {"value-nobody", "period-unknown"} <= set(codes(honours(values=values)))


def test_honours_show_themselves():
    """A wall of honour in both languages, and a frame."""
    found = honours(entry("bo", "ana", kind="warning"))
    assert "荣誉榜" in found.text(lang="zh")
    assert "主动预警奖" in found._repr_html_() or "Early warning" in found._repr_html_()
    assert [["early_warning", "bo", "0"]] == found.to_frame()[["award", "winner", "entries"]].to_numpy().tolist()
    with pytest.raises(NotFoundError, match="best_assist"):
        found.explain("best_asist")


def test_awards_of_ones_own_are_read_from_a_file(tmp_path):
    """A file that makes no sense is refused at its line."""
    file = tmp_path / "awards.yaml"
    file.write_text(
        "format: salesteam-awards/1\nawards:\n  a: {en: A, zh: 甲, by: entries, kinds: [help], period: month}\n",
        "utf-8",
    )
    assert ("bo",) == inc.recognise([entry("bo", "ana", kind="help")], inc.awards(file)).winners("a", "2026-02")
    file.write_text(
        "format: salesteam-awards/1\nawards:\n  a: {en: A, zh: 甲, by: entries}\n  b: {en: B, zh: 乙, by: value, kinds: [x], measure: m}\n",
        "utf-8",
    )
    with pytest.raises(ReportError, match="refused-value"):
        inc.awards(file)
