"""Questions in a person's own words, as the command that answers them."""

from __future__ import annotations

import pytest

from bot.listeners.questions import about, command
from bot.listeners.watching_words import Book, NeedTyped, WatchList, amount, book, need, watch
from bot.promo.lists import PromoList, spoken_of


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("how many left in black friday?", "list black friday"),
        ("How many codes are left in Welcome 10%?", "list Welcome 10%"),
        ("how many welcome codes are left?", "list welcome"),
        ("how many codes do we have?", "lists"),
        ("what's left in welcome", "list welcome"),
        ("how many in welcome list right now, please?", "list welcome"),
        ("when will black friday be empty?", "list black friday"),
        ("how long will welcome last?", "list welcome"),
        ("what runs out this week?", "next 7"),
        ("which lists run dry in the next 3 days?", "next 3"),
        ("what runs out next", "next"),
        ("are we running out of anything?", "next"),
        ("what's running low this week?", "next 7"),
        ("which lists are low?", "lists"),
        ("what's empty?", "lists"),
        ("who is on it?", "watches"),
        ("what alerts are open", "watches"),
        ("is 5,000 enough for welcome until friday?", "need 5,000 welcome by friday"),
        ("do we have 5000 codes for welcome by friday?", "need 5000 welcome by friday"),
        ("will 50k be enough for newsletter until 30 nov", "need 50k newsletter by 30 nov"),
        ("what needs codes?", "lists"),
        ("who loaded codes into spring sale?", "history spring sale"),
        ("load codes into spring", "upload spring"),
        ("what is booked?", "bookings"),
        ("what can you do?", "help"),
        ("hello there", ""),
        ("what's the weather", ""),
        ("black friday", ""),
    ],
)
def test_questions(asked: str, answered: str) -> None:
    """Each question is the command that a person would have typed; anything else is none."""
    assert command(asked) == answered


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("how many codes does welcome have?", "list 1"),
        ("do we have 5000 welcome codes for friday?", "need 5000 1 by friday"),
        ("are there 3000 left in vip?", "need 3000 2"),
        ("tell me when welcome is below 500", "watch 1 below 500"),
        ("stop watching welcome", "unwatch 1"),
        ("when was black friday last loaded?", "history 3"),
        ("could you refill the newsletter please", "upload 4"),
        ("I want vip on the website", "snippet 2"),
        ("сколько осталось в welcome", "list 1"),
        ("is welcome enough until friday?", "list 1"),
        ("will we need 20k for black friday by monday, or more?", "need 20k 3 by monday"),
        ("and the sales?", ""),
        ("who are you really", ""),
    ],
)
def test_sentences_about_a_list(asked: str, answered: str) -> None:
    """A sentence in which one list's name stands is the command that one of its other words names."""
    names = {"1": "Welcome 10%", "2": "VIP", "3": "Black Friday 2026", "4": "Newsletter", "5": "Sale A", "6": "Sale B"}
    spoken = spoken_of(asked, [PromoList(list_id, name, 5) for list_id, name in names.items()])
    assert (about(asked, spoken[0].id) if len(spoken) == 1 else "") == answered


def test_a_sentence_that_fits_two_lists_names_both() -> None:
    """Nobody guesses which of two lists a sentence means."""
    lists = [PromoList("5", "Sale A", 5), PromoList("6", "Sale B", 5)]
    assert spoken_of("what about the sale?", lists) == lists


@pytest.mark.parametrize(
    ("typed", "codes"),
    [("50000", 50_000), ("50,000", 50_000), ("50 000", 50_000), ("50.000", 50_000), ("50k", 50_000), ("1.5k", 1_500)],
)
def test_numbers(typed: str, codes: int) -> None:
    """A number is read in every way that people write it."""
    assert amount(typed) == codes


def test_what_follows_the_commands() -> None:
    """Numbers, dates, people and limits are taken from around the list's name."""
    assert watch("spring sale below 500 2 weeks <@U2|ben>") == WatchList(
        "spring sale", 500, 14.0, "<@U2|ben>", "spring sale below 500 2 weeks <@U2|ben>"
    )
    assert need("5000 black friday 2026 by 27 nov") == NeedTyped(
        5_000, "black friday 2026", "27 nov", "black friday 2026 by 27 nov"
    )
    assert need("welcome 50k until friday").words == "welcome"
    assert need("500 international by friday").words == "international"
    assert need("500 codes of Offers").words == "Offers"
    assert watch("welcome below 500 or 3 days").words == "welcome"
    assert book("50000 welcome from 27-30 nov") == Book(50_000, "welcome", "27 nov", "30 nov")
    assert book("5k welcome from friday to sunday") == Book(5_000, "welcome", "friday", "sunday")
