"""Lines as people paste them: what stands around the codes is taken off, and told with a line before and after."""

from __future__ import annotations

import json

import pytest

from bot.errors import NotCodes
from bot.files.check import Check, begin
from bot.promo.findings import Options

CODES = [f"SPR{n * 7919 % 100_000:05d}X" for n in range(1, 16)]
HALF = [code for n, code in enumerate(CODES) if n % 3]


def read(text: str, name: str = "codes.txt", options: Options | None = None) -> Check:
    """A text read up to its codes."""
    return begin(text.encode(), name, options or Options(), max_codes=100, unpacked_at_most=1 << 20)


@pytest.mark.parametrize(
    "form",
    [
        *("{n}. {code}", "{n}) {code}", "({n}) {code}", "[{n}] {code}", "#{n} {code}", "{n} - {code}", "{n}:{code}"),
        *("• {code}", "- {code}", "* {code}", "> {code}", "[ ] {code}", "- [x] {code}", "☐ {code}", "→ {code}"),
        *("Code: {code}", "code={code}", "Промокод: {code}", "Your code is: {code}", "1. Code: {code}"),
        *("{code}.", "{code},", "`{code}`", "“{code}”", "({code})", "{code} <br>", '"{code}",'),
        *("{code} - 10%", "{code}    10 %", "{code}\t10 EUR\tnew", "{code} | new", "{code} -> 10%", "{code} (10% off)"),
        *("https://shop.example.com/discount/{code}?x=1", "https://shop.example.com/?coupon={code}"),
        *("'{code}',", "('{code}'),", "{code};10,50", '"{code},10,2026-12-31"', "Dust Runner {n}, {code}"),
    ],
)
def test_what_stands_around_codes_is_taken_off(form: str) -> None:
    """Numbers, marks, labels, quotes, remarks, links and a table left whole: the codes come out, in their order."""
    check = read("\n".join(form.format(n=n, code=code) for n, code in enumerate(CODES, 1)))
    assert (check.codes, check.layout.asks) == (CODES, False)


def test_a_line_before_and_after_is_told() -> None:
    """The card learns, masked, of which line the code was taken."""
    check = read("\n".join(f"{n}. {code}" for n, code in enumerate(CODES, 1)))
    before, after = check.layout.taken or ("", "")
    assert (before.endswith(after), CODES[0] in before, "•" in after) == (True, False, True)


def test_a_remark_behind_some_codes_marks_them() -> None:
    """ABC - used, or ABC (used), behind some codes leaves those out."""
    for remark in (" - used", " (used)", " – eingelöst"):
        check = read("\n".join(code + ("" if n % 3 else remark) for n, code in enumerate(CODES)))
        assert check.codes == HALF


@pytest.mark.parametrize(
    "text",
    [
        "codes = [\n" + "".join(f"    '{code}',\n" for code in CODES) + "]\n",
        'const codes = ["' + '", "'.join(CODES) + '"];',
        "SELECT * FROM coupons WHERE code IN ('" + "', '".join(CODES) + "')",
        "INSERT INTO coupons (code) VALUES\n" + ",\n".join(f"('{code}')" for code in CODES) + ";",
        "INSERT INTO coupons (id, code, amount) VALUES\n"
        + ",\n".join(f"({n}, '{code}', 10)" for n, code in enumerate(CODES))
        + ";",
    ],
)
def test_lists_of_programs(text: str) -> None:
    """Python, JavaScript and SQL write lists of strings; the strings are the codes."""
    assert read(text).codes == CODES


def test_several_codes_in_a_cell() -> None:
    """Codes side by side in one cell of a table are a row each, with what stands beside them."""
    pairs = [f'{1000 + n},"{CODES[n]},{CODES[n + 1]}"' for n in range(0, 14, 2)]
    check = read("\n".join(["order,coupon_codes", *pairs]), "a.csv")
    assert (check.codes, list(check.rows)[:4]) == (CODES[:14], [2, 2, 3, 3])


