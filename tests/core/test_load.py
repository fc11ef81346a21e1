"""Files become nouns, or findings with line, column and path; nothing in a file ever raises or runs."""

import enum
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salesteam.core import Money, Period, catalogue
from salesteam.core._load import dump, load_file, load_text, load_tree, read_tree
from salesteam.core._load._yaml import MAX_CHARACTERS, MAX_DEPTH, MAX_VALUES
from salesteam.errors import InvalidValueError, ReportError


class Stage(enum.Enum):
    """A plain enum."""

    OPEN = "open"
    WON = "won"


class Grade(enum.StrEnum):
    """An enum that is text too."""

    JUNIOR = "junior"
    SENIOR = "senior"


def not_negative(_: object, __: object, value: Fraction) -> None:
    """Refuse a negative rate."""
    if value < 0:
        raise InvalidValueError(f"{value} is negative", where="Tier", fix="write 0 or more")


@attrs.frozen(kw_only=True)
class Tier:
    """A band with a rate."""

    rate: Fraction = attrs.field(validator=not_negative)
    start: int = attrs.field(default=0, metadata={"key": "from"}, validator=not_negative)
    to: int | None = None


@attrs.frozen(kw_only=True)
class Plan:
    """One field of each type that a file can hold."""

    name: str
    on: bool = False
    tiers: tuple[Tier, ...] = ()
    lunch: time | None = None
    signed: datetime | None = None
    starts: date | None = None
    price: Decimal | None = None
    target: Money | None = None
    period: Period | None = None
    stage: Stage = Stage.OPEN
    grade: Grade = Grade.JUNIOR
    kind: Literal["flat", "marginal"] = "flat"
    months: Literal[1, 3, 12] = 1
    shares: Mapping[str, Fraction] = attrs.field(factory=dict)
    tags: frozenset[str] = frozenset()
    span: tuple[int, Fraction] | None = None
    extra: Any = None


@attrs.frozen(kw_only=True)
class Unit:
    """A noun that holds nouns of its own kind."""

    id: str
    parts: "tuple[Unit, ...]" = ()


FULL = """\
# a plan with everything in it
name: no
on: true
tiers:
- {from: 0, to: 1_000, rate: 4%}
- {from: 1000, to: null, rate: 2/3}
lunch: 12:30
signed: 2026-09-01 09:00+08:00
starts: 2026-09-30
price: 0.10
target: CNY 12,000.50
period: 2026-Q3
stage: won
grade: senior
kind: marginal
months: 12
shares: {A: 60%, B: 0.4}
tags: [yes, off, ~]
span: [3, 1/3]
extra: {deep: [1, {a: null}], plain: 0777}
"""


def codes(loaded):
    return [finding.code for finding in loaded.report]


def where(loaded):
    return [(f.code.removeprefix("core."), f.place.line, f.place.column, f.place.key) for f in loaded.report]


def test_each_field_types_its_own_scalar():
    """A scalar is text until its field reads it: `on` stays a key, `no` a word, 12:30 a time, 0.10 exact."""
    text = FULL.replace("~]", "'~']")
    expected = Plan(
        name="no",
        on=True,
        tiers=(Tier(rate=Fraction(1, 25), to=1000), Tier(rate=Fraction(2, 3), start=1000)),
        lunch=time(12, 30),
        signed=datetime(2026, 9, 1, 9, 0, tzinfo=timezone(timedelta(hours=8))),
        starts=date(2026, 9, 30),
        price=Decimal("0.10"),
        target=Money.of("12000.50", "CNY"),
        period=Period.parse("2026-Q3"),
        stage=Stage.WON,
        grade=Grade.SENIOR,
        kind="marginal",
        months=12,
        shares={"A": Fraction(3, 5), "B": Fraction(2, 5)},
        tags=frozenset({"yes", "off", "~"}),
        span=(3, Fraction(1, 3)),
        extra={"deep": ("1", {"a": None}), "plain": "0777"},
    )
    loaded = load_text(text, Plan)
    assert loaded.report.ok, loaded.report.text()
    assert expected == loaded.value
    assert str is type(loaded.value.name)
    assert "0.10" == str(loaded.value.price)


