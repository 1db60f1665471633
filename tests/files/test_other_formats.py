"""Files that are no CSV and no workbook: read where that is safe, else named, with no word where none is due."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from email.message import EmailMessage

import pytest

from bot.errors import Encrypted, FileError, Foreign, OtherFormat, Unreadable
from bot.files.check import Check, begin
from bot.promo.file_types import calls_for_words, is_worth_opening, speaks_of_codes
from bot.promo.findings import Options

LIMIT = 5 * 1024 * 1024
CODES = ["AAA-111", "BBB-222", "CCC-333"]
LINES = "code\n" + "\n".join(CODES) + "\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(content: bytes | str, name: str) -> Check:
    """A file read up to its codes."""
    raw = content.encode() if isinstance(content, str) else content
    return begin(raw, name, Options(), max_codes=1000, unpacked_at_most=LIMIT)


def zipped(**files: bytes | str) -> bytes:
    """A ZIP of files; `_` in a name stands for a dot, `__` for a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def tarred(**files: bytes | str) -> bytes:
    """A TAR of files; `_` in a name stands for a dot."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            about = tarfile.TarInfo(name.replace("_", "."))
            about.size = len(raw)
            archive.addfile(about, io.BytesIO(raw))
    return out.getvalue()


def mail(*, attached: bool = False) -> bytes:
    """A saved e-mail with codes in its text, or in a file."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "Codes"
    message.set_content("Hello,\n\n" + "\n".join(CODES) + "\n")
    if attached:
        message.add_attachment(LINES, filename="codes.csv")
    return bytes(message)


def saved_page() -> bytes:
    """A web page saved as one file."""
    message = EmailMessage()
    message["Subject"] = "Codes"
    message.set_content(HTML, subtype="html")
    return bytes(message)


HTML = (
    "<html><head><style>td {color: red}</style><title>Export</title></head><body><!-- made by shop -->"
    "<table><tr><th>No</th><th colspan=2>Voucher <b>code</b></th></tr>"
    "<tr><td>1<td>AAA-111<td>x</tr><tr><td>2</td><td>BBB-&#50;22</td></tr>"
    "<tr><td>3</td><td><p>CCC-333</p></td></tr></table></body></html>"
)
XML_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Codes"><Table>'
    '<Row><Cell ss:Index="2"><Data ss:Type="String">Code</Data></Cell></Row>'
    '<Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="String">AAA-111</Data></Cell></Row>'
    '<Row><Cell ss:Index="2"><Data ss:Type="String">BBB-222</Data></Cell></Row>'
    '<Row><Cell ss:Index="2"><Data ss:Type="String"><B>CCC</B>-333</Data></Cell></Row>'
    "</Table></Worksheet></Workbook>"
)
FLAT_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>'
    '<table:table table:name="Codes">'
    + "".join(
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        "</table:table-row>"
        for text in ("code", *CODES)
    )
    + "</table:table></office:spreadsheet></office:body></office:document>"
)
RECORDS = (
    '<?xml version="1.0"?><export><about><shop>North</shop></about><coupons>'
    + "".join(f'<coupon id="{n}"><code>{code}</code><uses>1</uses></coupon>' for n, code in enumerate(CODES))
    + "</coupons></export>"
)
SYLK = 'ID;PWXL;N;E\nB;Y4;X2\nC;Y1;X1;K"No"\nC;X2;K"Code"\n' + "".join(
    f'C;Y{n};X1;K{n}\nC;X2;K"{code}"\n' for n, code in enumerate(CODES, 2)
)
DIF = (
    'TABLE\n0,1\n"EXCEL"\nVECTORS\n0,4\n""\nTUPLES\n0,2\n""\nDATA\n0,0\n""\n'
    + "".join(f'-1,0\nBOT\n1,0\n"{text}"\n0,{n}\nV\n' for n, text in enumerate(("Code", *CODES)))
    + "-1,0\nEOD\n"
)


