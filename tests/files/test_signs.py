"""Dashes, web signs and digits of other scripts: mended where the file proves it, left out and named else."""

from __future__ import annotations

import pytest

from bot.files.check import begin
from bot.files.result import finish
from bot.files.signs import Spoiled, spoiled
from bot.promo.findings import Fate, Finding, Kind, Options

PLAIN = [f"SPRING-{n:03d}" for n in range(100, 110)]


def checked(lines: list[str], *, repair: bool = False) -> tuple[list[str], tuple[Finding, ...]]:
    """The codes of a list and what was found."""
    text = "\n".join(lines).encode()
    check = begin(text, "codes.csv", Options(repair=repair), max_codes=1000, unpacked_at_most=1 << 20)
    return check.codes, finish(check, [], "").findings


@pytest.mark.parametrize(
    ("code", "ordinary", "kind"),
    [
        ("SPRING–111", "SPRING-111", Kind.DASHES),
        ("SPRING—111", "SPRING-111", Kind.DASHES),
        ("SPRING\u2011111", "SPRING-111", Kind.DASHES),
        ("SPRING−111", "SPRING-111", Kind.DASHES),
        ("ＳＰＲＩＮＧ-111", "SPRING-111", Kind.OTHER_FORM),
        ("SPRING－１１１", "SPRING-111", Kind.OTHER_FORM),
        ("SPRING-١١١", "SPRING-111", Kind.OTHER_FORM),
        ("SPRING-۱۱۱", "SPRING-111", Kind.OTHER_FORM),
        ("A&amp;B", "A&B", Kind.ENTITIES),
        ("A&amp;amp;B", "A&B", Kind.ENTITIES),
        ("A&#38;B", "A&B", Kind.ENTITIES),
    ],
)
def test_how_a_spoiled_code_reads(code: str, ordinary: str, kind: Kind) -> None:
    """Each sign of another form has one ordinary sign; alone, nothing proves it."""
    assert spoiled([code]) == {0: Spoiled(ordinary, kind, proven=False)}


@pytest.mark.parametrize("code", ["SPRING-111", "A&B", "AT&T;X", "ВЕСНА-1", "ÄPFEL²", "СКИДКА—", "20%OFF"])
def test_what_is_not_spoiled(code: str) -> None:
    """Letters of other alphabets and bare signs are what they are, but for a dash."""
    assert (spoiled([code]) == {}) is ("—" not in code)


@pytest.mark.parametrize("code", ["SPRING–111", "ＳＰＲＩＮＧ-111", "SPRING-١١١"])
def test_the_other_codes_prove_it(code: str) -> None:
    """One spoiled code among many of the same build is written as they are, and told as repaired."""
    codes, findings = checked([*PLAIN, code])
    assert codes == [*PLAIN, "SPRING-111"]
    assert findings == (Finding(Kind.MENDED, Fate.REPAIRED, 1, (11,)),)


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([code.replace("-", "–") for code in PLAIN], Kind.DASHES),
        ([code.replace("-", "&amp;") for code in PLAIN], Kind.ENTITIES),
        (["SALE" + "".join(chr(0x660 + int(digit)) for digit in f"{n:06d}") for n in range(10)], Kind.OTHER_FORM),
    ],
)
def test_a_whole_list_proves_nothing(lines: list[str], kind: Kind) -> None:
    """Where every code has them, they are left out and named until a person has them repaired."""
    codes, findings = checked(lines)
    assert (codes, findings) == ([], (Finding(kind, Fate.LEFT_OUT, 10, (1, 2, 3, 4, 5)),))
    codes, findings = checked(lines, repair=True)
    assert (len(codes), "".join(codes).isascii()) == (10, True)
    assert findings == (Finding(kind, Fate.REPAIRED, 10, (1, 2, 3, 4, 5)),)


@pytest.mark.parametrize("line", ["{};x", "{},x", "{}"])
@pytest.mark.parametrize("sign", ["&amp;", "&#45;", "&lt;"])
def test_the_semicolon_of_a_web_sign_cuts_nothing(line: str, sign: str) -> None:
    """A code is not cut at &amp;, whatever separates the columns."""
    codes, findings = checked(["Code;Note", *(line.format(code.replace("-", sign)) for code in PLAIN)])
    assert (codes, findings) == ([], (Finding(Kind.ENTITIES, Fate.LEFT_OUT, 10, (2, 3, 4, 5, 6)),))


@pytest.mark.parametrize("around", ["&quot;{}&quot;", "{}&nbsp;", "&#39;{}&#39;"])
def test_web_signs_around_a_code_are_taken_off(around: str) -> None:
    """Quotes and spaces are no part of a code, however they are written."""
    codes, findings = checked(["Code", *(around.format(code) for code in PLAIN)])
    assert codes == PLAIN
    assert {finding.fate for finding in findings} <= {Fate.CLEANED}


def test_what_became_equal_is_sent_once() -> None:
    """A mended code that is in the file already is a repetition."""
    codes, findings = checked([*PLAIN, "SPRING–100"])
    assert codes == PLAIN
    assert findings == (Finding(Kind.REPEATED, Fate.LEFT_OUT, 1, (11,)),)


@pytest.mark.parametrize("guard", ['="{}"', '= "{}"', '"=""{}"""'])
def test_the_guard_of_excel_is_taken_off(guard: str) -> None:
    """="00123" is how exports keep Excel from eating zeros: the code is 00123."""
    digits = [f"{n * 7919 % 99_991:08d}" for n in range(1, 30)]
    codes, findings = checked(["Code", *(guard.format(code) for code in digits)])
    assert codes == digits
    assert all(finding.fate is Fate.CLEANED for finding in findings)