@pytest.mark.parametrize("above", ["Hi team,\nplease find the codes below.\n", "# made by ACME\n", "Batch: SPRING26\n"])
@pytest.mark.parametrize("below", ["\nBest regards,\nAnna Example", "\nTotal: 15", "\n(15 rows)", "\nNULL\nN/A\n-"])
def test_rows_that_are_no_codes_are_listed(above: str, below: str) -> None:
    """Greetings, comments, totals and placeholders are left out, and every one is listed or told as the header."""
    check = read(above + "\n".join(CODES) + below)
    around = [*above.strip().split("\n"), *below.strip().split("\n")]
    assert (check.codes, len(check.left_out) + check.layout.header) == (CODES, len(around))


JSON = {
    "in an object of each item": [{"voucher": {"code": code, "amount": 10}} for code in CODES],
    "edges with cursors": {
        "data": {
            "codes": {
                "edges": [
                    {"cursor": f"eyJpZCI6MTIz{n:02d}fQ==", "node": {"code": code}} for n, code in enumerate(CODES)
                ]
            }
        }
    },
    "JSON:API": {
        "data": [{"type": "coupon-code", "id": f"10OFF-{code}", "attributes": {"unique_code": code}} for code in CODES]
    },
    "pages": [
        {"items": [{"promocode": code} for code in CODES[:8]]},
        {"items": [{"promocode": code} for code in CODES[8:]]},
    ],
    "keys": {code: {"amount": 10} for code in CODES},
    "arrays of arrays": {"columns": ["id", "code"], "rows": [[n, code] for n, code in enumerate(CODES)]},
    "used and unused": {
        "used": [{"code": "OLD00001Y"}, {"code": "OLD00002Z"}],
        "unused": [{"code": code} for code in CODES],
    },
    "ids beside": {
        "results": [{"id": f"v_{n:010d}AbCdEf", "code": code, "active": True} for n, code in enumerate(CODES)]
    },
}


@pytest.mark.parametrize("shape", sorted(JSON))
def test_codes_at_any_depth_of_a_document(shape: str) -> None:
    """Every path of a JSON document is a column; the one with the codes is read, never ids, cursors or used ones."""
    check = read(json.dumps(JSON[shape]), "a.json")
    assert (check.codes, check.layout.asks) == (CODES, False)


def test_json_lines() -> None:
    """One object in each line."""
    assert read("\n".join(json.dumps({"couponCode": code}) for code in CODES), "a.jsonl").codes == CODES


def test_two_lists_of_one_document_are_asked_about() -> None:
    """Two arrays of codes that are worth different sums are offered, each and all."""
    document = {"10% off": [{"code": code} for code in CODES[:7]], "20% off": [{"code": code} for code in CODES[7:]]}
    layout = read(json.dumps(document), "a.json").layout
    assert (layout.asks, [one.sheet for one in layout.candidates]) == (True, ["10% off", "20% off"])
    assert read(json.dumps(document), "a.json", Options(every=True, trusted=True)).codes == CODES
    assert read(json.dumps(document), "a.json", Options(sheet="20% off", column=0, trusted=True)).codes == CODES[7:]


def test_pasted_words_are_asked_about() -> None:
    """Words in the box for codes are shown and asked; in a file they are left in peace."""
    assert read("hello\nthere\n", "pasted codes", Options(pasted=True)).layout.asks is True
    with pytest.raises(NotCodes):
        read("hello\nthere\n")


def test_earlier_uploads_tell_two_columns_apart() -> None:
    """Of two columns that would do, the one made like what was loaded before is read."""
    from bot.promo.shapes import shape_of

    rows = "\n".join(f"K{n * 7919 % 10_000:04d}QW,{code}" for n, code in enumerate(CODES))
    assert read(rows, "a.csv").layout.asks is True
    known = [shape_of([f"SPR{n:05d}X" for n in range(300)])]
    check = begin(rows.encode(), "a.csv", Options(), max_codes=100, unpacked_at_most=1 << 20, known=known)
    assert (check.codes, check.layout.asks) == (CODES, False)