def test_what_is_dumped_reads_back_the_same():
    """A noun with every type survives the round trip, and defaults are left out."""
    plan = load_text(FULL.replace("~]", "'~']"), Plan).require()
    text = dump(plan)
    assert plan == load_text(text, Plan).value
    assert "name: plain\n" == dump(Plan(name="plain"))


def test_json_is_read_too():
    """JSON is YAML: quoted numbers and dates are typed by their fields all the same."""
    loaded = load_text('{"name": "a", "tiers": [{"rate": "4%", "from": 10}], "starts": "2026-01-31"}', Plan)
    assert Plan(name="a", tiers=(Tier(rate=Fraction(1, 25), start=10),), starts=date(2026, 1, 31)) == loaded.value


def test_all_problems_come_at_once_with_their_lines():
    """Every kind of mistake in one file is told, in the order of the file, with line, column and path."""
    text = """\
nam: x
on: maybe
tiers:
- {from: -5, rate: -4%}
- 5
- {rate: [1], to: 1.5, to: 3}
lunch: 25:00
signed: 2026-09-01 09:00
starts: 2026-02-30
price: 1,5
target: 12000
period: 2026-Q5
stage: opn
kind:
months: 2
shares: [1]
span: [1, 2, 3]
"""
    loaded = load_text(text, Plan, file="plan.yaml")
    assert None is loaded.value
    assert {"plan.yaml"} == {finding.place.file for finding in loaded.report}
    assert [
        ("unknown-key", 1, 1, "nam"),
        ("wrong-value", 2, 5, "on"),
        ("refused-value", 4, 10, "tiers[0].from"),
        ("refused-value", 4, 20, "tiers[0].rate"),
        ("wrong-shape", 5, 3, "tiers[1]"),
        ("wrong-shape", 6, 10, "tiers[2].rate"),
        ("wrong-value", 6, 19, "tiers[2].to"),
        ("duplicate-key", 6, 24, "tiers[2].to"),
        ("wrong-value", 7, 8, "lunch"),
        ("naive-datetime", 8, 9, "signed"),
        ("wrong-value", 9, 9, "starts"),
        ("wrong-value", 10, 8, "price"),
        ("wrong-value", 11, 9, "target"),
        ("wrong-value", 12, 9, "period"),
        ("unknown-option", 13, 8, "stage"),
        ("wrong-shape", 14, 1, "kind"),
        ("unknown-option", 15, 9, "months"),
        ("wrong-shape", 16, 9, "shares"),
        ("wrong-shape", 17, 7, "span"),
    ] == where(loaded)


@pytest.mark.parametrize(
    ("inline", "column", "text", "whole"),
    [
        ("{rate: 1,000}", 18, "000", "1,000"),
        ("{rate: 1,000, from: 3}", 18, "000", "1,000"),
        ("{rate: max(a, 0), from: 3}", 23, "0)", "max(a, 0)"),
        ("{rate: {a: 1}, b}", 24, "b", "b"),
        ("{rate, from: 3}", 10, "rate", "rate"),
    ],
)
def test_a_comma_between_braces_that_was_meant_as_text_is_told_as_one(inline, column, text, whole):
    """What follows it is no key; it is shown with the value that it belongs to, to be quoted."""
    loaded = read_tree(f"tiers: [{inline}]")
    assert [("stray-comma", 1, column)] == [each[:3] for each in where(loaded)]
    (found,) = loaded.report
    assert all(text in found.what(lang) and f"'{whole}'" in found.fix(lang) for lang in ("en", "zh"))


def test_what_follows_a_stray_comma_is_read_with_the_value_before_it():
    """Nothing else is told of it, and the rest of the file is read."""
    loaded = read_tree("{rate: max(a, 0, 1), from: 3}")
    assert {"rate": "max(a, 0, 1)", "from": "3"} == loaded.value
    assert ["stray-comma", "stray-comma"] == [code for code, *_ in where(loaded)]


def test_a_bracket_in_a_key_between_braces_is_told_with_the_key_to_be_quoted():
    """A dotted path with a position is a key only in quotes, where braces are open."""
    loaded = read_tree("set: {a.b: 1, c.tiers[0].rate: 3%}")
    assert ["bracket-in-key", "broken-yaml"] == [code for code, *_ in where(loaded)]
    assert "'c.tiers[0].rate'" in loaded.report.findings[0].fix()
    assert {"set": {"c.tiers[0].rate": "3%"}} == read_tree("set: {'c.tiers[0].rate': 3%}").value


