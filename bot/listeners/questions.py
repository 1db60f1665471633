"""Questions in a person's own words, as the command that answers them."""

from __future__ import annotations

import re

_LIST = r"(?P<list>.+?)"
_END = r"\s*[?.!]*$"
_LEFT = r"(?:left|available|remaining|in stock|there)"
_CODES = r"(?:(?:promo\s*|coupon\s*|discount\s*)?(?:codes?|coupons?|vouchers?)\s*)"
_IN = r"(?:in|of|for|on|at|from)\s+(?:the\s+|our\s+|list\s+)*"
_NUMBER = r"(?P<number>\d[\d.,' ]*(?:\s*[km]\b)?)"
_UNTIL = r"(?:\s+(?:by|until|till|before|on|for)\s+(?P<until>[^?,]+?)(?:,.*)?)?"
_RUN_OUT = (
    r"(?:runs?\s+(?:out|dry|empty|low)|(?:be|is|are|gets?|get|going)\s+(?:\w+\s+)?(?:empty|gone|used up)|dies?|ends?)"
)
_DAYS = {"today": 1, "tonight": 1, "tomorrow": 2, "week": 7, "month": 31, "fortnight": 14, "weekend": 5}

_POLITE = r"(?:please\s+|hey\s+|hi\s+|so\s+|and\s+|can you (?:tell|show) (?:me|us)\s+)*"
_WE_HAVE = r"(?:do we have|have we got|are|is)"
_LOAD = r"(?:load|upload|add|refill)"
_STATE = r"(?:stock|status|state|pace|forecast)"
_LOADED = r"(?:loaded|uploaded|added|filled|refilled)"

# The first that fits is taken; each names the command and which of its parts follow.
_QUESTIONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (
        re.compile(
            f"^(?:please\\s+|hey\\s+|hi\\s+|so\\s+|and\\s+|can you (?:tell|show) (?:me|us)\\s+)*{pattern}{_END}", re.I
        ),
        command,
    )
    for pattern, command in (
        (rf"(?:is|are|will|would|do|does)\b.*?{_NUMBER}\s*{_CODES}?(?:be\s+)?enough\s+{_IN}{_LIST}{_UNTIL}", "need"),
        (
            rf"(?:do|have|has|can)\b.*?(?:enough\s+(?:for\s+)?)?{_NUMBER}\s*{_CODES}?(?:left\s+)?{_IN}{_LIST}{_UNTIL}",
            "need",
        ),
        (
            rf"(?:is|does|do|are)\b\s*{_LIST}\s+(?:have\s+)?(?:good\s+|enough\s+)for\s+{_NUMBER}\s*{_CODES}?{_UNTIL}",
            "need",
        ),
        (rf"(?:i|we)\s+(?:will\s+)?need\s+{_NUMBER}\s*{_CODES}?{_IN}{_LIST}{_UNTIL}", "need"),
        (rf"(?:what|which)\b.*?{_RUN_OUT}(?P<when>.*?)", "next"),
        (rf"(?:anything|something)\b.*?{_RUN_OUT}(?P<when>.*?)", "next"),
        (rf"when\s+(?:does|do|will|is|are|would)\s+(?:the\s+|list\s+)*{_LIST}\s+(?:likely\s+)?{_RUN_OUT}.*?", "list"),
        (rf"how\s+long\s+(?:does|do|will)\s+(?:the\s+|list\s+)*{_LIST}\s+last", "list"),
        (
            rf"how\s+(?:many|much)\s+{_CODES}?(?:{_WE_HAVE}\s+)*{_LEFT}?\s*{_IN}{_LIST}(?:\s+{_LEFT})?",
            "list",
        ),
        (rf"how\s+(?:many|much)\s+{_CODES}?{_WE_HAVE}?\s*(?:still\s+)?{_LEFT}?", "lists"),
        (
            rf"how\s+(?:many|much)\s+{_LIST}\s+{_CODES}?{_WE_HAVE}?\s*(?:still\s+)?{_LEFT}",
            "list",
        ),
        (
            rf"(?:what(?:'s| is)|how(?:'s| is))\s+(?:left\s+{_IN})?(?:the\s+)?{_STATE}\s+{_IN}{_LIST}",
            "list",
        ),
        (rf"(?:what(?:'s| is)\s+)?{_LEFT}\s+{_IN}{_LIST}", "list"),
        (rf"what(?:'s| is)\s+{_LEFT}", "lists"),
        (r"(?:what|which)\b.*?(?:needs?|short of|low on)\b.*?(?:codes?|refill\w*|stock)?", "lists"),
        (r"(?:show|list|give)\s+(?:me\s+|us\s+)?(?:all|every|the)\s+lists?", "lists"),
        (
            rf"who\s+(?:has\s+|last\s+)?{_LOADED}\b.*?(?:in|into|to)\s+(?:the\s+)?{_LIST}",
            "history",
        ),
        (rf"who\s+(?:has\s+|last\s+)?{_LOADED}\b.*?", "history"),
        (
            rf"(?:i want to\s+|i need to\s+|let me\s+)?{_LOAD}\b.*?\b(?:in|into|to)\s+(?:the\s+)?{_LIST}",
            "upload",
        ),
        (
            r"(?:are|is)\s+(?:we|anything|something|any\s+lists?)\s+(?:\w+\s+)?running\s+(?:out|low|dry).*?(?P<when>.*?)",
            "next",
        ),
        (r"(?:what|which)\b.*?\brunning\s+(?:out|low|dry)(?P<when>.*?)", "next"),
        (r"(?:what|which)\b(?:'s|\s+lists?)?(?:\s+(?:is|are))?\s+(?:low|empty).*?", "lists"),
        (r"(?:who|which|what|any|are there any)\b.*?\b(?:on it|alerts?)\b.*?", "watches"),
        (r"(?:what|which)\b.*?\b(?:booked|bookings?|planned)\b.*?", "bookings"),
        (r"(?:what|which|who)\b.*?\b(?:watched|watches|watching|watch)\b.*?", "watches"),
        (r"(?:what can (?:you|i) (?:do|ask|type|say)|help me).*?", "help"),
    )
)

