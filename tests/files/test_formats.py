"""Whole files in the child's own code: what is read, as whole values; and whatever comes, only FileError comes out."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import FileError, TooManyCodes, Unreadable
from bot.files.check import Check, begin
from bot.files.formats import ods, xls, xlsx
from bot.files.formats.workbook import known
from bot.files.result import batches, finish
from bot.promo.codes import unpack
from bot.promo.file_types import calls_for_words
from bot.promo.findings import Checked, Column, Fate, Finding, Hit, Kind, Known, Layout, Options, Part, Shape
from tests.data.make_files import FILES

LIMIT = 20 * 1024 * 1024


def read(content: bytes | str, name: str = "codes.csv", options: Options | None = None) -> Check:
    """A file read up to its codes."""
    raw = content.encode() if isinstance(content, str) else content
    return begin(raw, name, options or Options(), max_codes=1000, unpacked_at_most=LIMIT)


def zipped(**files: bytes | str) -> bytes:
    """A ZIP of files; `_` in a name stands for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


CODES = ["AAA-111", "BBB-222", "CCC-333"]


@pytest.mark.parametrize(
    ("content", "name", "rows"),
    [
        ("AAA-111\nBBB-222\nCCC-333\n", "a.txt", [1, 2, 3]),
        ("code\nAAA-111\nBBB-222\nCCC-333", "a.csv", [2, 3, 4]),
        ("code\r\nAAA-111\r\n\r\nBBB-222\r\nCCC-333\r\n", "a.csv", [2, 4, 5]),
        ("id,promo code,date\n1,AAA-111,2024-01-01\n2,BBB-222,2024-01-01\n3,CCC-333,2024-01-02\n", "a.csv", [2, 3, 4]),
        ("1;AAA-111;10,00\n2;BBB-222;10,00\n3;CCC-333;12,50\n", "a.csv", [1, 2, 3]),
        ("name\tcode\nx\tAAA-111\ny\tBBB-222\nz\tCCC-333\n", "a.tsv", [2, 3, 4]),
        ('"code","n"\n"AAA-111","a, b"\n"BBB-222","c\nd"\n"CCC-333",""\n', "a.csv", [2, 3, 5]),
        ("AAA-111|x\nBBB-222|y\nCCC-333|z\n", "a.txt", [1, 2, 3]),
        ("AAA-111, BBB-222, CCC-333", "a.txt", [1, 1, 1]),
        ("AAA-111;BBB-222\nCCC-333", "a.txt", [1, 1, 2]),
        ("AAA-111 BBB-222 CCC-333", "a.txt", [1, 1, 1]),
        ("\ufeffcode\nAAA-111\nBBB-222\nCCC-333\n", "a.csv", [2, 3, 4]),
        ("Gutscheincode\nAAA-111\nBBB-222\nCCC-333\n".encode("utf-16"), "a.csv", [2, 3, 4]),
        ("code\nAAA-111\nBBB-222\nCCC-333\n".encode("utf-16-be"), "a.csv", [2, 3, 4]),
        (json.dumps(CODES), "a.json", [1, 2, 3]),
        (json.dumps([{"id": n, "code": code} for n, code in enumerate(CODES)]), "a.json", [1, 2, 3]),
        (json.dumps({"total": 3, "codes": CODES}), "a.json", [1, 2, 3]),
        (json.dumps({"data": {"page": 1, "coupons": [{"coupon_code": code} for code in CODES]}}), "a.json", [1, 2, 3]),
        ("\n".join(json.dumps({"n": n, "code": code}) for n, code in enumerate(CODES)), "a.json", [1, 2, 3]),
        (
            "Spring campaign;;\nexported 12.03.2026 by Anna;;\n;;\n"
            "Code;Discount;Until\nAAA-111;10,5%;31.12.2026\nBBB-222;10,5%;31.12.2026\nCCC-333;9%;31.12.2026\n",
            "a.csv",
            [5, 6, 7],
        ),
        ("Codes for spring\n\nCode\nAAA-111\nBBB-222\nCCC-333\n", "a.csv", [4, 5, 6]),
        ("AAA-111;10,50;15,00\nBBB-222;9,50;12,00\nCCC-333;9,00;11,50\n", "a.csv", [1, 2, 3]),
        ('code,note\nAAA-111,"hello\nBBB-222,x\nCCC-333,y\n', "a.csv", [2, 3, 4]),
        ('code,note\nAAA-111,"hello\nBBB-222,x\nCCC-333,y"\n', "a.csv", [2, 3, 4]),
        ("value\nAAA-111\nBBB-222\nCCC-333\n", "a.csv", [2, 3, 4]),
        ("VOUCHER\nAAA-111\nBBB-222\nCCC-333\n", "a.csv", [2, 3, 4]),
        (
            ";".join("x" for _ in range(60)) + ";code\n" + "".join(";" * 60 + f"{code}\n" for code in CODES),
            "a.csv",
            [2, 3, 4],
        ),
        (json.dumps([*CODES, {"a": 1}]), "a.json", [1, 2, 3]),
        (gzip.compress(b"code\nAAA-111\nBBB-222\nCCC-333\n"), "a.csv.gz", [2, 3, 4]),
        (zipped(a_csv="code\nAAA-111\nBBB-222\nCCC-333\n"), "a.zip", [2, 3, 4]),
    ],
)
def test_codes_and_their_lines(content: bytes | str, name: str, rows: list[int]) -> None:
    """In every shape the same three codes are found, with the lines a person would count."""
    check = read(content, name)
    assert (check.codes, list(check.rows)) == (CODES, rows)


