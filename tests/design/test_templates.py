"""Every template of the product: no inline style or script, at most 120 lines, the words of the house."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ORDER = ["title", "head", "body_class", "top", "side", "heading", "main", "rail", "foot"]
INLINE = re.compile(r"""\sstyle\s*=|<style\b|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*["']|javascript:""", re.I)
NOT_OURS = re.compile("非法|无效|错误代码|确定</button>|登陆|帐户|其它")


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 40


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_no_inline_style_or_script(path: Path) -> None:
    assert INLINE.findall(path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_no_template_is_longer_than_120_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 120


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_the_words_are_the_house_words(path: Path) -> None:
    assert NOT_OURS.findall(path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_blocks_keep_their_order(path: Path) -> None:
    source = path.read_text()
    if '{% extends "base.html" %}' not in source:
        return
    used = [name for name in re.findall(r"{% block (\w+) %}", source) if name in ORDER]
    assert used == sorted(used, key=ORDER.index)


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_every_icon_is_in_the_sprite(path: Path) -> None:
    sprite = (ROOT / "templates/components/sprite.html").read_text()
    wanted = re.findall(r"{% icon \"([\w-]+)\"", path.read_text())
    assert [name for name in wanted if f'id="i-{name}"' not in sprite] == []


def test_scripts_are_small_modules_without_a_framework() -> None:
    scripts = sorted((ROOT / "static/js").glob("*.js"))
    assert len(scripts) > 8
    for script in scripts:
        source = script.read_text()
        assert len(source.splitlines()) <= 400, script.name
        assert re.findall(r"from [\"'](?!\./)|\beval\(|new Function|document\.write|https?://", source) == [], (
            script.name
        )
