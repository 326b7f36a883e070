"""Rates of return and present values. A rate of 0.1 is 10 per cent a period; dates count in years of 365 days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
_RATES = np.concatenate([-np.logspace(0, -6, 200)[1:], [0.0], np.logspace(-6, 6, 400)])
"""Where a root is looked for: between two of these the worth must change its sign."""


def npv(rate: float, values: Sequence[float]) -> float | None:
    """What values at the ends of periods 1, 2, ... are worth at 0."""
    return _finite(_worth(rate, np.asarray(values), np.arange(1, len(values) + 1)))


def irr(values: Sequence[float]) -> float | None:
    """The rate at which values at 0, 1, ... are worth nothing; the one nearest 0 where there are several."""
    return _root(lambda rates: _worth(rates, np.asarray(values), np.arange(len(values))))


def mirr(finance_rate: float, reinvest_rate: float, values: Sequence[float]) -> float | None:
    """The modified internal rate of return of values at 0, 1, ..."""
    return _modified(finance_rate, reinvest_rate, np.asarray(values), np.arange(len(values)))


def xnpv(rate: float, values: Sequence[float], dates: Sequence[date]) -> float | None:
    """What values at dates are worth at the first of them."""
    return _finite(_worth(rate, np.asarray(values), _years(dates)))


def xirr(values: Sequence[float], dates: Sequence[date]) -> float | None:
    """The yearly rate at which values at dates are worth nothing."""
    return _root(lambda rates: _worth(rates, np.asarray(values), _years(dates)))


def mxirr(finance_rate: float, reinvest_rate: float, values: Sequence[float], dates: Sequence[date]) -> float | None:
    """The modified internal rate of return, yearly, of values at dates."""
    return _modified(finance_rate, reinvest_rate, np.asarray(values), _years(dates))


def rate(payments: float, payment: float, present: float, future: float, begin: bool) -> float | None:
    """The rate a period at which equal payments turn one value into another."""

    def missing(rates: Numbers) -> Numbers:
        growth = (1 + rates) ** payments
        safe = np.where(rates == 0, 1, rates)
        payoff = np.where(rates == 0, payments, (1 + rates * begin) * (growth - 1) / safe)
        return np.asarray(present * growth + payment * payoff + future)

    return _root(missing)


def _worth(rates: Any, values: Numbers, times: npt.NDArray[Any]) -> Any:
    """What values at times are worth at 0, for one rate or for each of several."""
    with np.errstate(all="ignore"):
        return ((1 + np.asarray(rates))[..., None] ** -times.astype(float) * values).sum(axis=-1)


def _modified(finance_rate: float, reinvest_rate: float, values: Numbers, times: npt.NDArray[Any]) -> float | None:
    last = times[-1] if len(times) else 0
    paid = -float(_worth(finance_rate, np.minimum(values, 0), times))
    with np.errstate(all="ignore"):
        received = float(_worth(reinvest_rate, np.maximum(values, 0), times)) * np.float64(1 + reinvest_rate) ** last
        return _finite((received / paid) ** (1 / last) - 1) if paid > 0 and received > 0 and last > 0 else None


def _years(dates: Sequence[date]) -> Numbers:
    return np.array([(day - dates[0]).days / 365 for day in dates])


def _root(worth: Callable[[Numbers], Numbers]) -> float | None:
    """The rate nearest 0 at which there is nothing left; None where there is none."""
    from scipy.optimize import brentq

    with np.errstate(all="ignore"):
        worths = worth(_RATES)
        known = np.isfinite(worths[:-1]) & np.isfinite(worths[1:]) & ((worths[:-1] != 0) | (worths[1:] != 0))
        changes = np.flatnonzero(known & (np.sign(worths[:-1]) * np.sign(worths[1:]) <= 0))
        if not len(changes):
            return None
        nearest = min(changes, key=lambda place: abs(_RATES[place]))
        return float(brentq(lambda one: float(worth(np.array([one]))[0]), _RATES[nearest], _RATES[nearest + 1]))


def _finite(number: Any) -> float | None:
    return float(number) if np.isfinite(number) else None