def test_a_few_codes_with_a_space_are_not_cut_in_two() -> None:
    """Where most lines hold one code, a line of two words is one code with a space inside, not two codes."""
    lines = [*(f"SUMMER-{n}OF" for n in range(100, 108)), "SUMMER 10OFF", "SALE 25 OFF1"]
    check = read("\n".join(lines))
    assert (check.codes, list(check.rows), finish(check, [], "7").findings) == (
        lines,
        list(range(1, 11)),
        (Finding(Kind.INNER_SPACE, Fate.KEPT, 2, (9, 10)),),
    )


def test_a_whole_result() -> None:
    """Everything a check says of a small file, as one value."""
    text = 'code;note\n "AAA-111" ;x\nBBB-222;\nAAA-111;again\n;\n2.19E+26;\nbbb-222;\nKNOWN-1;\n'
    check = read(text)
    checked = finish(check, [Hit("7", "old", [3])], "7")
    assert checked == Checked(
        codes=3,
        rows=7,
        parts=(Part("codes.csv", 0, 3),),
        findings=(
            Finding(Kind.SPACES, Fate.CLEANED, 1, (2,)),
            Finding(Kind.QUOTES, Fate.CLEANED, 1, (2,)),
            Finding(Kind.EMPTY, Fate.CLEANED, 1, (5,)),
            Finding(Kind.REPEATED, Fate.LEFT_OUT, 1, (4,)),
            Finding(Kind.SCIENTIFIC, Fate.LEFT_OUT, 1, (6,)),
            Finding(Kind.KNOWN_HERE, Fate.LEFT_OUT, 1, (8,)),
            Finding(Kind.CASE_REPEATED, Fate.KEPT, 1, (7,)),
        ),
        samples=("A•••••1", "B•••••2", "b•••••2"),
        layout=Layout(
            "csv",
            "utf-8",
            column=Column(0, "code", "A•••••1", ("A•••••1", "2.•••••6", "K•••••1")),
            header=1,
            columns=(
                Column(0, "code", "A•••••1", ("A•••••1", "2.•••••6", "K•••••1")),
                Column(1, "note", "•", ("•", "a••••")),
            ),
        ),
        shape=Shape((("AAA", 1), ("BBB", 1), ("bbb", 1)), ((7, 3),), (("-9A", 2), ("-9a", 1)), 3),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        known=(Known("old", "7", 1),),
        reported=3,
        makes=(("AAA-999", 3),),
    )
    assert [unpack(packed) for _, packed in batches(check, 2)] == [
        (["AAA-111", "BBB-222"], [2, 3]),
        (["bbb-222"], [7]),
    ]
    assert sorted(check.left_out) == [
        (4, "repeated", "AAA-111"),
        (6, "scientific", "2.19E+26"),
        (8, "known_here", "KNOWN-1"),
    ]