@pytest.mark.parametrize(
    "text",
    [
        "base: &b {x: 1, y: 2}\nmore: {<<: *b, y: 3}",
        "base: &b {x: 1, y: 2}\nmore: {y: 3, <<: *b}",
        "base: &b {x: 1, y: 2}\nmore:\n  <<: [{x: 1}, *b, {x: 9}]\n  y: 3",
    ],
)
def test_a_mapping_may_take_in_another(text):
    """`<<` brings the keys that a mapping does not write itself; of several, the first that has a key gives it."""
    loaded = read_tree(text)
    assert loaded.report.ok, loaded.report.text()
    assert {"x": "1", "y": "3"} == loaded.value["more"]


@pytest.mark.parametrize("text", ["{<<: 1, a: 2}", "{'<<': {a: 1}, b: 2}", "{<<: [], a: 1}"])
def test_what_is_no_mapping_is_not_taken_in(text):
    """It stays under its key, for whoever reads it to say that no such key is known."""
    assert "<<" in read_tree(text).value


@pytest.mark.parametrize("text", ["{a: , b: }", "a:\nb:", "{a: '', b: ~}", "{a: 'x, y'}", "{a: [1, 2]}", "? a\n? b"])
def test_an_empty_value_is_no_stray_comma(text):
    """A colon, or a line of its own, makes a key."""
    assert read_tree(text).report.ok


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_findings_say_what_to_do(lang):
    """The nearest key, the nearest option and the noun's own advice are in the texts."""
    text = "name: a\nstag: won\nkind: margnal\ntiers: [{rate: -1}]\nzzz: 1\n"
    fixes = [finding.fix(lang) for finding in load_text(text, Plan).report]
    assert "stage" in fixes[0]
    assert "marginal" in fixes[1]
    assert "Write 0 or more." == fixes[2]
    assert "shares" in fixes[3]


def test_a_misspelt_required_key_is_told_once():
    """The wrong key is the finding; that the right one is missing follows from it."""
    assert [("unknown-key", 1, 1, "nmae")] == where(load_text("nmae: x", Plan))
    assert [("missing-key", 1, 1, "name")] == where(load_text("on: true", Plan))
    assert [("missing-key", 1, 1, "name")] == where(load_text("", Plan))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("name: a\non: b: c\n", 2, 6),
        ("name: a\ntiers:\n\t- {rate: 1}\n", 3, 1),
        ("name: a\nkind: 'flat\non: true\n", 2, 7),
        ("name: a\ntiers: [{rate: 1}\n", 2, 8),
        ("- a\nname: b\n", 2, 1),
        ("name: @you\n", 1, 7),
        ("name: a\nkind: fl\x00at\n", 2, 9),
        ('name: "\\UFFFFFFFF"\n', 1, 1),
    ],
)
def test_a_broken_line_is_one_finding(text, line, column):
    """Text that is no YAML gives one finding at the place that is wrong or was left open."""
    assert [("broken-yaml", line, column, None)] == where(load_text(text, Plan))


def test_the_broken_line_is_shown():
    """The finding quotes the line, so that nobody has to count."""
    what = load_text("name: a\n  on: b: c\n", Plan).report.findings[0].what()
    assert "on: b: c" in what


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name: !!python/object/apply:os.system ['true']", "core.tag"),
        ("name: !!str a", "core.tag"),
        ("name: *nobody", "core.unknown-alias"),
        ("extra: &a [*a]", "core.unknown-alias"),
        ("? [a]\n: 1", "core.key-not-text"),
        (": 1", "core.key-not-text"),
        ("name: a\n---\nname: b", "core.several-documents"),
        ("extra: " + "[" * (MAX_DEPTH + 1), "core.too-deep"),
        ("#" * (MAX_CHARACTERS + 1), "core.too-large"),
    ],
)
def test_what_a_file_may_not_hold(text, code):
    """Tags, loose aliases, odd keys, second documents and files beyond the limits are findings."""
    assert code in codes(load_text(text, Plan))


