"""Numbers as a person reads them: few digits, a true minus sign, a space before the unit."""

from __future__ import annotations

from math import isfinite

#: A space that keeps a number and its unit on one line.
NARROW = "\N{NO-BREAK SPACE}"


def short(value: float, digits: int = 3) -> str:
    """A number with at most `digits` significant digits: 0.482, −12.3, 4.8e−5, 12.3 k.

    Whole parts of up to four digits are told in full.
    """
    if not isfinite(value):
        return "not a number" if value != value else "∞" if value > 0 else "−∞"
    # half a unit earlier than the powers of ten, where rounding reaches them
    if 10_000 <= abs(value) < 999_500:
        return f"{short(value / 1000, digits)}{NARROW}k"
    if 10**digits - 0.5 <= abs(value) < 10_000:
        return f"{value:.0f}".replace("-", "−")
    return _plain(value, digits)


def briefest(value: float) -> str:
    """A number in the least room, for one whose size alone counts: 3e−4, 0.3, 12."""
    return min(short(value, 1), _powered(f"{value:.0e}"), key=len)


def counted(count: int, noun: str) -> str:
    """So many things: "1 kernel", "64 kernels"."""
    return f"{count:,} {noun}{'s' if count != 1 else ''}"


def percent(share: float) -> str:
    """A share of 0..1 in per cent with one decimal; what would round to nothing says so."""
    if 0 < share < 0.0005:
        return f"<{NARROW}0.1{NARROW}%"
    return f"{100 * share:.1f}{NARROW}%"


def duration(seconds: float) -> str:
    """A time as a person says it: "1 min 20 s"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _plain(value: float, digits: int) -> str:
    return _powered(f"{value:.{digits}g}")


def _powered(text: str) -> str:
    """As a person writes it: 3e−4 for 3e-04."""
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return "0" if text == "-0" else text.replace("-", "−")