@pytest.mark.parametrize(
    ("content", "name", "kind", "rows"),
    [
        (HTML, "export.xls", "html", [2, 3, 4]),
        ("\ufeff" + HTML, "export.html", "html", [2, 3, 4]),
        (HTML.encode("utf-16"), "export.html", "html", [2, 3, 4]),
        (saved_page(), "export.mht", "html", [2, 3, 4]),
        (mail(), "codes.eml", "txt", [3, 4, 5]),
        (mail(), "codes.txt", "txt", [3, 4, 5]),
        (
            "From: Anna <a@b.example>\nSent: Thursday\nSubject: codes\n\nAAA-111\nBBB-222\nCCC-333\n",
            "a.txt",
            "txt",
            [5, 6, 7],
        ),
        (XML_2003, "export.xls", "xml", [3, 4, 5]),
        (XML_2003, "export.xml", "xml", [3, 4, 5]),
        (FLAT_ODS, "codes.fods", "fods", [2, 3, 4]),
        (FLAT_ODS, "codes.xml", "fods", [2, 3, 4]),
        (RECORDS, "codes.xml", "xml", [1, 2, 3]),
        (RECORDS, "codes.txt", "xml", [1, 2, 3]),
        (SYLK, "codes.slk", "sylk", [2, 3, 4]),
        (SYLK, "codes.csv", "sylk", [2, 3, 4]),
        (DIF, "codes.dif", "dif", [2, 3, 4]),
        (DIF.replace("\n", "\r\n"), "codes.csv", "dif", [2, 3, 4]),
        (bz2.compress(LINES.encode()), "codes.csv.bz2", "csv", [2, 3, 4]),
        (bz2.compress(b"code\nAAA-111\n") + bz2.compress(b"BBB-222\nCCC-333"), "codes.csv.bz2", "csv", [2, 3, 4]),
        (lzma.compress(LINES.encode()), "codes.csv.xz", "csv", [2, 3, 4]),
        (tarred(codes_csv=LINES), "codes.tar", "csv", [2, 3, 4]),
        (gzip.compress(tarred(codes_csv=LINES, read_md="# Words\n")), "codes.tgz", "csv", [2, 3, 4]),
        (bz2.compress(tarred(codes_csv=LINES)), "codes.tar.bz2", "csv", [2, 3, 4]),
        (lzma.compress(tarred(codes_csv=LINES)), "codes.txz", "csv", [2, 3, 4]),
    ],
)
def test_what_else_is_read(content: bytes | str, name: str, kind: str, rows: list[int]) -> None:
    """Tables in web pages, XML, SYLK and DIF, and files in every archive of the standard library give their codes."""
    check = read(content, name)
    assert (check.codes, list(check.rows), check.layout.format) == (CODES, rows, kind)


def test_a_document_named_for_codes_is_missed_in_an_archive() -> None:
    """Beside a list that is read, a PDF of codes is named as not read; a picture is passed over in silence."""
    content = zipped(codes_csv=LINES, vouchers_pdf=b"%PDF-1.7", banner_png=b"\x89PNG")
    check = read(content, "all.zip")
    assert (check.codes, check.unread) == (CODES, ("vouchers.pdf",))


def test_hidden_and_struck_rows_of_a_web_page_are_told() -> None:
    """Rows that a page does not show, or strikes out, are marked in the table."""
    from bot.files.formats import tables_of

    page = (
        "<table><tr><td>Code</td></tr><tr style='display: none'><td>OLD-1</td></tr>"
        "<tr><td><s>USED-1</s></td></tr><tr><td>NEW-1</td></tr></table>"
    )
    [table] = tables_of(page.encode(), "a.html", Options())
    assert (table.hidden_rows, table.struck_rows) == (frozenset({1}), frozenset({2}))


