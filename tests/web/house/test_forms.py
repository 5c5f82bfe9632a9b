"""Forms in GOV.UK's components: labels, hints and errors belong to their fields, and nothing typed is markup."""

from __future__ import annotations

import re

from django import forms
from django.template import engines
from django.utils.translation import gettext_lazy as _

from nvap.web.templatetags import gds

NASTY = '"><script>alert(1)</script>'


class Everything(forms.Form):
    words = forms.CharField(label=_("Name"), help_text="Help", max_length=50)
    long = forms.CharField(label="Long", widget=forms.Textarea, max_length=100, required=False)
    short = forms.CharField(label="Short", widget=forms.Textarea, required=False)
    secret = forms.CharField(label="Secret", widget=forms.PasswordInput, required=False)
    day = forms.DateField(label="Day", required=False, widget=forms.DateInput)
    one = forms.ChoiceField(label="One", choices=[("a", "A"), ("b", "B")], required=False)
    radio = forms.ChoiceField(label="Radio", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(
        label="Many", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple, required=False
    )
    tick = forms.BooleanField(label="Tick", required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def shown(source: str, **context: object) -> str:
    return str(engines["django"].from_string(source).render(context))


def test_each_kind_of_field_becomes_its_component() -> None:
    page = shown("{{ form }}", form=Everything())

    for marker in (
        'class="govuk-input"', "govuk-character-count", "govuk-textarea", "govuk-password-input", "govuk-select",
        "govuk-radios", "govuk-checkboxes", 'type="hidden"',
    ):  # fmt: skip
        assert marker in page
    assert page.count("govuk-form-group") >= 9


def test_an_error_is_tied_to_its_field_and_leads_there_from_the_summary() -> None:
    form = Everything({"radio": "nothing"})

    page = shown("{% error_summary form %}{{ form }}", form=form)

    assert 'href="#id_words"' in page
    assert 'id="id_words-error"' in page
    assert 'aria-describedby="id_words-hint id_words-error"' in page
    assert 'href="#id_radio"' in page
    assert 'id="id_radio"' in page


def test_what_was_typed_comes_back_whole_and_as_text() -> None:
    form = Everything({"words": NASTY, "long": NASTY, "short": NASTY, "one": "b", "radio": "b", "many": ["a", "b"]})

    page = shown("{% error_summary form %}{{ form }}", form=form)

    assert "<script>" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert page.count(" checked") == 3
    assert '<option value="b" selected>' in page


def test_a_password_never_comes_back() -> None:
    assert "hunter2hunter2" not in shown("{{ form }}", form=Everything({"secret": "hunter2hunter2"}))


def test_a_variable_in_a_component_is_escaped() -> None:
    page = shown('{% gds "button" text=words %}', words=NASTY)

    assert "<script>" not in page


def test_a_component_takes_words_one_level_down() -> None:
    page = shown('{% gds "input" name="n" id="n" label__text=words hint__text="More" %}', words="Label")

    assert "Label" in page
    assert 'id="n-hint"' in page


def test_a_form_without_errors_has_no_summary() -> None:
    assert gds.error_summary(Everything({"words": "x", "radio": "a"})) == ""
    assert gds.error_summary(Everything()) == ""
    assert gds.error_summary(None) == ""


def test_a_title_says_first_that_there_is_an_error() -> None:
    assert gds.error_prefix("Add a person", Everything({})) == "Error: Add a person"
    assert gds.error_prefix("Add a person", Everything()) == "Add a person"


def test_an_empty_landmark_is_none() -> None:
    assert shown('{% landmark "Back" %}  {% endlandmark %}') == ""
    assert shown('{% landmark "Back" %}x{% endlandmark %}') == '<nav aria-label="Back">x</nav>'


def test_several_of_a_list_are_ticked_and_one_of_a_list_is_chosen() -> None:
    page = shown("{{ form }}", form=Everything({"words": "x", "radio": "b", "many": ["a", "b"]}))

    kinds = re.findall(r'<input[^>]*name="(radio|many)"[^>]*type="(\w+)"', page)
    assert kinds == [("radio", "radio")] * 2 + [("many", "checkbox")] * 2
    assert len(re.findall(r'name="many"[^>]* checked', page)) == 2
