"""Finding an answer that a pack brings along, and saying early that a topic is somebody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.cache import Cache
from support_cli.base.wordforms import likeness
from support_cli.forms.model import Form, Kind, Matches, NotOurs, Option, Question
from support_cli.packs.errors import PackError
from support_cli.packs.knowledge import Entry, applies, load_faq, not_ours, read_entry, search
from support_cli.packs.load import builtin_root, open_folder
from tests.table import each

ROUTER = """---
title: The internet is gone
keywords: [router, no internet, роутер, інтернет зник, пропал интернет, nie ma internetu, ruter]
when:
  topic: [Internet or TV]
---
Unplug the router from the mains, wait half a minute, plug it in again.
"""
FILES = [
    ("router", ROUTER),
    ("router.uk", "---\ntitle: Зник інтернет\nkeywords: лампочка, мережа\n---\nВимкніть роутер з розетки.\n"),
    (
        "password",
        "---\ntitle: I forgot my password\nkeywords: [password, пароль, hasło]\n---\nPress “Forgot password”.\n",
    ),
    ("card", "---\ntitle: Block a lost card\nkeywords: [lost card, картка, карта, karta]\n---\nCall the bank.\n"),
    (
        "invoice",
        "---\ntitle: Where is my invoice\nkeywords: [invoice, bill, рахунок, счет, faktura]\n---\nUnder Documents.\n",
    ),
    ("sim", "---\ntitle: SIM card is not found\nkeywords: [sim, сим, сім]\n---\nTake it out and put it back.\n"),
]


def found(words: str, language: str = "uk") -> list[str]:
    return [hit.entry.name for hit in search(load_faq(FILES, language), words, language)]


@each(
    ("words", "name"),
    [
        ("router", "router"),
        ("роутера", "router"),
        ("перезавантажую роутером", "router"),
        ("у мене зник інтернет", "router"),
        ("пропал интернет с утра", "router"),
        ("лампочки не світяться", "router"),
        ("nie mam internetu, nie ma internetu od rana", "router"),
        ("paswrod", "password"),
        ("забыла пароль от кабинета", "password"),
        ("nie pamiętam hasła", "password"),
        ("картку загубив", "card"),
        ("ukradli mi kartę", "card"),
        ("where can I find the invoices for November", "invoice"),
        ("рахунку немає", "invoice"),
        ("сим-карта не видна", "sim"),
    ],
)
def test_inflected_and_mistyped_words_find_the_answer(words: str, name: str) -> None:
    assert name in found(words)


@each(
    "words",
    [
        "",
        "?",
        "weather",
        "hello, how are you",
        "як погода сьогодні",
        "My order has not arrived",
        "internal error of the camera",
        "printing is slow",
        "кошик не відкривається",
        "куртка не того розміру",
        "банк закритий",
        "не працює",
    ],
)
def test_nothing_rather_than_noise(words: str) -> None:
    assert found(words) == []


def test_the_best_comes_first_and_the_rest_is_few() -> None:
    hits = search(load_faq(FILES, "en"), "I lost my card and forgot the password, and where is the bill", "en", limit=2)
    assert len(hits) == 2
    assert hits[0].entry.name == "card"
    assert hits[0].score >= hits[1].score > 0


def test_a_version_in_the_customers_language_replaces_the_original() -> None:
    (entry,) = [one for one in load_faq(FILES, "uk") if one.name == "router"]
    assert (entry.title, entry.language) == ("Зник інтернет", "uk")
    assert {"router", "лампочка"} <= set(entry.keywords)
    assert entry.when == Matches("topic", ("Internet or TV",))
    (entry,) = [one for one in load_faq(FILES, "pl") if one.name == "router"]
    assert (entry.title, entry.text) == (
        "The internet is gone",
        "Unplug the router from the mains, wait half a minute, plug it in again.",
    )


def test_when_follows_the_answers() -> None:
    form = Form(
        id="f",
        name="F",
        questions=(
            Question(id="topic", kind=Kind.DROPDOWN, label="Topic", options=(Option("Internet or TV"), Option("Bill"))),
        ),
    )
    router = next(one for one in load_faq(FILES, "en") if one.name == "router")
    assert applies(router, form, {"topic": "Internet or TV"})
    assert not applies(router, form, {"topic": "Bill"})
    assert not applies(router, form, {})
    assert applies(next(one for one in load_faq(FILES, "en") if one.name == "sim"), form, {})


def test_a_word_of_most_titles_points_nowhere() -> None:
    entries = [
        Entry(name=name, title=f"Internet {name}", text="...")
        for name in ("speed", "tariff", "cable", "payment", "address")
    ]
    assert search(entries, "internet") == []
    assert [hit.entry.name for hit in search(entries, "internet tariff")] == ["tariff"]


def test_an_entry_without_front_matter_is_still_an_answer() -> None:
    (entry,) = load_faq([("cable", "# The cable is loose\n\nPush it in.\n")], "en")
    assert entry.title == "The cable is loose"
    assert [hit.entry.name for hit in search([entry], "loose cable")] == ["cable"]


@each(
    ("text", "place"),
    [
        ("no front matter", "faq/x.md:1"),
        ("---\nkeywords: [a]\n---\ntext", "faq/x.md:1"),
        ("---\ntitle: A\nkeyword: [a]\n---\ntext", "faq/x.md:3"),
        ("---\ntitle: [A]\n---\ntext", "faq/x.md:2"),
        ("---\ntitle: A\nwhen: [topic]\n---\ntext", "faq/x.md:3"),
        ("---\ntitle: A\nwhen: {topic: {wrong: 1}}\n---\ntext", "faq/x.md:3"),
        ("---\ntitle: 'A\n---\ntext", "faq/x.md:"),
    ],
)
def test_a_faulty_entry_names_the_place(text: str, place: str) -> None:
    with pytest.raises(PackError) as caught:
        read_entry("x", text)
    assert (caught.value.where or "").startswith(place)
    assert caught.value.message


def test_control_characters_stay_out() -> None:
    (entry,) = load_faq([("x", '---\ntitle: "A\\u001b[31mB"\n---\ntext\x1b[2Jmore\u202e\n')], "en")
    assert entry.title == "AB"
    assert entry.text == "textmore"


TOPICS = [
    NotOurs(keywords=("power cut", "світло", "відключили світло", "свет", "prąd"), answer="Call the power company."),
    NotOurs(keywords=("tax",), answer="Ask the tax office."),
]


@each(
    ("text", "answer"),
    [
        ("There was a power cut in our street", "Call the power company."),
        ("у нас відключили світло", "Call the power company."),
        ("нет света", "Call the power company."),
        ("Brak prądu w mieszkaniu", "Call the power company."),
        ("a question about tax", "Ask the tax office."),
        ("лампочка світиться червоним", None),
        ("taxi app does not open", None),
        ("power button is stuck, and I cut the cable", None),
        ("інтернет зник", None),
        ("", None),
    ],
)
def test_topics_of_somebody_else(text: str, answer: str | None) -> None:
    topic = not_ours(TOPICS, text)
    assert (topic.answer if topic else None) == answer


@each(
    ("name", "language", "words", "answer"),
    [
        ("internet-provider", "en", "net is down since morning", "no-internet"),
        ("internet-provider", "en", "the lamp on the box is flashing red", "lights"),
        ("internet-provider", "ru", "вайфай тормозит", "slow-wifi"),
        ("internet-provider", "uk", "налаштування нового рутера", "own-router"),
        ("internet-provider", "pl", "mruga czerwona dioda", "lights"),
        ("bank", "en", "card rejected at the till", "declined"),
        ("bank", "ru", "потерял карточку", "lost-card"),
        ("bank", "uk", "дзвонять і питають код", "fraud-call"),
        ("bank", "pl", "zgubiłem kartę", "lost-card"),
        ("mobile-operator", "ru", "перейти к вам со своим номером", "keep-number"),
        ("mobile-operator", "pl", "zniknęły środki z konta", "charges"),
        ("software", "uk", "не можу зайти в акаунт", "sign-in"),
        ("software", "pl", "nie odpala się", "does-not-start"),
        ("software", "ru", "добавьте тёмную тему", None),
        ("bank", "en", "mortgage offer please", None),
        ("mobile-operator", "uk", "адреса магазину", None),
        ("internet-provider", "pl", "chcę zmienić taryfę", None),
    ],
)
def test_synonyms_find_the_answers_of_the_built_in_packs(name, language, words, answer, manifests) -> None:
    hits = search(load_faq(manifests[name].faq(), language), words, language)
    assert (hits[0].entry.name if hits else None) == answer


@pytest.fixture(scope="module")
def manifests(tmp_path_factory):
    cache = Cache(tmp_path_factory.mktemp("cache"))
    names = ("internet-provider", "mobile-operator", "bank", "software")
    return {name: open_folder(builtin_root() / name, cache) for name in names}


@each(
    ("name", "language", "text", "somebody_elses"),
    [
        ("internet-provider", "ru", "после грозы свет есть, а интернета нет", False),
        ("internet-provider", "ru", "после установки windows не работает интернет", False),
        ("internet-provider", "ru", "свет снова дали, интернета всё равно нет", False),
        ("internet-provider", "en", "the power is back but there is no internet", False),
        ("internet-provider", "en", "no internet since the power cut yesterday", False),
        ("internet-provider", "uk", "світла немає було вчора, зараз є, а інтернет не працює", False),
        ("internet-provider", "pl", "po awarii prądu router się nie łączy", False),
        ("internet-provider", "pl", "prąd już jest, internetu nie ma", False),
        ("internet-provider", "pl", "nie mam prądu w mieszkaniu", True),
        ("internet-provider", "pl", "jakie gniazdka są na Kubie", True),
        ("internet-provider", "ru", "у меня нет электричества", True),
        ("internet-provider", "ru", "телевизор не включается", True),
        ("internet-provider", "en", "we have a power cut in the street", True),
        ("bank", "en", "I need the statement for the police report", False),
        ("bank", "en", "I want to make a police report", True),
        ("mobile-operator", "pl", "pękł mi wyświetlacz w telefonie", True),
        ("software", "en", "can you book me a room for two nights in Leeds", True),
        ("software", "ru", "не открывается страница заказа билетов", False),
        ("mobile-operator", "en", "no signal after replacing the screen", False),
        ("mobile-operator", "en", "after I replaced the cracked screen there is no signal", False),
        ("mobile-operator", "ru", "после того как треснул экран телефона нет сети", False),
        ("mobile-operator", "en", "the screen of my phone is cracked", True),
        ("mobile-operator", "pl", "zepsuł mi się ekran w telefonie", True),
        ("internet-provider", "en", "my TV set does not start", True),
        ("internet-provider", "uk", "комп'ютер не вмикається", True),
        ("internet-provider", "pl", "windows się nie uruchamia", True),
        ("internet-provider", "pl", "po obiedzie nie ma prądu w mieszkaniu", True),
    ],
)
def test_topics_of_the_built_in_packs(name, language, text, somebody_elses, manifests) -> None:
    pack = manifests[name]
    assert (not_ours(pack.manifest.not_ours, text, pack.texts(language)) is not None) is somebody_elses


def test_topics_in_the_customers_language() -> None:
    assert not_ours(TOPICS, "awaria zasilania", {"power cut": "awaria zasilania"}) == TOPICS[0]


@each(
    ("one", "other"),
    [
        ("роутера", "роутером"),
        ("сеть", "сети"),
        ("рахунок", "рахунку"),
        ("замовлення", "замовленням"),
        ("звонок", "звонка"),
        ("rachunek", "rachunku"),
        ("karta", "karty"),
        ("print", "printing"),
        ("bill", "bills"),
    ],
)
def test_forms_of_one_word(one: str, other: str) -> None:
    assert likeness(one, other) >= 0.9


@each(
    ("one", "other"),
    [("карта", "картошка"), ("internet", "internal"), ("card", "care"), ("tax", "taxi"), ("пін", "пінг")],
)
def test_different_words(one: str, other: str) -> None:
    assert likeness(one, other) == 0.0


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_survived(query: str, entry: str) -> None:
    entries = load_faq([("a", entry), *FILES], "en")
    hits = search(entries, query, "en")
    assert all(hit.score > 0 for hit in hits)
    not_ours(TOPICS, query)


def test_a_folder_pack_brings_its_answers(tmp_path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "faq").mkdir()
    (tmp_path / "pack.yml").write_text("pack: p\n", encoding="utf-8")
    (tmp_path / "faq" / "router.md").write_text(ROUTER, encoding="utf-8")
    (tmp_path / "faq" / "router.uk.md").write_text(FILES[1][1], encoding="utf-8")
    (tmp_path / "faq" / "notes.txt").write_text("not an answer", encoding="utf-8")
    pack = open_folder(tmp_path, Cache(tmp_path / "cache"))
    assert [name for name, _text in pack.faq()] == ["router", "router.uk"]
    assert found("роутера") == [hit.entry.name for hit in search(load_faq(pack.faq(), "uk"), "роутера", "uk")]