# What a sentence with a list's name anywhere in it asks for, by one word of it; the first that fits.
_ABOUT: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), command)
    for pattern, command in (
        (r"\b(?:stop|unwatch|no more|don'?t)\b.*\b(?:watch\w*|alert\w*|tell\w*)\b", "unwatch {list}"),
        (rf"\b(?:tell|warn|alert|remind|notify|watch)\b.*?{_NUMBER}", "watch {list} below {number}"),
        (rf"{_NUMBER}.*\b(?:enough|need\w*|suffices?|left|last)\b", "need {number} {list}{until}"),
        (rf"\b(?:enough|need\w*|suffices?|have|last)\b.*?{_NUMBER}", "need {number} {list}{until}"),
        (rf"\b{_LOADED}\b|\bwho\b|\bhistory\b", "history {list}"),
        (rf"\b{_LOAD}\b", "upload {list}"),
        (r"\b(?:snippet|javascript|storefront|web ?site|shop page)\b", "snippet {list}"),
        (r"", "list {list}"),
    )
)
_BY = re.compile(
    r"\b(?:by|until|till|before|for)\s+((?:(?!\b(?:by|until|till|before|for)\b)[^?,])+?)\s*(?:,.*)?[?.!]*$", re.I
)


def about(text: str, named: str) -> str:
    """The command that a sentence about the list `named` stands for, as it would be typed after /promo."""
    for pattern, command in _ABOUT:
        if found := pattern.search(text):
            until = f" by {said[1]}" if "{until}" in command and (said := _BY.search(text)) else ""
            number = found.groupdict().get("number") or ""
            return command.format(list=named, number=number.strip(" .,"), until=until)
    raise AssertionError("the last pattern fits every text")


# What people say after a list's name.
_AFTER = re.compile(
    r"(?:,?\s+(?:list|codes?|coupons?|please|thanks|right|now|still|today|at the moment|currently|tell me))+$", re.I
)


def command(text: str) -> str:
    """The command that answers a question, as it would be typed after /promo; empty when it is not understood."""
    for pattern, word in _QUESTIONS:
        if found := pattern.match(text.strip()):
            return f"{word} {_rest(word, found.groupdict())}".strip()
    return ""


def _rest(word: str, parts: dict[str, str | None]) -> str:
    if word == "next":
        return _days(parts.get("when") or "")
    words = _AFTER.sub("", (parts.get("list") or "").strip(" ?.!\"'“”"))
    if word != "need":
        return words
    until = f" by {said.strip()}" if (said := parts.get("until")) else ""
    return f"{(parts.get('number') or '').strip()} {words}{until}"


def _days(when: str) -> str:
    if found := re.search(r"(\d+)\s*(day|week)", when, re.I):
        return str(int(found[1]) * (7 if found[2].casefold() == "week" else 1))
    return next((str(days) for word, days in _DAYS.items() if re.search(rf"\b{word}\b", when, re.I)), "")
