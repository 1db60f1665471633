"""The text of the storefront call, and what is typed for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.promo.lists import PromoList
from bot.promo.snippet import Asked, Fallback, FallbackList, GeneralCode, readings, snippet

SPRING = PromoList("100500", "Spring sale", 240)


def test_the_call_is_the_vendors_with_both_callbacks() -> None:
    """The whole text for a list with a number for an id."""
    assert (
        snippet(SPRING)
        == """\
// Shows a promo code of the list Spring sale (id 100500).
// Paste it below the PersonaClick loader. Where the page has them, it uses
// the element with the id "promo-code-100500" for the code, and
// the one with the id "promo-offer-100500" around it, hidden without a code.
(function() {
  personaclick("get_promo_code", {id: 100500}, function(code) {
    show(code);
  }, function(error) {
    // The list is empty, or PersonaClick did not answer.
    show("");
  });

  // Shows the code; without one, hides the offer.
  function show(code) {
    var place = document.getElementById("promo-code-100500");
    if (!place) {
      place = document.createElement("strong");
      place.id = "promo-code-100500";
      (document.body || document.documentElement).appendChild(place);
    }
    var offer = document.getElementById("promo-offer-100500") || place;
    place.textContent = code;
    offer.hidden = !code;
    offer.style.display = code ? "" : "none";
  }
})();
"""
    )


@pytest.mark.parametrize(
    ("list_id", "written"),
    [
        ("100500", "100500"),
        ("0", "0"),
        ("9007199254740991", "9007199254740991"),
        ("9007199254740992", '"9007199254740992"'),
        ("007", '"007"'),
        ("-5", '"-5"'),
        ("1e3", '"1e3"'),
        ("١٢", '"\\u0661\\u0662"'),
        ("vip", '"vip"'),
        ("it's </script>", '"it\\u0027s \\u003c/script\\u003e"'),
    ],
)
def test_numbers_are_written_as_numbers_and_others_as_strings(list_id: str, written: str) -> None:
    """A number is one only where JavaScript keeps it exactly."""
    assert f'personaclick("get_promo_code", {{id: {written}}}, function(code) {{' in snippet(PromoList(list_id, "", 1))


def test_without_a_code_a_second_list_is_asked_or_one_code_shown() -> None:
    """What stands in the error callback, for each kind of fallback."""
    assert '  personaclick("get_promo_code", {id: "vip"}, function(code) {' in snippet(
        SPRING, FallbackList(PromoList("vip", "VIP", 5))
    )
    assert '    show("T\\"E\\u003cN");' in snippet(SPRING, GeneralCode('T"E<N'))


@given(st.text(), st.text(min_size=1), st.text(min_size=1))
def test_nothing_in_it_can_end_the_script_or_a_line(name: str, list_id: str, other: str) -> None:
    """Names, ids and codes add neither lines nor anything that HTML takes for markup."""
    hostile, plain = PromoList(list_id, name, 1), PromoList("a", "a", 1)
    pairs: list[tuple[Fallback, Fallback]] = [
        (GeneralCode(other), GeneralCode("a")),
        (FallbackList(PromoList(other, name, 1)), FallbackList(PromoList("b", "b", 1))),
    ]
    for fallback, usual in pairs:
        script = snippet(hostile, fallback)
        assert script.count("\n") == snippet(plain, usual).count("\n")
        assert not set(script) & set("<\r\u2028\u2029\u202e\x00")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("spring sale", [Asked("spring sale")]),
        ('"spring sale"', [Asked("spring sale")]),
        ("spring  fallback newsletter", [Asked("spring fallback newsletter"), Asked("spring", "newsletter")]),
        ('spring FALLBACK "TEN"', [Asked('spring FALLBACK "TEN"'), Asked("spring", code="TEN")]),
        ("spring fallback “TEN OFF”", [Asked("spring fallback “TEN OFF”"), Asked("spring", code="TEN OFF")]),
        ("spring fallback «TEN»", [Asked("spring fallback «TEN»"), Asked("spring", code="TEN")]),
        ("fallback codes", [Asked("fallback codes")]),
        ("spring fallback", [Asked("spring fallback")]),
        (
            "fallback a fallback b",
            [Asked("fallback a fallback b"), Asked("fallback a", "b")],
        ),
        (
            "a fallback fallback b",
            [Asked("a fallback fallback b"), Asked("a fallback", "b"), Asked("a", "fallback b")],
        ),
    ],
)
def test_what_was_typed_is_read_in_every_way_it_may_be_meant(typed: str, meant: list[Asked]) -> None:
    """Quotes of every keyboard mark a general code; a list's own name may hold the word."""
    assert readings(typed) == meant
