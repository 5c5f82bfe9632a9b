"""A look over what somebody says beside the plan: comments, notes and reasons are screened as the plan's texts are."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from nvap.errors import UsageFault
from nvap.plan.screening import screened


class MayIdentify(UsageFault):
    """A comment, note or reason may identify somebody; its writer changes it, or says that it does not."""


def refuse_identifying(*texts: str, accepted: bool) -> None:
    """Raise MayIdentify, with what was found, unless the writer has looked at it and says that it identifies nobody."""
    found = [] if accepted else list(_found(texts))
    if found:
        words = _("This may identify somebody: %(what)s. Write it without, or say that it identifies nobody.")
        raise MayIdentify(words % {"what": ", ".join(dict.fromkeys(found))})


def _found(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        for finding in screened(text):
            yield _(finding.what)