@pytest.mark.parametrize(
    ("hit_list", "keep", "codes"),
    [
        ("7", frozenset(), ["AAA-111", "CCC-333"]),
        ("8", frozenset(), ["AAA-111", "CCC-333"]),
        ("7", frozenset({Kind.KNOWN_HERE}), CODES),
        ("8", frozenset({Kind.KNOWN_HERE}), ["AAA-111", "CCC-333"]),
        ("8", frozenset({Kind.KNOWN_ELSEWHERE}), CODES),
    ],
)
def test_codes_loaded_before(hit_list: str, keep: frozenset[Kind], codes: list[str]) -> None:
    """A code loaded before is left out, here or elsewhere, unless the person keeps that kind."""
    check = read("\n".join(CODES), options=Options(keep=keep))
    finish(check, [Hit(hit_list, "old", [1])], "7")
    assert check.codes == codes


def test_several_files_have_their_own_lines() -> None:
    """In an archive each file is a part, and global rows lead back to its lines."""
    from bot.promo.findings import place

    check = read(zipped(a_csv="code\nA1-A1\nA2-A2\n", b_txt="B1-B1\nA1-A1\n", c_png=b"\x89PNG...."), "all.zip")
    checked = finish(check, [], "")
    assert [(part.name, part.codes) for part in checked.parts] == [("a.csv", 2), ("b.txt", 1)]
    assert [place(checked.parts, row) for row in check.rows] == [("a.csv", 2), ("a.csv", 3), ("b.txt", 1)]
    assert [place(checked.parts, row) for row, _, _ in check.left_out] == [("b.txt", 2)]


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        ("", "a.csv", "empty"),
        ("  \n\n", "a.csv", "empty"),
        (b"AB\x00\x01\x02\xff" * 50, "a.csv", "binary"),
        ("{not json", "a.json", "damaged"),
        ("[" * 100_000, "a.json", "damaged"),
        ("x" * 200_000, "a.csv", "line_too_long"),
        (",".join("ab" for _ in range(1000)) + "\n" + ",".join("cd" for _ in range(1000)), "a.csv", "too_wide"),
        (zipped(inner_zip=zipped(a_csv="A1-A1")), "a.zip", "nested_archive"),
        (zipped(a_csv="A1-A1\n" * 50)[:-40], "a.zip", "truncated"),
        (gzip.compress(b"A1-A1\n" * 500)[:-12], "a.gz", "truncated"),
        (zipped(a_csv=b"\0" * (LIMIT + 1)), "bomb.zip", "too_big_inside"),
        (gzip.compress(b"A" * (LIMIT + 1)), "bomb.gz", "too_big_inside"),
        (b"PK\x03\x04 not really", "a.xlsx", "damaged"),
        (zipped(**{f"f{n}_csv": "A1-A1" for n in range(101)}), "a.zip", "too_many_files"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "damaged"),
    ],
)
def test_broken_files(content: bytes | str, name: str, why: str) -> None:
    """Each broken or hostile file is refused with its own reason."""
    with pytest.raises(Unreadable) as caught:
        read(content, name)
    assert caught.value.why == why


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (
            "Dear team,\nplease find the plan for the next mailing below.\nKind regards\nAnna from marketing\n",
            "note.txt",
        ),
        ("import os\n\ndef main():\n    return os.getcwd()\n\nif __name__ == '__main__':\n    main()\n", "main.py"),
        ("2024-01-01 10:00:00 INFO started the thing\n2024-01-01 10:00:01 INFO did the thing\n" * 5, "app.log"),
        ("name,email\nAnna,anna@example.com\nBen,ben@example.com\n", "people.csv"),
        ("date,amount\n2024-01-01,12.50\n2024-01-02,13.99\n2024-01-03,9.00\n", "sales.csv"),
        ("order_id,date,total\n" + "".join(f"{100_000 + n * 3},2024-01-02,{n}.50\n" for n in range(9)), "orders.csv"),
        ("SKU;Name;Price\n" + "".join(f"SKU-{n * 7:05d};Shirt;{n}.99\n" for n in range(9)), "prices.csv"),
        ("name,country code\nAnna,DE1\nBen,FR2\nOlga,ES3\n", "countries.csv"),
        ("ok\nthanks\nsee you\nbye\n", "chat.txt"),
        (b"%PDF-1.7 ...", "plan.pdf"),
        (zipped(content_xml="x", mimetype="application/vnd.oasis.opendocument.text"), "plan.odt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "plan.doc"),
        (b"AB\x00\x01\x02\xff" * 50, "drawing.fig"),
        ("Promo code;Discount;Date\n", "empty.csv"),
        ("Promo codes for Anna\nThanks\n", "note.txt"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg"),
        ('{"name": "package", "version": "1.0.0"}', "package"),
        ("# Title\n\nSome words about the title that go on.\n\n- a point of some kind\n", "README.md"),
    ],
)
def test_what_is_plainly_no_codes_is_left_in_peace(content: bytes | str, name: str) -> None:
    """Prose, programs, logs, people, sales, pictures and documents start no card."""
    with pytest.raises(FileError) as caught:
        read(content, name)
    assert not calls_for_words(caught.value, name)


