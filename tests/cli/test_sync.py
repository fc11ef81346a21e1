"""The command that syncs: what it prints, what it keeps, how it ends; and the review of what it kept."""

from __future__ import annotations

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from tests.cli.test_commands import broken_plugins, run
from tests.review.world import LANGS, copied

from salesteam import plugins, review
from salesteam.cli._app import Verdict
from salesteam.core import Report, find
from salesteam.crm import VERDICTS, AddNote, open_store, plan
from salesteam.errors import QuotaExhausted, Transient
from salesteam.plugins import Plugin, Plugins
from salesteam.review import DemoAdapter


@pytest.fixture
def playbook(tmp_path):
    """The demonstration, with a store."""
    folder = copied(tmp_path)
    path = folder / "sources.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nstore: sales.sqlite\n", encoding="utf-8")
    return folder


def numbers(folder):
    """A review as plain values, without what tells where it was read."""
    found = review.load(folder)
    records = review.gather(found, _pulled(found))
    as_of, period = review.when(found)
    told = json.loads(review.walk(found, records, as_of=as_of, period=period).to_json())
    return {name: value for name, value in told.items() if name not in {"playbook", "folder"}}


def _pulled(found):
    from salesteam.crm import pull

    return pull(review.connect(found, review.BUILT_IN))


def test_a_sync_then_a_review_is_the_review_of_the_source_itself(tmp_path, playbook):
    """The store gives what the source gives, to the last number."""
    direct = tmp_path / "direct"
    direct.mkdir()
    expected = numbers(copied(direct))
    first = run("sync", playbook)
    assert 0 == first.exit_code
    assert expected == numbers(playbook)
    again = run("sync", playbook, "--json")
    (told,) = json.loads(again.stdout)
    assert ("complete", 0, 0) == (
        told["state"],
        sum(part["new"] for part in told["parts"]),
        sum(part["changed"] for part in told["parts"]),
    )


@pytest.mark.parametrize("kept", [True, False])
def test_the_store_keeps_the_texts_that_the_playbook_wants(playbook, kept):
    """Those of bad rows alone, unless ``keep_raw`` says otherwise."""
    if kept:
        path = playbook / "sources.yaml"
        path.write_text(path.read_text(encoding="utf-8") + "keep_raw: all\n", encoding="utf-8")
    run("sync", playbook)
    with open_store(playbook / "sales.sqlite", create=False) as store:
        assert {kept} == {store.raw(deal.ref) is not None for deal in store.records("deal")}


@pytest.mark.parametrize("lang", LANGS)
def test_a_review_before_the_first_sync_says_what_to_run(playbook, lang):
    """The store is not there yet."""
    result = run("review", playbook, "--lang", lang)
    assert (1, True) == (result.exit_code, "salesteam sync" in result.stderr)
    assert not (playbook / "sales.sqlite").exists()


def test_a_store_that_is_older_than_the_day_is_told(playbook):
    """A review of a day after the last sync says how old its data are; one of the day of the sync does not."""
    run("sync", playbook)
    with open_store(playbook / "sales.sqlite", create=False) as store:
        day = store.synced_at("demo").astimezone(ZoneInfo("Asia/Shanghai")).date()
    for later, told in ((0, False), (1, True)):
        out = playbook.parent / "out"
        run("review", playbook, "--out", out, "--as-of", day + timedelta(days=later))
        findings = json.loads((out / "review.json").read_text(encoding="utf-8"))["tables"]["findings"]
        assert told == ("crm.stale-data" in {finding["code"] for finding in findings})


@pytest.mark.parametrize("broken", [True, False])
def test_a_store_that_was_never_read_to_its_end_is_told(playbook, monkeypatch, broken):
    """What came before the sync was broken off is reviewed, and nobody takes it for all."""
    fetch = DemoAdapter.fetch

    def stopped(self, kind, *given, **named):
        if broken and kind == "activity":
            raise KeyboardInterrupt
        return fetch(self, kind, *given, **named)

    monkeypatch.setattr(DemoAdapter, "fetch", stopped)
    assert (130 if broken else 0) == run("sync", playbook).exit_code
    found = review.load(playbook)
    told = review.walk(found, review.gather(found, _pulled(found))).report
    assert broken == ("crm.never-complete" in told.by_code)
    assert "crm.stale-data" not in told.by_code


