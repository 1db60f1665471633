"""Which lines and columns are codes, and what is only a title above them: what a careful colleague would say."""

from __future__ import annotations

import json
import random

import pytest

from bot.errors import NotCodes, Unreadable
from bot.files.check import Check, begin
from bot.promo.findings import Kind, Options

CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
ALPHABETS = (CAPITALS, CAPITALS.lower(), CAPITALS + CAPITALS.lower(), "0123456789ABCDEF", "АБВГДЕЖЗИКЛМН0123456789")


def read(text: str, name: str = "a.csv", options: Options | None = None) -> Check:
    """A file read up to its codes."""
    return begin(text.encode(), name, options or Options(), max_codes=1000, unpacked_at_most=1 << 24)


def drawn(alphabet: str, length: int, count: int, seed: int = 1) -> list[str]:
    """So many random codes."""
    chance = random.Random(f"{alphabet} {length} {seed}")
    return ["".join(chance.choices(alphabet, k=length)) for _ in range(count)]


CODES = drawn(CAPITALS, 8, 30)


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_a_first_code_without_a_digit_is_no_header(alphabet: str) -> None:
    """Of random codes the first may happen to have no digit; it is uploaded with the others."""
    for seed in range(60):
        first = drawn("".join(filter(str.isalpha, alphabet)), 10, 1, seed)
        codes = first + drawn(alphabet, 10, 40, seed)
        assert read("\n".join(codes)).codes == codes


@pytest.mark.parametrize(
    "title",
    [
        *("Promo code", "Code promo", "Código promocional", "Codice sconto", "Kod rabatowy", "İndirim Kodu", "Cupom"),
        *("Slevový kód", "Код купона", "Κωδικός", "优惠码", "クーポンコード", "쿠폰 코드", "קוד קופון", "كود الخصم"),
        *("Mã giảm giá", "โค้ดส่วนลด", "Serial number", "gift card", "Token"),
    ],
)
@pytest.mark.parametrize("codes", [CODES, [code.lower() for code in CODES], drawn("0123456789", 10, 30)])
def test_a_title_in_any_language_is_no_code(title: str, codes: list[str]) -> None:
    """The title of a column never becomes a code, whatever its language and however many words it has."""
    assert read("\n".join([title, *codes])).codes == codes


def test_a_title_is_told_by_the_numbers_beside_it() -> None:
    """Words above amounts make the first row a header; an amount in it makes it none."""
    rows = [f"{code};{n},50" for n, code in enumerate(CODES)]
    assert read("\n".join(["PINCODES;Importo", *rows])).codes == CODES
    assert read("\n".join(["ABCDEFGH;7,50", *rows])).codes == ["ABCDEFGH", *CODES]


def test_codes_in_groups_stay_whole() -> None:
    """Codes like ABCD 1234, as gift cards have them, are one code each, with and without a title."""
    for groups in (2, 3, 4):
        codes = [" ".join(drawn(CAPITALS, 4, groups, seed)) for seed in range(30)]
        for title in ([], ["code"], ["Promo code"]):
            check = read("\n".join([*title, *codes]))
            assert (check.codes, [*check.found]) == (codes, [(Kind.INNER_SPACE, "kept")])


def test_a_note_under_single_codes_is_not_taken_apart() -> None:
    """One line of words among lines of one code each does not make the file a list of words."""
    check = read("\n".join([*CODES, "exported by Anna"]))
    assert check.codes[:30] == CODES
    assert "exported" not in check.codes


@pytest.mark.parametrize("start", ["BM", "MZ", "RIFF", "ID3", "GIF8", "OggS"])
def test_codes_may_begin_like_a_picture(start: str) -> None:
    """Codes that begin as a bitmap or a program does are codes all the same."""
    codes = [start + code for code in CODES]
    assert read("\n".join(codes)).codes == codes


