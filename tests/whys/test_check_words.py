"""Checks that read the words."""

import pytest
from attrs import evolve

from salesteam import whys
from salesteam.errors import InvalidValueError


@pytest.fixture
def ask(house, day):
    """The outcome and hit of one check on one statement."""

    def look(statement, code, profile=house, **more):
        tree = whys.Tree(
            id="t",
            event=whys.Event(id="e", statement="the order was lost"),
            causes=(whys.Cause(id="c", statement=statement),),
            links=(whys.Link(effect="e", cause="c"),),
            **more,
        )
        checks = whys.check(tree, profile=profile, as_of=day)
        hit = next((one.hit for one in checks.others if (one.code, one.about) == (code, "c")), "")
        return checks.outcome(code, "c"), hit

    return look


@pytest.mark.parametrize(
    ("statement", "hit"),
    [
        ("the hand-off was careless", "careless"),
        ("Lazy colleagues waited", "Lazy"),
        ("sales should have known it", "should have known"),
        ("销售马虎，没有确认", "马虎"),
        ("售后态度不端正", "态度不端正"),
        ("it was lazy 5 times", "lazy"),
    ],
)
def test_planted_blame_is_found_and_shown(ask, statement, hit):
    """The word that was found comes back; a number does not excuse it."""
    assert ("fail", hit) == ask(statement, "whys.blame")


@pytest.mark.parametrize(
    "statement",
    [
        "the form had no field for the change",
        "sales sent the mail at 18:04",
        "“the seller was lazy” wrote the customer",
        "客户说「你们太不负责任」后取消订单",
        "the defaulted contract was faulty",
        "销售在周五提交了报价",
    ],
)
def test_innocent_statements_stay_clean(ask, statement):
    """Parts of words do not count, nor what the customer said."""
    assert ("pass", "") == ask(statement, "whys.blame")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("training was inadequate", "fail"),
        ("the follow-up was too late", "fail"),
        ("交接不到位", "fail"),
        ("核对不认真", "fail"),
        ("准备时间不足5天", "pass"),
        ("准备时间不足五天", "pass"),
        ("stock was insufficient: 3 of 10", "pass"),
        ("the stock was too few by 7 pieces", "pass"),
        ("库存不足", "fail"),
    ],
)
def test_a_vague_negative_needs_a_figure(ask, statement, expected):
    """A number right after the word clears it."""
    assert expected == ask(statement, "whys.vague-negative")[0]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [("there was a lack of training", "fail"), ("缺乏强制同步机制", "fail"), ("new people were not trained", "pass")],
)
def test_a_missing_solution_is_no_cause(ask, statement, expected):
    """WHY016 asks what happens because it is missing."""
    assert expected == ask(statement, "whys.missing-solution")[0]


def test_a_careless_hand_off_is_both_blame_and_vague(ask):
    """One word can raise two questions."""
    assert ("fail", "fail") == tuple(
        ask("the hand-off was careless", code)[0] for code in ("whys.blame", "whys.vague-negative")
    )


def test_a_name_is_blame(ask):
    """A participant's name, whole or as people call each other, has no place in a statement."""
    people = (whys.Participant(person="p1", name="王小敏"), whys.Participant(person="p2", name="Ann Miller"))
    assert ("fail", "小敏") == ask("小敏没有转发邮件", "whys.blame", participants=people)
    assert ("fail", "Miller") == ask("Miller sent no mail", "whys.blame", participants=people)
    assert ("pass", "") == ask("the annual plan was sent", "whys.blame", participants=people)


def test_a_house_adds_its_own_words(ask, house):
    """With its own better question; and it can take a built-in word out."""
    own = whys.Word(text="踢皮球", lang="zh", kind="blame", question="交接在哪一步断开？")
    spared = whys.Word(text="weak", lang="en", kind="plain")
    profile = evolve(house, words=(own, spared))
    assert ("fail", "踢皮球") == ask("两个部门踢皮球三天", "whys.blame", profile)
    assert ("pass", "") == ask("the signal was weak there", "whys.vague-negative", profile)
    assert ("fail", "weak") == ask("the signal was weak there", "whys.vague-negative")


def test_each_word_brings_a_better_question(house, day, tree_of):
    """In the language of the reader."""
    tree = tree_of("e <- c", causes=(whys.Cause(id="c", statement="the list was poor"),))
    finding = whys.check(tree, profile=house, as_of=day).report.by_code["whys.vague-negative"][0]
    assert ("How much, against which standard?", "差多少？以什么标准衡量？") == (
        finding.question("en"),
        finding.question("zh"),
    )


def test_a_word_without_a_question_gets_that_of_its_list(house, day, tree_of):
    """A house need not write one."""
    profile = evolve(house, words=(whys.Word(text="meh", lang="en", kind="vague"),))
    tree = tree_of("e <- c", causes=(whys.Cause(id="c", statement="the list was meh"),))
    finding = whys.check(tree, profile=profile, as_of=day).report.by_code["whys.vague-negative"][0]
    assert "How much, against which standard?" == finding.question("en")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("late", "fail"),
        ("晚了", "fail"),
        ("the quote was late because two people approved it", "fail"),
        ("报价晚了；审批慢", "fail"),
        ("the quote came after the tender closed", "unknown"),
    ],
)
def test_a_statement_is_one_clear_fact(ask, statement, expected):
    """One word or two facts fail; whether a stranger understands it has to be asked."""
    assert expected == ask(statement, "whys.unclear")[0]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [("", "fail"), ("tbd by the team", "fail"), ("原因待定中", "fail"), ("the quote was late", "unknown")],
)
def test_a_chain_has_no_empty_places(ask, statement, expected):
    """Nothing stated, or a placeholder, is WHY011."""
    assert expected == ask(statement, "whys.chain-incomplete")[0]


def test_an_event_without_any_cause_is_incomplete(house, day):
    """A tree of one node has no chain."""
    tree = whys.Tree(id="t", event=whys.Event(id="e", statement="the order was lost"))
    assert "fail" == whys.check(tree, profile=house, as_of=day).outcome("whys.chain-incomplete", "e")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("The order was lost!", "fail"),
        ("order lost", "fail"),
        ("the order was late", "pass"),
    ],
)
def test_a_cause_says_something_new(house, day, statement, expected):
    """The same words in another order are WHY008."""
    tree = whys.Tree(
        id="t",
        event=whys.Event(id="e", statement="the order was lost"),
        causes=(whys.Cause(id="c", statement=statement),),
        links=(whys.Link(effect="e", cause="c"),),
    )
    assert expected == whys.check(tree, profile=house, as_of=day).outcome("whys.same-again")


def test_every_word_of_the_lists_finds_itself(house):
    """No word hides behind another, and each has a question in both languages."""
    from salesteam.whys._words import find_words

    for lang in ("en", "zh"):
        for word in whys.lexicon(lang):
            hit = find_words(f"x {word.text} x", word.kind, house)
            assert hit is not None, word
            assert hit.question.en
            assert hit.question.zh


def test_there_is_no_third_language():
    """The error names the two."""
    with pytest.raises(InvalidValueError, match="'en' or 'zh'"):
        whys.lexicon("fr")
