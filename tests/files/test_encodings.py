"""Bytes to text: the encoding is told by the letters, whatever program and country wrote the file."""

from __future__ import annotations

import random

import pytest

from bot.files.encodings import CHOICES, decode

ASCII = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
# A title line of each language, letters its codes are made of, and the encodings its programs write.
TEXTS = [
    ("Gutscheincode;Beträge für Käufer;Größe", ASCII + "ÄÖÜß" * 9, ["cp1252", "cp850", "cp437", "mac-roman"]),
    ("Code promo;Remise;Événement spécial à Noël", ASCII, ["cp1252", "cp850", "mac-roman"]),
    ("Código;Descripción;Año", ASCII + "ÑÁÉ" * 9, ["cp1252", "cp850", "mac-roman"]),
    ("Código promocional;Descrição;Não", ASCII, ["cp1252", "cp850"]),
    ("Kod rabatowy;Wartość zniżki", ASCII + "ŁŚŻĆ" * 9, ["cp1250", "cp852", "iso-8859-2", "mac-latin2"]),
    ("Slevový kód;Platnost do;Částka", ASCII + "ČŘŽŠ" * 9, ["cp1250", "cp852"]),
    ("Kuponkód;Kedvezmény;Érvényesség;Összeg", ASCII, ["cp1250", "cp852"]),
    ("İndirim Kodu;Açıklama;Geçerlilik", ASCII + "ŞİĞÇ" * 9, ["cp1254", "cp857", "mac-turkish"]),
    ("Промокод;Скидка", "АБВГДЕЖЗИКЛМНОПРСТУ01", ["cp1251", "koi8-r", "cp866", "mac-cyrillic", "iso-8859-5"]),
    ("Code;Amount", "АБВГДЕЖЗИКЛМНОПРСТУ", ["cp1251", "koi8-r", "cp866", "mac-cyrillic"]),
    ("Промокод;Знижка;Дійсний до", "АБВГДІЇЄ01", ["cp1251", "koi8-u"]),
    ("Κωδικός;Έκπτωση", "ΑΒΓΔΕΖ01", ["cp1253", "cp737", "mac-greek"]),
    ("קוד קופון;סכום", ASCII, ["cp1255", "cp862"]),
    ("كود الخصم;القيمة", ASCII, ["cp1256"]),
    ("โค้ดส่วนลด;จำนวน", ASCII, ["cp874"]),
    ("クーポンコード;金額", ASCII, ["cp932"]),
    ("쿠폰 코드;금액", ASCII, ["cp949"]),
    ("优惠码;金额", ASCII, ["gb18030"]),
    ("優惠代碼;金額", ASCII, ["big5"]),
]


@pytest.mark.parametrize(
    ("title", "letters", "encoding"),
    [(title, letters, encoding) for title, letters, encodings in TEXTS for encoding in encodings],
)
def test_the_letters_tell_the_encoding(title: str, letters: str, encoding: str) -> None:
    """Windows, MS-DOS, Unix and Mac: a list with a title or with codes in letters of its country is read as written."""
    chance = random.Random(title + encoding)
    text = f"{title}\n" + "".join(f"{''.join(chance.choices(letters, k=9))};10,50\n" for _ in range(20))
    read, _, sure = decode(text.encode(encoding), None)
    assert (read, sure) == (text, False)


@pytest.mark.parametrize("encoding", [name for name in CHOICES if name not in ("utf-8", "utf-16")])
def test_every_encoding_can_be_chosen(encoding: str) -> None:
    """What a person chooses is what the file is read in."""
    assert decode(b"CODE-1\n", encoding) == ("CODE-1\n", encoding, True)


@pytest.mark.parametrize("start", ["\ufeff", "ï»¿", "\ufeffï»¿", "п»ї", "∩╗┐"])
def test_a_byte_order_mark_is_never_part_of_the_first_code(start: str) -> None:
    """A mark that some program took for text and saved again is taken off."""
    assert decode(f"{start}AAA-111\nBBB-222\n".encode(), None)[0] == "AAA-111\nBBB-222\n"


@pytest.mark.parametrize("end", [b"\0", b"\0" * 512, b"\x1a", b"\r\n\x1a"])
def test_what_programs_put_after_a_text_is_no_part_of_it(end: bytes) -> None:
    """Zero bytes that fill a block, and the end of a text in MS-DOS, are taken off."""
    assert decode(b"AAA-111\r\nBBB-222" + end, None)[0].split() == ["AAA-111", "BBB-222"]


@pytest.mark.parametrize("text", ["Промокод;Имя\nВЕСНА1;Анна\n", "Gutscheincode;Größe\nÄPFEL1;ö\n", "クーポン\nA1\n"])
def test_a_text_taken_for_windows_and_saved_again_is_mended(text: str) -> None:
    """UTF-8 that was read as Windows-1252 and saved as UTF-8 comes back; a person is asked to look."""
    spoiled = "".join(
        bytes([byte]).decode("latin-1" if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252")
        for byte in text.encode()
    )
    assert decode(spoiled.encode(), None) == (text, "utf-8", False)


@pytest.mark.parametrize("text", ["Größe\nÄPFEL1\n", "Â°C\n", "naïve café\n", "€5\n"])
def test_a_good_text_is_not_mended(text: str) -> None:
    """Letters beyond ASCII alone prove nothing."""
    assert decode(text.encode(), None) == (text, "utf-8", True)


def test_what_the_file_says_of_its_encoding_holds_when_it_can() -> None:
    """A web page names its encoding; a wrong name is not believed."""
    content = "Größe ÄÖÜ".encode("cp1252")
    assert decode(content, None, "iso-8859-1") == ("Größe ÄÖÜ", "iso-8859-1", True)
    assert decode(content, None, "no-such")[0] == "Größe ÄÖÜ"
