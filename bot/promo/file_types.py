"""File types by name: which are read, which are left in peace, and which always get a word. The only such list."""

from __future__ import annotations

import re

from bot.errors import FileError, Foreign, NotCodes, OtherFormat, Unreadable

WORKBOOKS = ("xlsx", "xlsm", "xlsb", "xls", "ods", "fods")
TEXTS = ("csv", "tsv", "tab", "txt", "prn", "dif", "slk", "json", "jsonl", "ndjson")
MARKUP = ("xml", "html", "htm")
ARCHIVES = ("zip", "gz", "tgz", "tar", "bz2", "tbz2", "xz", "txz")
# Everything that is read.
READ = (*TEXTS, *WORKBOOKS, *MARKUP, *ARCHIVES)
# Names that promise a table or a list; a web page or XML is more often something else.
_LISTS = tuple(f".{ending}" for ending in (*TEXTS, *WORKBOOKS))
_KNOWN = tuple(f".{ending}" for ending in READ)
# Slack's own words for files that are not opened unless their name speaks of codes.
_NEVER = ("image/", "video/", "audio/", "font/", "application/pdf", "text/html")
# Kinds that may well hold a list, whatever their name is.
_TABULAR: frozenset[Foreign] = frozenset({"numbers", "7z", "rar", "archive", "pgp", "database"})
# Words for many codes: one voucher, or a promo banner, is a picture people look at.
_CODES = re.compile(
    r"(?<![a-z])codes(?![a-z])|(?:promo|coupon|voucher|discount|gift|gutschein|rabatt|licen[cs]e|activation) ?"
    r"(?:codes?|keys?)|vouchers|coupons|gutscheine|cup[oó]n(?:es|s)|cupons|c[oó]digos|codici|buoni|kupony|kody|kód|"
    r"kodlar|kuponlar|promo ?kod|rabatt?kod|indirim kod|alennuskood|промо ?код|купоны|ваучеры|(?<!\w)коды|κωδικοί|"
    r"κουπόνια|优惠码|優惠碼|兑换码|折扣码|クーポン|コード|쿠폰|코드|קודים|קופונים|"
    r"كوبونات|أكواد|قسائم|کد تخفیف|โค้ด|คูปอง|mã giảm",
    re.IGNORECASE,
)
_OTHER_CODES = re.compile(
    r"(?:qr|bar|dress|source|zip|post|postal|country|area|error|morse|colou?r) ?codes", re.IGNORECASE
)


def is_list(name: str) -> bool:
    """Whether a file's name promises a table or a list."""
    return name.casefold().endswith(_LISTS)


def is_read(name: str) -> bool:
    """Whether files of this name's type are read at all."""
    return name.casefold().endswith(_KNOWN)


def speaks_of_codes(name: str) -> bool:
    """Whether a file's name says in words that promo codes are inside, as "Spring vouchers.pdf" does."""
    words = re.sub(r"[_\-.+ ]+", " ", name)
    return bool(_CODES.search(_OTHER_CODES.sub("", words)))


def is_worth_opening(name: str, mimetype: str) -> bool:
    """Whether a file is downloaded at all: pictures, films and PDFs are not, but for those whose name speaks of codes.

    `mimetype` is Slack's word for the file, which for an export of a shop system may be wrong.
    """
    return not mimetype.startswith(_NEVER) or is_list(name) or speaks_of_codes(name)


def calls_for_words(error: FileError, name: str) -> bool:
    """Whether a file that nobody asked to load is told about, or left in peace: what is plainly no list of codes is.

    A picture in a conversation is left in peace; a damaged workbook, an archive that cannot be opened, or anything
    whose name speaks of codes is told about.
    """
    if speaks_of_codes(name):
        return True
    match error:
        case NotCodes():
            return False
        case OtherFormat(format=kind):
            # What nobody would miss in an archive was passed over before.
            return kind in _TABULAR or is_list(name) or _is_archive(name)
        case Unreadable():
            return is_list(name) or _is_archive(name)
    return True


def _is_archive(name: str) -> bool:
    return name.casefold().endswith(tuple(f".{ending}" for ending in ARCHIVES))
