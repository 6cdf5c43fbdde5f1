"""Every form: label, help, error tied to its field, a summary, no answer chosen beforehand."""

import re

import pytest
from django import forms
from django.utils.translation import override

from lachan.ui.forms import Choice, Form, YesNo
from tests.ui.kit import Declaration


def shown(form: forms.Form) -> str:
    with override("vi"):
        return form.render()


def test_it_chooses_no_answer_beforehand() -> None:
    html = shown(Declaration())
    assert html.count('type="radio"') == 4
    assert "checked" not in html
    with pytest.raises(ValueError, match="chosen beforehand"):
        YesNo(label="Sốt", initial="no")
    with pytest.raises(ValueError, match="chosen beforehand"):
        Choice(label="Ngày", choices=[("1", "1")], initial="1")


def test_it_has_no_summary_before_anything_was_sent() -> None:
    assert "errsum" not in shown(Declaration())


def test_it_leads_from_the_summary_to_each_field() -> None:
    html = shown(Declaration({}))
    assert html.index("errsum") < html.index('name="name"')
    assert "Còn 6 chỗ cần sửa" in html
    targets = re.findall(r'<li><a href="#([^"]+)"', html)
    assert targets[:3] == ["id_name", "id_commune", "id_fever_0"]
    for target in targets:
        assert re.search(rf'<(input|select|textarea)[^>]*id="{target}"', html), target


def test_it_ties_help_and_error_to_the_field() -> None:
    html = shown(Declaration({}))
    described = re.search(r'<input[^>]*name="name"[^>]*aria-describedby="([^"]+)"', html)
    assert described
    assert described[1].split() == ["id_name_helptext", "id_name_error"]
    group = re.search(r'<fieldset aria-describedby="([^"]*fever[^"]*)"', html)
    assert group
    for name in [*described[1].split(), *group[1].split()]:
        assert f'id="{name}"' in html


def test_it_says_what_to_do_and_not_that_a_field_is_required() -> None:
    with override("vi"):
        form = Declaration({"fever": "yes"})
        errors = {name: messages[0] for name, messages in form.errors.items()}
    assert errors["name"] == "Điền mục: Họ và tên."
    assert errors["kind"] == "Chọn: Quan hệ."
    assert errors["since"] == "Chọn một câu trả lời."
    assert errors["agree"] == "Đánh dấu: Tôi khai đúng sự thật."
    assert "fever" not in errors


def test_it_reads_yes_and_no_as_truth() -> None:
    class Question(Form):
        fever = YesNo(label="Sốt")

    for answer, truth in (("yes", True), ("no", False)):
        form = Question({"fever": answer})
        assert form.is_valid()
        assert form.cleaned_data["fever"] is truth
    assert not Question({"fever": "maybe"}).is_valid()


def test_it_shows_markup_in_an_error_as_text() -> None:
    class Named(Form):
        name = forms.ChoiceField(label="Tên", choices=[("a", "A")])

    html = shown(Named({"name": "<b>x</b>"}))
    assert "<b>x" not in html
    assert "&lt;b&gt;x" in html
