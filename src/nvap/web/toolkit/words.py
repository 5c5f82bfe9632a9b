"""The pack's own small words (kinds, parts, links, facts) as a reader of either language meets them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

# A kind as the pack names it: one of them, and several.
KINDS: Mapping[str, tuple[Words, Words]] = {
    "aim": (_("Aim"), _("Aims")),
    "objective": (_("Objective"), _("Objectives")),
    "situation": (_("Situation"), _("Situations")),
    "activity": (_("Activity"), _("Activities")),
    "output": (_("Output"), _("Outputs")),
    "impact": (_("Short or medium term impact"), _("Short and medium term impacts")),
    "long-term impact": (_("Long-term impact"), _("Long-term impacts")),
    "question": (_("Impact-assessment question"), _("Impact-assessment questions")),
    "measure": (_("Measure"), _("Measures")),
    "suggested measure": (_("Suggested measure"), _("Suggested measures")),
    "consequence": (_("Unintended consequence"), _("Unintended consequences")),
    "evidence": (_("Evidence"), _("Evidence")),
    "reference": (_("Reference"), _("References")),
    "challenge": (_("Perennial challenge"), _("Perennial challenges")),
    "issue": (_("Issue of a challenge"), _("Issues of the challenges")),
    "useful link": (_("Useful link"), _("Useful links")),
    "statement": (_("Line of the impact statement"), _("Lines of the impact statement")),
    "plan field": (_("Field of the plan"), _("Fields of the plan")),
    "plan example": (_("Example in the plan"), _("Examples in the plan")),
    "planning question": (_("Planning question"), _("Planning questions")),
    "guidance": (_("Guidance"), _("Guidance")),
    "counting rule": (_("Counting rule"), _("Counting rules")),
    "other action": (_("Other action"), _("Other actions")),
    "successor": (_("What came after the toolkit"), _("What came after the toolkit")),
}

PARTS: Mapping[str, Words] = {
    "guidance": _("guidance notes"),
    "impact-statement": _("part 1, impact statement"),
    "logic-model": _("part 2, logic model"),
    "supporting-information": _("part 3, supporting information"),
    "references": _("references"),
    "plan": _("part 4, impact realisation plan"),
    "ours": _("not in the toolkit"),
}

STATUSES: Mapping[str, Words] = {
    "stated": _("Stated in the toolkit"),
    "reconstructed": _("Reconstructed"),
    "beside": _("Not in the toolkit; it stands beside it"),
}

SHORT_STATUSES: Mapping[str, Words] = {
    "stated": _("Stated"),
    "reconstructed": _("Reconstructed"),
    "beside": _("Not in the toolkit"),
}

SIDES: Mapping[str, Words] = {"organisational": _("Organisational impact"), "external": _("External impact")}

# What a link is called, read from the item whose page it stands on.
TIES: Mapping[str, Words] = {
    "Leads to output": _("Leads to outputs"),
    "Leads to impact": _("Leads to impacts"),
    "Leads to": _("Leads to"),
    "Comes from activity": _("Comes from the activity"),
    "Sought by activity": _("Sought by activities"),
    "Brought about by": _("Brought about by"),
    "Asked about by": _("Questions to ask"),
    "Asks about activity": _("Asks about activities"),
    "Tests impact": _("Tests impacts"),
    "Tested by question": _("Questions that test it"),
    "Measured by": _("Measures"),
    "Measures activity": _("Measures activities"),
    "Measures impact": _("Measures impacts"),
    "Answered by": _("Measures that help to answer it"),
    "Answers question": _("Helps to answer questions"),
    "Followed by": _("Measures that follow it"),
    "Follows": _("Follows the long-term impact"),
    "Met by": _("Measures that meet it"),
    "Meets suggested measure": _("Meets suggested measures"),
    "Read alongside": _("Read alongside"),
    "Watches for": _("Watches for"),
    "Read alongside measure": _("Read alongside"),
    "Read beside measure": _("Measures that it is read alongside of"),
    "May bring": _("May bring"),
    "May follow from": _("May follow from the objective"),
    "May follow from activity": _("May follow from activities"),
    "Rests on evidence": _("Evidence"),
    "Is about": _("Is about"),
    "Cites": _("References"),
    "Cited by": _("Cited by"),
    "Speaks of": _("Speaks of"),
    "In the impact statement": _("In the impact statement"),
    "Issue of": _("Issue of the challenge"),
    "Has issue": _("Issues"),
    "Set out in": _("Set out in"),
    "Sets out challenge": _("Sets out challenges"),
    "Example for": _("Example for the field"),
    "Has example": _("Examples"),
    "Could be": _("Could be measured by"),
    "Example in the plan": _("Example in the plan"),
    "Belongs with action": _("Belongs with another action"),
    "Suggested in": _("Suggested in"),
    "Linked from": _("Linked from"),
    "Links to another action": _("Links to another action"),
}

# What an item says of itself beyond its text, by the pack's name for it.
FACTS: Mapping[str, Words] = {
    "effort_note": _("What it takes"),
    "trigger": _("Look out when"),
    "mitigation": _("What helps"),
    "strength": _("How far it reaches"),
    "source_note": _("How this is known"),
    "prompt": _("Prompt"),
}

CHOICES: Mapping[str, Mapping[str, Words]] = {
    "horizon": {"short": _("Short term"), "medium": _("Medium term")},
    "basis": {
        "inspection": _("Inspection"),
        "research": _("Research"),
        "practice": _("Practice"),
        "policy": _("Policy"),
        "peel": _("A PEEL reference"),
        "other": _("Something the force can do itself"),
    },
    "comes_from": {
        "records": _("The force's own records"),
        "audit": _("A dip sample"),
        "survey": _("A survey"),
        "register": _("A register"),
    },
    "side": SIDES,
}

CHOICE_NAMES: Mapping[str, Words] = {
    "horizon": _("When"),
    "basis": _("Kind"),
    "comes_from": _("Would come from"),
    "side": _("Side"),
}
