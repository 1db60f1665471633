"""A stand-in Slack: one workspace on loopback that refuses what Slack refuses, with people to act in it."""

from bot.playground.slack.block_rules import problems_with_blocks
from bot.playground.slack.cast import Channel, User, UserGroup
from bot.playground.slack.delivery import Delivered, Sent
from bot.playground.slack.reading import visible_text
from bot.playground.slack.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, StandInSlack
from bot.playground.slack.stored_files import StoredFile
from bot.playground.slack.view_rules import problems_with_view
from bot.playground.slack.web_api import Call
from bot.playground.slack.workspace import Message

__all__ = [
    "APP_TOKEN",
    "BOT_TOKEN",
    "SIGNING_SECRET",
    "Call",
    "Channel",
    "Delivered",
    "Message",
    "Sent",
    "StandInSlack",
    "StoredFile",
    "User",
    "UserGroup",
    "problems_with_blocks",
    "problems_with_view",
    "visible_text",
]
