"""The five calls of the vendor's API, as its documentation says them: what was asked in, status and JSON out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.stand_ins.personaclick.state import Post, Record, StandInList, Style

MISSING = "Required parameters are missing"
# A second shop, with the same secret and the same lists: for a bot with several shops.
TWIN_SHOP_ID = "1d42fd8b713d0752776ca589cc0056"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the API answers."""

    status: int
    document: Any


@dataclass
class Api:
    """One shop; `asked` of each call is its query (GET) or its JSON body."""

    shop_id: str
    shop_secret: str
    style: Style
    lists: dict[str, StandInList]
    record: Record

    def answer(self, method: str, path: str, asked: Mapping[str, Any], post: Post | None) -> Reply:
        """Carries out one call; `post` is the open entry of the record for a POST."""
        match method, path:
            case "GET", "/promo_codes/fetch":
                return self._fetch(asked)
            case "DELETE", _ if not self.style.removal:
                return self.no(404, "Not Found")
        if refused := self._stranger(asked):
            return refused
        match method, path:
            case "GET", "/promo_codes":
                return self._lists(asked)
            case "POST", "/promo_codes" if post is not None:
                return self._add(asked, post)
            case "DELETE", "/promo_codes/delete":
                return self._delete(asked)
            case "DELETE", "/promo_codes/purge":
                return self._purge(asked)
        return self.no(404, "Not Found")

    def no(self, status: int, message: str) -> Reply:
        """A refusal in the style of the shop."""
        if self.style.new:
            return Reply(status, {"success": False, "payload": {"message": message}})
        return Reply(status, {"status": "error", "message": message})

    def _stranger(self, asked: Mapping[str, Any]) -> Reply | None:
        if not asked.get("shop_id") or not asked.get("shop_secret"):
            return self.no(404, MISSING)
        if asked["shop_id"] not in (self.shop_id, TWIN_SHOP_ID) or asked["shop_secret"] != self.shop_secret:
            return self.no(403, "Shop not found")
        return None

    def _lists(self, asked: Mapping[str, Any]) -> Reply:
        try:
            limit = min(int(asked.get("limit", self.style.page)), self.style.page)
            offset = 0 if self.style.ignore_offset else int(asked.get("offset", 0))
        except ValueError:
            return self.no(400, "limit and offset are numbers")
        include, exclude = (set(filter(None, str(asked.get(key, "")).split(","))) for key in ("include", "exclude"))
        chosen = [one for one in self.lists.values() if (not include or one.id in include) and one.id not in exclude]
        page = [
            {"id": self._id(one.id), "name": one.name, "available": one.available}
            for one in chosen[offset : offset + limit]
        ]
        return Reply(200, {"success": True, "payload": page} if self.style.new else page)

    def _id(self, text: str) -> int | str:
        return int(text) if text.isdecimal() and not self.style.string_ids else text

    def _add(self, asked: Mapping[str, Any], post: Post) -> Reply:
        if "id" not in asked or "codes" not in asked:
            return self.no(404, MISSING)
        if not post.codes:
            return self.no(400, "codes must be a non-empty array")
        found = self.lists.get(post.list_id)
        if found is None:
            return self.no(404, "Promo code list not found")
        self.record.stored(post, found.add(post.codes))
        return Reply(200, {"status": "success"})

    def _fetch(self, asked: Mapping[str, Any]) -> Reply:
        if not asked.get("shop_id") or not asked.get("id") or not (asked.get("shop_secret") or asked.get("did")):
            return self.no(404, MISSING)
        if asked["shop_id"] != self.shop_id or asked.get("shop_secret", self.shop_secret) != self.shop_secret:
            return self.no(403, "Shop not found")
        found = self.lists.get(str(asked["id"]))
        if found is None:
            return self.no(404, "Promo code list not found")
        by_secret = bool(asked.get("shop_secret"))
        code = next(iter(found.take(1)), None) if by_secret else found.take_for(str(asked["did"]))
        return self.no(404, "Promo codes are over") if code is None else Reply(200, {"code": code})

    def _delete(self, asked: Mapping[str, Any]) -> Reply:
        found = self.lists.get(str(asked.get("promo_code_list_id", "")))
        codes = asked.get("codes")
        if found is None:
            return self.no(404, "Promo code list not found")
        if not isinstance(codes, list):
            return self.no(400, "codes must be an array")
        gone = found.remove(map(str, codes))
        counts = {"deleted_count": gone, "not_found_count": max(len(codes) - gone, 0)}
        return Reply(200, {"status": "success", "payload": counts})

    def _purge(self, asked: Mapping[str, Any]) -> Reply:
        found = self.lists.get(str(asked.get("id", "")))
        if found is None:
            return self.no(404, "Promo code list not found")
        found.purge()
        return Reply(200, {"status": "success"})
