"""The routing table: what Slack sends, and the listener that answers it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.listeners import cards, commands, events, forms
from bot.listeners.boundary import Boundary, Listener
from bot.slack.blocks import ids

COMMANDS: dict[str, Listener] = {
    "/promo": commands.promo,
    "/promo-lists": commands.promo,
    "/promo-upload": commands.promo,
}
EVENTS: dict[str, Listener] = {
    "file_shared": events.file_shared,
    "app_home_opened": events.app_home_opened,
    "message": events.ignore,
}
SHORTCUTS: dict[str, Listener] = {ids.SHORTCUT: events.load_promo_codes}
OPTIONS: dict[str, Listener] = {ids.CHOOSE_LIST: cards.suggest_lists, ids.FORM_LIST: cards.suggest_lists}
ACTIONS: dict[str, Listener] = {
    ids.CHOOSE_LIST: cards.choose_list,
    ids.CONFIRM: cards.confirm,
    ids.CANCEL: cards.cancel,
    ids.CHECK_AGAIN: cards.check_again,
    ids.REPAIR: cards.repair,
    ids.READING: cards.reading,
    ids.REPORT: cards.left_out,
    ids.REFUSED: cards.refused,
    ids.RESUME: cards.resume,
    ids.SEND_AGAIN: cards.send_again,
    ids.SKIP: cards.skip,
    ids.STOP: cards.stop,
    ids.UNDO: cards.undo,
    ids.SHARE: forms.share,
    ids.OPEN_FORM: forms.open_form,
    ids.REFRESH_HOME: events.home_refresh,
}
VIEWS: dict[str, Listener] = {ids.UPLOAD_FORM: forms.upload_form, ids.READING_FORM: forms.reading_form}


def route(app: AsyncApp, boundary: Boundary, ours: Mapping[str, object]) -> None:
    """Ties every listener to the app; what stands right of the `*` in its signature is given to it from `ours`."""

    def ready(listener: Listener) -> Any:
        wanted = inspect.getfullargspec(listener).kwonlyargs
        return boundary.guard(partial(listener, **{name: ours[name] for name in wanted}))

    for name, listener in COMMANDS.items():
        app.command(name)(ready(listener))
    for name, listener in EVENTS.items():
        app.event(name)(ready(listener))
    for name, listener in SHORTCUTS.items():
        app.shortcut(name)(ready(listener))
    for name, listener in OPTIONS.items():
        app.options(name)(ready(listener))
    for name, listener in ACTIONS.items():
        app.action(name)(ready(listener))
    for name, listener in VIEWS.items():
        app.view(name)(ready(listener))
    # An event without a listener is answered 404, and Slack sends it again.
    app.event(re.compile(".*"))(ready(events.ignore))
