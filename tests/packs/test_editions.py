"""PEEL editions: a code of one edition is not mapped to another until a named person confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nvap.packs.editions import PeelReference

if TYPE_CHECKING:
    from tests.packs.conftest import Copy

LATER = """\
edition: tiny later edition
title: A later tiny framework
headings:
  - {code: "5", title: Protecting people}
mapping:
"""
CONFIRMED = (
    '  - {toolkit_edition: tiny edition, toolkit_code: "6.2.2", code: "5", confirmed_by: Ana Ho, '
    "confirmed_on: 2026-11-01}\n"
)
REFERENCE = PeelReference("tiny edition", "6.2.2", "Risk is reduced")


def test_a_code_that_nobody_confirmed_is_not_mapped(tiny: Copy) -> None:
    later = tiny.add("peel/later.yaml", LATER.removesuffix("mapping:\n")).read().peel["tiny later edition"]

    assert later.mapping_of(REFERENCE) is None
    assert later.mapping_in_words(REFERENCE) == "not mapped"


def test_a_confirmed_code_says_who_and_when(tiny: Copy) -> None:
    later = tiny.add("peel/later.yaml", LATER + CONFIRMED).read().peel["tiny later edition"]

    assert later.mapping_in_words(REFERENCE) == "5, confirmed by Ana Ho on 2026-11-01"


def test_a_mapping_without_a_name_is_a_fault(tiny: Copy) -> None:
    tiny.add("peel/later.yaml", LATER + CONFIRMED.replace("confirmed_by: Ana Ho, ", ""))

    assert tiny.faults() == ["peel/later.yaml:6: `confirmed_by` is missing"]


def test_a_mapping_without_a_day_is_a_fault(tiny: Copy) -> None:
    tiny.add("peel/later.yaml", LATER + CONFIRMED.replace("2026-11-01", "soon"))

    assert tiny.faults() == ["peel/later.yaml:6: `confirmed_on` is `soon`; write a date as 2026-11-23"]


def test_a_mapping_between_codes_there_are_not_is_a_fault(tiny: Copy) -> None:
    tiny.add("peel/later.yaml", LATER + CONFIRMED.replace('"6.2.2"', '"6.2.9"').replace('code: "5"', 'code: "7"'))

    assert tiny.faults() == [
        "peel/later.yaml:6: mapping names `6.2.9`, unknown to tiny edition. Did you mean `6.2.2`?",
        "peel/later.yaml:6: mapping leads to `7`, unknown here.",
    ]


def test_a_pack_may_only_use_an_edition_that_has_a_file(tiny: Copy) -> None:
    tiny.change("pack.yaml", "peel_edition: tiny edition", "peel_edition: tiny editon")

    (fault,) = tiny.faults()

    assert fault.startswith("pack.yaml:4: `peel_edition` is `tiny editon`; there is a file for: ")
    assert fault.endswith("Did you mean `tiny edition`?")
