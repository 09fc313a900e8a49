"""Words compared the way people mean them: case, accents, hyphens and slips of the finger left aside.

Shared by the checks, the FAQ search and what is understood of a story. No language is guessed here: everything works
on the letters alone. Inflected words are reduced to what they share without any dictionary, enough to find and never
to show: what is left of ``роутера`` and ``роутером``, ``kartą`` and ``karty`` is the same.
"""

from difflib import SequenceMatcher
from functools import cache, lru_cache
from unicodedata import normalize

from support_cli.base.text import later

# Polish letters lose their strokes and dots because half of Poland types without them; hyphens and apostrophes
# go so that Wi-Fi is wifi, doesn't is doesnt, and зв'язок is звязок however the apostrophe was typed.
_LETTERS = tuple(zip("ёґąćęłńóśźż\u00a0\u202f", "егacelnoszz  ", strict=True))
_DROPPED = "'’‘ʼ`´′-‐‑\u00ad\u200b\u200c\u200d\u0301"
_COMBINING = later("[\u0300-\u036f]")
_WORD = later(r"[^\W_]+")
_STRETCHED = later(r"([^\W\d_])\1\1+")


def fold(text: str) -> str:
    """Folds case, accents, hyphens and apostrophes, so that equal words compare equal.

    Args:
        text: Anything.

    Returns:
        Lower-case text with the same words in the same order.
    """
    if text.isascii():
        return text.casefold().replace("'", "").replace("`", "").replace("-", "")
    if _COMBINING.search(text):
        text = normalize("NFC", text)
    text = text.casefold()
    # str.translate looks every letter up; most of these are in no text at all.
    for letter, plain in _LETTERS:
        if letter in text:
            text = text.replace(letter, plain)
    for letter in _DROPPED:
        if letter in text:
            text = text.replace(letter, "")
    return text


def words_of(text: str) -> list[str]:
    """Lists the folded words of a text; a letter held down (``heeelp``) counts once."""
    return _WORD.findall(_STRETCHED.sub(r"\1", fold(text)))


def slipped(typed: str, meant: str) -> bool:
    """Whether two words differ by exactly one slip: a letter wrong, lost, added, or two swapped.

    Args:
        typed: A folded word.
        meant: A folded word of at least five letters; shorter ones never match, they have too many neighbours.
    """
    if typed == meant or len(meant) < 5 or abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    shortest = min(len(typed), len(meant))
    while start < shortest and typed[start] == meant[start]:
        start += 1
    left, right = typed[start:], meant[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
    return left[1:] == right or right[1:] == left


_CYRILLIC = """
    ованию ування ювання ованиям иями
    енням анням інням енню анню енні анні
    ення ання іння ение ания ении анию ения ений аний ень
    ами ями ого его ому ему ими ыми іми їми ових евих
    ать ять ить еть ить ати яти ити іти ути ешь ишь ете ите іть їть ють уть ают яют уют ует ает яет ует
    ала яла ила ела ало яло ило али яли или іли ила ємо имо емо айте йте ла ло ли
    ою ею ой ей ий ый ая яя ое ее ые ие ого ів їв ов ев ах ях ам ям ом ем ім їм их ых іх ию ью ия ья ії ією
    ає яє ує ит ет ут ют ат ят ал ял ил ел ив ав яв ок ка ку ки ке кі
    а я о е у ю и ы і ї ь й є в л
"""
_LATIN = """
    owania owanie ujemy
    ania anie enie enia ings
    ami ach ego emu ymi imi owi ych ich ing
    ala ila ela alo ilo elo ali ily aly uje asz isz esz amy imy emy cie
    ek om ow em ie ej es ed er ac ic yc ec am ie ia iu
    a e y i o u s
"""
# Words that every question has, folded. Short ones count otherwise: TV, 5G.
_EVERYDAY = """
    a an and are as at be been but by can cannot cant could did do does doesnt dont for from get had has have help
    hello how i if in is isnt it its me my no not of on or our please problem question so that the there this to use
    was we what when where which why will with work working works would you your

    а або але без бо був була було бути в ваш вже ви від він вона вони все всі де для до допоможіть є ж з за зі и і
    із й його коли кому ле мене мені мій моя моє можна ми на над нам не немає нема ні об од по працює працюють при
    про проблема питання прошу та так там те ти то тут у це ця цей чи чому що щоб я як який яка яке які

    бы был была было быть вам вас ваш во вопрос вот все вы где да его ее если есть еще же и из или их к как какой
    какая какие ко когда кто ли мне мой моя мое можно мы надо нас не нет ни но о об он она они от по помогите почему
    пожалуйста при проблема работает работают с со так там то тут ты у уже хочу чего что чтобы это эта этот я

    ale az bo by byc byl byla bylo co czy czemu dla dlaczego do dzialac dziala dzialaja gdy gdzie i ich ile ja jak
    jaki jaka jakie jest jestem juz kiedy kto ktora ktore ktory lub mam mi mnie moge mozna moj moja moje my na nam
    nas nie o od on ona oni po pod pomoc ponad poniewaz prosze problem pytanie przez przy sa sie sobie ta tak tam te
    tego ten to tu u w was we wy z za ze
"""
_LEAST = 3
_KEPT = 0.55
"""Share of the longer word that two forms of one word begin with; less is another word of the same root."""
_ALIKE = 0.8


@cache
def _endings(latin: bool) -> list[str]:
    return sorted(set((_LATIN if latin else _CYRILLIC).split()), key=len, reverse=True)


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Cuts the ending off a folded word; at least three letters stay, and words with digits stay whole."""
    if len(word) <= _LEAST or not word.isalpha():
        return word
    if word.endswith(("ся", "сь")) and len(word) > 5:
        word = word[:-2]
    for ending in _endings(word.isascii()):
        if word.endswith(ending) and len(word) - len(ending) >= (_LEAST if len(ending) <= 2 else _LEAST + 1):
            return word[: -len(ending)]
    return word


def likeness(one: str, other: str) -> float:
    """How surely two folded words are the same word.

    Returns:
        1.0 for the same letters, 0.9 for the same stem, 0.6 for one slip of the finger, 0.0 otherwise.
    """
    if one == other:
        return 1.0
    shared = _shared(one, other)
    if shared < 2 and one[1:3] != other[1:3]:
        return 0.0
    longest = max(len(one), len(other))
    a, b = stem(one), stem(other)
    if shared >= _KEPT * longest:
        # Three letters are a stem only of forms as long as each other (сеть, сети): a taxi is no tax.
        if a == b and (len(a) > _LEAST or len(one) == len(other) or one + "s" == other or other + "s" == one):
            return 0.9
        if abs(len(a) - len(b)) == 1 and shared >= max(len(a), len(b), 6) - 1:
            return 0.9
    if slipped(one, other) or (len(a) >= 5 and slipped(a, b)):
        return 0.6
    if longest >= 8 and shared >= 2 and one[-1] == other[-1]:
        return 0.6 if SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE else 0.0
    return 0.0


def _shared(one: str, other: str) -> int:
    """Letters that two words begin with alike."""
    shared = 0
    for mine, its in zip(one, other, strict=False):
        if mine != its:
            break
        shared += 1
    return shared


@cache
def _everyday() -> frozenset[str]:
    return frozenset(_EVERYDAY.split())


def is_everyday(word: str) -> bool:
    """Whether a folded word stands in questions of every kind and points at no answer."""
    return word in _everyday()