def test_a_playbook_without_a_store_needs_one_named(tmp_path):
    """In the file or on the command line."""
    folder = copied(tmp_path)
    result = run("sync", folder)
    assert (1, True) == (result.exit_code, "review.no-store" in result.stderr)
    assert 0 == run("sync", folder, "--store", tmp_path / "other.sqlite").exit_code
    with open_store(tmp_path / "other.sqlite", create=False) as store:
        assert store.count("deal") > 0


def faulty(monkeypatch, adapter):
    """Let the source of the demonstration be read by another adapter."""
    plugin = Plugin(name="p", distribution="p", version="1", state="loaded", adapters=(adapter,))
    monkeypatch.setattr(plugins, "load", lambda: Plugins(plugins=(plugin,)))


@pytest.mark.parametrize(
    ("error", "code"), [(QuotaExhausted("daily", resets_at="tomorrow"), 3), (RuntimeError("oops"), 1)]
)
def test_the_exit_code_says_whether_to_run_it_again(monkeypatch, playbook, error, code):
    """3 goes on by itself, 1 needs somebody."""

    class Failing(DemoAdapter):
        def fetch(self, kind, since, **options):
            if kind == "deal":
                raise error
            yield from super().fetch(kind, since, **options)

    faulty(monkeypatch, Failing)
    result = run("sync", playbook)
    assert code == result.exit_code
    assert 0 == run("plugins").exit_code


class Listing(DemoAdapter):
    """The demonstration as a source that tells of no deletion; `hidden` are ids that are gone."""

    hidden = frozenset()

    def capabilities(self):
        return {kind: attrs.evolve(can, deletes="sweep") for kind, can in super().capabilities().items()}

    def fetch(self, kind, since, **options):
        for page in super().fetch(kind, since, **options):
            left = tuple(record for record in page.records if record.ref.external_id not in self.hidden)
            yield attrs.evolve(page, records=left, rows=())


def hiding(count, kinds):
    """The source without the first records of some kinds."""
    names = {}
    adapter = Listing(DemoAdapter.Config(seed=42), source="demo")
    for kind in kinds:
        names |= dict.fromkeys(list(adapter.list_ids(kind))[:count])

    class Hiding(Listing):
        hidden = frozenset(names)

    return Hiding


@pytest.mark.parametrize("lang", LANGS)
def test_a_sweep_that_finds_nothing_missing_says_how_much_it_looked_at(monkeypatch, playbook, lang):
    """Silence could mean that it did not look."""
    faulty(monkeypatch, Listing)
    run("sync", playbook)
    result = run("sync", playbook, "--sweep", "--lang", lang)
    with open_store(playbook / "sales.sqlite", create=False) as store:
        count = f"{store.count():,}"
    none = {"en": "none missing", "zh": "无缺失"}[lang]
    assert (0, True, True) == (result.exit_code, none in result.stdout, count in result.stdout)


@pytest.mark.parametrize("lang", LANGS)
def test_a_source_that_needs_no_sweep_says_so(playbook, lang):
    """Whoever asks for a sweep learns that there is none."""
    result = run("sync", playbook, "--sweep", "--lang", lang)
    assert (0, True) == (result.exit_code, {"en": "nothing was swept", "zh": "未清扫"}[lang] in result.stderr)


def digests(result):
    """The digests that a sync told."""
    (told,) = json.loads(result.stdout)
    found = [each["fix"] for each in told["findings"] if each["code"] == "crm.sweep-refused"]
    return [fix.rpartition("--accept ")[2].strip("`.") for fix in found]


def test_every_digest_that_is_accepted_is_let_through(monkeypatch, playbook):
    """Two kinds were refused; both digests of one command go through, and accepting is sweeping."""
    faulty(monkeypatch, Listing)
    run("sync", playbook)
    faulty(monkeypatch, hiding(100, ["account", "deal"]))
    refused = run("sync", playbook, "--sweep", "--json")
    first, second = digests(refused)
    assert 1 == refused.exit_code
    one = run("sync", playbook, "--accept", first, "--json")
    assert (1, [second]) == (one.exit_code, digests(one))
    both = run("sync", playbook, "--accept", first, "--accept", second)
    assert (0, True) == (both.exit_code, "crm.sweep-accepted" in both.stdout)
    assert f"review.digest-unused: No refused sweep has the digest {first}" in both.stderr
    with open_store(playbook / "sales.sqlite", create=False) as store:
        assert (80, 56) == (store.count("account"), store.count("deal"))


