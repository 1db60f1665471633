"""Makes the samples in `files/` again: `python -m tests.data.make_files`. Needs LibreOffice (Debian: libreoffice-calc).

Workbooks are written by LibreOffice from one flat ODS, so that they carry what a real spreadsheet does to codes.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

FILES = Path(__file__).parent / "files"
CODES = [f"SPRING-{n:03d}X{(n * 7919) % 9973:04d}" for n in range(1, 31)]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
 xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>
<number:number-style style:name="N8">
<number:number number:decimal-places="0" number:min-integer-digits="8"/></number:number-style>
<number:number-style style:name="N1">
<number:number number:decimal-places="0" number:min-integer-digits="1"/></number:number-style>
<number:number-style style:name="N4"><number:text>SALE-</number:text>
<number:number number:decimal-places="0" number:min-integer-digits="4"/></number:number-style>
<number:date-style style:name="D1"><number:year number:style="long"/><number:text>-</number:text>
<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>
<style:style style:name="struck" style:family="table-cell">
<style:text-properties style:text-line-through-style="solid" style:text-line-through-type="single"/></style:style>
<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>
<style:style style:name="zeros" style:family="table-cell" style:data-style-name="N8"/>
<style:style style:name="worded" style:family="table-cell" style:data-style-name="N4"/>
<style:style style:name="whole" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="date" style:family="table-cell" style:data-style-name="D1"/>
</office:automatic-styles><office:body><office:spreadsheet>"""
FILTERED = ' table:visibility="filter"'
_TAIL = "</office:spreadsheet></office:body></office:document>"


def text(value: str, style: str = "") -> str:
    """A text cell."""
    styled = f' table:style-name="{style}"' if style else ""
    return f'<table:table-cell{styled} office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def number(value: str, style: str = "whole") -> str:
    """A number cell."""
    return f'<table:table-cell table:style-name="{style}" office:value-type="float" office:value="{value}"/>'


def date(value: str) -> str:
    """A date cell."""
    return f'<table:table-cell table:style-name="date" office:value-type="date" office:date-value="{value}"/>'


def boolean(value: str) -> str:
    """A boolean cell."""
    return f'<table:table-cell office:value-type="boolean" office:boolean-value="{value}"/>'


def formula(value: str, result: str) -> str:
    """A formula with a text as its result."""
    return (
        f'<table:table-cell table:formula="of:={value}" office:value-type="string" office:string-value="{result}">'
        f"<text:p>{result}</text:p></table:table-cell>"
    )


def sheet(name: str, rows: list[list[str]], style: str = "", hidden: Sequence[int] = (), columns: str = "") -> str:
    """A sheet of cells; `style` may be hidden. A filter hides the rows `hidden`; `columns` come before the rows."""
    body = "".join(
        f"<table:table-row{FILTERED if number in hidden else ''}>{''.join(row)}</table:table-row>"
        for number, row in enumerate(rows)
    )
    styled = f' table:style-name="{style}"' if style else ""
    return f'<table:table table:name="{name}"{styled}>{columns}{body}</table:table>'


PLAIN = [sheet("Codes", [[text("Promo code"), text("Note")], *[[text(code), text("spring")] for code in CODES]])]
DAMAGED = [
    sheet(
        "Codes",
        [
            [text("code")],
            *[[text(code)] for code in CODES[:10]],
            [number("2.19E+26")],
            [number("1234567890123456789")],
            [number("1234", "zeros")],
            [date("2024-03-01")],
            [boolean("true")],
            [formula("NA()", "#N/A")],
            [formula("&quot;SPRING&quot;&amp;&quot;-031X0001&quot;", "SPRING-031X0001")],
        ],
    )
]
ZEROS = [sheet("Codes", [[text("code")], *[[number(str(n * 1237 % 10**7), "zeros")] for n in range(1, 11)]])]
FORMATTED = [sheet("Codes", [[text("code")], *[[number(str(n * 37), "worded")] for n in range(1, 11)]])]
TWO_SHEETS = [
    sheet("Plan", [[text("What"), text("When")], [text("Spring mailing to all"), date("2024-03-01")]]),
    sheet("Codes", [[text("No"), text("Voucher")], *[[number(str(n)), text(c)] for n, c in enumerate(CODES, 1)]]),
]

# A report as people keep it: its title above the header, last year's codes on a hidden sheet.
REPORT = [
    sheet(
        "Codes",
        [
            [text("Spring campaign")],
            [],
            [text("No"), text("Voucher"), text("Valid until")],
            *[[number(str(n)), text(c), date("2024-06-30")] for n, c in enumerate(CODES, 1)],
        ],
    ),
    sheet("Last year", [[text("Voucher")], *[[text(f"WINTER{n * 7919 % 9973:04d}")] for n in range(50)]], "hidden"),
]

