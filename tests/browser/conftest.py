"""Real pages in a real browser: Debian's Chromium, headless, against the playground's own routes."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bot.playground.control import control_routes
from bot.playground.run import PAGE
from bot.stand_ins.personaclick import StandInList, StandInPersonaClick, control
from bot.stand_ins.slack import StandInSlack

HOW_TO_GET_IT = (
    "These tests need Chromium. On Debian and Ubuntu: apt-get install chromium. Elsewhere: install Chromium or Chrome, "
    "and name it in CHROMIUM=/path/to/it."
)
PLACES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """The browser's path. Fails with the way to get it where there is none."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PLACES)), None)
    if found is None or not Path(found).exists():
        pytest.fail(HOW_TO_GET_IT, pytrace=False)
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests."""
    path = chromium()
    async with async_playwright() as playwright:
        # Chromium refuses to run as root with its sandbox.
        made = await playwright.chromium.launch(executable_path=path, args=["--disable-gpu"], chromium_sandbox=False)
        yield made
        await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def personaclick() -> AsyncIterator[StandInPersonaClick]:
    """The stand-in PersonaClick, with lists of a few codes."""
    made = StandInPersonaClick(make_lists=few_codes)
    made.add_routes(control.routes(made))
    await made.start(control_port=0)
    yield made
    await made.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def slack(personaclick: StandInPersonaClick) -> AsyncIterator[StandInSlack]:
    """The playground's page and the shop's, without a bot."""
    made = StandInSlack()
    made.add_routes(control_routes(made, personaclick.control_url, PAGE))
    await made.start()
    yield made
    await made.stop()


def few_codes() -> list[StandInList]:
    """Two lists with codes in them and an empty one."""
    spring, vip, empty = StandInList("100500", "Spring sale"), StandInList("vip", "VIP"), StandInList("7", "Empty")
    spring.add(["SPRING-1", "SPRING-2", "SPRING-3"])
    vip.add(["VIP-1", "VIP-2"])
    return [spring, vip, empty]


@dataclass
class Visitor:
    """One device at the shop; `broken` holds what the page's scripts threw."""

    page: Page
    root: str
    broken: list[str]

    async def open(self, query: str = "list=100500") -> str:
        """Opens the shop's page, and answers what its offer says, empty where it is hidden."""
        await self.page.goto(f"{self.root}/shop?{query}")
        return await self.offer()

    async def offer(self) -> str:
        """What the offer says once the page has its answer."""
        await self.page.wait_for_function("document.getElementById('said').textContent !== 'Asking PersonaClick…'")
        return (await self.page.locator(".offer strong").text_content() or "") if await self.shown() else ""

    async def shown(self) -> bool:
        """Whether the offer is to be seen."""
        return await self.page.locator(".offer").is_visible()

    async def said(self) -> str:
        """The page's own sentence on what happened."""
        return await self.page.locator("#said").text_content() or ""

    async def later(self, minutes: int) -> None:
        """Moves the clock of the shop's pages."""
        await self.page.evaluate("minutes => window.shop.move(minutes)", minutes)


Visit = Callable[[], "Visitor"]


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser profile of its own: one device."""
    made = await browser.new_context()
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(context: BrowserContext, slack: StandInSlack) -> AsyncIterator[Visitor]:
    """A visitor on a fresh device; at the end no script of a page has failed."""
    made = await visitor_in(context, slack)
    yield made
    assert made.broken == []


async def visitor_in(context: BrowserContext, slack: StandInSlack) -> Visitor:
    """A visitor on the device of that profile."""
    page = await context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.set_default_timeout(30_000)
    return Visitor(page, slack.root, broken)