def test_ctrl_c_keeps_what_was_read_and_says_how_to_go_on(monkeypatch, playbook):
    """No traceback, and the store is sound."""

    class Interrupted(DemoAdapter):
        def fetch(self, kind, since, **options):
            if kind == "deal":
                raise KeyboardInterrupt
            yield from super().fetch(kind, since, **options)

    faulty(monkeypatch, Interrupted)
    result = run("sync", playbook)
    assert (130, True) == (result.exit_code, f"salesteam sync {playbook}" in result.stderr)
    monkeypatch.undo()
    assert 0 == run("sync", playbook).exit_code


def test_one_source_can_be_asked_for(playbook):
    """A name that is none is a finding with those that are."""
    name = review.load(playbook).sources.sources[0].name
    assert 0 == run("sync", playbook, "--source", name).exit_code
    result = run("sync", playbook, "--source", "nobody")
    assert (1, True) == (result.exit_code, "no source nobody; it has demo" in result.stderr)


@pytest.mark.parametrize("lang", LANGS)
def test_writes_that_wait_are_shown_by_a_dry_run(playbook, lang):
    """Nothing is sent; without it they are."""
    assert 0 == run("sync", playbook).exit_code
    with open_store(playbook / "sales.sqlite") as store:
        deal = next(iter(store.records("deal")))
        plan(store, [AddNote(ref=deal.ref, text="call back", decision_id="run-7")])
    result = run("sync", playbook, "--dry-run", "--lang", lang)
    assert (0, True) == (result.exit_code, {"en": "would be sent", "zh": "待发送"}[lang] in result.stdout)
    *_, told = json.loads(run("sync", playbook, "--json").stdout)
    assert (False, ["verified"]) == (told["dry_run"], [line["state"] for line in told["writes"]])
    assert 1 == len(json.loads(run("sync", playbook, "--json").stdout))


@pytest.mark.parametrize("lang", LANGS)
def test_sources_check_says_whether_each_can_be_read(monkeypatch, playbook, lang):
    """With what its tests ran against; and what it found."""
    result = run("sources", "check", playbook, "--lang", lang)
    assert (0, True) == (result.exit_code, {"en": "can be read", "zh": "可读取"}[lang] in result.stdout)

    class Broken(DemoAdapter):
        def check(self):
            return Report.of(find("crm.login-expired", source="demo", problem="401"))

    faulty(monkeypatch, Broken)
    result = run("sources", "check", playbook, "--lang", lang)
    assert (1, True) == (result.exit_code, "crm.login-expired" in result.stdout)
    (told,) = json.loads(run("sources", "check", playbook, "--json").stdout)
    assert (False, "crm.login-expired") == (told["ok"], told["findings"][0]["code"])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("command", [["sources", "check"], ["sync"], ["push"]])
def test_a_plugin_that_failed_is_told_where_its_adapter_is_missed(monkeypatch, playbook, command, lang):
    """Cause and effect at once, and nothing about parts of the playbook that a source does not need."""
    (playbook / "whys.yaml").unlink()
    monkeypatch.setattr(plugins, "load", broken_plugins)
    path = playbook / "sources.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("adapter: demo", "adapter: x"), encoding="utf-8")
    result = run(*command, playbook, "--lang", lang)
    assert (1, "") == (result.exit_code, result.stdout)
    for said in ("review.unknown-adapter", "review.plugin-failed", "left_pad"):
        assert said in result.stderr
    assert "part-missing" not in result.stderr


def test_sources_check_tells_of_a_plugin_that_failed_though_no_source_needs_it(monkeypatch, playbook):
    """It may be the one that somebody looks for; what can be read still can."""
    monkeypatch.setattr(plugins, "load", broken_plugins)
    (playbook / "whys.yaml").unlink()
    result = run("sources", "check", playbook)
    assert (0, True) == (result.exit_code, "review.plugin-failed" in result.stderr)
    assert "part-missing" not in result.output
    assert [True] == [each["ok"] for each in json.loads(run("sources", "check", playbook, "--json").stdout)]


