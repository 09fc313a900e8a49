"""Packs with a person before the screen: what is shown, what is asked, and what a no or a yes changes."""

import json

import msgspec
import pytest

from support_cli.deliver.base import Receipt, State
from support_cli.distribution import manage, signatures
from support_cli.distribution.choose import open_pack
from support_cli.distribution.consent import before_sending, before_use
from support_cli.distribution.info import list_packs
from support_cli.distribution.install import Wish
from support_cli.distribution.lockfile import LockError, UntrustedError
from support_cli.distribution.store import Store, StoreError
from support_cli.environment import Mail
from support_cli.packs.errors import PackError
from support_cli.requests.compose import new
from support_cli.requests.options import NewOptions
from tests.conftest import NOW
from tests.distribution import places
from tests.distribution.places import Repository, pack_files
from tests.distribution.zips import make_zip, write_folder
from tests.making import is_clean
from tests.requests.scripted import Person

ANSWERS = ("summary=It is red", "email=anna@example.org")
SECRET = signatures.new_key()


@pytest.fixture
def desk(bench, home):
    """Makes a bench with a place for packs; ``person.steps`` are ("choose", "trust")."""

    def make(*answers, **more):
        person = Person(*(("choose", one) for one in answers)) if answers else None
        return bench(person, packs=home / "data" / "packs", **more), person

    return make


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "acme", pack_files())


def add(desk, text, *answers, **wish):
    bench, person = desk(*answers)
    result = manage.add(bench, places.web(), str(text), Wish(**wish))
    if person:
        person.done()
    return result, person


def update(desk, *answers, name="acme", check=False, **wish):
    bench, person = desk(*answers)
    (result,) = manage.update(bench, places.web(), name, Wish(**wish), check=check)
    if person:
        person.done()
    return result, person


def store(home):
    return Store(home / "data" / "packs")


# The first time


def test_everything_that_matters_is_shown_once_and_a_yes_installs(desk, folder, home):
    result, person = add(desk, folder, "trust")
    (shown,) = person.said
    for text in ("acme 1.0.0", "Acme Ltd", "https://acme.example", "help@acme.example", "Your address", result.digest):
        assert text in shown, text
    assert "nobody vouches" in shown
    assert str(folder) in shown
    assert (result.state, result.trusted) == ("added", True)
    assert store(home).get("acme").trusted
    bench, person = desk("no question is left to ask")
    before_use(bench, open_pack(bench, "acme"))
    assert person.asked == []


def test_a_no_installs_nothing(desk, folder, home):
    with pytest.raises(UntrustedError, match="is not used"):
        add(desk, folder, "no")
    assert store(home).names() == []


def test_no_is_what_enter_means(desk, folder):
    shown = []
    bench, _person = desk(lambda screen: shown.append(screen) or "no")
    with pytest.raises(UntrustedError):
        manage.add(bench, places.web(), str(folder), Wish())
    _title, choices, default = shown[0]
    assert default == "no"
    assert choices[0].key == "no"


def test_silence_is_no_consent(desk, folder, home):
    for bench in (desk()[0], desk("trust")[0]):
        with pytest.raises(UntrustedError, match="nobody can be asked") as caught:
            manage.add(bench, places.web(), str(folder), Wish(no_input=True))
        assert caught.value.exit_code == 3
        assert "--trust sha256:" in caught.value.hint
        assert "help@acme.example" in caught.value.hint
    assert store(home).names() == []


def test_a_digest_is_consent_to_that_and_nothing_else(desk, folder, home):
    with pytest.raises(UntrustedError, match="not what you trust"):
        add(desk, folder, trust="sha256:" + "0" * 64, no_input=True)
    digest = open_pack(desk()[0], str(folder)).digest
    result, _person = add(desk, folder, trust=digest, no_input=True)
    assert result.trusted
    assert store(home).get("acme").digest == digest


