"""The storefront call for one list, `get_promo_code`, as JavaScript that is ready to paste.

The call and its callbacks are those of the vendor's document on promo codes, third method.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass

from bot.promo.lists import PromoList

# Numbers up to this are exact in JavaScript (Number.MAX_SAFE_INTEGER).
_EXACT_UP_TO = 2**53 - 1
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_NAME_AT_MOST = 80
# What opens a quotation, and what may close it; phones and Macs type the curly ones.
_QUOTES = {'"': '"“”', "'": "'’", "“": '”"', "”": '”"', "„": '“”"', "«": "»", "»": "«", "‘": "’'", "’": "’'"}
_FALLBACK = re.compile(r"(?<!\S)fallback(?!\S)", re.IGNORECASE)

_CALL = """\
  personaclick("get_promo_code", {{id: {id}}}, function(code) {{
    show(code);
  }}, function(error) {{
{otherwise}
  }});
"""
_SHOW = """\

  // Shows the code; without one, hides the offer.
  function show(code) {{
    var place = document.getElementById({place});
    if (!place) {{
      place = document.createElement("strong");
      place.id = {place};
      (document.body || document.documentElement).appendChild(place);
    }}
    var offer = document.getElementById({offer}) || place;
    place.textContent = code;
    offer.hidden = !code;
    offer.style.display = code ? "" : "none";
  }}
}})();
"""


@dataclass(frozen=True, slots=True)
class HideOffer:
    """Without a code the offer is hidden."""


@dataclass(frozen=True, slots=True)
class FallbackList:
    """Without a code a second list is asked; when that has none either, the offer is hidden."""

    list: PromoList


@dataclass(frozen=True, slots=True)
class GeneralCode:
    """Without a code every visitor is shown the same one."""

    code: str


Fallback = HideOffer | FallbackList | GeneralCode


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed after `/promo snippet`: words for a list, and for a second one or a general code."""

    words: str
    fallback: str = ""
    code: str = ""


def readings(typed: str) -> list[Asked]:
    """The ways `typed` may be meant, in the order to try them: a list's own name may hold “fallback”, too.

    A fallback in quotes is a general code, one without names a list.
    """
    found = [Asked(_unquoted(typed))]
    for hit in _FALLBACK.finditer(typed):
        words, rest = _unquoted(typed[: hit.start()]), typed[hit.end() :].strip()
        if words and rest:
            code = _quoted(rest)
            found.append(Asked(words, code=code) if code else Asked(words, fallback=_unquoted(rest)))
    return [found[0], *found[:0:-1]]


def _quoted(text: str) -> str:
    """What stands inside the quotes around the whole of `text`, or empty."""
    if len(text) > 2 and text[-1] in _QUOTES.get(text[0], ""):
        return text[1:-1].strip()
    return ""


def _unquoted(text: str) -> str:
    words = " ".join(text.split())
    return _quoted(words) or words


def serves(promo_list: PromoList, second: PromoList) -> bool:
    """Whether `second` can be asked when the first is empty: a page loads PersonaClick for one shop."""
    return promo_list != second and promo_list.shop == second.shop


def snippet(promo_list: PromoList, fallback: Fallback = HideOffer()) -> str:
    """The JavaScript for a page that loads PersonaClick: it shows a code of the list, and without one falls back.

    It may stand between `<script>` and `</script>` as it is, whatever the list's name and id are, and needs no edit.
    """
    place, offer = (_string(f"promo-{what}-{promo_list.id}") for what in ("code", "offer"))
    lines = [
        f"// Shows a promo code of the list {_remark(promo_list.title)} (id {_remark(promo_list.id)}).",
        "// Paste it below the PersonaClick loader. Where the page has them, it uses",
        f"// the element with the id {place} for the code, and",
        f"// the one with the id {offer} around it, hidden without a code.",
        "(function() {",
    ]
    call = _CALL.format(id=_id(promo_list.id), otherwise=_otherwise(fallback))
    return "\n".join(lines) + "\n" + call + _SHOW.format(place=place, offer=offer)


def _otherwise(fallback: Fallback) -> str:
    why = "    // The list is empty, or PersonaClick did not answer."
    match fallback:
        case HideOffer():
            return f'{why}\n    show("");'
        case GeneralCode(code):
            return f"{why}\n    // Everybody gets this code then.\n    show({_string(code)});"
        case FallbackList(second):
            return (
                f"{why}\n    // The list {_remark(second.title)} is asked next.\n"
                f'    personaclick("get_promo_code", {{id: {_id(second.id)}}}, function(code) {{\n'
                "      show(code);\n    }, function(error) {\n"
                '      show("");\n    });'
            )


def _id(list_id: str) -> str:
    """An id as JavaScript: a number where it is one, else a string."""
    return list_id if _NUMBER.fullmatch(list_id) and int(list_id) <= _EXACT_UP_TO else _string(list_id)


def _string(text: str) -> str:
    """`text` as a JavaScript string that cannot end its script element.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    quoted = json.dumps(text)
    for sign in "<>&'":
        quoted = quoted.replace(sign, f"\\u{ord(sign):04x}")
    return quoted


def _remark(text: str) -> str:
    """`text` for a comment: in one line, readable, and unable to end comment or script element."""
    shown = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    shown = " ".join(shown.replace("<", "‹").replace(">", "›").split())
    return shown if len(shown) <= _NAME_AT_MOST else shown[: _NAME_AT_MOST - 1] + "…"
