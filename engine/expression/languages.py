"""The names of months and days in the languages in which dates are read and written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

MONTHS, DAYS = "months", "days"
NAMED = {"B": (MONTHS, False), "b": (MONTHS, True), "A": (DAYS, False), "a": (DAYS, True)}
"""What the signs of a format that stand for names mean: names of what, and whether the short ones."""


@dataclass(frozen=True)
class Language:
    """A language with its names, each list separated by blanks, from January and from Monday.

    Attributes:
        called: its name in English, its own name, and its code of ISO 639; each of them finds it.
        long: full names of months and of days.
        short: the names in short, without a dot.
    """

    called: tuple[str, str, str]
    long: dict[str, str]
    short: dict[str, str]

    def names(self, kind: str, *, short: bool = False) -> list[str]:
        """The names of months or days."""
        return (self.short if short else self.long)[kind].split()

    def in_english(self, text: str, signs: str) -> str:
        """The text with its first names, one behind the other as the signs say, put into English."""
        start = 0
        for sign in signs:
            kind, short = NAMED[sign]
            found = self._patterns[kind].search(text, start)
            if found is None:
                return text
            english = ENGLISH.names(kind, short=short)[self._numbers[kind][found[0].casefold()]]
            text = text[: found.start()] + english + text[found.end() :]
            start = found.start() + len(english)
        return text

    @cached_property
    def _numbers(self) -> dict[str, dict[str, int]]:
        """The place of each name in its list."""
        return {
            kind: {
                name.casefold(): place
                for names in (self.names(kind, short=True), self.names(kind))
                for place, name in enumerate(names)
            }
            for kind in (MONTHS, DAYS)
        }

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        """What finds a name, the longest where several begin at one place."""
        return {
            kind: re.compile("|".join(map(re.escape, sorted(numbers, key=len, reverse=True))), re.IGNORECASE)
            for kind, numbers in self._numbers.items()
        }


def _language(called: str, months: str, short_months: str, days: str, short_days: str) -> Language:
    english, own, code = called.split()
    return Language((english, own, code), {MONTHS: months, DAYS: days}, {MONTHS: short_months, DAYS: short_days})


_NUMBERED = " ".join(f"{number}月" for number in range(1, 13))

LANGUAGES = [
    _language(
        "English English en",
        "January February March April May June July August September October November December",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "Mon Tue Wed Thu Fri Sat Sun",
    ),
    _language(
        "German Deutsch de",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        "Mo Di Mi Do Fr Sa So",
    ),
    _language(
        "French Français fr",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv févr mars avr mai juin juil août sept oct nov déc",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lun mar mer jeu ven sam dim",
    ),
    _language(
        "Spanish Español es",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sept oct nov dic",
        "lunes martes miércoles jueves viernes sábado domingo",
        "lun mar mié jue vie sáb dom",
    ),
    _language(
        "Italian Italiano it",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        "lun mar mer gio ven sab dom",
    ),
    _language(
        "Portuguese Português pt",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "jan fev mar abr mai jun jul ago set out nov dez",
        "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
        "seg ter qua qui sex sáb dom",
    ),
    _language(
        "Dutch Nederlands nl",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        "ma di wo do vr za zo",
    ),
    _language(
        "Danish Dansk da",
        "januar februar marts april maj juni juli august september oktober november december",
        "jan feb mar apr maj jun jul aug sep okt nov dec",
        "mandag tirsdag onsdag torsdag fredag lørdag søndag",
        "man tir ons tor fre lør søn",
    ),
    _language(
        "Swedish Svenska sv",
        "januari februari mars april maj juni juli augusti september oktober november december",
        "jan feb mars apr maj juni juli aug sep okt nov dec",
        "måndag tisdag onsdag torsdag fredag lördag söndag",
        "mån tis ons tors fre lör sön",
    ),
    _language(
        "Japanese 日本語 ja",
        _NUMBERED,
        _NUMBERED,
        "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
        "月 火 水 木 金 土 日",
    ),
    _language(
        "Chinese 中文 zh",
        "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
        _NUMBERED,
        "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
        "周一 周二 周三 周四 周五 周六 周日",
    ),
]
ENGLISH = LANGUAGES[0]


@lru_cache(maxsize=32)
def find_language(name: str) -> Language | None:
    """The language of a name such as `German`, `Deutsch` or `de`."""
    wanted = name.strip().casefold()
    return next((known for known in LANGUAGES if wanted in map(str.casefold, known.called)), None)