@pytest.mark.parametrize("command", [["sources", "check"], ["sync", "--store", "s.sqlite"], ["push"]])
def test_a_playbook_without_sources_has_nothing_to_read(playbook, command):
    """It is told, and not shown as an empty table."""
    (playbook / "sources.yaml").unlink()
    result = run(*command, playbook)
    assert (1, "") == (result.exit_code, result.stdout)
    assert "review.no-sources" in result.stderr


def a_note(playbook):
    """The file of a decision about a deal that was synced."""
    assert 0 == run("sync", playbook).exit_code
    with open_store(playbook / "sales.sqlite") as store:
        deal = next(iter(store.records("deal")))
    path = playbook / "changes.yaml"
    path.write_text(f"decision_id: run-7\nadd_note: [{{ref: '{deal.ref}', text: call back}}]\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("lang", LANGS)
def test_a_push_shows_what_would_be_written_and_sends_it_when_told_to(playbook, lang):
    """Changes of a file; what was sent is not sent again."""
    changes = a_note(playbook)
    options = ("--changes", changes, "--lang", lang)
    result = run("push", playbook, *options)
    assert (0, True) == (result.exit_code, {"en": "would be sent", "zh": "待发送"}[lang] in result.stdout)
    nothing = {"en": "nothing waits", "zh": "没有待写入的变更"}[lang]
    assert nothing in run("push", playbook, "--lang", lang).stdout
    result = run("push", playbook, *options, "--send")
    assert (0, True) == (result.exit_code, {"en": "sent and seen", "zh": "已发送并核实"}[lang] in result.stdout)
    (told,) = json.loads(run("push", playbook, "--changes", changes, "--send", "--json").stdout)
    assert ["verified"] == [line["state"] for line in told["writes"]]


def test_a_push_that_could_not_go_on_says_so(monkeypatch, playbook):
    """3 goes on by itself; 1 needs somebody, who says what is known."""
    changes = a_note(playbook)

    class Limited(DemoAdapter):
        def write(self, change, *, key, expect):
            raise QuotaExhausted("daily")

    class Mute(DemoAdapter):
        def write(self, change, *, key, expect):
            raise Transient("lost")

        def find_write(self, change, *, key):
            raise RuntimeError("no such search")

    faulty(monkeypatch, Limited)
    assert 3 == run("push", playbook, "--changes", changes, "--send").exit_code
    faulty(monkeypatch, Mute)
    result = run("push", playbook, "--send", "--json")
    ((line,),) = [told["writes"] for told in json.loads(result.stdout)]
    assert (1, "unknown") == (result.exit_code, line["state"])
    command = f"salesteam resolve PLAYBOOK {line['key']} arrived"
    assert command in run("push", playbook, "--send").stdout
    result = run("resolve", playbook, line["key"], "arrived")
    assert (0, True) == (result.exit_code, "by hand" in result.stdout)
    result = run("resolve", playbook, line["key"], "lost", "--json")
    assert (1, True) == (result.exit_code, "resolve only what waits" in result.stderr)


@pytest.mark.parametrize("command", [["push"], ["resolve"]])
def test_a_write_before_the_first_sync_says_what_to_run(playbook, command):
    """There is no store yet, and none is made."""
    words = [playbook, "key", "arrived"] if command == ["resolve"] else [playbook]
    result = run(*command, *words)
    assert (1, True) == (result.exit_code, f"Run salesteam sync {playbook} first" in result.stderr)
    assert not (playbook / "sales.sqlite").exists()


def test_the_verdicts_are_those_of_the_library():
    """The command line knows the same words."""
    assert list(VERDICTS) == [verdict.value for verdict in Verdict]


def test_changes_of_another_source_are_refused(playbook):
    """With the sources that there are."""
    changes = a_note(playbook)
    changes.write_text("decision_id: x\nadd_note: [{ref: 'crm:deal:1', text: x}]\n", encoding="utf-8")
    result = run("push", playbook, "--changes", changes)
    assert (1, True) == (result.exit_code, f"{changes}:2:13 add_note[0].ref" in result.stderr)
    assert "there is no source crm; there is demo" in result.stderr
