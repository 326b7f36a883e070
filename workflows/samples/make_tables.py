"""Make the sample tables: an address list as people type it, and the orders of a shop. All of it is invented.

    python workflows/samples/make_tables.py [FOLDER]

Everything comes from a seeded generator, so that running it again gives the same files.
"""

from __future__ import annotations

import csv
import random
import sys
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

FIRST = ["Ada", "Björn", "Chloé", "Dmitri", "Eva", "Farid", "Greta", "Hugo", "Inês", "Jürgen", "Kaja", "Lea"]
LAST = ["Abel", "Brandt", "Çelik", "Dubois", "Eriksen", "Fischer", "García", "Huber", "Ito", "Jansen", "Kowalski"]
CITIES = {"Berlin": "10115", "Köln": "50667", "Leipzig": "04109", "München": "80331", "Kiel": "24103"}
PRODUCTS = [
    ("Tea", "Drinks", 4.5),
    ("Coffee", "Drinks", 7.9),
    ("Cocoa", "Drinks", 5.2),
    ("Honey", "Food", 6.4),
    ("Biscuits", "Food", 2.8),
    ("Jam", "Food", 3.9),
    ("Mug", "Kitchen", 9.5),
    ("Kettle", "Kitchen", 39.0),
]
REGIONS = ["North", "South", "East", "West"]
PEOPLE, ORDERS = 120, 900


def address_list(rng: random.Random) -> Iterable[list[str]]:
    """An export as it comes: two lines of title, blanks, mixed case, dates and numbers as each typed them, repeats."""
    yield ["Customer list", "", "", "", "", ""]
    yield ["exported on 2025-01-07", "", "", "", "", ""]
    yield ["Customer No", "Name", "City", "Mail", "Since", "Turnover"]
    for number in range(1, PEOPLE + 1):
        first, last = rng.choice(FIRST), rng.choice(LAST)
        city = rng.choice(list(CITIES))
        mail = _plain(f"{first}.{last}{number}@example.org")
        since = date(2015, 1, 1) + timedelta(rng.randrange(3600))
        row = [f"{number:05}", f"{first} {last}", f"{CITIES[city]} {city}", mail, _day(since, rng), _money(rng)]
        yield _worn(row, rng)
        if rng.random() < 0.12:  # somebody typed it twice
            again = [row[0], row[1].upper(), row[2], row[3].capitalize(), _day(since, rng), row[5]]
            yield _worn(again, rng)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in letters if letter.isascii())


def _day(day: date, rng: random.Random) -> str:
    return rng.choice([f"{day:%d.%m.%Y}", f"{day:%Y-%m-%d}", f"{day.day}.{day.month}.{day:%y}"])


def _money(rng: random.Random) -> str:
    amount = rng.lognormvariate(6, 1)
    return f"{amount:,.2f} €".replace(",", " ").replace(".", ",").replace(" ", ".", amount >= 1000)


def _worn(row: list[str], rng: random.Random) -> list[str]:
    """A row with what goes wrong when people type."""
    row = list(row)
    if rng.random() < 0.2:
        row[1] = "  " + row[1].replace(" ", "  ")
    if rng.random() < 0.2:
        row[1] = row[1].lower()
    if rng.random() < 0.06:
        row[3] = rng.choice(["", "n/a", row[3].replace("@", " at ")])
    if rng.random() < 0.04:
        row[4] = rng.choice(["", "unknown", "31.02.2020"])
    if rng.random() < 0.05:
        row[5] = rng.choice(["", "-", "on request"])
    return row


def orders(rng: random.Random) -> Iterable[list[object]]:
    """Orders of a year; a few name a product that is no longer in the list."""
    yield ["OrderId", "Date", "Region", "ProductId", "Quantity"]
    for number in range(1, ORDERS + 1):
        product = rng.choices(range(1, len(PRODUCTS) + 2), [6, 5, 3, 4, 7, 4, 2, 1, 0.4])[0]
        day = date(2024, 1, 1) + timedelta(rng.randrange(366))
        yield [number, day, rng.choices(REGIONS, [4, 3, 2, 3])[0], product, 1 + int(rng.expovariate(0.6))]


def products() -> Iterable[list[object]]:
    yield ["Id", "Product", "Category", "Price"]
    for number, product in enumerate(PRODUCTS, 1):
        yield [number, *product]


def write(path: Path, rows: Iterable[Iterable[object]], delimiter: str = ",", encoding: str = "utf-8") -> None:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "customer_list.csv", address_list(random.Random(7)), ";", "cp1252")  # noqa: S311 - no secret
    write(folder / "orders.csv", orders(random.Random(11)))  # noqa: S311 - no secret
    write(folder / "products.csv", products())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "shop")
