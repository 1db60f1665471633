"""Which list a person means, and how lists stand."""

import pytest

from bot.promo.lists import (
    Found,
    NearMiss,
    PromoList,
    Several,
    Stock,
    by_need,
    find,
    guess,
    matching,
    near_misses,
    stock,
    told_apart,
)

SPRING = PromoList("100500", "Spring sale", 240)
WINTER = PromoList("100501", "Winter sale", 0)
VIP = PromoList("vip", "VIP birthday", 52_000)
NAMELESS = PromoList("77", "", 500)
LISTS = (SPRING, WINTER, VIP, NAMELESS)
FOREIGN = (PromoList("1", "İlkbahar indirimi", 5), PromoList("2", "Crème", 5), PromoList("3", "Зеленая весна", 5))
TWO_SHOPS = (PromoList("1", "Sale", 5, "de"), PromoList("1", "Sale", 9, "fr"))


@pytest.mark.parametrize(
    ("words", "lists", "answer"),
    [
        ("100500", LISTS, Found(SPRING)),
        ("VIP", LISTS, Found(VIP)),
        ("spring sale", LISTS, Found(SPRING)),
        ("  SPRING   Sale ", LISTS, Found(SPRING)),
        ("birth", LISTS, Found(VIP)),
        ("sale", LISTS, Several((SPRING, WINTER))),
        ("sprnig sale", LISTS, NearMiss((SPRING,))),
        ("zzz", LISTS, NearMiss(())),
        ("list 77", LISTS, Found(NAMELESS)),
        ("fr/sale", TWO_SHOPS, Found(TWO_SHOPS[1])),
        ("de/1", TWO_SHOPS, Found(TWO_SHOPS[0])),
        ("sale", TWO_SHOPS, Several(TWO_SHOPS)),
        ("ilkbahar", FOREIGN, Found(FOREIGN[0])),
        ("CREME", FOREIGN, Found(FOREIGN[1])),
        ("зелёная", FOREIGN, Found(FOREIGN[2])),
    ],
)
def test_words_find_the_list_they_mean(words: str, lists: tuple[PromoList, ...], answer: object) -> None:
    """An id, a name, a part of a name or shop/name finds its list; a near miss offers what comes close."""
    assert find(words, lists) == answer


def test_lists_of_one_name_carry_their_ids() -> None:
    """Where another list of the shop has the same name, in any case, the id stands behind it."""
    lists = (
        PromoList("7", "Sale", 1),
        PromoList("8", "SALE", 1),
        PromoList("9", "Other", 1),
        PromoList("7", "Sale", 1, "fr"),
    )
    assert [one.title for one in told_apart(lists)] == ["Sale (7)", "SALE (8)", "Other", "fr/Sale"]


def test_pages_of_pasted_text_are_not_compared() -> None:
    """Only the first 200 characters count, of what was typed and of a name; nearness is still found within them."""
    long = PromoList("9", "y" * 5000, 1)
    assert near_misses("x" * 5000, (*LISTS, long)) == []
    assert near_misses("y" * 199 + "z" * 5000, (*LISTS, long)) == [long]
    assert near_misses("wniter", LISTS) == [WINTER]


def test_an_exact_name_beats_a_longer_one_that_contains_it() -> None:
    """The list called exactly so is meant, even where others contain the words."""
    sale, more = PromoList("1", "Sale", 1), PromoList("2", "Sale extra", 1)
    assert find("sale", (sale, more)) == Found(sale)


@pytest.mark.parametrize(
    ("file_name", "answer"),
    [
        ("spring-sale_2026.csv", SPRING),
        ("codes 100501.txt", WINTER),
        ("Spring Sale.xlsx", SPRING),
        ("springsale.csv", None),
        ("sale.csv", None),
        ("77.csv", None),
        ("winter sale and spring sale.csv", None),
        ("IMG_1234.png", None),
    ],
)
def test_a_file_name_names_a_list_only_when_it_is_clear(file_name: str, answer: PromoList | None) -> None:
    """A list is guessed from whole words of a file's name, and never between two."""
    assert guess(file_name, LISTS) == answer


@pytest.mark.parametrize(
    ("available", "state"),
    [(0, Stock.EMPTY), (-1, Stock.EMPTY), (1, Stock.LOW), (499, Stock.LOW), (500, Stock.IN_STOCK)],
)
def test_stock(available: int, state: Stock) -> None:
    """A list is empty at 0 and low below 500."""
    assert stock(PromoList("1", "x", available)) is state


def test_need_orders_lists() -> None:
    """Those that need codes soonest come first."""
    assert by_need(LISTS) == [WINTER, SPRING, NAMELESS, VIP]


def test_matching_takes_every_word() -> None:
    """Every word has to be in the name, or be the id."""
    assert matching("sale SPR", LISTS) == [SPRING]
    assert matching("", LISTS) == list(LISTS)
    assert matching("100501", LISTS) == [WINTER]
