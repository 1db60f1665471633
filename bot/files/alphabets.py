"""Which encoding makes sense of bytes above 127: letters of one language, in words that look like words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

# Windows first, then MS-DOS, Unix and Mac: where two read a text alike, the earlier one is named.
ENCODINGS = (
    "cp1252",
    "cp1251",
    "cp1254",
    "cp1250",
    "cp1253",
    "cp1255",
    "cp1256",
    "cp1257",
    "cp874",
    "cp866",
    "koi8-r",
    "koi8-u",
    "cp850",
    "cp852",
    "cp437",
    "cp857",
    "cp737",
    "cp862",
    "cp775",
    "iso-8859-5",
    "iso-8859-2",
    "mac-roman",
    "mac-cyrillic",
    "mac-latin2",
    "mac-turkish",
    "mac-greek",
    "cp932",
    "cp949",
    "gb18030",
    "big5",
)
_TWO_BYTES = frozenset({"cp932", "cp949", "gb18030", "big5"})
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
# The letters of each language beyond ASCII, in small letters.
_LETTERS = {
    "german": "äöüß",
    "french": "àâæçéèêëîïôœùûüÿ",
    "spanish": "áéíñóúü",
    "portuguese": "àáâãçéêíóôõúü",
    "italian": "àèéìíîòóùú",
    "nordic": "åäöæøéü",
    "icelandic": "áðéíóúýþæö",
    "polish": "ąćęłńóśźż",
    "czech": "áčďéěíňóřšťúůýž",
    "slovak": "áäčďéíĺľňóôŕšťúýž",
    "hungarian": "áéíóöőúüű",
    "romanian": "ăâîșțşţ",
    "croatian": "čćđšž",
    "estonian": "äõöüšž",
    "lithuanian": "ąčęėįšųūž",
    "latvian": "āčēģīķļņšūž",
    "turkish": "âçğıîöşüiû",
    "russian": _CYRILLIC + "ё",
    "ukrainian": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "serbian": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "greek": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "hebrew": "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
}
# Written by few; their letters lie where Windows has those of others.
_RARE = frozenset({"icelandic", "estonian", "lithuanian", "latvian", "slovak", "serbian"})
_ARABIC, _THAI = re.compile("[\u0620-\u064a\u067e\u0686\u06a9\u06af\u06cc]"), re.compile("[\u0e01-\u0e4e]")
_KANA, _HANGUL, _HAN = re.compile("[\u3041-\u30ff]"), re.compile("[\uac00-\ud7a3]"), re.compile("[\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W_]+")
# Signs that stand in texts of any language.
_SIGNS = frozenset("€£¥§°«»“”„‘’‚…–—•№\u00a0¿¡®©™±²³µ·")
# Words for codes, and for what stands beside them, as titles have them.
_TITLES = re.compile(
    r"промо|\bкоды?\b|купон|скидк|ваучер|сумма|\bдата\b|статус|знижк|\bkód|zniż|wartość|rabat|código|cupón|crédit|réduction|"
    r"coût|größe|prämie|gültig|ermäßig|indirim|açıklama|geçer|κωδικ|κουπ|έκπτωσ|קוד|קופון|הנחה|סכום|كود|كوبون|خصم|قسيمة|"
    r"رمز|クーポン|コード|金額|割引|쿠폰|코드|금액|할인|优惠|折扣|金额|兑换|代码|優惠|代碼|โค้ด|คูปอง|ส่วนลด",
    re.IGNORECASE,
)


def likely_encoding(sample: bytes) -> str:
    """The encoding in which most of a sample's bytes above 127 are letters of one language."""
    scores: dict[str, float] = {}
    for encoding in ENCODINGS:
        try:
            text = sample.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        scores[encoding] = _sense(text, two_bytes=encoding in _TWO_BYTES)
    return max(scores, key=lambda encoding: scores[encoding], default="cp1252")


def _sense(text: str, *, two_bytes: bool) -> float:
    """How much sense a text makes, per character beyond ASCII."""
    wide = [sign for sign in text if sign > "\x7f"]
    if not wide:
        return -3.0
    found = max(_letters(wide)) / len(wide)
    found -= sum(_oddities(word) for word in _WORD.findall(text)) / len(wide)
    found -= sum(not sign.isalnum() and sign not in _SIGNS for sign in wide) * 2 / len(wide)
    found -= len(re.findall(r"(?<=[^\W_])[€£¥§«»“”„‚…•®©™±µ·°²³](?=[^\W_])", text)) / len(wide)
    # Codes are in capitals more often than not; KOI8-R and Windows-1251 have them the other way round.
    found += 0.1 * sum(sign.isupper() for sign in wide) / len(wide)
    # Almost any two bytes are some Chinese character.
    return found + min(len(_TITLES.findall(text)), 3) * 0.3 - (0.35 if two_bytes else 0)


def _letters(wide: list[str]) -> Iterator[float]:
    """For each language how many of the characters it writes."""
    # İ in small letters is two characters.
    small = ["i" if sign == "İ" else sign.lower() for sign in wide]
    for language, letters in _LETTERS.items():
        yield (0.9 if language in _RARE else 1.0) * sum(sign in letters for sign in small)
    text = "".join(wide)
    yield float(len(_ARABIC.findall(text)))
    yield 0.85 * len(_THAI.findall(text))
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    yield float(kana + han) if kana * 4 >= han else 0.7 * han
    yield float(len(_HANGUL.findall(text)))
    yield 0.9 * han


def _oddities(word: str) -> float:
    """What no word of one language has: a small letter before a capital, letters of two alphabets."""
    if word.isascii():
        return 0.0
    odd = 0.5 * sum(left.islower() and right.isupper() for left, right in pairwise(word))
    if word.isalpha() and not (word.islower() or word.isupper() or (word[0].isupper() and word[1:].islower())):
        odd += 1
    scripts = {_script(sign) for sign in word if sign.isalpha()}
    return odd + (len(word) / 2 if len(scripts) > 1 else 0)


def _script(sign: str) -> str:
    return "LATIN" if sign.isascii() else unicodedata.name(sign, "?").split(" ")[0]
