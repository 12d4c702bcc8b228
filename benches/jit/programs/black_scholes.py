"""Black and Scholes: prices of European call and put options, one by one."""

import math

import numpy as np
from jit.checks import close


def cumulative_normal(x):
    """Abramowitz and Stegun 26.2.17."""
    k = 1.0 / (1.0 + 0.2316419 * abs(x))
    poly = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))))
    tail = 0.3989422804014327 * math.exp(-0.5 * x * x) * poly
    if x > 0:
        return 1.0 - tail
    return tail


def black_scholes(price, strike, years, rate, volatility):
    n = price.shape[0]
    call = np.empty(n)
    put = np.empty(n)
    for i in range(n):
        root = math.sqrt(years[i])
        d1 = (math.log(price[i] / strike[i]) + (rate + 0.5 * volatility**2) * years[i]) / (volatility * root)
        d2 = d1 - volatility * root
        discounted = strike[i] * math.exp(-rate * years[i])
        call[i] = price[i] * cumulative_normal(d1) - discounted * cumulative_normal(d2)
        put[i] = discounted * cumulative_normal(-d2) - price[i] * cumulative_normal(-d1)
    return call, put


ENTRY = black_scholes
HELPERS = (cumulative_normal,)
EXACT = False


def arguments(scale):
    n = {"small": 5_000, "full": 250_000}[scale]
    rng = np.random.default_rng(0)
    return rng.uniform(5, 30, n), rng.uniform(1, 100, n), rng.uniform(0.25, 10, n), 0.02, 0.3


def _cumulative_normal(x):
    k = 1.0 / (1.0 + 0.2316419 * np.abs(x))
    poly = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))))
    tail = 0.3989422804014327 * np.exp(-0.5 * x * x) * poly
    return np.where(x > 0, 1.0 - tail, tail)


def numpy_form(price, strike, years, rate, volatility):
    root = np.sqrt(years)
    d1 = (np.log(price / strike) + (rate + 0.5 * volatility**2) * years) / (volatility * root)
    d2 = d1 - volatility * root
    discounted = strike * np.exp(-rate * years)
    call = price * _cumulative_normal(d1) - discounted * _cumulative_normal(d2)
    return call, discounted * _cumulative_normal(-d2) - price * _cumulative_normal(-d1)


def check(result, expected):
    # log and exp differ by an ulp each. d1 has up to 20 in its square, so that exp gives that many ulps; prices are
    # below 100 and cancel to less.
    close(result, expected, 2 * 40, 100)
