"""Being told: a mark on the file's message, and a reply that mentions whoever has to know."""

from __future__ import annotations

import pytest

from bot.promo import news
from bot.slack.blocks import ids
from bot.stand_ins.slack.workspace import Message
from tests.scenarios.conftest import Town
from tests.scenarios.test_uploads import CODES, FILE, LIST, confirmed, undecided


def file_message(town: Town) -> Message:
    """The message the file came with."""
    return town.slack.messages("C1")[0]


async def marked(town: Town, *names: str) -> None:
    """Returns once the file's message carries exactly these reactions."""

    def carries() -> bool:
        assert list(file_message(town).reactions) == list(names)
        return True

    await town.slack.until(carries)


def replies(town: Town) -> list[str]:
    """The replies in the file's thread after the card."""
    return [message.text for message in town.slack.thread("C1", file_message(town).ts)[1:]]


async def replied(town: Town, *texts: str) -> None:
    """Returns once the file's thread has exactly these replies after the card."""

    def told() -> bool:
        assert replies(town) == list(texts)
        return True

    await town.slack.until(told, timeout=15)


async def test_a_short_upload_is_marked_and_needs_no_word(town: Town) -> None:
    """A file whose codes are in carries a tick, and nobody is pinged for what took seconds."""
    card = await confirmed(town)
    await town.shows(card, "Done: 250 codes sent")
    await marked(town, "white_check_mark")
    assert replies(town) == []


@pytest.mark.within
async def test_a_long_upload_tells_who_confirmed_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload that took longer than people watch ends with one reply that mentions the person."""
    monkeypatch.setattr(news, "LONG_S", 0.0)
    card = await confirmed(town)
    await town.shows(card, "Done: 250 codes sent")
    await replied(town, "<@U1> Done: 250 codes sent to Spring sale.")


async def test_a_pause_is_told_and_marked(town: Town) -> None:
    """A paused upload waits for a person: they are mentioned, and the mark follows the state."""
    await town.shop.fault("forbidden", methods=("POST",))
    card = await confirmed(town)
    await town.shows(card, "Paused")
    await marked(town, "warning")
    await replied(town, "<@U1> The upload to Spring sale paused. The card above says how it stands and what to do.")
    await town.shop.fault("forbidden", None)
    await town.slack.as_("U2").click(card, "Resume")
    await town.shows(card, "Done: 250 codes sent")
    await marked(town, "white_check_mark")


async def test_somebody_elses_undo_is_told(town: Town) -> None:
    """Who confirmed an upload hears that a colleague took it back."""
    card = await confirmed(town)
    await town.shows(card, "Done: 250 codes sent")
    await town.slack.as_("U2").click(card, "Undo")
    await town.shows(card, "Undone: Spring sale")
    await marked(town, "leftwards_arrow_with_hook")
    await replied(town, "<@U1>: <@U2> took the upload to Spring sale back: 250 codes taken out of the list.")


async def test_a_card_is_drawn_anew_after_slack_was_busy(town: Town) -> None:
    """An edit that Slack did not take is not repeated: what is shown in the end is how things are then."""
    town.slack.fail("chat.update", status=429, retry_after=1, times=2)
    card = await confirmed(town)
    await town.shows(card, "Done: 250 codes sent")
    assert all("Starting" not in version for version in card.versions[-1:])


async def test_a_slack_without_the_scope_changes_nothing(town: Town) -> None:
    """Where the app was not installed anew, there are no marks, and everything else is as it was."""
    town.slack.fail("reactions.add", error="missing_scope", times=99)
    card = await confirmed(town)
    await town.shows(card, "Done: 250 codes sent")
    assert file_message(town).reactions == {}


async def test_no_old_mark_stays_beside_the_new_one(town: Town) -> None:
    """However often Slack says that it is too much, in the end the file's message carries one mark, the right one."""
    town.slack.fail("reactions.remove", status=429, retry_after=0, times=6)
    card = await confirmed(town)
    await town.shows(card, "Done: 250 codes sent")
    await town.slack.until(lambda: list(file_message(town).reactions) == ["white_check_mark"], 20)


async def test_a_reply_that_asked_says_how_it_ended(town: Town) -> None:
    """Once somebody has decided, no reply asks for a decision any more, and it names who did what."""
    card = await undecided(town)
    await replied(
        town, "<@U1> I cannot tell whether 100 codes reached Spring sale. Your decision is needed on the card above."
    )
    await town.slack.as_("U2").click(card, "Skip it")
    await replied(
        town,
        "I could not tell whether a batch reached Spring sale; <@U2> skipped it.",
        "<@U1> Ended: 150 codes of 250 sent to Spring sale. The card above says what became of the rest. "
        "<@U2> decided the last step.",
    )


async def test_a_pause_that_is_over_is_told_as_over(town: Town) -> None:
    """The reply about a pause does not send people to a card that says something else meanwhile."""
    await town.shop.fault("forbidden", methods=("POST",))
    card = await confirmed(town)
    await town.shows(card, "Paused")
    await town.shop.fault("forbidden", None)
    await town.slack.as_("U2").click(card, "Resume")
    await town.shows(card, "Done: 250 codes sent")
    await replied(town, "Spring sale was paused; <@U2> resumed it.")


async def test_the_question_before_an_undo_says_whose_upload_it_is(town: Town) -> None:
    """Whoever takes a colleague's upload back is told so before it happens."""
    card = await confirmed(town)
    await town.shows(card, "Done: 250 codes sent")
    undo = next(one for block in card.blocks for one in block.get("elements", []) if one.get("action_id") == ids.UNDO)
    assert "Codes of anna's upload that nobody got yet" in undo["confirm"]["text"]["text"]


async def test_the_line_moves_on_the_card(town: Town) -> None:
    """When the upload at the head of the line ends, the last one says that fewer are ahead of it."""
    await town.shop.fault("slow", 0.3, methods=("POST",))
    first = await confirmed(town)
    await confirmed(town, "spring-sale-2.csv", "\n".join(f"SECOND-{n:03d}" for n in range(900)))
    last = await confirmed(town, "spring-sale-3.csv", "\n".join(f"THIRD-{n:03d}" for n in range(30)))
    await town.shows(last, "2 uploads to this list are ahead of it.")
    await town.shows(first, "Done: 250 codes sent")
    await town.shows(last, "1 upload to this list is ahead of it.")


async def test_what_was_skipped_can_still_be_sent(town: Town) -> None:
    """Whoever finds out later that skipped codes are not in the list sends them with one click on the card."""
    card = await undecided(town)
    await town.slack.as_("U1").click(card, "Skip it")
    await town.shows(card, "Partly done: 150 codes sent", "Send the 100 codes again")
    await town.slack.as_("U1").click(card, "Send the 100 codes again")
    await town.shows(card, "Done: 250 codes sent")
    assert sorted(town.shop.codes(LIST)) == sorted(CODES)


async def test_a_file_is_for_its_list_while_personaclick_is_away(town: Town) -> None:
    """The list a file is named for is found among those last known."""
    await town.say("/promo lists")
    await town.shop.fault("down")
    card = await town.drop(FILE)
    await town.shows(card, "250 codes ready to upload", "They go to", "Spring sale", within_s=20)
