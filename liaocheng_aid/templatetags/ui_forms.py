"""Fields and forms for `{% load ui %}`: label above, hint below, the error under the field, the value kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from liaocheng_aid.templatetags.ui_inline import inline

register = template.Library()

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
SHOWN_IN_QUERY_BAR = 6


@register.inclusion_tag("components/field.html", name="field")
def field(
    bound: BoundField,
    width: str = "c4",
    *,
    hint: str = "",
    keys: str = "",
    label: str = "",
    readonly: bool = False,
    tiles: bool = False,
) -> dict[str, Any]:
    """A form field of any kind. `width` c1–c12 of the grid; `hint` wins over help_text; `tiles` for big choices."""
    hint = hint or str(bound.help_text or "")
    widget = bound.field.widget
    grouped = isinstance(widget, GROUPS)
    if isinstance(widget, forms.DateInput) and not widget.format:
        widget.format = "%Y-%m-%d"  # the locale would write 2026/11/23; the widget is this form's own copy
    return {
        "field": bound,
        "id": bound.auto_id,
        "label": label or bound.label,
        "width": width,
        "hint": hint,
        "keys": keys,
        "errors": bound.errors,
        "control": "" if grouped else bound.as_widget(attrs=control_attributes(bound, hint=hint, readonly=readonly)),
        "described": described_by(bound, hint),
        "radio": isinstance(widget, forms.RadioSelect),
        "tiles": tiles,
        "shape": "group"
        if grouped
        else "check"
        if isinstance(widget, forms.CheckboxInput)
        else "hidden"
        if bound.is_hidden
        else "control",
    }


@register.inclusion_tag("components/cell.html", name="cell")
def cell(bound: BoundField, label: str, *, readonly: bool = False) -> dict[str, Any]:
    """A field as a cell of an editable table; its label is read out, its error stands under the table."""
    attrs = control_attributes(bound, hint="", readonly=readonly) | {"aria-label": label}
    return {"control": bound.as_widget(attrs=attrs), "wrong": bool(bound.errors)}


@register.inclusion_tag("components/cell_errors.html", name="cell_errors")
def cell_errors(*tables: forms.BaseForm | forms.BaseFormSet[Any]) -> dict[str, Any]:
    """The sentences of an editable table's cells, each tied to its cell."""
    return {"problems": [problem for source in tables for problem in _problems(source) if problem["id"]]}


@register.inclusion_tag("components/locked.html", name="locked")
def locked(label: str, words: str, width: str = "c2") -> dict[str, Any]:
    """A fact worked out by the system, in the place of a field nobody fills."""
    return {"label": label, "words": words or "--", "width": width}


@register.simple_tag(name="tick")
def tick(
    name: str, value: object, label: str, *, checked: bool = False, amount: int | None = None, form: str = ""
) -> SafeString:
    """The box at the start of a row. `amount` in fen is summed by the bulk bar."""
    return inline(
        "tick", {"name": name, "value": value, "label": label, "checked": checked, "amount": amount, "form": form}
    )


@register.inclusion_tag("components/error_summary.html", name="error_summary")
def error_summary(*sources: forms.BaseForm | forms.BaseFormSet[Any]) -> dict[str, Any]:
    """What is still to be changed, linked to each field, in the order of the page; nothing where all is well."""
    problems = [problem for source in sources for problem in _problems(source)]
    return {"problems": problems, "number": len(problems)}


@register.inclusion_tag("components/query_bar.html", name="query_bar", takes_context=True)
def query_bar(
    context: template.Context, form: forms.BaseForm, submit: str = "查询", *, label: str = "查询条件", clear: str = "?"
) -> dict[str, Any]:
    """A GET form: six fields in sight, the rest folded, open again when one of them is in use."""
    fields = list(form.visible_fields())
    folded = fields[SHOWN_IN_QUERY_BAR:]
    request = context.get("request")
    return {
        "fields": fields[:SHOWN_IN_QUERY_BAR],
        "folded": folded,
        "unfolded": any(bound.value() for bound in folded),
        "hidden": form.hidden_fields(),
        "sort": request.GET.get("sort", "") if request is not None else "",
        "submit": submit,
        "label": label,
        "clear": clear,
    }


def described_by(bound: BoundField, hint: str) -> str:
    """Hint first, then error: the ids Django itself uses."""
    ids = [f"{bound.auto_id}_helptext"] if hint else []
    ids += [f"{bound.auto_id}_error"] if bound.errors else []
    return " ".join(ids)


def control_attributes(bound: BoundField, *, hint: str, readonly: bool) -> dict[str, Any]:
    """What every control carries: its description, the lock, and the keyboard a date or an amount wants."""
    attrs: dict[str, Any] = {}
    if described := described_by(bound, hint):
        attrs["aria-describedby"] = described
    if readonly:
        attrs["readonly"] = True
    given = bound.field.widget.attrs
    if isinstance(bound.field, forms.DateField):
        attrs |= {"inputmode": "numeric", "autocomplete": "off", "maxlength": "10"}
    elif isinstance(bound.field, forms.DecimalField) and isinstance(bound.field.widget, forms.TextInput):
        attrs |= {"inputmode": "decimal", "class": f"n {given.get('class', '')}".strip()}
    return {key: value for key, value in attrs.items() if key == "class" or key not in given}


def _problems(source: forms.BaseForm | forms.BaseFormSet[Any]) -> Iterator[dict[str, str]]:
    if isinstance(source, forms.BaseFormSet):
        for sentence in source.non_form_errors():
            yield {"id": "", "words": str(sentence)}
        for form in source.forms:
            yield from _problems(form)
        return
    for sentence in source.non_field_errors():
        yield {"id": "", "words": str(sentence)}
    for bound in source:
        for sentence in bound.errors:
            yield {"id": bound.auto_id, "words": str(sentence)}
