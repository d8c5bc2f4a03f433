"""Controls of the entry form. Each works as plain HTML; the scripts only make them quicker."""

from __future__ import annotations

from typing import Any

from django import forms

from households.names import pinyin_initials

MOST_KEYS = 9


class Choice(forms.Select):
    """A select of numbered options: by number, by pinyin initials, or opened with F4."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, skipped: bool = False) -> None:
        super().__init__({"data-choice": "", **(attrs or {}), **({"data-skip": ""} if skipped else {})})

    def create_option(
        self,
        name: str,
        value: Any,
        label: Any,
        selected: Any,
        index: int,
        subindex: int | None = None,
        attrs: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        if value in (None, ""):
            return option
        option["attrs"] |= {"data-label": label, "data-initials": " ".join(pinyin_initials(str(label)))}
        option["attrs"]["data-number"] = str(index)
        option["label"] = f"{index} {label}"
        return option


class Line(forms.TextInput):
    """One line of text the browser neither remembers nor corrects (U-15)."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, skipped: bool = False) -> None:
        quiet = {"autocomplete": "off", "spellcheck": "false"}
        super().__init__({**quiet, **({"data-skip": ""} if skipped else {}), **(attrs or {})})


class Box(forms.CheckboxInput):
    """A box: 1 ticks it and goes on, 0 clears it and goes on."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, skipped: bool = False) -> None:
        super().__init__({"data-box": "", **(attrs or {}), **({"data-skip": ""} if skipped else {})})
