"""Handing rows out: who took which is noted first, and who holds the very same answer already is told so instead."""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from nvap.web.api.asker import Asker
from nvap.web.api.finding import Found
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act


class ApiRequest(HttpRequest):
    """A request whose asker is known, and once rows were found for it, which: of what, in which form."""

    asker: Asker
    taken: tuple[str, str, Found] | None


def handed_out(request: ApiRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its mark (ETag), or 304 with nothing in it where the program says that it holds this very one.

    What leaves with numbers leaves a line in the journal first; an answer that failed, a 304 and the headers alone
    (HEAD) give none and leave none.
    """
    if response.status_code != HTTPStatus.OK:
        return response
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    found = get_conditional_response(request, etag=response["ETag"], response=response) or response
    gives = found.status_code == HTTPStatus.OK and request.META["REQUEST_METHOD"] == "GET"
    if request.taken is not None and gives:
        _note(request, *request.taken)
    return found


@transaction.atomic
def _note(request: ApiRequest, measure: str, how: str, found: Found) -> None:
    """The line that says who took which rows: the same as for a download from the pages."""
    asker = request.asker
    which = found.runs[0].id if len(found.runs) == 1 else f"{len(found.runs)} runs"
    query = request.META.get("QUERY_STRING", "")[:200]
    reason = f"API, {how}, of {found.rows.num_rows}, {query}, run {which}, by {asker.how}; not for release"
    journal.write(
        force=asker.force.code,
        by=asker.standing.actor,
        act=Act.EXPORT,
        object_type="measure",
        object_id=measure,
        reason=reason,
    )