def test_hostile_words_of_a_pack_do_not_reach_the_screen(desk, tmp_path):
    nasty = '"Acme\\n  Goes to: nobody"'
    text = f"pack: acme\ntitle: {nasty}\npublisher: {{name: {nasty}, url: {nasty}, key: {nasty}}}\n"
    text += f"channels: {{m: {{kind: zammad, url: {nasty}, queue: {nasty}}}}}\n"
    _result, person = add(desk, write_folder(tmp_path / "p", pack_files() | {"pack.yml": text}), "trust")
    assert "Acme Goes to: nobody" in person.said[0]
    assert all(is_clean(text) for text in person.said)
    assert not [line for text in person.said for line in text.split("\n") if line.startswith("  Goes to: nobody")]


@pytest.mark.parametrize("code", ["\\e[2J", "\\u202E", "\\0", "\\x9b"])
def test_controls_in_a_pack_are_refused_or_taken_out(desk, tmp_path, code):
    text = f'pack: acme\ntitle: "a{code}b"\nchannels: {{m: {{kind: zammad, url: "https://x/{code}"}}}}\n'
    bench, person = desk("trust")
    try:
        manage.add(bench, places.web(), str(write_folder(tmp_path / "p", pack_files() | {"pack.yml": text})), Wish())
    except PackError as error:
        person.said.append(error.message)
    assert person.said
    assert all(is_clean(text) for text in person.said)


def test_a_faulty_form_is_found_before_anybody_is_asked(desk, tmp_path, home):
    folder = write_folder(tmp_path / "p", pack_files() | {"forms/broken.yml": "name: x\nbody: 7\n"})
    with pytest.raises(PackError):
        add(desk, folder)
    assert store(home).names() == []


def test_the_name_of_a_pack_that_came_along_cannot_be_taken(desk, tmp_path):
    folder = write_folder(tmp_path / "p", {"pack.yml": "pack: general\n", "forms/x.yml": places.FORM})
    with pytest.raises(StoreError, match="nothing can take its place"):
        add(desk, folder)


# Updates


def change(folder, version="1.1.0", **more):
    write_folder(folder, pack_files(version, **more))


def test_an_ordinary_update_needs_no_word_and_says_what_is_different(desk, folder, home):
    add(desk, folder, "trust")
    change(folder, more="limits: {files: 3}\n")
    form = places.FORM.replace("Your address", "Your e-mail") + (
        "  - {type: dropdown, id: lamp, attributes: {label: Which lamp?, options: [red, green]}}\n"
    )
    write_folder(folder, {"forms/trouble.yml": form, "locale/uk.po": 'msgid "Trouble"\nmsgstr "Біда"\n'})
    result, _person = update(desk, no_input=True)
    assert (result.state, result.before, result.version) == ("updated", "1.0.0", "1.1.0")
    said = [one.message for one in result.changes]
    assert said == [
        "“Your address” reads “Your e-mail” now.",
        "“Which lamp?” is asked now.",
        "Files at most: 20, now 3.",
        "It speaks “uk” now.",
    ]
    assert {one.kind for one in result.changes} == {"question", "limits", "language"}
    assert not any(one.loud for one in result.changes)
    assert store(home).get("acme").version == "1.1.0"
    assert store(home).get("acme").trusted


LOUD = {
    "destination": {"to": "else@evil.example"},
    "another destination": {"more": "routes: []\n", "channel": ", desk: {kind: zammad, url: 'https://evil.example'}}"},
    "publisher": {"publisher": "Acne Ltd"},
    "key": {"key": SECRET.public.text},
}


def loud_files(case):
    files = pack_files("1.1.0", to=case.get("to", "help@acme.example"))
    text = files["pack.yml"]
    if "channel" in case:
        text = text.replace("help@acme.example}}", "help@acme.example}" + case["channel"])
    text = text.replace("Acme Ltd", case.get("publisher", "Acme Ltd"))
    if "key" in case:
        text = text.replace('"https://acme.example"', f'"https://acme.example", key: "{case["key"]}"')
    assert text != pack_files("1.1.0")["pack.yml"]
    return files | {"pack.yml": text}


