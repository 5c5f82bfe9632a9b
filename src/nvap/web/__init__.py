"""The web application: Django, for everyone."""
