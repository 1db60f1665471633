"""Titles of columns, in the languages shops write them in: how much each speaks for codes, or for something else."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

# Words for "code", whole or at the end of a longer word: Gutscheincode, промокод, alennuskoodi.
_CODE = (
    r"code[sn]?|kods?|kode[nr]?|kodu|kodları?|kody|kodi|kodas|koodi|kood|kód|kódy|kódok|cod|coduri|codi|codigos?|"
    r"codice|codici|"
    r"код|коды|кода|кодов|коди|κωδικ[οό]ς?|κωδικοί|码|碼|コード|코드|번호|קוד|קודים|كود|رمز|کد|კოდი|կոդ|कोड|โค้ด|mã|রকোড|"
    r"sifra|sifry|koda|kods"
)
# Words for what such a code is of; alone they may as well name the campaign.
_COUPON = (
    r"promo|promos|coupons?|vouchers?|gutscheine?|gutschrift|kupony?|kuponlar|kuponas|купон\w*|ваучер\w*|cupones|"
    r"cupon|cupom|"
    r"cupons|bon|bons|buono|buoni|rabattkupon|giftcards?|gift|промо\w*|κουπ[οό]ν\w*|券|优惠券|優惠券|クーポン|쿠폰|קופון|كوبون|"
    r"قسيمة|კუპონი|คูปอง|gutscheinkarte|geschenkkarte|waardebon|kortingsbon|presentkort|lahjakortti|voucher\w*|"
    r"coupon\w*"
)
_KEY = (
    r"keys?|serials?|seriennummer|pin|pins|pincodes?|tokens?|licen[cs]e|redemption|number|nummer|numero|номер|"
    r"numer|numara|ключ\w*|"
    r"cle|llave|chave|chiave|schlussel|klucz|anahtar|unique|einmalig|entitlement|voucher|序列号|番号|post_?title|secret"
)
# What is said of codes: their worth, time, owner, state. Whoever says it does not name the codes.
_OTHER = (
    # en
    r"ids?|uuid|guid|gid|amount|amt|value|price|cost|percent|percentage|pct|rate|sum|total|totals|balance|"
    r"currency|name|"
    r"description|desc|notes?|comments?|remarks?|type|kind|category|status|state|active|activated|enabled|"
    r"disabled|used|usage|uses|"
    r"redeemed|redemptions|claimed|assigned|sent|count|counter|limit|max|min|maximum|minimum|qty|quantity|date|"
    r"time|timestamp|day|days|"
    r"at|start|starts|end|ends|expiry|expire|expires|expiration|valid|validity|from|until|created|updated|"
    r"creation|modified|url|uri|link|"
    r"image|qr|e?mail|phone|mobile|customers?|client|users?|owner|recipient|orders?|sku|products?|article|item|"
    r"ean|gtin|isbn|upc|barcode|"
    r"country|region|city|zip|channel|segment|group|prefix|suffix|cursor|hash|index|position|row|rows|length|"
    r"applied|deactivated|"
    r"handle|slug|tags?|vendor|brand|refs?|reference|invoice|booking|tracking|transaction|model|lot|iban|asin|account|"
    r"rechnung|rechnungsnummer|referenz|facture|factura|fattura|faktura|fatura|счет|накладная|"
    r"clicks|opens|views|visits|revenue|stock|formula|version|org|organi[sz]ation|website|store|department|"
    r"language|locale|budget|spent|"
    # de
    r"betrag|wert|preis|rabatt|bezeichnung|beschreibung|bemerkung|typ|art|kategorie|datum|gultig|gueltig|ab|bis|"
    r"von|anzahl|menge|"
    r"kunde|kundennr|kundennummer|bestellung|bestellnummer|artikel|artikelnummer|eingelost|eingeloest|benutzt|"
    r"verwendet|wahrung|ablauf|laufzeit|"
    # fr
    r"montant|valeur|prix|remise|reduction|nom|libelle|categorie|debut|fin|nombre|quantite|commande|statut|etat|"
    r"utilise|devise|"
    # es pt it
    r"importe|valor|precio|preco|descuento|desconto|sconto|nombre|nome|descripcion|descricao|descrizione|tipo|"
    r"categoria|fecha|data|inicio|"
    r"inizio|fim|fine|caducidad|vencimiento|validade|validita|scadenza|cantidad|quantidade|quantita|cliente|"
    r"pedido|ordine|estado|stato|"
    r"situacao|usado|usato|utilizado|moneda|moeda|valuta|importo|valore|prezzo|"
    # pl cs sk nl sv da no fi hu ro
    r"kwota|wartosc|cena|znizka|znizki|nazwa|opis|rodzaj|kategoria|poczatek|koniec|wazny|wazne|ilosc|klient|"
    r"zamowienie|uzyty|wykorzystany|"
    r"waluta|castka|hodnota|nazev|popis|platnost|pocet|zakaznik|objednavka|stav|pouzit|pouzito|bedrag|waarde|"
    r"naam|omschrijving|soort|"
    r"geldig|aantal|klant|bestelling|gebruikt|belopp|varde|namn|beskrivning|giltig|antal|kund|belob|vaerdi|navn|"
    r"dato|verdi|korting|"
    r"arvo|nimi|kuvaus|tyyppi|tila|ertek|nev|leiras|tipus|allapot|valoare|nume|descriere|stare|"
    # tr ru uk
    r"tutar|tutari|deger|degeri|fiyat|indirim|ad|adi|isim|aciklama|tur|turu|tip|tarih|tarihi|baslangic|bitis|"
    r"adet|miktar|musteri|siparis|"
    r"durum|durumu|kullanildi|сумма|значение|цена|стоимость|скидка|скидки|имя|название|наименование|описание|тип|"
    r"вид|категория|дата|начало|"
    r"конец|окончание|срок|действует|количество|кол|клиент|клиента|заказ|заказа|статус|состояние|использован\w*|"
    r"активен|валюта|номинал|"
    r"процент|артикул|телефон|товар|сума|назва|опис|кількість|знижка|"
    # el ja zh ko ar he fa
    r"ποσ[οό]|αξ[ιί]α|ημερομην[ιί]α|[οό]νομα|κατ[αά]σταση|τύπος|金額|金额|名前|名称|日付|日期|ステータス|状态|種類|类型|割引|折扣|有効期限|有效期|"
    r"금액|이름|날짜|상태|유형|할인|القيمة|المبلغ|التاريخ|الاسم|الحالة|النوع|סכום|תאריך|שם|סטטוס|ערך|مبلغ|تاریخ|نام|وضعیت"
)
# Such a word beside "code" says what the code takes off, and nothing against it.
_WORTH = re.compile(
    r"discount\w*|rabatt\w*|rabat\w*|promo\w*|remise|reduction|descuento|desconto|sconto|indirim|скидк\w*|"
    r"znizk\w*|korting\w*|slevov\w*|"
    r"sleva|alennus\w*|折扣|割引|할인|الخصم|הנחה|תخفيف|تخفیف|aktion\w*|action|bonus|reward|referral|unique|coupon|"
    r"voucher|gift|offer|vendor"
)
# A code of another kind: Country code, Product code, Batch code.
_OTHER_CODE = re.compile(
    r"(?:bar|qr|zip|post|postal|country|currency|language|lang|locale|city|region|state|area|dial|phone|product|"
    r"item|article|error|"
    r"status|tax|hs|store|shop|account|customer|client|campaign|batch|group|category|type|order|reason|response|"
    r"sku|affiliate|partner|"
    r"agent|employee|branch|department|source|bank|sort|swift|color|colour|size|material|event|airport|station|"
    r"dress|class|vat|hsn)"
    r"[ _-]?codes?|barkod|(?:posta|urun|stok|alan|ulke|musteri|kampanya) kodu|штрих-?код|почтовый код|"
    r"код (?:товара|города|страны|региона|заказа|клиента|ошибки|валюты|акции)|(?:codigo|codice|code|kod) (?:postal\w*|"
    r"pays|client\w*|produ\w*|article|barras|pais|de barras|de producto|kraju|kreskowy|pocztowy)|"
    r"(?:artikel|kunden|lander|land|bestell|filial|post|kampagnen|aktivitats|fehler|produkt)code"
)
_IS_CODE = re.compile(
    rf"(?:{_CODE})|\w*?(?:code[sn]?|kod[eyiu]?|koodi|kood|kód|код[ыа]?|コード|코드|码|碼|כוד)", re.IGNORECASE
)
_IS_COUPON = re.compile(_COUPON, re.IGNORECASE)
_IS_KEY = re.compile(_KEY, re.IGNORECASE)
_IS_OTHER = re.compile(rf"(?:{_OTHER})", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-zа-я0-9])(?=[A-ZА-Я])|[\s_\-./:()\[\]#*?,]+")
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

CERTAIN = 0.9
# Codes and something else are named: Coupon ID, Code type. Such a column is asked about where nothing better is there.
_UNCLEAR = -0.5
_AT_MOST = 60


def words_of(title: str) -> list[str]:
    """The words of a title, in small letters without accents; camelCase, snake_case and paths are taken apart."""
    parts = [part for part in _CAMEL.split(title) if part]
    return [_plain(part) for part in parts]


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(
        sign for sign in folded if unicodedata.category(sign) != "Mn" or (not sign.isascii() and sign > "\u0500")
    )
    bare = bare.removeprefix("ال")
    return unicodedata.normalize("NFC", bare).replace("ı", "i").replace("ł", "l").replace("ø", "o")


def weight(title: str) -> float:
    """From -1 (names something else) over 0 (says nothing) to 1 (names codes and nothing else)."""
    title = _last_names(title.strip())
    words = words_of(title)
    if not words or len(title) > _AT_MOST or len(words) > 5:
        return 0.0
    joined = " ".join(words)
    if _OTHER_CODE.search(joined):
        return -0.7
    if joined in _PHRASES:
        return _PHRASES[joined]
    code = any(map(_IS_CODE.fullmatch, words)) or (bool(_NO_SPACES.search(title)) and bool(_IS_CODE.search(title)))
    coupon = any(map(_IS_COUPON.fullmatch, words))
    other = [word for word in words if _is_other(word) and not ((code or coupon) and _WORTH.fullmatch(word))]
    if code:
        return 1.0 if not other else _UNCLEAR
    if other:
        return _VAGUE.get(joined, _UNCLEAR if coupon else -0.8)
    if coupon or (_NO_SPACES.search(title) and _IS_COUPON.search(title)):
        return 0.7
    return 0.35 if any(map(_IS_KEY.fullmatch, words)) else 0.0


def _is_other(word: str) -> bool:
    return bool(_IS_OTHER.fullmatch(word)) or word in _DISCOUNT


def _last_names(title: str) -> str:
    """Of a path in a JSON document its last name; with the one before, where that says what the code is of."""
    if " " in title or "." not in title:
        return title
    *_, before, last = ["", "", *(part for part in title.split(".") if part)]
    return f"{before} {last}" if _OTHER_CODE.search(f"{_plain(before)} {_plain(last)}") or last in _VAGUE else last


_DISCOUNT = frozenset(["discount", "discounts"])
_PHRASES = {
    **dict.fromkeys(["gift card", "gift cards", "gift certificate"], 0.7),
    **dict.fromkeys(["ma giam gia", "ma khuyen mai", "ma uu dai", "ma voucher"], 1.0),
    **dict.fromkeys(["post title", "activation", "card no", "voucher no"], 0.35),
    **dict.fromkeys(
        ["card number", "gift card number", "voucher number", "coupon number", "serial no", "serial number"], 0.5
    ),
    **dict.fromkeys(["gutscheinnummer", "gutschein nr", "gutschein nummer", "numero de bon", "номер купона"], 0.7),
}
# Codes stand under these, too, where nothing better is there.
_VAGUE = {
    **dict.fromkeys(["name", "nom", "nombre", "nome", "nazwa", "ad", "adi", "имя", "название", "bezeichnung"], -0.25),
    **dict.fromkeys(["value", "wert", "valeur", "valor", "title", "titre", "titel", "text", "content"], -0.25),
    "id": -0.5,
}


def is_title(cell: str) -> bool:
    """Whether a cell reads like the title of a column, of codes or of something else."""
    return names_codes(cell) or names_others(cell)


def is_code_title(cell: str) -> bool:
    """Whether a cell is a usual title of a column of codes and nothing else, whatever stands below."""
    return weight(cell) >= 0.7 and not any(map(str.isdigit, cell)) and len(cell.split()) <= 4


def names_codes(cell: str) -> bool:
    """Whether a cell reads like the title of a column of codes: a few words, one of them the right one."""
    return weight(cell) > 0.3 and len(cell.split()) <= 4 and not is_mixed(cell)


def names_others(cell: str) -> bool:
    """Whether a cell reads like the title of a column of something else."""
    return weight(cell) < -0.2 and len(cell.split()) <= 5 and not is_mixed(cell)


def is_mixed(cell: str) -> bool:
    """Letters and digits together: rarely a word or a count."""
    return any(map(str.isdigit, cell)) and any(map(str.isalpha, cell))


def same_make(first: str, below: Sequence[str]) -> bool:
    """Whether the first cell is made like those below: of the same sorts of characters, and as long."""
    if _sorts(first) - set().union(*map(_sorts, below)):
        return False
    worded = sum(any(map(str.isalpha, cell)) for cell in below) > 0.5 * len(below)
    if worded != any(map(str.isalpha, first)):
        return False
    lengths = Counter(map(len, below))
    # Where no two are as long, length says little.
    uneven = lengths.most_common(1)[0][1] < 0.5 * len(below)
    return len(first) in lengths or (uneven and len(first) <= 2 * max(lengths))


def _sorts(cell: str) -> set[str]:
    return {
        "A" if sign.isupper() else "a" if sign.islower() else "9" if sign.isdigit() else "L" if sign.isalpha() else sign
        for sign in cell
    }
