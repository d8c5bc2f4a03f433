"""What an act says is put beside its field, else above the form; what was typed stays."""

from __future__ import annotations

from django import forms

from accounts.errors import Invalid, beside


class Paper(forms.Form):
    number = forms.CharField()


def test_each_sentence_stands_beside_its_field() -> None:
    form = Paper({"number": "7"})
    beside(form, Invalid({"number": "号码已用过"}).errors)
    assert form.errors == {"number": ["号码已用过"]}
    assert form["number"].value() == "7"


def test_a_sentence_without_a_field_stands_above_the_form() -> None:
    form = Paper({"number": "7"})
    beside(form, Invalid({"household": "这一户已销户", "number": "号码已用过"}).errors)
    assert form.non_field_errors() == ["这一户已销户"]
    assert form.errors["number"] == ["号码已用过"]