# Codes of last year in a hidden column, some rows hidden by a filter, and a used one struck out.
HIDDEN = [
    sheet(
        "Codes",
        [
            [text("Old code"), text("Code"), text("Status")],
            *[
                [text(f"WINTER{n * 7919 % 9973:04d}"), text(code, "struck" if n == 6 else ""), text("free")]
                for n, code in enumerate(CODES, 1)
            ],
        ],
        hidden=(2, 4),
        columns='<table:table-column table:visibility="collapse"/><table:table-column/><table:table-column/>',
    )
]


def workbook(name: str, sheets: list[str], kinds: tuple[str, ...], folder: Path) -> None:
    """Writes the sheets as `name.<kind>` with LibreOffice."""
    source = folder / f"{name}.fods"
    source.write_text(_HEAD + "".join(sheets) + _TAIL, encoding="utf-8")
    for kind in kinds:
        convert(source, kind)


def convert(source: Path, kind: str) -> None:
    """One conversion by LibreOffice, into FILES."""
    home = source.parent / "profile"
    command = ["soffice", f"-env:UserInstallation=file://{home}", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(FILES), str(source)], check=True, capture_output=True, timeout=120)


def plain_files() -> None:
    """Everything that needs no program: text in its encodings, JSON, archives."""
    lines = "code\n" + "\n".join(CODES) + "\n"
    (FILES / "plain.csv").write_text(lines)
    (FILES / "bom.csv").write_bytes(b"\xef\xbb\xbf" + lines.replace("\n", "\r\n").encode())
    (FILES / "utf-16.csv").write_text(lines, encoding="utf-16")
    (FILES / "codes.txt").write_text("\n".join(CODES))
    (FILES / "commas.txt").write_text(", ".join(CODES))
    russian = "промокод;имя\n" + "".join(f"{code};Клиент номер {n}\n" for n, code in enumerate(CODES))
    (FILES / "windows-1251.csv").write_bytes(russian.encode("cp1251"))
    (FILES / "strings.json").write_text(json.dumps(CODES))
    (FILES / "objects.json").write_text(json.dumps([{"id": n, "code": code} for n, code in enumerate(CODES)]))
    (FILES / "plain.csv.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))
    untidy = [f" {CODES[0]} ", f'"{CODES[1]}"', CODES[2] + "\u200b", "\u00a0" + CODES[3], "", CODES[4], CODES[4]]
    doubtful = [CODES[5].lower(), CODES[5], "SPRING 006X1", "SPRING-0\u041607X99", "2.19E+26", "1-Mar", "#N/A", "=A1"]
    (FILES / "untidy.csv").write_text("\n".join(["code", *untidy, *doubtful]) + "\n", encoding="utf-8")
    (FILES / "plain.csv.bz2").write_bytes(bz2.compress(lines.encode()))
    (FILES / "plain.csv.xz").write_bytes(lzma.compress(lines.encode()))
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.add(FILES / "plain.csv", "plain.csv", filter=_anybody)
    (FILES / "plain.tgz").write_bytes(gzip.compress(packed.getvalue(), mtime=0))
    records = "".join(f"<coupon><id>{n}</id><code>{code}</code></coupon>" for n, code in enumerate(CODES))
    (FILES / "records.xml").write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<coupons>{records}</coupons>\n')
    (FILES / "ms-dos.csv").write_bytes(
        "Gutscheincode;Käufer\n".encode("cp850") + "".join(f"ÄÖ{code[-4:]}Ü;Jürgen\n" for code in CODES).encode("cp850")
    )
    with zipfile.ZipFile(FILES / "two.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, codes in (("first.csv", CODES[:15]), ("second.txt", CODES[15:]), ("note.md", ["# Words about it"])):
            archive.writestr(zipfile.ZipInfo(name), "\n".join(codes) + "\n")


def _anybody(about: tarfile.TarInfo) -> tarfile.TarInfo:
    about.uid = about.gid = about.mtime = 0
    about.uname = about.gname = ""
    return about


def main() -> int:
    """Makes every sample."""
    FILES.mkdir(exist_ok=True)
    plain_files()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        workbook("plain", PLAIN, ("xlsx", "xls", "ods"), folder)
        workbook("damaged", DAMAGED, ("xlsx", "xls", "ods"), folder)
        workbook("zeros", ZEROS, ("xlsx", "xls", "ods"), folder)
        workbook("formatted", FORMATTED, ("xlsx", "xls", "ods"), folder)
        workbook("two-sheets", TWO_SHEETS, ("xlsx",), folder)
        workbook("report", REPORT, ("xlsx", "ods"), folder)
        workbook("hidden", HIDDEN, ("xlsx", "xls", "ods", "fods"), folder)
        workbook("plain", PLAIN, ("fods", "slk", "dif", "html", "xml:MS Excel 2003 XML"), folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
