"""The vendor's third method in a real browser: each sentence of its document, on the page that runs the snippet."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.promo.lists import PromoList
from bot.promo.snippet import snippet
from bot.stand_ins.personaclick import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack
from tests.browser.conftest import Visitor, visitor_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


def left(personaclick: StandInPersonaClick) -> dict[str, int]:
    """How many codes each list has."""
    return {one.id: one.available for one in personaclick.lists.values()}


async def test_a_call_gives_the_next_code_of_the_requested_list(
    visitor: Visitor, personaclick: StandInPersonaClick
) -> None:
    """“The method gives the next promo code from the requested list.”"""
    assert await visitor.open("list=100500") == "SPRING-1"
    assert await visitor.open("list=vip") == "VIP-1"
    assert left(personaclick) == {"100500": 2, "vip": 1, "7": 0}


async def test_a_second_call_within_two_hours_gives_the_same_code(
    visitor: Visitor, personaclick: StandInPersonaClick
) -> None:
    """“The received promo code is cached for 2 hours for the current user's device.”"""
    seen = [await visitor.open()]
    await visitor.later(119)
    seen.append(await visitor.open())
    assert (seen, left(personaclick)["100500"]) == (["SPRING-1", "SPRING-1"], 2)


async def test_after_two_hours_without_a_page_the_next_code_comes(
    visitor: Visitor, personaclick: StandInPersonaClick
) -> None:
    """The cache is for two hours, not longer."""
    seen = [await visitor.open()]
    await visitor.later(121)
    seen.append(await visitor.open())
    assert (seen, left(personaclick)["100500"]) == (["SPRING-1", "SPRING-2"], 1)


@pytest.mark.parametrize("other", ["list=100500", "list=vip", "list=7"])
async def test_each_page_opened_meanwhile_moves_the_end_by_two_hours(visitor: Visitor, other: str) -> None:
    """“The end of the caching period is shifted by 2 hours each time if the user opens pages of the site.”"""
    await visitor.open()
    for _ in range(3):
        await visitor.later(110)
        await visitor.open(other)
    await visitor.later(110)
    assert await visitor.open() == "SPRING-1"


async def test_a_page_opened_too_late_moves_nothing(visitor: Visitor) -> None:
    """Only pages opened during the caching period count."""
    await visitor.open()
    await visitor.later(121)
    await visitor.open("list=vip")
    assert await visitor.open() == "SPRING-2"


async def test_the_cache_is_the_devices_own(visitor: Visitor, browser: Browser, slack: StandInSlack) -> None:
    """“For the current user's device”: another one gets another code."""
    assert await visitor.open() == "SPRING-1"
    async with await browser.new_context() as second:
        assert await (await visitor_in(second, slack)).open() == "SPRING-2"
    await visitor.page.get_by_role("button", name="Device 2").click()
    assert await visitor.offer() == "SPRING-3"
    await visitor.page.get_by_role("button", name="Device 1").click()
    await visitor.page.wait_for_function("window.shop.device() === '1' && window.shop.calls.length === 1")
    assert await visitor.offer() == "SPRING-1"


async def test_the_cache_is_kept_by_the_list_that_was_asked(visitor: Visitor) -> None:
    """A call for another list on the same page gets a code of that list."""
    await visitor.open("list=100500")
    ask = "id => new Promise((done, fail) => personaclick('get_promo_code', {id}, done, fail))"
    assert [await visitor.page.evaluate(ask, one) for one in ("vip", "100500", 100500)] == [
        "VIP-1",
        "SPRING-1",
        "SPRING-1",
    ]


async def test_the_answer_is_a_string(visitor: Visitor, personaclick: StandInPersonaClick) -> None:
    """“Response type: string”, for a code of digits, too."""
    personaclick.lists["vip"].purge()
    personaclick.lists["vip"].add(["12345"])
    await visitor.open("list=7")
    ask = "() => new Promise(done => personaclick('get_promo_code', {id: 'vip'}, code => done([code, typeof code])))"
    assert await visitor.page.evaluate(ask) == ["12345", "string"]
    assert await visitor.page.evaluate(ask) == ["12345", "string"]