@pytest.mark.parametrize(
    "codes",
    [
        [f"SALE/{code}" for code in CODES],
        [f"SALE@{code}" for code in CODES],
        [f"SALE:{code}" for code in CODES],
        [str(number) for number in range(100_000, 100_030)],
        ["{" + code + "}" for code in CODES],
    ],
)
def test_unusual_codes_are_not_passed_over(codes: list[str]) -> None:
    """Signs inside, braces around, or numbers that count up: still a list of codes."""
    assert read("\n".join(codes)).codes == codes


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ([f"{n}.{n + 20}" for n in range(1000, 1030)], 30),
        ([f"c/{code.lower()}" for code in CODES], 30),
        ([*"ABCDEFGHIJ"], 10),
        ([f"2026-03-{n:02d}" for n in range(1, 29)], 0),
    ],
)
def test_under_the_title_of_codes_everything_is_told(cells: list[str], kept: int) -> None:
    """A file with the title of codes gets its card, also when a spreadsheet left nothing of them."""
    check = read("\n".join(["Code", *cells]))
    assert (len(check.codes), len(check.left_out)) == (kept, len(cells) - kept)


def test_two_columns_that_could_both_be_codes_are_asked_about() -> None:
    """Where another column would do as well, a person has to say which; a title that names codes decides."""
    pins = drawn("0123456789", 10, 30, 2)
    rows = [f"{pin}\t{code}" for pin, code in zip(pins, drawn("0123456789", 10, 30), strict=True)]
    asked = read("\n".join(["pin\tserial", *rows])).layout
    assert (asked.asks, [one.title for one in asked.candidates]) == (True, ["pin", "serial"])
    assert read("\n".join(["pin\tvoucher code", *rows])).layout.asks is False
    assert read("\n".join(["pin\tserial", *rows]), options=Options(column=1)).layout.asks is False


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A=1\nSECRET_KEY=abcd1234\nTOKEN=xoxb\n", ".env"),
        ("[core]\nname=abc\nvalue=3\n", "a.ini"),
        ("\n".join(f"+7916{n * 7919:07d}" for n in range(50)), "a.csv"),
        ("\n".join(str(n * 37 % 1000) for n in range(28)), "a.csv"),
        ("day,clicks,opens\n" + "".join(f"2026-01-{n:02d},{n * 379},{n * 37}\n" for n in range(1, 28)), "a.csv"),
        ("lat,lon\n" + "".join(f"{n}.{n * 7919:05d},{n}.{n * 5003:05d}\n" for n in range(10, 40)), "a.csv"),
        ("Product,Article,Price\n" + "".join(f"Shirt {n},AR{n * 7919:06d},{n}.00\n" for n in range(50)), "a.csv"),
        ("Country code\nUSA\nDEU\nFRA\n", "a.csv"),
    ],
)
def test_settings_numbers_and_goods_are_left_in_peace(text: str, name: str) -> None:
    """Settings, phone numbers, figures, places and goods start no card."""
    with pytest.raises(NotCodes):
        read(text, name)


@pytest.mark.parametrize("end", ["\u2028", "\x85", "\x0b", "\f"])
def test_uncommon_line_ends(end: str) -> None:
    """Where no other line ends are, the uncommon ones are line ends."""
    check = read(end.join(["code", *CODES]))
    assert (check.codes, list(check.rows)) == (CODES, list(range(2, 32)))


def test_the_line_that_tells_excel_the_delimiter_is_none() -> None:
    """`sep=;` is neither a code nor a header."""
    for text, column in (("sep=;\nSerial;Importo\n", ";5,50"), ("sep=,\nSerial\n", ""), ("\n\nSerial\n", "")):
        check = read(text + "".join(f"{code}{column}\n" for code in CODES))
        assert (check.codes, check.rows[0] - text.count("\n"), check.left_out) == (CODES, 1, [])


def test_empty_rows_below_do_not_hide_the_codes() -> None:
    """What a spreadsheet exports below the last code, rows of delimiters, does not make the file one of no codes."""
    for row in ("", ";;"):
        check = read("\n".join([*(f"{code}{row}" for code in CODES), *[row] * 900]))
        assert (check.codes, check.left_out) == (CODES, [])


def test_one_code_many_times_is_told() -> None:
    """A list that repeats one code gets its card, which says so."""
    check = read("ABC-1234\n" * 500)
    assert (check.codes, len(check.left_out)) == (["ABC-1234"], 499)


def test_a_text_named_json_is_read() -> None:
    """A name is no proof of a format."""
    assert read("\n".join(CODES), "a.json").codes == CODES


def test_a_table_of_as_many_columns_as_rows_is_refused() -> None:
    """Objects without a field in common are no table, and cost no memory as one."""
    with pytest.raises(Unreadable) as caught:
        read(json.dumps([{f"k{n}": "CODE-1"} for n in range(600)]), "a.json")
    assert caught.value.why == "too_wide"