def test_aliases_cannot_explode():
    """Nested aliases that stand for millions of values stop at the limit."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    loaded = load_text("\n".join(lines), dict[str, Any])
    assert ["core.too-many-values"] == codes(loaded)
    assert 6 == loaded.report.findings[0].place.line
    assert MAX_VALUES == dict(loaded.report.findings[0].values)["limit"]


def test_aliases_repeat_and_their_mistakes_are_told_once():
    """An anchored part is read wherever its alias stands; one mistake in it is one finding, where it was written."""
    text = "name: a\nextra: &t {rate: 5%}\ntiers: [*t, *t]"
    assert (Tier(rate=Fraction(1, 20)),) * 2 == load_text(text, Plan).require().tiers
    wrong = load_text(text.replace("5%", "five"), Plan)
    assert [("wrong-value", 2, 18, "tiers[0].rate")] == where(wrong)


def test_places_tell_later_checks_where_things_stand():
    """Every key and item has its place by path."""
    places = load_text(FULL, Plan, file="plan.yaml").places
    assert ("plan.yaml", 6, 26) == attrs.astuple(places["tiers[1].rate"])[:3]
    assert "plan.yaml:5:3 tiers[0]" == places["tiers[0]"].text()
    assert 19 == places["span[1]"].line


def test_null_is_text_only_when_quoted():
    """An unquoted null, ~ or nothing is no value; quoted it is the word."""
    assert None is load_text("a: null", Mapping[str, str | None]).require()["a"]
    assert "null" == load_text("a: 'null'", Mapping[str, str]).require()["a"]
    assert {"null": "x"} == load_text("null: x", Mapping[str, str]).require()
    assert [("wrong-shape", 2, 1, "a")] == where(load_text("b: x\na: ~", Mapping[str, str]))


def test_where_nothing_belongs_something_is_refused():
    """A mapping to nothing is a set of keys in their order."""
    assert {"a": None} == load_text("a: ~", dict[str, None]).value
    assert [("wrong-shape", 1, 4, "a")] == where(load_text("a: x", dict[str, None]))


def test_a_tree_that_remembers_no_position_is_told_of_by_what_it_is():
    """Lists and mappings of another reader are called so too."""
    read = load_tree({"a": ["x"], "b": {"x": "y"}, "c": None}, Mapping[str, str])
    assert ["a list", "a mapping", "nothing"] == [dict(finding.values)["found"].en for finding in read.report]


def test_keys_of_mappings_are_typed_too():
    """A mapping may be keyed by dates or numbers; a wrong key is a finding at the key."""
    assert {date(2026, 1, 1): 3} == load_text("2026-01-01: 3", Mapping[date, int]).require()
    assert [("wrong-value", 1, 1, "soon")] == where(load_text("soon: 3", Mapping[date, int]))


def test_nouns_may_nest_in_themselves():
    """A tree of the same noun is read to its leaves."""
    tree = Unit(id="a", parts=(Unit(id="b", parts=(Unit(id="c"),)), Unit(id="d")))
    assert tree == load_text(dump(tree), Unit).value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12000 CNY", Money.of(12000, "CNY")),
        ("CNY 12,000.00", Money.of(12000, "CNY")),
        ("-5 JPY", Money.of(-5, "JPY")),
        ("12000", None),
        ("CNY 5 CNY", None),
        ("5 cny", None),
        ("5 XQX", None),
        ("0.001 CNY", None),
        ("CNY", None),
    ],
)
def test_money_names_its_currency(text, expected):
    """An amount needs one known currency, before or after, and no more digits than the currency has."""
    assert expected == load_text(f"- {text}", tuple[Money]).value if expected is None else (expected,)
    loaded = load_text(f"- {text}", tuple[Money])
    assert (expected is None, expected and (expected,)) == (not loaded.report.ok, loaded.value)


@pytest.mark.parametrize(
    ("text", "cls"),
    [
        ("1.0", int),
        ("1,00", int),
        ("one", int),
        ("٣", int),
        ("1" * 5000, int),
        ("nan", Decimal),
        ("1e9999999", Decimal),
        ("nan", Fraction),
        ("1/0", Fraction),
        ("on", bool),
        ("20260101", date),
        ("2026-W01-1", date),
        ("2026-13-01", date),
        ("24:00", time),
        ("12:30+08:00", time),
        ("2026-09-01", datetime),
        ("2026-09-01T25:00Z", datetime),
        ("2026-99", Period),
    ],
)
def test_scalars_that_are_refused(text, cls):
    """What is nearly a number, day or time is a finding with an example, never a guess."""
    loaded = load_text(f"- '{text}'", tuple[cls])
    assert ["core.wrong-value"] == codes(loaded)
    assert loaded.report.findings[0].fix() != loaded.report.findings[0].fix("zh")


def test_utc_may_be_written_z():
    """Z is the offset of UTC, with a blank before it or not."""
    expected = datetime(2026, 9, 1, 1, 2, 3, tzinfo=UTC)
    texts = ["2026-09-01T01:02:03Z", "2026-09-01 01:02:03 z", "2026-09-01t09:02:03 +08:00"]
    assert [(expected,)] * 3 == [load_text(f"[{text!r}]", tuple[datetime]).value for text in texts]


@attrs.frozen(kw_only=True)
class Reference:
    """What `$name` stands for."""

    name: str


@attrs.frozen(kw_only=True)
class Ruled:
    """A noun with a union that only a hook can read."""

    rate: Fraction | Reference
    limit: Fraction | Reference | None = None


def read_rate(value, load):
    """A reference if it starts with a dollar sign, else a number."""
    text = load(value, str)
    if text == "$":
        raise InvalidValueError("a reference needs a name", fix="write $name")
    return Reference(name=text[1:]) if text.startswith("$") else load(value, Fraction)


HOOKS = {Fraction | Reference: read_rate}


def test_hooks_read_unions():
    """A hook decides by the value, reads parts by `load`, also under an optional; dump has the counterpart."""
    ruled = Ruled(rate=Reference(name="low"), limit=Fraction(1, 2))
    loaded = load_text("{rate: $low, limit: 50%}", Ruled, hooks=HOOKS)
    assert ruled == loaded.value
    text = dump(ruled, hooks={Reference: lambda reference: f"${reference.name}"})
    assert ruled == load_text(text, Ruled, hooks=HOOKS).value


def test_what_a_hook_refuses_is_a_finding():
    """Its own error, a conversion that fails and a wrong shape all come back at the value."""
    assert [("refused-value", 1, 8, "rate")] == where(load_text("{rate: $}", Ruled, hooks=HOOKS))
    assert [("wrong-value", 1, 8, "rate")] == where(load_text("{rate: x}", Ruled, hooks=HOOKS))
    assert [("wrong-shape", 1, 8, "rate")] == where(load_text("{rate: [1]}", Ruled, hooks=HOOKS))


def test_a_type_without_a_way_in_is_the_noun_s_fault():
    """A union without a hook, and a float, raise: the file cannot mend them."""
    with pytest.raises(InvalidValueError, match=r"Ruled\.rate.*hook"):
        load_text("{rate: $low}", Ruled)
    with pytest.raises(InvalidValueError, match="float"):
        load_text("[1.5]", tuple[float])
    with pytest.raises(InvalidValueError, match="float"):
        dump({"a": 1.5})


def of_this_century(day: date) -> date:
    """Refuse older days."""
    if day.year < 2000:
        raise InvalidValueError(f"{day} is too early")
    return day


@attrs.frozen(kw_only=True)
class Window:
    """A noun whose fields only together can be wrong."""

    start: date
    end: date = attrs.field(converter=of_this_century)

    def __attrs_post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidValueError(f"{self.end} is before {self.start}", fix="swap them")


def test_a_noun_that_refuses_as_a_whole_is_a_finding_at_the_noun():
    """A converter is blamed at its field, a rule over several fields at the noun."""
    assert [("refused-value", 2, 3, "[1]")] == where(
        load_text("- {start: 2026-01-01, end: 2026-01-02}\n- {start: 2026-01-03, end: 2026-01-02}", tuple[Window, ...])
    )
    assert [("refused-value", 1, 26, "end")] == where(load_text("{start: 1999-01-01, end: 1999-01-02}", Window))


class Level(enum.IntEnum):
    """An enum that is a number too."""

    LOW = 1
    HIGH = 2


@attrs.frozen(kw_only=True)
class Quota:
    """A noun whose parts look at each other."""

    amount: Fraction = attrs.field(converter=attrs.Converter(lambda value, quota: value, takes_self=True))
    level: Level = attrs.field(default=Level.LOW)
    stretch: Fraction = attrs.field()
    months: tuple[int, ...] = attrs.field(factory=lambda: (1, 2, 3))
    share: Fraction = attrs.field(default=Fraction(1), converter=lambda share: 1 / share)

    @stretch.default
    def _stretch(self):
        return self.amount * 2

    @stretch.validator
    def _above(self, attribute, value):
        if value * self.share < self.amount:
            raise ValueError


def test_a_refusing_field_is_found_among_defaults_and_converters():
    """Fields with factories and converters are tried as the noun would; an error without words is named by its kind."""
    assert Level.HIGH is load_text("{amount: 5, level: 2}", Quota).require().level
    loaded = load_text("{stretch: 4, amount: 5}", Quota)
    assert [("refused-value", 1, 11, "stretch")] == where(loaded)
    assert "ValueError" in loaded.report.findings[0].what()
    assert [("refused-value", 1, 9, "share")] == where(load_text("{share: 0, stretch: 4, amount: 5}", Quota))
    assert [("unknown-option", 1, 20, "level")] == where(load_text("{amount: 5, level: low}", Quota))


def test_a_hook_that_names_a_type_replaces_its_reading():
    """A hook for a plain type comes before the own reading, and a type it cannot load still is the noun's fault."""
    assert (Fraction(7),) == load_text("[x]", tuple[Fraction, ...], hooks={Fraction: lambda *_: Fraction(7)}).value
    with pytest.raises(InvalidValueError, match="float"):
        load_text("[x]", tuple[Fraction, ...], hooks={Fraction: lambda value, load: load(value, float)})