async def test_an_empty_list_calls_error(visitor: Visitor) -> None:
    """“…including when the list of promo codes is empty”: the offer is hidden, and the page says why."""
    assert await visitor.open("list=7") == ""
    assert await visitor.said() == "The list is empty, so the offer is hidden."
    assert "/promo upload 7" in await visitor.page.locator("#next").inner_text()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("forbidden", "PersonaClick refused, so the offer is hidden."),
        ("rate_limited", "PersonaClick refused, so the offer is hidden."),
        ("error_before", "PersonaClick refused, so the offer is hidden."),
        ("down", "PersonaClick does not answer, so the offer is hidden."),
        ("cut_before", "PersonaClick does not answer, so the offer is hidden."),
    ],
)
async def test_any_status_but_200_calls_error(
    visitor: Visitor, personaclick: StandInPersonaClick, fault: str, words: str
) -> None:
    """“Any HTTP status code other than 200”; no answer at all is told apart from a refusal and an empty list."""
    await personaclick.fault(fault)
    assert (await visitor.open(), await visitor.said()) == ("", words)
    await personaclick.fault(fault, None)
    assert await visitor.open() == "SPRING-1"


# A callback that never comes is an outcome, too.
OUTCOME = """id => new Promise(done => {
    setTimeout(() => done(['neither']), 10000);
    personaclick('get_promo_code', {id}, code => done(['success', code]), error => done(['error', error.status]));
})"""


async def test_error_is_the_callback_that_runs_and_success_does_not(
    visitor: Visitor, personaclick: StandInPersonaClick
) -> None:
    """Exactly one of the two callbacks, for an empty list, a refusal, no answer and a code."""
    await visitor.open("list=vip")
    outcomes = [await visitor.page.evaluate(OUTCOME, "7")]
    for fault in ("forbidden", "down"):
        await personaclick.fault(fault)
        outcomes.append(await visitor.page.evaluate(OUTCOME, "100500"))
        await personaclick.fault(fault, None)
    outcomes.append(await visitor.page.evaluate(OUTCOME, "100500"))
    assert outcomes == [["error", 404], ["error", 403], ["error", 0], ["success", "SPRING-1"]]


@pytest.mark.parametrize("status", [201, 206, 400, 500, 503])
async def test_a_code_with_another_status_than_200_is_an_error(visitor: Visitor, status: int) -> None:
    """Whatever else the answer says."""
    await visitor.page.route("**/promo_codes/fetch?*", lambda route: route.fulfill(status=status, json={"code": "X"}))
    await visitor.open("list=vip")
    assert await visitor.page.evaluate(OUTCOME, "vip") == ["error", status]


async def test_an_unknown_list_calls_error_and_uses_up_nothing(
    visitor: Visitor, personaclick: StandInPersonaClick
) -> None:
    """An id that no list has is no other list's."""
    before = left(personaclick)
    assert await visitor.open("list=nosuch") == ""
    assert await visitor.said() == "There is no such list, so nothing was used up."
    assert left(personaclick) == before


async def test_error_may_be_left_out(visitor: Visitor) -> None:
    """“error: function, optionally”: without it an empty list is silence, not a fault on the page."""
    await visitor.open("list=vip")
    await visitor.page.evaluate("personaclick('get_promo_code', {id: 7}, () => document.title = 'called')")
    await visitor.page.wait_for_function("window.shop.calls.length === 2")
    assert await visitor.page.title() != "called"
    assert visitor.broken == []


async def test_params_and_success_are_required(visitor: Visitor) -> None:
    """A call without an id, or without a success callback, is a mistake in the page."""
    await visitor.open("list=vip")
    attempt = "call => { try { Function(call)(); return ''; } catch (error) { return error.constructor.name; } }"
    calls = [
        "personaclick('get_promo_code', {}, () => 0)",
        "personaclick('get_promo_code', {id: 7})",
        "personaclick('other', {id: 7}, () => 0)",
    ]
    assert [await visitor.page.evaluate(attempt, one) for one in calls] == ["TypeError"] * 3


async def test_a_fallback_list_is_asked_when_the_first_is_empty(
    visitor: Visitor, personaclick: StandInPersonaClick
) -> None:
    """The second list gives its own code, kept for two hours as any; when it is empty, too, the offer is hidden."""
    assert await visitor.open("list=7&fallback=vip") == "VIP-1"
    await visitor.later(60)
    assert await visitor.open("list=7&fallback=vip") == "VIP-1"
    assert left(personaclick) == {"100500": 3, "vip": 1, "7": 0}
    personaclick.lists["vip"].purge()
    await visitor.later(121)
    assert await visitor.open("list=7&fallback=vip") == ""