@pytest.mark.parametrize("name", LOUD)
def test_another_destination_key_or_publisher_is_asked_about_loudly(desk, folder, home, name):
    add(desk, folder, "trust")
    write_folder(folder, loud_files(LOUD[name]))
    for wish in ({"no_input": True}, {"no_input": True, "trust": "sha256:" + "0" * 64}):
        with pytest.raises(UntrustedError):
            update(desk, **wish)
    with pytest.raises(UntrustedError):
        update(desk, "no")
    assert store(home).get("acme").version == "1.0.0"
    result, person = update(desk, "trust")
    lines = person.said[-1].split("\n")
    assert lines[0].startswith("LOOK CLOSELY")
    assert lines[1].startswith("  !! ")
    assert "never used" not in person.said[-1]
    assert result.state == "updated"
    assert next(one for one in result.changes if one.loud).kind == name.split()[-1]


def test_a_pack_that_comes_from_elsewhere_is_asked_about(desk, folder, tmp_path, home):
    add(desk, folder, "trust")
    other = write_folder(tmp_path / "other", pack_files("1.1.0"))
    with pytest.raises(UntrustedError):
        add(desk, other, no_input=True)
    result, person = add(desk, other, "trust")
    assert [one.kind for one in result.changes] == ["source"]
    assert str(folder) in person.said[-1]
    assert store(home).get("acme").source == str(other)


def test_looking_changes_nothing(desk, folder, home):
    add(desk, folder, "trust")
    change(folder, to="else@evil.example")
    result, _person = update(desk, check=True)
    assert (result.state, result.version) == ("available", "1.1.0")
    assert any(one.loud for one in result.changes)
    assert store(home).get("acme").version == "1.0.0"


def test_nothing_newer_is_nothing_to_do(desk, folder):
    add(desk, folder, "trust")
    assert update(desk, check=True)[0].state == "current"
    assert update(desk)[0].state == "current"


def test_an_older_version_does_not_come_by_itself(desk, folder, home):
    add(desk, folder, "trust")
    change(folder, version="0.9.0")
    result, _person = update(desk)
    assert (result.state, result.version) == ("current", "1.0.0")
    assert "0.9.0" in result.problem
    assert add(desk, folder)[0].state == "updated"  # said by hand it does
    assert store(home).get("acme").version == "0.9.0"


def test_another_pack_at_the_same_place(desk, folder, home):
    add(desk, folder, "trust")
    write_folder(folder, {"pack.yml": pack_files()["pack.yml"].replace("pack: acme", "pack: other")})
    with pytest.raises(PackError, match="another pack: other"):
        update(desk)
    assert store(home).names() == ["acme"]


def test_one_that_fails_stops_no_other(desk, folder, tmp_path):
    add(desk, folder, "trust")
    other = write_folder(tmp_path / "beta", pack_files() | {"pack.yml": "pack: beta\nversion: 1.0.0\n"})
    add(desk, other, "trust")
    (folder / "pack.yml").unlink()
    change(other)
    write_folder(other, {"pack.yml": "pack: beta\nversion: 1.1.0\n"})
    states = {one.name: one.state for one in manage.update(desk()[0], places.web(), "", Wish(), check=False)}
    assert states == {"acme": "failed", "beta": "updated"}


def test_a_damaged_pack_is_repaired_by_an_update(desk, folder, home):
    add(desk, folder, "trust")
    record = store(home).get("acme")
    (home / "data" / "packs" / "acme" / record.digest[7:] / "pack.yml").write_text("pack: acme\n")
    with pytest.raises(PackError, match="not what was installed"):
        open_pack(desk()[0], "acme")
    assert update(desk)[0].state == "current"
    assert open_pack(desk()[0], "acme").manifest.title == "Acme support"


