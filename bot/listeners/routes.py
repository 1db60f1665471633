"""The routing table: what Slack sends, and the listener that answers it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.listeners import (
    alerts,
    bookings,
    cards,
    commands,
    digests,
    dropped,
    files,
    forms,
    history,
    home,
    lists,
    reading,
    run_outs,
    storefront,
    watches,
    watching_words,
    words,
)
from bot.listeners.boundary import Boundary, Listener
from bot.listeners.requests import Answer, answer
from bot.slack.blocks import ids
from bot.store.dropped import Dropped
from bot.store.store import Store

# What answers each kind of typed words, whether they come as a command, a message, a mention or a button.
ANSWERS: dict[type, Listener] = {
    words.Help: commands.help_,
    words.Lists: lists.report,
    words.OneList: lists.one_list,
    words.UploadForm: forms.ask_upload,
    words.History: history.latest,
    words.Undo: history.undo,
    words.Snippet: storefront.snippet,
    words.Trace: storefront.trace,
    words.Unknown: commands.unknown,
    watching_words.WatchList: watches.watch,
    watching_words.Watches: watches.watches,
    watching_words.Unwatch: watches.unwatch,
    watching_words.QuietHoursTyped: watches.quiet_hours,
    watching_words.DigestTyped: digests.digest,
    watching_words.NeedTyped: bookings.ask_need,
    watching_words.Book: bookings.book,
    watching_words.Bookings: bookings.bookings,
    watching_words.Unbook: bookings.unbook,
    watching_words.RunsOut: run_outs.runs_out,
}
COMMANDS: dict[str, Listener] = {
    "/promo": commands.promo,
    "/promo-lists": commands.promo,
    "/promo-upload": commands.promo,
}
EVENTS: dict[str, Listener] = {
    "file_shared": dropped.file_shared,
    "app_home_opened": home.app_home_opened,
    "message": commands.message,
    "app_mention": commands.message,
}
SHORTCUTS: dict[str, Listener] = {ids.SHORTCUT: files.load_promo_codes}
OPTIONS: dict[str, Listener] = {ids.CHOOSE_LIST: lists.suggest_lists, ids.FORM_LIST: lists.suggest_lists}
ACTIONS: dict[str | re.Pattern[str], Listener] = {
    re.compile(rf"^{ids.ASK}(:\d+)?$"): commands.ask,
    ids.CHOOSE_LIST: cards.choose_list,
    ids.USE_LIST: cards.choose_list,
    ids.CONFIRM: cards.confirm,
    ids.READING: cards.reading,
    ids.DECLINE: cards.decline,
    ids.CHECK_AGAIN: reading.read_again,
    ids.REPAIR: reading.read_again,
    ids.MARKED: reading.read_again,
    re.compile(rf"^{ids.PICK}:(\d+|all)$"): reading.read_again,
    ids.REPORT: cards.left_out,
    ids.REFUSED: cards.codes_of,
    ids.IN_QUESTION: cards.codes_of,
    **dict.fromkeys(cards.DECIDED_BY, cards.decide),
    ids.SHARE: lists.share,
    ids.LISTS_FILE: lists.lists_file,
    ids.ALERT_TAKE: alerts.take,
    ids.ALERT_SNOOZE: alerts.snooze,
    ids.REFRESH_HOME: home.refresh,
}
VIEWS: dict[str, Listener] = {
    ids.UPLOAD_FORM: forms.upload_form,
    ids.READING_FORM: forms.reading_form,
    ids.DECLINE_FORM: forms.decline_form,
    ids.SNOOZE_FORM: alerts.snooze_form,
}


async def first_of(body: dict[str, Any], *, store: Store) -> bool:
    """Whether a click is delivered for the first time; it may come twice."""
    return await store.deliveries.first(body)


def route(
    app: AsyncApp, boundary: Boundary, ours: Mapping[str, object]
) -> Callable[[Dropped], Coroutine[Any, Any, None]]:
    """Ties every listener to the app; what stands right of the `*` in its signature is given to it from `ours`.

    Answers what takes up a dropped file that a dead process left behind.
    """

    def given(function: Callable[..., Any]) -> Callable[..., Any]:
        wanted = inspect.getfullargspec(function).kwonlyargs
        return partial(function, **{name: ours[name] for name in wanted})

    def ready(listener: Listener) -> Any:
        return boundary.guard(given(listener))

    # Some answers hand on to others.
    table: dict[type, Answer] = {}
    ours = {**ours, "table": table}
    ours = {**ours, "answer": given(answer), "show_home": given(home.show)}
    ours = {**ours, "deal_with": given(dropped.deal_with)}
    table.update({kind: given(function) for kind, function in ANSWERS.items()})
    for name, listener in COMMANDS.items():
        app.command(name)(ready(listener))
    for name, listener in EVENTS.items():
        app.event(name)(ready(listener))
    for name, listener in SHORTCUTS.items():
        app.shortcut(name)(ready(listener))
    for name, listener in OPTIONS.items():
        app.options(name)(ready(listener))
    for action, listener in ACTIONS.items():
        app.action(action)(boundary.guard(given(listener), then=given(home.after_click), first=given(first_of)))
    for name, listener in VIEWS.items():
        app.view(name)(ready(listener))
    # A button of an earlier version still gets an answer.
    app.action(re.compile(".*"))(ready(commands.outdated))
    # An event without a listener is answered 404, and Slack sends it again.
    app.event(re.compile(".*"))(ready(files.ignore))
    return given(dropped.take_up)
