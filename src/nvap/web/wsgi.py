"""The door for a WSGI server: `nvap.web.wsgi:application`."""

from __future__ import annotations

from nvap.web import start

start.configure()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - the settings must stand first

application = get_wsgi_application()
