"""The shapes of the answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.errors import BadRequest, CredentialsRefused, ListNotFound, NotSupported
from bot.personaclick import answers
from bot.personaclick.answers import Answer, Refused, Removed, Success, Unclear, Uncounted
from bot.promo.lists import PromoList


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"id": 1, "name": "A", "available": 2}, PromoList("1", "A", 2, "EU")),
        ({"id": "1", "name": "A", "available": "2"}, PromoList("1", "A", 2, "EU")),
        ({"id": " spring ", "name": None, "available": "2.0"}, PromoList("spring", "", 2, "EU")),
        ({"id": 7.0, "available": 3.0}, PromoList("7", "", 3, "EU")),
        ({"id": 1, "name": 2026, "available": 0, "more": []}, PromoList("1", "2026", 0, "EU")),
        ({"id": 1, "name": "a\n\x00b\ud800", "available": -1}, PromoList("1", "a b", -1, "EU")),
        ({"id": "", "name": "A", "available": 2}, Unclear()),
        ({"id": None, "name": "A", "available": 2}, Unclear()),
        ({"id": True, "name": "A", "available": 2}, Unclear()),
        ({"id": 1, "name": "A", "available": None}, Unclear()),
        ({"id": 1, "name": "A"}, Unclear()),
        ({"id": 1, "name": "A", "available": "many"}, Unclear()),
        ({"id": 1, "name": "A", "available": "²"}, Unclear()),
        ({"id": 1, "name": "A", "available": 1.5}, Unclear()),
        ({"id": 1, "name": "A", "available": float("nan")}, Unclear()),
        ({"id": 1, "name": "A", "available": 10**30}, Unclear()),
        ({"id": 1, "name": ["A"], "available": 1}, Unclear()),
        ("A", Unclear()),
    ],
)
def test_one_entry(entry: Any, expected: PromoList | Unclear) -> None:
    """An entry is read tolerantly, and one whose id or count is unknown makes the whole page unclear."""
    found = answers.promo_lists({"payload": [entry]}, "EU")
    assert found == (expected if isinstance(expected, Unclear) else (expected,))


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b"[]", Success([])),
        (200, b'{"status":"success"}', Success({"status": "success"})),
        (201, b'{"success":true}', Success({"success": True})),
        (200, b'{"status":"error"}', Refused()),
        (200, b'{"success":false}', Refused()),
        (200, b'{"status":"success","success":false}', Unclear()),
        (200, b"{}", Unclear()),
        (200, b"", Unclear()),
        (200, b"null", Unclear()),
        (200, b"<html>", Unclear()),
        (200, b'{"status":"succ', Unclear()),
        (200, b"[" * 200_000, Unclear()),
        (200, b"\xff\xfe\x00", Unclear()),
        (302, b'{"status":"success"}', Unclear()),
        (500, b"[]", Unclear()),
    ],
)
def test_verdict(status: int, body: bytes, expected: object) -> None:
    """Only a plain yes is a success and only a plain no a refusal."""
    assert answers.verdict(Answer(status, body)) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"payload": {"deleted_count": 300, "not_found_count": 15}}, Removed(300, 15)),
        ({"payload": {"delete_count": 300, "not_found_count": 15}}, Removed(300, 15)),
        ({"delete_count": "300"}, Removed(300, 15)),
        ({"payload": {"not_found_count": 15}}, Removed(300, 15)),
        ({"payload": {"deleted_count": 316}}, Uncounted()),
        ({"payload": {"not_found_count": 316}}, Uncounted()),
        ({"payload": None}, Uncounted()),
        ({"payload": {"deleted_count": -1}}, Uncounted()),
        ({"payload": {"deleted_count": 10**15}}, Uncounted()),
        ({"payload": {"deleted_count": 300, "not_found_count": 16}}, Uncounted()),
    ],
)
def test_removed(document: Any, expected: object) -> None:
    """Both spellings count, an absent count follows from the other; none, or more than was asked for, is uncounted."""
    assert answers.removed(document, 315) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"message": " Shop not found "}, "Shop not found"),
        ({"success": False, "payload": {"message": "Shop not found"}}, "Shop not found"),
        ({"error": "No"}, "No"),
        ({"error": {"message": "No", "code": 4}}, "No"),
        ({"errors": ["a", 1, {"message": "b"}]}, "a; b"),
        ({"errors": {"codes": ["too long", "empty"], "id": "bad", "n": 4}}, "codes: too long, empty; id: bad"),
        ({"message": "", "error": "second"}, "second"),
        ({"message": 5}, ""),
        ({"message": "a\nb\x1b[31m\u202ec"}, "a b [31m c"),
        ({"message": "<html><body>Oops"}, ""),
        ({"message": "key SECRET9 of shop77 and secret9"}, "key … of … and …"),
        ({"message": "x" * 301}, "x" * 299 + "…"),
        ({"message": "x" * 300}, "x" * 300),
        ([], ""),
    ],
)
def test_message(document: Any, expected: str) -> None:
    """The API's words come from wherever they are, on one line, short, without HTML or the shop's secrets."""
    answer = Answer(400, json.dumps(document).encode())
    assert answers.message_of(answer, ("SECRET9", "shop77", "")) == expected


DATE = "Tue, 14 Nov 2023 22:13:20 GMT"  # Unix time 1700000000


@pytest.mark.parametrize(
    ("retry_after", "date", "expected"),
    [
        ("7", "", 7.0),
        ("1.5", "", 1.5),
        ("0", "", 0.0),
        ("99999", "", 3600.0),
        ("", "", 60.0),
        ("-5", "", 60.0),
        ("soon", "", 60.0),
        ("nan", "", 60.0),
        ("²", "", 60.0),
        ("Tue, 14 Nov 2023 22:13:50 GMT", "", 30.0),
        ("Tue, 14 Nov 2023 22:13:50 -0000", "", 30.0),
        ("Tue, 14 Nov 2023 22:13:50 GMT", "Tue, 14 Nov 2023 22:13:40 GMT", 10.0),
        ("Tue, 14 Nov 2023 22:13:00 GMT", DATE, 0.0),
        ("Tue, 14 Nov 2093 22:13:00 GMT", DATE, 3600.0),
        ("Tue, 99 Nov 99999 22:13:00 GMT", DATE, 60.0),
    ],
)
def test_retry_after(retry_after: str, date: str, expected: float) -> None:
    """Seconds or a date, measured by the server's own clock when it tells, and never more than two minutes."""
    assert answers.retry_after_s(Answer(429, b"", retry_after, date), 1_700_000_000.0) == expected


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (404, "", NotSupported),
        (404, "Not Found", NotSupported),
        (404, "Route for the list not found", NotSupported),
        (404, "Promo code list not found", ListNotFound),
        (404, "Shop does not exist", CredentialsRefused),
        (404, "No such list", ListNotFound),
        (405, "List not found", NotSupported),
        (501, "", NotSupported),
    ],
)
def test_removal_refusal(status: int, message: str, expected: type[Exception]) -> None:
    """A 404 on removal is an unknown list only when the API says so; else the shop has no such call."""
    error = answers.removal_refusal(Answer(status, b""), message, 0.0)
    assert (type(error), getattr(error, "message", None)) == (expected, message)


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (200, "Shop not found", CredentialsRefused),
        (400, "Shop not found", CredentialsRefused),
        (404, "Shop not found", CredentialsRefused),
        (400, "shop_secret is invalid", CredentialsRefused),
        (422, "Wrong credentials", CredentialsRefused),
        (400, "No such store", CredentialsRefused),
        (400, "Promo codes are invalid", BadRequest),
        (400, "Promo code list not found in this shop", BadRequest),
        (400, "Codes of another shop are invalid", BadRequest),
        (400, "The shop is busy", BadRequest),
        (404, "Promo code list not found", ListNotFound),
    ],
)
def test_a_shop_that_is_not_known(status: int, message: str, expected: type[Exception]) -> None:
    """Words that say the shop is not known mean its credentials, whatever the status."""
    error = answers.refusal(Answer(status, b""), message, 0.0) or answers.refused(status, message)
    assert type(error) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100500", 100500),
        ("0", 0),
        ("007", "007"),
        ("spring", "spring"),
        ("9" * 16, "9" * 16),
        ("٣", "٣"),
        ("-1", "-1"),
    ],
)
def test_list_id(text: str, expected: int | str) -> None:
    """A plain number goes as a number; whatever a number would change stays a string."""
    assert answers.list_id(text) == expected
