"""Papers as PDF: our template, values as JSON, so that no name is ever read as markup; the same input, the same bytes.

The characters are those of the machine's Noto CJK fonts. A character they lack is refused by name: a box on a decision
is worse than no decision on paper.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings

from accounts.errors import WrongState

FAMILY = "Noto Sans CJK SC"
PLACES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
TEMPLATES = Path(settings.BASE_DIR) / "templates" / "paper"
# A profile that refuses a missing glyph instead of printing a box; also what an archive keeps.
ARCHIVE: Final = "a-2b"


class NoFont(WrongState):
    """This machine can't write Chinese, or not this character; the page can still be printed from the browser."""


def pdf(template: str, values: Mapping[str, Any], *, on: datetime) -> bytes:
    """The paper `templates/paper/<template>.typ` of these values, dated `on`. Raises NoFont."""
    source = (TEMPLATES / f"{template}.typ").read_bytes()
    compiler = typst.Compiler(source, root=TEMPLATES, font_paths=_fonts(settings.FONTS_DIR), ignore_system_fonts=True)
    written = {"values": json.dumps(values, ensure_ascii=False, sort_keys=True)}
    try:
        made = compiler.compile(
            format="pdf", sys_inputs=written, pdf_standards=[ARCHIVE], pdf_tags=False, timestamp=int(on.timestamp())
        )
    except typst.TypstError as error:
        lacking = _LACKING.search(error.message)
        if lacking is None:
            raise
        raise NoFont(f"字库里没有“{_shown(lacking[1])}”这个字，PDF 印不出，改用网页打印") from error
    assert isinstance(made, bytes)
    return made


_LACKING = re.compile(r"the text `\"(.+?)\"` could not be displayed")
_CONTROL = re.compile(r"^\\u\{([0-9a-f]+)\}$")


def _shown(text: str) -> str:
    found = _CONTROL.match(text)
    return f"U+{found[1].upper():0>4}" if found else text


@lru_cache(maxsize=2)
def _fonts(folder: str) -> typst.Fonts:
    """The fonts of the folder named in the settings, else of where Debian and Red Hat put Noto CJK."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(_folders(folder)))
    if FAMILY not in found.families():
        raise NoFont("这台服务器没有中文字体，PDF 不能生成；装 fonts-noto-cjk，或先用网页打印")
    return found


def _folders(folder: str) -> set[Path]:
    places = (Path(folder),) if folder else PLACES
    return {file.parent for place in places for file in place.glob("**/Noto*CJK*.*tc") if file.is_file()}