async def test_the_fallback_is_let_be_while_the_first_list_has_codes(
    visitor: Visitor, personaclick: StandInPersonaClick
) -> None:
    """No code of the second list is used up for nothing."""
    assert await visitor.open("list=100500&fallback=vip") == "SPRING-1"
    assert left(personaclick)["vip"] == 2


async def test_a_general_code_is_shown_when_the_list_is_empty(visitor: Visitor) -> None:
    """Everybody gets the same one, and only then."""
    assert await visitor.open("list=7&general=TEN") == "TEN"
    assert await visitor.said() == "The general code, for everybody alike."
    assert await visitor.open("list=100500&general=TEN") == "SPRING-1"


HOSTILE = (
    "</script><script>broken=1</script>",
    "<!--<script>broken=1//",
    "*/ broken=1 //",
    "line\u2028broken=1\u2029broken=1\nbroken=1\rbroken=1",
    "\"'`\\${broken=1}",
    "__SNIPPET__ __LIST__",
    "\u202ename&amp;",
)


async def test_a_hostile_list_name_stays_text(visitor: Visitor, personaclick: StandInPersonaClick) -> None:
    """Whatever a list is called, its snippet runs, and nothing else does."""
    seen = {}
    for name in HOSTILE:
        personaclick.lists["100500"].name = name
        seen[name] = (await visitor.open(), await visitor.page.evaluate("typeof broken"))
    assert seen == dict.fromkeys(HOSTILE, ("SPRING-1", "undefined"))


async def test_a_hostile_id_asks_for_that_list(
    visitor: Visitor, personaclick: StandInPersonaClick, tmp_path: Path
) -> None:
    """An id that is no plain number is asked as the string it is, from a page of one's own."""
    made, seen = personaclick.lists["vip"], []
    made.add(f"VIP-{n}" for n in range(3, 20))
    odd = [*HOSTILE, "007", "1e3", "99999999999999999999", "shop/1", "{id}"]
    for one in odd:
        made.id, personaclick.lists = one, {one: made}
        seen.append(await own_page(visitor, tmp_path, snippet(PromoList(one, one, 2))))
    assert seen == [f"VIP-{n}" for n in range(1, len(odd) + 1)]
    assert await visitor.page.evaluate("typeof broken") == "undefined"


async def own_page(visitor: Visitor, folder: Path, script: str, body: str = "") -> str:
    """The text of a person's own HTML file with the loader and the snippet pasted into it, once a code is there."""
    path = folder / "my shop.html"
    loader = html.escape(f"{visitor.root}/shop/loader.js")
    path.write_text(f'<!doctype html><body>{body}<script src="{loader}"></script>\n<script>\n{script}</script>\n')
    await visitor.page.goto(path.as_uri())
    await visitor.page.wait_for_function("document.body.innerText.trim() !== ''")
    return (await visitor.page.inner_text("body")).strip()


async def test_a_pasted_snippet_works_without_an_edit(visitor: Visitor, tmp_path: Path) -> None:
    """In a bare file the code appears by itself; in a page with places for it, there."""
    script = snippet(PromoList("100500", "Spring sale", 3))
    assert await own_page(visitor, tmp_path, script) == "SPRING-1"
    body = '<p id="promo-offer-100500" style="display: none">Take <b id="promo-code-100500">…</b>!</p>'
    assert await own_page(visitor, tmp_path, script, body) == "Take SPRING-1!"


async def test_the_page_shows_what_it_runs(visitor: Visitor) -> None:
    """The text on show, the text that runs and the command's own are one."""
    await visitor.open("list=100500")
    shown = await visitor.page.locator("#shown").text_content()
    ran = await visitor.page.locator("#snippet").text_content()
    assert shown == (ran or "").removeprefix("\n") == snippet(PromoList("100500", "Spring sale", 3))
    calls = await visitor.page.locator("#calls tbody tr").all_inner_texts()
    assert calls == ["100500\ta new code\tPersonaClick"]