def test_a_table_is_not_taken_apart() -> None:
    """Other columns do not become codes, however much their cells look like some."""
    codes = [f"QZ{n * 7919 % 10_000:04d}XY" for n in range(40)]
    partner = "code,partner\n" + "".join(f"{code},{'PARTNER1' if n % 2 else ''}\n" for n, code in enumerate(codes))
    assert read(partner).codes == codes
    goods = "code;sku;ref\n" + "".join(f"{code};SKU-{1000 + n};REF{n}\n" for n, code in enumerate(codes))
    assert read(goods).codes == codes
    assert (
        read("".join(f"{code},{10_000_000 + n},SHOP-{n:03d}\n" for n, code in enumerate(codes))).codes[:2] == codes[:2]
    )


def test_many_codes_in_one_line() -> None:
    """A line of any length is a list when all of it are codes."""
    codes = [f"CODE-{n * 7919:08d}" for n in range(20_000)]
    check = begin(", ".join(codes).encode(), "a.txt", Options(), max_codes=30_000, unpacked_at_most=LIMIT)
    assert check.codes == codes


def test_what_was_chosen_for_one_file_is_not_forced_on_others() -> None:
    """A column chosen for the first file of an archive holds for files with the same titles only."""
    archive = zipped(
        a_csv="code,id\nAAA-111,1\nBBB-222,2\n",
        b_csv="n;code\n1;CCC-333\n2;DDD-444\n",
        note_txt="please load these.\nThanks",
    )
    chosen = read(archive, "a.zip", options=Options(column=0, header=True))
    assert chosen.codes == ["AAA-111", "BBB-222", "CCC-333", "DDD-444"]
    assert finish(chosen, [], "").unread == ("note.txt",)


def test_half_a_character_is_found() -> None:
    """A lone surrogate in JSON is no crash, and no code."""
    check = read('["AAA-111", "BBB\\ud800-2"]', "a.json")
    assert (check.codes, [kind for _, kind, _ in check.left_out]) == (["AAA-111"], ["unreadable_text"])


def test_a_code_under_the_header_is_no_second_header() -> None:
    """A code that reads like a title is not taken for the header, whatever stands above it."""
    words = ["WELCOMECODE", "AAA-111", "BBB-222", "CCC-333"]
    assert read("Code\n" + "\n".join(words)).codes == words
    assert read("Code\n\n" + "\n".join(words)).codes == words
    assert read("Code;Note\n" + "".join(f"{word};x\n" for word in words)).codes == words


def test_too_many_codes() -> None:
    """More codes than allowed are refused, with the limit."""
    with pytest.raises(TooManyCodes) as caught:
        read("\n".join(f"CODE-{n}" for n in range(1001)))
    assert caught.value.limit == 1000


