"""A text in sentences, and the language that it is written in, told from the text alone."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from support_cli.base.text import later

LANGUAGES = ("en", "ru", "uk", "pl")

# Words that carry no subject and that the other languages of the four lack. Polish ones stand without their letters as
# well, because half of Poland types so; "to", "i", "my", "on" and the like are left out, both languages have them.
_FUNCTION_WORDS = {
    "en": """
        the and of is are was were it its it's that this these those with without for from have has had not
        don't doesn't didn't isn't wasn't can't won't couldn't i've i'm i'd you your he she they them their
        there then than when where which who what why how would could should did does can will be been being but
        if because since after before at or by into out only just still any some all every us our again
        please nothing yes hello thanks always never sometimes often dont doesnt didnt isnt cant wont im ive
    """,
    "pl": """
        nie jest są sa się sie że ze czy jak jako już juz od mnie mi przez przy dla albo lub oraz bez tylko
        jeszcze tak był byl była byla było bylo były byly mam mamy mój moj moja moje moją jestem jesteśmy co gdy
        gdzie kiedy dlaczego proszę prosze pan pani panu państwo panstwo który ktory która ktora które ktore
        tego tej tym ten ta te tych nic coś cos ktoś ktos wszystko zawsze nigdy bardzo może moze można mozna
        wczoraj dzisiaj dziś dzis dzień dzien dobry u w z ale ani też tez pod nad po za ich jego jej go ją nam
        wam nas was będzie bedzie żeby zeby bo więc wiec chcę chce została zostala został zostal działa dziala
        czasem często czesto drugie
    """,
    "ru": """
        не что это как так нет есть был была было были мне меня мой моя моё мое мои мы вы он она они его её ее
        их уже ещё еще или если когда где почему чтобы только после перед при для без потом сейчас вчера сегодня
        завтра очень ничего всё все который которая которые этот эта эти тот и с со из от до об обо во ни раз
        пожалуйста здравствуйте добрый день спасибо помогите нужно надо можно хочу могу работает просто тоже
        даже опять нам вам вас нас пишет пришло пришёл пришел постоянно иногда часто через
    """,
    "uk": """
        не що це як так ні є був була було були мені мене мій моя моє мої ми ви він вона вони його її їх вже ще
        або якщо коли де чому щоб тільки лише після перед при для без потім зараз вчора учора сьогодні завтра
        дуже нічого все всі який яка яке які цей ця ці той і й з зі із від до та у чи раз ласка вітаю доброго
        добрий день дякую допоможіть треба можна хочу можу працює просто теж також навіть знову нам вам вас нас
        але бо немає нема хтось щось пише прийшло прийшов прийшла потрібно постійно іноді часто через
    """,
}
_LETTERS = {"pl": frozenset("ąćęłńśźż"), "uk": frozenset("іїєґ"), "ru": frozenset("ыэъё")}
_FOREIGN = frozenset("ўјљњћђџѓќқңғүұһөәäöüßàâçèéêëîïôùûñõãčďěňřšťůžăășţț")
"""Letters that none of the four languages has; an English text has a word or two with them at most."""
# Endings that tell the language when the words are not on a list: working, prawdopodobnie, загружается, відображається.
_ENDINGS = {
    "en": "ing tion ght 's n't ould ely",
    "pl": "ych iem ego emu nie ość osc cie ją łem łam alem alam uje ilem ilam",
    "ru": "ется ится ются ение ения ает яет уют ого ешь лся лась ция ость ий ит",
    "uk": "ється иться ються ення ання ає яє ує ють ого ася ось вся ція ість ій ати ити",
}
_LOOKED_AT = 8_000
"""Characters that tell the language; what follows is not read."""
_SURE, _PLENTY = 0.1, 8
"""Evidence that a text of ten words and more has at least: a word in ten, and eight in a long one with a log in it."""

_WORD = later(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*")
# What is pasted or quoted is often in another language than the person's: code, quotes, addresses, file names.
_NOT_SPOKEN = later(
    r"(?s:```.*?(?:```|\Z))|`[^`\n]{1,300}`|«[^»\n]{1,300}»|„[^”\"\n]{1,300}[”\"]|“[^”\n]{1,300}”|\"[^\"\n]{1,300}\""
    r"|\b\w+://\S+|\S+@\S+|\b\w+(?:[._/\\]\w+)+"
)


class Sentence(NamedTuple):
    """A sentence where it stands.

    Attributes:
        start: Offset of its first character in the text.
        end: Offset after its last character; ``text[start:end]`` is the sentence without blanks around it.
        text: The sentence.
    """

    start: int
    end: int
    text: str


def detect_language(text: str, default: str = "") -> str:
    """Tells the language of a text from its letters, its function words and its endings.

    Polish and Ukrainian without their own letters are told by their words. Quotations, code and addresses are looked
    at only when there is nothing else.

    Args:
        text: A story, an answer or one sentence.
        default: Language to assume where the text does not tell; it counts only if its script is the text's, so that
            ``default="en"`` never makes English of Cyrillic letters.

    Returns:
        ``en``, ``ru``, ``uk``, ``pl``, or an empty string for another language or too little of any.
    """
    text = text[:_LOOKED_AT].casefold()
    words = _WORD.findall(_NOT_SPOKEN.sub(" ", text)) or _WORD.findall(text)
    if not words:
        return default
    cyrillic = sum(1 for word in words if "\u0400" <= word[0] <= "\u04ff")
    among = ("ru", "uk") if 2 * cyrillic > len(words) or (cyrillic and cyrillic >= len(words) - 1) else ("en", "pl")
    counted = [word for word in words if ("\u0400" <= word[0] <= "\u04ff") == (among[0] == "ru")]
    if sum(1 for word in counted if not _FOREIGN.isdisjoint(word)) > len(counted) / (4 if len(counted) < 20 else 12):
        return ""
    scores = {language: sum(_evidence(word, language) for word in counted) for language in among}
    best, second = sorted(scores, key=lambda one: scores[one], reverse=True)
    enough = min(_SURE * len(counted), _PLENTY) if len(counted) >= 10 else 0.5
    if scores[best] >= enough and scores[best] > scores[second]:
        return best
    return default if default in among else ""


def _evidence(word: str, language: str) -> float:
    """How much a word speaks for a language: a function word that only this one has most of all."""
    word = word.replace("’", "'").replace("ʼ", "'").replace("`", "'")
    if word in _own_words(language):
        return 1.0
    if not _LETTERS.get(language, frozenset()).isdisjoint(word):
        return 1.0
    return 0.5 if len(word) > 3 and word.endswith(_endings(language)) else 0.0


@cache
def _endings(language: str) -> tuple[str, ...]:
    return tuple(_ENDINGS[language].split())


@cache
def _own_words(language: str) -> frozenset[str]:
    neighbour = {"en": "pl", "pl": "en", "ru": "uk", "uk": "ru"}[language]
    return frozenset(_FUNCTION_WORDS[language].split()) - frozenset(_FUNCTION_WORDS[neighbour].split())


_FENCE = later(r"(?ms)^[ \t]*(```+|~~~+).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)")
_LINE = later(r"[^\n]+")
_STOP = later(r"[.!?…]+[\"'»”’)\]]*(?=\s|$)|(?<=[а-яіїєґ])[.!?…]+(?=[А-ЯІЇЄҐ])")
_ITEM = later(r"\s*(?:[-*•+>#|]|\d{1,3}[.)]\s)")
_WRAPPED = 60
"""A line of so many characters may go on in the next one, as mail programs break them."""
_LONGEST_SPACE = 4
# After these a full stop ends no sentence.
_TITLES = """
    mr mrs ms dr prof st no nr vs tel ext fig eq approx ca
    ul al pl pkt str godz tzw tj np im inż inz mgr p
    ул пр просп пер кв стр тел обл г гор р д им др тов гр
    вул буд кв обл м ім див наприклад
    """
# After these it ends one only where a capital letter follows.
_SHORTENED = """
    e.g i.e etc a.m p.m inc ltd itd itp m.in т.д т.п т.е т.к т.ч тд тп і.т.д тис тыс грн руб коп хв год мин ч zł zl
    min sek sec
    """


def split_sentences(text: str) -> list[Sentence]:
    """Splits a text into sentences with their offsets.

    A blank line, a list item and a fenced block of code begin a sentence of their own; a line that a mail program broke
    goes on in the next. Small letters after a full stop begin a sentence too, because customers write so.

    Args:
        text: Anything; offsets count code points.

    Returns:
        Sentences in order; only blanks lie between them.
    """
    found: list[Sentence] = []
    stops = [match.span() for match in _STOP.finditer(text)]
    for start, end, fenced in _blocks(text):
        if fenced:
            found += _trimmed(text, start, end)
            continue
        begin = start
        for index in range(bisect_left(stops, (start, 0)), len(stops)):
            stop, after = stops[index]
            if stop >= end:
                break
            if _ends_sentence(text, begin, stop, after, end):
                found += _trimmed(text, begin, after)
                begin = after
        found += _trimmed(text, begin, end)
    return found


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """The parts that no sentence goes beyond, as (start, end, whether it is fenced code)."""
    position = 0
    for fence in _FENCE.finditer(text):
        yield from _paragraphs(text, position, fence.start())
        yield *fence.span(), True
        position = fence.end()
    yield from _paragraphs(text, position, len(text))


def _paragraphs(text: str, position: int, end: int) -> Iterator[tuple[int, int, bool]]:
    start = stop = -1
    for line in _LINE.finditer(text, position, end):
        first, last = line.span()
        broken = (
            start >= 0
            and first == stop + 1
            and stop - text.rfind("\n", 0, stop) > _WRAPPED
            and not _ITEM.match(text, first, last)
            and text[first : first + 1].islower()
            and text[stop - 1] not in ".!?…:;"
        )
        if start >= 0 and not broken:
            yield start, stop, False
        if not broken:
            start = first
        stop = last
    if start >= 0:
        yield start, stop, False


def _ends_sentence(text: str, begin: int, stop: int, after: int, end: int) -> bool:
    rest = text[after : min(end, after + _LONGEST_SPACE)].lstrip()
    if not rest:
        return False  # the block ends here anyway
    if text[stop] != "." or after - stop > 1:
        return True
    word = text[max(begin, stop - 12) : stop].split()[-1:]
    last = word[0].casefold().lstrip("(\"'«„") if word else ""
    if last.isdigit():
        # "1. Open the app" is a numbered line, "am 5. Mai" a date; "It happened in 2025. Since then" ends a sentence.
        return not (len(last) <= 2 and (text[begin:stop].strip() == word[0] or rest[0].islower()))
    if last in _short_words(_TITLES) or (len(last) == 1 and last.isalpha() and word[0].isupper()):
        return False
    return not (last in _short_words(_SHORTENED) and not rest[0].isupper())


@cache
def _short_words(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _trimmed(text: str, start: int, end: int) -> list[Sentence]:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    part = part.strip()
    return [Sentence(start, start + len(part), part)] if part else []