def test_a_repository_is_followed_from_release_to_release(desk, tmp_path, home):
    repository = Repository(tmp_path / "origin")
    repository.commit(pack_files("1.0.0"), tag="v1.0.0")
    first, _person = add(desk, repository.url, "trust")
    assert (first.release, len(first.commit)) == ("v1.0.0", 40)
    repository.commit(pack_files("1.1.0"), tag="v1.1.0")
    repository.commit(pack_files("2.0.0-rc.1"), tag="v2.0.0-rc.1")
    assert update(desk, check=True)[0].release == "v1.1.0"
    assert update(desk)[0].version == "1.1.0"
    assert update(desk, prereleases=True)[0].version == "2.0.0-rc.1"
    repository.commit(pack_files("2.0.0-rc.2"), tag="v2.0.0-rc.2")
    assert update(desk)[0].version == "2.0.0-rc.2"  # whoever took one is told of the next
    assert store(home).get("acme").commit == repository.git("rev-parse", "HEAD")


def test_a_tag_that_was_named_stays(desk, tmp_path):
    repository = Repository(tmp_path / "origin")
    repository.commit(pack_files("1.0.0"), tag="v1.0.0")
    add(desk, f"{repository.url}@v1.0.0", "trust")
    repository.commit(pack_files("1.1.0"), tag="v1.1.0")
    assert update(desk)[0].state == "current"
    result, _person = add(desk, f"{repository.url}@v1.1.0")  # the same place: another version of the same
    assert result.state == "updated"


# Signed


def sign_at(folder):
    from support_cli.distribution.zipped import build
    from support_cli.packs.files import FolderFiles

    (folder / ".pack.minisig").unlink(missing_ok=True)
    (folder / ".pack.minisig").write_bytes(signatures.sign(build(FolderFiles(folder)), SECRET, ""))


def test_once_signed_always_signed(desk, folder, home):
    write_folder(folder, loud_files(LOUD["key"]))
    sign_at(folder)
    result, person = add(desk, folder, "trust")
    assert result.signer == SECRET.public.name
    assert f"the signature fits, by the key {SECRET.public.name}" in person.said[0]
    text = (folder / "pack.yml").read_text()
    (folder / "pack.yml").write_text(text.replace("1.1.0", "1.2.0"))
    for signature in (True, False):
        if not signature:
            (folder / ".pack.minisig").unlink()
        with pytest.raises(PackError, match="does not fit" if signature else "signed until now"):
            update(desk)
        with pytest.raises(PackError):
            add(desk, folder, trust=open_pack(desk()[0], str(folder)).digest)
    (folder / "pack.yml").write_text(text.replace("1.1.0", "1.0.9"))
    sign_at(folder)
    with pytest.raises(PackError, match="never goes back"):
        update(desk)
    (folder / "pack.yml").write_text(text.replace("1.1.0", "1.2.0"))
    sign_at(folder)
    assert update(desk)[0].version == "1.2.0"
    assert store(home).get("acme").key == SECRET.public.text


def test_a_signed_pack_may_move_without_a_question(desk, folder, tmp_path):
    write_folder(folder, loud_files(LOUD["key"]))
    sign_at(folder)
    add(desk, folder, "trust")
    moved = folder.rename(tmp_path / "moved")
    assert add(desk, moved, no_input=True)[0].changes == ()


def test_a_key_that_is_demanded(desk, folder, tmp_path):
    (tmp_path / "key.pub").write_text(signatures.public_text(SECRET.public))
    for key in (str(tmp_path / "key.pub"), SECRET.public.text):
        with pytest.raises(PackError, match="not signed, and a key was demanded"):
            add(desk, folder, key=key)
    sign_at(folder)
    assert add(desk, folder, "trust", key=str(tmp_path / "key.pub"))[0].signer == SECRET.public.name


# Used from where it lies


