"""A stand-in Slack: one workspace on loopback that refuses what Slack refuses, with people to act in it."""

from bot.stand_ins.slack.block_rules import problems_with_blocks
from bot.stand_ins.slack.cast import Channel, User, UserGroup
from bot.stand_ins.slack.delivery import Delivered, Sent
from bot.stand_ins.slack.reading import visible_text
from bot.stand_ins.slack.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, StandInSlack
from bot.stand_ins.slack.stored_files import StoredFile
from bot.stand_ins.slack.view_rules import problems_with_view
from bot.stand_ins.slack.web_api import Call
from bot.stand_ins.slack.workspace import Message

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