def test_a_cell_that_reaches_down_keeps_the_columns_in_place() -> None:
    """A cell over several rows pushes the others aside, as the page shows it."""
    from bot.files.formats import tables_of

    page = "<table><tr><td rowspan=2>May</td><td>A-1</td></tr><tr><td>A-2</td></tr><tr><td>June</td><td>A-3</td></tr>"
    [table] = tables_of(page.encode(), "a.html", Options())
    assert table.column(1)[0] == ["A-1", "A-2", "A-3"]


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (zipped(Index__Document_iwa=b"\0", Index__Tables__DataList_iwa=b"\0"), "Spring.numbers", "numbers"),
        (zipped(Index_zip=b"\0"), "Spring.numbers", "numbers"),
        (zipped(Index__Document_iwa=b"\0"), "Codes.pages", "pages"),
        (zipped(Index__Document_iwa=b"\0", Index__Slide_iwa=b"\0"), "Codes.key", "keynote"),
        (zipped(word__document_xml="x", **{"[Content_Types]_xml": "x"}), "codes.docx", "word"),
        (zipped(ppt__presentation_xml="x", **{"[Content_Types]_xml": "x"}), "codes.pptx", "slides"),
        (zipped(content_xml="x", mimetype="application/vnd.oasis.opendocument.text"), "codes.odt", "word"),
        (OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "codes.doc", "word"),
        (OLE + b"\0" * 600 + "__properties_version1.0".encode("utf-16-le"), "codes.msg", "mail"),
        (b"%PDF-1.7 ...", "codes.pdf", "pdf"),
        (b"%PDF-1.7 ...", "codes.csv", "pdf"),
        (b"{\\rtf1\\ansi AAA-111\\par}", "codes.rtf", "rtf"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "codes.7z", "7z"),
        (b"Rar!\x1a\x07\x01\0", "codes.rar", "rar"),
        (b"\x28\xb5\x2f\xfd\x04", "codes.csv.zst", "archive"),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n", "codes.txt", "pgp"),
        (b"\x85\x01\x0c\x03\xff\x00" * 20, "codes.csv.gpg", "pgp"),
        (b"SQLite format 3\0" + b"\0" * 100, "codes.db", "database"),
        (b"\x89PNG\r\n\x1a\n", "codes.png", "picture"),
        (b"\0\0\0\x18ftypheic\0\0", "codes.heic", "picture"),
        (b"\0\0\0\x18ftypmp42\0\0", "codes.mp4", "media"),
        (b"MZ\x90\0\3\0", "codes.exe", "program"),
        ("<!DOCTYPE html><html>Sign in</html>", "codes.csv", "web_page"),
        ("<?xml version='1.0'?><note>Hello</note>", "codes.xml", "xml"),
        (mail(attached=True), "codes.eml", "mail"),
        ('{"url": "https://docs.google.com/spreadsheets/d/1", "doc_id": "1"}', "codes.gsheet", "shortcut"),
        ("[InternetShortcut]\nURL=https://docs.google.com/spreadsheets/d/1\n", "codes.url", "shortcut"),
    ],
)
def test_what_a_file_is_instead(content: bytes | str, name: str, kind: Foreign) -> None:
    """A document that is not read is named for what it is, and told about when its name speaks of codes."""
    with pytest.raises(OtherFormat) as caught:
        read(content, name)
    assert caught.value == OtherFormat(kind)
    assert calls_for_words(caught.value, name)


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (bz2.compress(b"A" * (LIMIT + 1)), "bomb.bz2", "too_big_inside"),
        (lzma.compress(b"A" * (LIMIT + 1)), "bomb.xz", "too_big_inside"),
        (gzip.compress(tarred(a_csv=b"A" * (LIMIT + 1))), "bomb.tgz", "too_big_inside"),
        (bz2.compress(LINES.encode() * 99)[:-20], "codes.csv.bz2", "truncated"),
        (lzma.compress(LINES.encode() * 99)[:-20], "codes.csv.xz", "truncated"),
        (tarred(codes_csv=LINES * 99)[:900], "codes.tar", "truncated"),
        (tarred(codes_zip=zipped(a_csv=LINES)), "codes.tar", "nested_archive"),
        (zipped(codes_csv_bz2=bz2.compress(LINES.encode())), "codes.zip", "nested_archive"),
        (tarred(**{f"f{n}_csv": "A1-A1" for n in range(101)}), "codes.tar", "too_many_files"),
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a><i>&b;</i><i>x</i></a>', "codes.xml", "damaged"),
        (
            '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a><i>&b;</i><i/></a>',
            "codes.xml",
            "damaged",
        ),
        ('<?xml version="1.0"?>' + "<a>" * 100_000, "codes.xml", "damaged"),
        (
            FLAT_ODS.replace("<office:document ", '<!DOCTYPE x [<!ENTITY b "c">]><office:document ', 1),
            "a.fods",
            "damaged",
        ),
        ("<table><tr>" + "<td>x</td>" * 501 + "</tr></table>", "codes.html", "too_wide"),
        ("<table><tr><td colspan=99999999>x</td><td>y</td></tr></table>", "codes.xls", "too_wide"),
        (XML_2003.replace('ss:Index="3"', 'ss:Index="99999999"'), "codes.xls", "damaged"),
        ("ID;P\nC;Y99999999;X1;K1\n", "codes.slk", "damaged"),
    ],
)
def test_hostile_files_of_these_kinds(content: bytes | str, name: str, why: str) -> None:
    """Bombs, entities, depth and absurd numbers end in a sentence."""
    with pytest.raises(Unreadable) as caught:
        read(content, name)
    assert caught.value.why == why


