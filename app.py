"""The portal as a WSGI application: `flask run`, gunicorn and the `portal` command start here."""

from portal import create_app

app = create_app()
