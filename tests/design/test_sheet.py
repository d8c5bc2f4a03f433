"""The sheet: its measured contrasts, its budget, its tokens, and nothing newer than the oldest browser claimed."""

from __future__ import annotations

import gzip
import re

import pytest
from django.conf import settings

from liaocheng_aid.design import contrast

SHEET = (settings.BASE_DIR / "static" / "aid.css").read_text()
PLAIN = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.S)


def tokens(selector: str) -> dict[str, str]:
    block = PLAIN.split(f"{selector} {{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", block))


DAY = tokens(":root")
HIGH = DAY | tokens(".contrast")

# (text, ground, at least): the floors the design promises.
PAIRS = [
    ("ink", "surface", 17.2),
    ("ink", "paper", 16.3),
    ("ink-2", "surface", 8.0),
    ("ink-2", "wash", 7.0),
    ("ink-3", "surface", 5.8),
    ("ink-3", "wash", 5.1),
    ("edge", "surface", 4.0),
    ("edge", "paper", 3.8),
    ("accent", "surface", 8.5),
    ("accent", "accent-wash", 7.2),
    ("on-accent", "accent", 8.5),
    ("on-accent", "accent-deep", 11.8),
    ("on-accent-2", "accent-deep", 7.6),
    ("warn", "surface", 7.8),
    ("warn", "warn-wash", 6.9),
    ("bad", "surface", 7.8),
    ("bad", "bad-wash", 6.6),
    ("on-bad", "bad", 7.8),
    ("ok", "surface", 7.4),
    ("on-field", "field", 16.1),
]


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_contrast_holds(text: str, ground: str, least: float) -> None:
    assert contrast(DAY[text], DAY[ground]) >= least


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_high_contrast_is_never_less(text: str, ground: str, least: float) -> None:
    assert contrast(HIGH[text], HIGH[ground]) >= min(least, 7.0)


def test_the_sheet_keeps_its_budget() -> None:
    assert len(SHEET.encode()) < 60_000
    assert len(gzip.compress(SHEET.encode(), 9)) < 12_000


def test_no_raw_colour_outside_the_tokens() -> None:
    without_tokens = re.sub(r"--[\w-]+:[^;}]+", "", PLAIN)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|:\s*(?:white|black|red|grey)\b", without_tokens) == []


def test_every_token_used_is_defined() -> None:
    assert set(re.findall(r"var\(--([\w-]+)", PLAIN)) <= set(re.findall(r"--([\w-]+):", PLAIN))


@pytest.mark.parametrize(
    "feature", [":has(", "@container", "color-mix(", "@layer", "@scope", " & ", "&:", "dvh", "lch("]
)
def test_nothing_newer_than_chromium_94(feature: str) -> None:
    assert feature not in PLAIN


@pytest.mark.parametrize("side", ["margin-left", "margin-right", "padding-left", "padding-right", "text-align:left"])
def test_sides_are_logical(side: str) -> None:
    assert side not in PLAIN


def test_sizes_grow_with_the_reader() -> None:
    assert re.findall(r"font-size:[\d.]+px", PLAIN) == []