def written(bench, pack, **more):
    return new(bench, NewOptions(pack=str(pack), no_input=True, set=ANSWERS, **more))


class Sent:
    """A way to send that only counts."""

    def __init__(self):
        self.jobs = []

    def mail(self):
        return Mail("smtp", lambda: self)

    can_be_asked = False

    def deliver(self, job):
        self.jobs.append(job.receivers)
        return Receipt(id=job.id, state=State.SENT, channel="smtp", to=", ".join(job.receivers), at=NOW)

    def close(self):
        pass


def test_a_pack_in_a_folder_is_used_and_written_without_a_question(desk, folder):
    bench, _person = desk()
    assert written(bench, folder).state == "written"


def test_it_may_not_say_where_to_send_before_somebody_agreed(desk, folder, home):
    sent = Sent()
    bench, _person = desk(mail=sent.mail())
    for text in (folder, folder.with_suffix(".zip")):
        folder.with_suffix(".zip").write_bytes(make_zip(pack_files()))
        with pytest.raises(UntrustedError, match="nobody can be asked"):
            written(bench, text, send=True)
        with pytest.raises(UntrustedError, match="not what you trust"):
            written(bench, text, send=True, trust="sha256:" + "0" * 64)
    assert sent.jobs == []
    assert written(bench, folder, send=True, to="me@example.org").state == "sent"  # the customer's own word
    digest = open_pack(bench, str(folder)).digest
    assert written(bench, folder, send=True, trust=digest).state == "sent"
    assert written(bench, folder, send=True, request_id="another").state == "sent"
    assert sent.jobs == [("me@example.org",), ("help@acme.example",), ("help@acme.example",)]


def test_an_author_is_not_asked_again_until_the_destination_changes(desk, folder):
    sent = Sent()
    bench, person = desk("trust", mail=sent.mail())
    before_sending(bench, open_pack(bench, str(folder)), ())
    person.done()
    change(folder, version="1.0.1")
    assert written(desk(mail=sent.mail())[0], folder, send=True).state == "sent"
    change(folder, version="1.0.2", to="else@evil.example")
    with pytest.raises(UntrustedError) as caught:
        written(desk(mail=sent.mail())[0], folder, send=True)
    assert caught.value.hint.startswith("LOOK CLOSELY")
    assert "instead of e-mail help@acme.example" in caught.value.hint
    assert len(sent.jobs) == 1


def test_packs_that_came_along_are_never_asked_about(desk):
    bench, _person = desk()
    pack = open_pack(bench, "general")
    before_use(bench, pack)
    before_sending(bench, pack, ())


def test_a_pack_without_a_destination_is_never_asked_about(desk, tmp_path):
    text = "pack: acme\nchannels: {disk: {kind: file}}\n"
    folder = write_folder(tmp_path / "p", {"pack.yml": text, "forms/trouble.yml": places.FORM})
    bench, _person = desk()
    before_sending(bench, open_pack(bench, str(folder)), ())


# Trust given and taken


def test_trust_is_taken_back_and_given_again(desk, folder, home):
    add(desk, folder, "trust")
    assert manage.trust(desk()[0], "acme", Wish(), revoke=True).changed
    assert not manage.trust(desk()[0], "acme", Wish(), revoke=True).changed
    bench, _person = desk()
    with pytest.raises(UntrustedError) as caught:
        written(bench, "acme")
    assert "support pack trust acme --trust sha256:" in caught.value.hint
    assert not next(one for one in list_packs(bench) if one.name == "acme").trusted
    bench, person = desk("trust")
    assert manage.trust(bench, "acme", Wish(), revoke=False).changed
    person.done()
    assert written(desk()[0], "acme").state == "written"


def test_the_first_use_asks_where_trust_was_taken(desk, folder):
    add(desk, folder, "trust")
    manage.trust(desk()[0], "acme", Wish(), revoke=True)
    bench, person = desk("trust")
    before_use(bench, open_pack(bench, "acme"))
    person.done()
    before_use(desk()[0], open_pack(bench, "acme"))