def test_a_zip_with_a_password_is_no_damaged_one() -> None:
    """What the file says of itself is told."""
    content = bytearray(zipped(codes_csv=LINES))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Encrypted):
        read(bytes(content), "codes.zip")


@pytest.mark.parametrize(
    ("name", "speaks"),
    [
        ("Promo codes May.pdf", True),
        ("codes.png", True),
        ("vouchers-2026.docx", True),
        ("Gutscheincodes.pages", True),
        ("промокоды_весна.pdf", True),
        ("indirim kodları.pdf", True),
        ("促销优惠码.png", True),
        ("qr-codes.png", False),
        ("dress_codes.pdf", False),
        ("promo banner.png", False),
        ("voucher.png", False),
        ("decoded.mp4", False),
        ("barcodes.jpg", False),
        ("plan.pdf", False),
    ],
)
def test_a_name_that_speaks_of_codes_is_never_met_with_silence(name: str, speaks: bool) -> None:
    """A picture or PDF is opened, and told about, when its name says that codes are inside."""
    assert speaks_of_codes(name) is speaks
    assert is_worth_opening(name, "image/png") is speaks
    assert calls_for_words(OtherFormat("picture"), name) is speaks


@pytest.mark.parametrize(
    ("error", "name", "told"),
    [
        (OtherFormat("numbers"), "Spring.numbers", True),
        (OtherFormat("7z"), "Spring.7z", True),
        (OtherFormat("pdf"), "Spring.zip", True),
        (OtherFormat("pdf"), "Spring.pdf", False),
        (OtherFormat("picture"), "a.csv", True),
        (Unreadable("damaged"), "Spring.xlsx", True),
        (Unreadable("truncated"), "Spring.zip", True),
        (Unreadable("binary"), "drawing.fig", False),
        (Encrypted(), "Spring.zip", True),
    ],
)
def test_who_gets_a_word(error: FileError, name: str, told: bool) -> None:
    """Tables and archives that cannot be read are told about; other documents only when named for codes."""
    assert calls_for_words(error, name) is told


def test_slacks_word_for_an_export_does_not_silence_it() -> None:
    """An HTML table named .xls is opened, whatever Slack takes it for."""
    assert is_worth_opening("export.xls", "text/html")
    assert not is_worth_opening("page.html", "text/html")