def test_windows_encodings_are_found_and_can_be_chosen() -> None:
    """A Windows-1251 file is read by detection, says that it is not sure, and another encoding can be chosen."""
    content = "код;имя\n".encode("cp1251") + "".join(f"СКИДКА{n};Анна\n" for n in range(30)).encode("cp1251")
    check = read(content)
    assert (check.codes[0], check.layout.encoding, check.layout.sure) == ("СКИДКА0", "cp1251", False)
    assert "cp1251" in check.layout.encodings
    other = read(content, options=Options(encoding="cp1252"))
    assert other.codes[0] != check.codes[0]
    assert other.layout.encoding == "cp1252"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Код\n" + "".join(f"ВЕСНА{n}\n" for n in range(20)), "cp1251"),
        ("Kupon\n" + "".join(f"YILBAŞI{n}\n" for n in range(20)), "cp1254"),
        ("Gutschein\n" + "".join(f"ÄPFEL{n}\n" for n in range(20)), "cp1252"),
    ],
)
def test_the_alphabet_tells_the_encoding(text: str, encoding: str) -> None:
    """Codes in Cyrillic, Turkish and German letters are read as they were written, and said to be doubtful."""
    check = read(text.encode(encoding))
    assert (check.codes, check.layout.encoding, check.layout.sure) == (text.split()[1:], encoding, False)


def test_column_and_header_can_be_chosen() -> None:
    """A person's choice of column and header beats the evidence."""
    text = "AAA-111,XX-1\nBBB-222,XX-2\nCCC-333,XX-3\n"
    assert read(text).layout.asks is True
    assert read(text, options=Options(column=1)).codes == ["XX-1", "XX-2", "XX-3"]
    assert read(text, options=Options(column=0, header=True)).codes == CODES[1:]


@settings(max_examples=300, deadline=1000)
@given(
    content=st.binary(max_size=400), name=st.sampled_from(["a.csv", "a.txt", "a.json", "a.xlsx", "a.zip", "a.gz", "a"])
)
def test_arbitrary_bytes_end_in_codes_or_a_file_error(content: bytes, name: str) -> None:
    """Whatever bytes are dropped, the reader ends with codes or a FileError."""
    try:
        check = read(content, name)
    except FileError:
        return
    assert finish(check, [], "").codes == len(check.codes) == len(check.rows)


@settings(max_examples=200, deadline=2000)
@given(
    name=st.sampled_from(["damaged.xls", "zeros.ods", "damaged.xlsx"]),
    at=st.integers(min_value=0),
    by=st.binary(max_size=8),
)
def test_damaged_workbooks_say_what_they_can(name: str, at: int, by: bytes) -> None:
    """Whatever bytes of a workbook are overwritten, what it says of its cells is read, or nothing."""
    content = bytearray((FILES / name).read_bytes())
    at %= len(content)
    content[at : at + len(by)] = by
    facts = {"xls": xls.facts, "ods": ods.facts, "xlsx": xlsx.facts}[name.rpartition(".")[2]]
    with suppress(Unreadable):
        # A part that says it is huge is not read at all.
        assert known(bytes(content), 0, facts).height <= 1 << 24


def test_a_damaged_kind_is_a_damaged_file() -> None:
    """An ODS whose kind cannot be read is damaged, and no surprise."""
    content = (FILES / "zeros.ods").read_bytes().replace(b"mimetype", b"mimetypo", 1)
    with pytest.raises(Unreadable) as caught:
        read(content, "zeros.ods")
    assert caught.value.why == "damaged"


@settings(max_examples=300, deadline=1000)
@given(text=st.text(alphabet=st.sampled_from('AB19 ,;\t|"\n\r=-\u00a0\ufeff\u0410'), max_size=200))
def test_arbitrary_tables_lose_no_row(text: str) -> None:
    """Every row read is uploaded, left out with a reason, or empty."""
    try:
        check = read(text)
    except FileError:
        return
    checked = finish(check, [], "")
    empty = sum(one.count for one in checked.findings if one.kind is Kind.EMPTY)
    assert len(check.codes) + len({(row, value) for row, _, value in check.left_out}) + empty >= len(set(check.rows))
    assert checked.rows - empty - len(check.codes) <= len(check.left_out)
    assert all(code for code in check.codes)
    assert len(set(check.codes)) == len(check.codes)


def test_a_row_with_two_troubles_is_left_out_once() -> None:
    """The number of rows left out counts rows, not troubles."""
    check = read("\n".join([*(f"ABCD-{n:04d}" for n in range(20)), "\u0410B1"]))
    checked = finish(check, [], "")
    assert {one.kind for one in checked.findings} == {Kind.LOOKALIKE, Kind.LENGTH}
    assert (checked.codes, checked.left_out) == (20, 1)
