"""Currencies as systems name them, as codes."""

from __future__ import annotations

import re

from partnership_analysis.sources.amounts import SHARED, parsed
from partnership_analysis.sources.values import folded

_NAMES = {
    "GBP": "Pound Sterling, British Pound, British Pound Sterling, UK Pound, UK Pound Sterling, Sterling, GB Pound, "
    "Great British Pound, Great Britain Pound, Pounds Sterling, British Pounds, United Kingdom Pound",
    "EUR": "Euro, Euros, European Euro",
    "USD": "US Dollar, U.S. Dollar, US Dollars, United States Dollar, American Dollar, United States of America Dollar",
    "CAD": "Canadian Dollar, Canada Dollar, Canadian Dollars",
    "AUD": "Australian Dollar, Australia Dollar, Australian Dollars",
    "NZD": "New Zealand Dollar, New Zealand Dollars",
    "SGD": "Singapore Dollar",
    "HKD": "Hong Kong Dollar",
    "CHF": "Swiss Franc, Swiss Francs, Schweizer Franken, Franc suisse, Franken",
    "JPY": "Japanese Yen, Yen",
    "CNY": "Chinese Yuan, Yuan, Yuan Renminbi, Chinese Yuan Renminbi, Renminbi",
    "INR": "Indian Rupee, Indian Rupees",
    "SEK": "Swedish Krona, Swedish Kronor",
    "NOK": "Norwegian Krone, Norwegian Kroner",
    "DKK": "Danish Krone, Danish Kroner",
    "ISK": "Icelandic Krona",
    "PLN": "Polish Zloty, Polish Złoty, Zloty, Złoty, złoty polski, Zloty polski",
    "CZK": "Czech Koruna",
    "HUF": "Hungarian Forint, Forint",
    "RON": "Romanian Leu",
    "BGN": "Bulgarian Lev",
    "UAH": "Ukrainian Hryvnia, Hryvnia",
    "RUB": "Russian Ruble, Russian Rouble",
    "TRY": "Turkish Lira",
    "ILS": "Israeli New Shekel, Israeli Shekel, New Israeli Shekel",
    "AED": "UAE Dirham, United Arab Emirates Dirham",
    "SAR": "Saudi Riyal",
    "ZAR": "South African Rand, Rand",
    "BRL": "Brazilian Real",
    "MXN": "Mexican Peso",
    "KRW": "South Korean Won, Korean Won",
    "THB": "Thai Baht",
    "MYR": "Malaysian Ringgit",
    "IDR": "Indonesian Rupiah",
    "PHP": "Philippine Peso",
}
_CODES = {folded(name): code for code, names in _NAMES.items() for name in names.split(",")}


def code_of(name: str) -> str | None:
    """The ISO code of a currency that is named, marked or coded; nothing if it is none that is known.

    >>> code_of("Pound Sterling"), code_of("US Dollar"), code_of("£"), code_of("eur"), code_of("Doubloon")
    ('GBP', 'USD', 'GBP', 'EUR', None)
    """
    if known := _CODES.get(folded(name)):
        return known
    if re.fullmatch(r"[A-Za-z]{3}", name):
        return name.upper()
    if bare := re.fullmatch(r"(.+?)\s*[(\[-]\s*([A-Z]{3})\s*[)\]]?|([A-Z]{3})\s*[-–(:]\s*.+", name):
        return bare[2] or bare[3]
    marked = parsed(f"{name} 1").currency
    return marked if marked not in SHARED else None
