"""`nvap digest`: the daily message to everybody for whom something in a plan waits."""

from __future__ import annotations

import typer

from nvap.errors import Refused
from nvap.records import workspace as workspaces


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command()(digest)


def digest() -> None:
    """Send everybody what waits for them, once a day at most; run again, it sends only what could not be sent."""
    workspaces.open_workspace()
    from nvap.web import start

    start.configure()
    from nvap import packs
    from nvap.web import mail, migration
    from nvap.web.plans.actions import messaging

    migration.refuse_when_pending()
    set_up = mail.server()
    counted = messaging.send_digests(pack=packs.pack(), by="nvap digest")
    print(f"{counted['sent']} sent, {counted['failed'] + counted['not-sent']} could not be sent.")
    if set_up is None:
        print("No mail server is set (NVAP_SMTP_URL); what would have been sent is listed on the page Messages.")
    if counted["failed"]:
        raise Refused("The page Messages says why; run `nvap digest` again once it is mended.")