def test_a_pack_that_is_trusted_no_more_is_not_called_a_new_one(desk, folder):
    digest = open_pack(desk()[0], str(folder)).digest
    manage.trust(desk()[0], str(folder), Wish(trust=digest, no_input=True), revoke=False)
    add(desk, folder, "trust")
    for name in (str(folder), "acme"):
        manage.trust(desk()[0], name, Wish(), revoke=True)
        with pytest.raises(UntrustedError) as caught:
            manage.trust(desk()[0], name, Wish(no_input=True), revoke=False)
        assert "never used here" not in caught.value.hint
        assert "You trusted this pack once, and do no more: acme 1.0.0" in caught.value.hint


def test_other_content_under_the_same_version_is_said(desk, folder):
    add(desk, folder, "trust")
    (folder / "forms" / "trouble.yml").write_text(places.FORM.replace("What is wrong?", "What is it?"), "utf-8")
    result, _person = update(desk)
    assert (result.state, result.before, result.version) == ("updated", "1.0.0", "1.0.0")
    assert "It calls itself 1.0.0 as before, and its content is another." in [one.message for one in result.changes]


def test_trusting_a_folder(desk, folder):
    bench, _person = desk()
    digest = open_pack(bench, str(folder)).digest
    assert manage.trust(bench, str(folder), Wish(trust=digest, no_input=True), revoke=False).changed
    before_sending(bench, open_pack(bench, str(folder)), ())
    manage.trust(bench, str(folder), Wish(), revoke=True)
    with pytest.raises(UntrustedError):
        before_sending(bench, open_pack(bench, str(folder)), ())


def test_what_needs_no_trust(desk):
    with pytest.raises(PackError, match="needs no trust"):
        manage.trust(desk()[0], "general", Wish(), revoke=False)


# A Python package


def test_a_pack_of_a_python_package_is_asked_about_before_its_first_use(desk, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(places.python_package(tmp_path / "site", pack_files())))
    bench, _person = desk()
    for name in ("python:acme", "acme"):
        with pytest.raises(UntrustedError):
            written(bench, name)
    line = next(one for one in list_packs(bench) if one.name == "acme")
    assert (line.origin, line.source, line.trusted) == ("package", "python:acme", False)
    bench, person = desk("trust")
    before_use(bench, open_pack(bench, "acme"))
    person.done()
    assert written(desk()[0], "python:acme").state == "written"


def test_a_pack_of_a_python_package_can_be_pinned(desk, tmp_path, monkeypatch):
    site = places.python_package(tmp_path / "site", pack_files())
    monkeypatch.syspath_prepend(str(site))
    result, _person = add(desk, "python:acme", "trust")
    assert (result.source, result.release) == ("python:acme", "acme-support 3.1")
    write_folder(site / "acme_support" / "pack", pack_files("1.1.0"))
    assert open_pack(desk()[0], "acme").manifest.version == "1.0.0"
    assert update(desk)[0].version == "1.1.0"


# Damage


def test_a_list_that_cannot_be_read_stops_what_needs_it_and_nothing_else(desk, folder, home):
    add(desk, folder, "trust")
    (home / "data" / "packs" / "packs.lock").write_text("{")
    with pytest.raises(LockError):
        open_pack(desk()[0], "acme")
    assert open_pack(desk()[0], "general").origin == "builtin"
    assert open_pack(desk()[0], str(folder)).origin == "folder"


def test_the_lock_says_where_everything_came_from(desk, folder, home):
    add(desk, folder, "trust")
    lock = json.loads((home / "data" / "packs" / "packs.lock").read_text("utf-8"))
    record = lock["packs"]["acme"]
    assert {"name", "version", "digest", "source", "trusted", "added"} <= record.keys()
    assert msgspec.json.encode(lock)