def test_a_noun_whose_annotation_is_gone_says_so():
    """A name imported for type checking only cannot be read from a file, and the error says which."""
    with pytest.raises(InvalidValueError, match="'Missing' of Lost does not exist at run time"):
        load_text("{a: 1}", attrs.make_class("Lost", {"a": attrs.field(type="Missing")}))


def test_files_are_read_and_named(tmp_path):
    """A file with a byte order mark reads as any other; findings carry its name."""
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + "kind: x\nname: 李".encode())
    loaded = load_file(path, Plan)
    assert [("unknown-option", 1, 7, "kind")] == where(loaded)
    assert str(path) == loaded.report.findings[0].place.file


def test_files_that_cannot_be_read_are_findings(tmp_path):
    """A missing file, a folder, other encodings, a huge file and an impossible name come back as findings."""
    (tmp_path / "gbk.yaml").write_bytes("name: a\nkind: 李".encode("gbk"))
    with (tmp_path / "huge.yaml").open("wb") as huge:
        huge.truncate(4 * MAX_CHARACTERS + 1)
    (tmp_path / "file").write_text("")
    assert ["core.missing-file"] == codes(load_file(tmp_path / "no.yaml", Plan))
    assert ["core.not-a-file"] == codes(load_file(tmp_path, Plan))
    assert [("not-utf8", 2, 7, None)] == where(load_file(tmp_path / "gbk.yaml", Plan))
    assert ["core.too-large"] == codes(load_file(tmp_path / "huge.yaml", Plan))
    assert ["core.unreadable-file"] == codes(load_file(tmp_path / "file" / "below", Plan))
    assert ["core.unreadable-file"] == codes(load_file("a\0b", Plan))


