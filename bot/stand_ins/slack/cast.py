"""Who and what is in the stand-in workspace at the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

TEAM, OTHER_TEAM = "T1", "T2"
BOT_USER, BOT_ID, APP_ID = "UBOT", "B1", "A1"

Kind = Literal["member", "guest", "stranger", "bot"]


@dataclass(slots=True)
class User:
    """A person or the bot. A guest is `is_restricted`; a stranger belongs to another workspace."""

    id: str
    name: str
    real_name: str
    kind: Kind = "member"
    title: str = ""
    color: str = "#4a6fa5"
    is_admin: bool = False
    deleted: bool = False
    tz: str = "Europe/Berlin"

    @property
    def team(self) -> str:
        return OTHER_TEAM if self.kind == "stranger" else TEAM

    def as_slack(self) -> dict[str, Any]:
        """The user object of users.info; https://docs.slack.dev/reference/objects/user-object"""
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "color": self.color.lstrip("#"),
            "tz": self.tz,
            "tz_offset": 3600,
            "profile": {"real_name": self.real_name, "display_name": self.name, "title": self.title},
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_restricted": self.kind == "guest",
            "is_ultra_restricted": False,
            "is_bot": self.kind == "bot",
            "is_app_user": False,
            "is_workflow_bot": False,
            "is_stranger": self.kind == "stranger",
        }


@dataclass(slots=True)
class Channel:
    """A channel, or a direct message when `im_of` names the person at its other end."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    topic: str = ""
    is_ext_shared: bool = False
    is_private: bool = False
    is_archived: bool = False
    im_of: str = ""

    def as_slack(self) -> dict[str, Any]:
        """The conversation object; https://docs.slack.dev/reference/objects/conversation-object"""
        if self.im_of:
            return {"id": self.id, "is_im": True, "user": self.im_of, "is_org_shared": False, "is_ext_shared": False}
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_member": BOT_USER in self.members,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "is_pending_ext_shared": False,
            "num_members": len(self.members),
            "topic": {"value": self.topic},
            "context_team_id": TEAM,
        }


@dataclass(slots=True)
class UserGroup:
    """People under one handle."""

    id: str
    handle: str
    name: str
    users: list[str]
    disabled: bool = False


def people() -> list[User]:
    """Everybody of the demonstration."""
    return [
        User("U1", "anna", "Anna Keller", title="Campaigns", color="#7a4fa3"),
        User("U2", "ben", "Ben Ortiz", title="E-mail marketing", color="#2b7a78"),
        User("U3", "gina", "Gina Rossi", "guest", title="Agency", color="#b5651d"),
        User("U4", "sam", "Sam Patel", "stranger", title="Partner company", color="#8a2b43"),
        User("U5", "olga", "Olga Stein", title="Admin", color="#3d5a80", is_admin=True),
        User(BOT_USER, "promo", "Promo codes", "bot", color="#2f6f4f"),
    ]


def rooms() -> list[Channel]:
    """Every channel of the demonstration; direct messages come by themselves."""
    everyone = ["U1", "U2", "U3", "U5", BOT_USER]
    return [
        Channel("C1", "promo", list(everyone), "Promo codes: what is left, what is loaded"),
        Channel("C2", "campaigns", list(everyone), "Plans for the next mailings"),
        Channel("C3", "partners", ["U1", "U2", "U4", BOT_USER], "Shared with another company", is_ext_shared=True),
    ]


def groups() -> list[UserGroup]:
    """Every user group of the demonstration."""
    return [UserGroup("S1", "promo-team", "Promo team", ["U1", "U2"])]
