"""The Home tab: what needs codes, and what is under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.errors import NotAllowed
from bot.promo.lists import PromoList, Stock, stock
from bot.promo.uploads import CardContext, State, Upload
from bot.slack.blocks import ids
from bot.slack.blocks.cards.card import card
from bot.slack.blocks.choices import ask
from bot.slack.blocks.history import NO_LINKS, lines_of
from bot.slack.blocks.home_watching import NOTHING_WATCHED, Watched, supply, watching_blocks
from bot.slack.blocks.kit import (
    Block,
    Bold,
    Code,
    Line,
    Link,
    Message,
    Part,
    When,
    actions,
    button,
    clip,
    counted,
    header,
    number,
    rich,
    small,
)
from bot.slack.blocks.lists import marked, summary
from bot.slack.blocks.outlook import Outlooks, by_urgency
from bot.slack.blocks.problems import explain

_LISTS = 15
_WAITING = 5
# Counts stand under each other, in letters of one width.
_COUNT = 9
NO_BREAK = "\N{NO-BREAK SPACE}"
# So that all of them fit, whatever their names.
_TITLE = 120


def home_view(
    lists: Sequence[PromoList] | Message,
    uploads: Sequence[Upload],
    at: float,
    trouble: Sequence[Line] = (),
    *,
    waiting: Sequence[Upload] = (),
    links: Mapping[str, str] = NO_LINKS,
    watched: Watched = NOTHING_WATCHED,
) -> Block:
    """One person's Home tab: what waits for that person with its buttons, the lists, what is watched, the last uploads.

    `lists` may be words instead, why there are none; `trouble` says why some are missing, or of when the counts are;
    `links` lead to the uploads' cards.
    """
    blocks: list[Block] = [*_waiting(waiting, links, at), header("Available codes")]
    if isinstance(lists, Message):
        blocks += lists.blocks
    else:
        blocks.append(rich([*trouble, *_lists(lists, watched.outlooks)]))
    blocks.append(
        actions(
            [
                ask("Load codes", "upload", style="primary"),
                button("Refresh", ids.REFRESH_HOME),
            ]
        )
    )
    blocks += watching_blocks(watched)
    blocks += [header("Last uploads"), rich(_uploads(uploads, links)), small([["Read ", When(at)]])]
    return {"type": "home", "blocks": blocks}


def closed_home(error: NotAllowed) -> Block:
    """The Home tab of a person who may not use the bot."""
    return {"type": "home", "blocks": explain(error).blocks}


def _lists(lists: Sequence[PromoList], outlooks: Outlooks) -> list[Line]:
    if not lists:
        return [["There are no promo code lists yet. Make one in PersonaClick, under Promo codes."]]
    lines = [summary(lists), *(_list(one, outlooks) for one in most_urgent(lists, outlooks))]
    if len(lists) > _LISTS:
        lines.append([f"and {counted(len(lists) - _LISTS, 'more list', 'more lists')}: ", Code("/promo lists")])
    return lines


def most_urgent(lists: Sequence[PromoList], outlooks: Outlooks) -> Sequence[PromoList]:
    """The lists that have room on the Home tab."""
    return by_urgency(lists, outlooks)[:_LISTS]


def _list(one: PromoList, outlooks: Outlooks) -> Line:
    state = f" · {marked(one)}" if needs(one) else ""
    count = number(one.available).rjust(_COUNT, NO_BREAK)
    return [Code(count), "  ", Bold(clip(one.title, _TITLE)), state, *supply(one, outlooks.get((one.shop, one.id)))]


def needs(one: PromoList) -> bool:
    """Whether a list is low or empty."""
    return stock(one) is not Stock.IN_STOCK


def _waiting(uploads: Sequence[Upload], links: Mapping[str, str], at: float) -> list[Block]:
    """Each upload that needs this person: its title, a link to its card, and the card's own buttons."""
    if not uploads:
        return []
    blocks = [header("Waiting for you")]
    for upload in uploads[:_WAITING]:
        shown = card(upload, CardContext(), at).blocks
        title = shown[0]["text"]["text"]
        lines: list[Line] = [[Bold(title)], _where(upload)]
        if upload.state is State.CHECKED and not upload.list_id:
            lines.append(["Choose its list on the card."])
        if address := links.get(upload.ref, ""):
            lines.append([Link(address, "Open its card")])
        blocks.append(rich(lines))
        rows = [block for block in shown if block["type"] == "actions" and block["block_id"].endswith(":buttons")]
        blocks += [{**block, "block_id": f"{block['block_id']}:home"} for block in rows]
    if len(uploads) > _WAITING:
        blocks.append(actions([ask(f"All {number(len(uploads))} that wait", "history me open", 9)]))
    return blocks


def _where(upload: Upload) -> Line:
    to: list[Part] = [" to ", Bold(clip(upload.list_name, _TITLE))] if upload.list_name else []
    return [f"From {clip(upload.file_name, _TITLE)}", *to, ", ", When(upload.created_at), "."]


def _uploads(uploads: Sequence[Upload], links: Mapping[str, str]) -> list[Line]:
    if not uploads:
        return [["Nothing yet. Drop a file of codes into a channel I am in."]]
    return lines_of(uploads, links)