def test_require_gives_the_value_or_raises_everything():
    """`require` is for callers that want a value or nothing."""
    assert (1,) == load_text("[1]", tuple[int, ...]).require()
    with pytest.raises(ReportError) as raised:
        load_text("[a, b]", tuple[int, ...]).require()
    assert 2 == len(raised.value.report)


def test_every_code_of_the_loader_speaks_both_languages():
    """All codes used above render in English and Chinese."""
    used = {
        finding.code
        for text in ("nam: x\non: maybe", "a: b: c", "a: !x b", FULL)
        for finding in load_text(text, Plan).report
        if finding.text("en") != finding.text("zh")
    }
    assert used <= set(catalogue())
    assert {"core.unknown-key", "core.wrong-value", "core.broken-yaml", "core.tag"} <= used


YAML_BITS = st.lists(
    st.sampled_from(
        [*"\n\n\n   :-?,[]{}#&*!|>'\"%@`~\t\\\x00é李", "- ", ": ", "name", "tiers", "rate", "&a", "*a", "---", "null"]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(st.text(max_size=60), YAML_BITS))
@example("%YAML 1.1\n--- on")
@example("? ?")
@example("\ud800")
@settings(max_examples=300, deadline=None)
def test_random_text_never_raises(text):
    """Whatever the text, there is a value or an error, and both texts of each finding can be written."""
    for cls in (Plan, tuple[Tier, ...], dict[str, Any]):
        loaded = load_text(text, cls)
        assert loaded.report.ok or loaded.value is None
        assert all(finding.text("en") and finding.text("zh") for finding in loaded.report)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_mutated_files_never_raise(data):
    """A good file with one part cut out and another put in gives a value or findings within the file."""
    start = data.draw(st.integers(0, len(FULL)))
    end = data.draw(st.integers(start, min(len(FULL), start + 12)))
    bad = FULL[:start] + data.draw(YAML_BITS) + FULL[end:]
    loaded = load_text(bad, Plan)
    assert loaded.report.ok or loaded.value is None
    lines = bad.count("\n") + 1
    assert all(1 <= (finding.place.line or 0) <= lines + 1 for finding in loaded.report)


@pytest.mark.parametrize(
    "text",
    [
        "?0",
        "a: b",
        "a:",
        "a #b",
        "- x",
        "-",
        "--- a",
        "null",
        "~",
        "",
        " a",
        "a ",
        "a\n",
        "a\n\nb ",
        "x\x85y",
        "\u2028",
        "\ufeff",
        "[a",
        "a]",
        "{",
        "a, b",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "'",
        '"',
        "\\",
        "|",
        ">",
        "李 (a) 10%",
        "<<",
        "=",
        "🙂",
    ],
)
def test_text_that_looks_like_yaml_is_quoted(text):
    """Whatever a word looks like, as a key, a value and in a list it reads back as itself."""
    value = {text: text, "list": (text, text), "nested": ({"a": text},)}
    assert value == load_text(dump(value), dict[str, Any]).value


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TIERS = st.builds(
    Tier, rate=st.fractions(min_value=0, max_denominator=99), start=st.integers(0, 10**12), to=st.none() | st.integers()
)
PLANS = st.builds(
    Plan,
    name=WORDS,
    on=st.booleans(),
    tiers=st.lists(TIERS, max_size=3).map(tuple),
    lunch=st.none() | st.times(),
    signed=st.none() | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=-30))])),
    starts=st.none() | st.dates(),
    price=st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=4),
    target=st.none()
    | st.builds(Money, minor=st.integers(-(10**12), 10**12), currency=st.sampled_from(["CNY", "JPY", "KWD"])),
    period=st.none()
    | st.sampled_from(["2026", "2026-H1", "2026-Q3", "2026-09", "2026-W09", "2026-09-05"]).map(Period.parse),
    stage=st.sampled_from(Stage),
    grade=st.sampled_from(Grade),
    shares=st.dictionaries(WORDS, st.fractions(max_denominator=99), max_size=3),
    tags=st.frozensets(WORDS, max_size=3),
    extra=st.recursive(
        st.none() | WORDS,
        lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(WORDS, inner, max_size=3),
        max_leaves=6,
    ),
)


@given(PLANS)
@settings(max_examples=150, deadline=None)
def test_every_noun_survives_the_round_trip(plan):
    """load_text(dump(value)) == value, whatever the text, numbers, dates and nesting in it."""
    text = dump(plan)
    loaded = load_text(text, Plan)
    assert loaded.report.ok, f"{loaded.report.text()}\n{text}"
    assert plan == loaded.value


def test_a_tree_remembers_its_file_when_it_becomes_a_noun_beside_parts_of_another():
    """Trees of two files may be put together; what is wrong is shown where it stands."""
    from salesteam.core import _load as core_load

    first = core_load.read_tree("a: 1\nb: x", file="first.yaml").value
    second = core_load.read_tree("\n\nb: y", file="second.yaml").value
    first["b"] = second["b"]
    report = core_load.load_tree(first, Mapping[str, int], file="whole.yaml").report
    assert ["second.yaml:3:4 b"] == [finding.place.text() for finding in report]


def test_a_tree_of_a_broken_file_is_none():
    """Its problems are findings of that file."""
    from salesteam.core import _load as core_load

    loaded = core_load.read_tree("a: [", file="first.yaml")
    assert (None, ["core.broken-yaml"]) == (loaded.value, list(loaded.report.by_code))
