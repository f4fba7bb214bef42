"""Filled sentences read as people write them."""

import pytest
from flask import render_template_string

from portal import i18n


@pytest.mark.parametrize(
    ("filled", "read"),
    [
        ("Il voto si è chiuso il 8 novembre 2026.", "Il voto si è chiuso l'8 novembre 2026."),
        ("Possibile fino al 11 nov 2026, 19:12.", "Possibile fino all'11 nov 2026, 19:12."),
        ("Chiuso il 18 novembre 2026.", "Chiuso il 18 novembre 2026."),
        ("Il 8 per cento", "Il 8 per cento"),
    ],
)
def test_italian_articles_lose_their_vowel_before_the_eighth_and_the_eleventh(app, filled, read):
    with app.test_request_context(), i18n.in_language("it"):
        assert i18n.elided(filled) == i18n.gettext("%(words)s", words=filled) == read
        shown = render_template_string("<p>{{ _('%(words)s', words=words) }}</p>", words=filled)
        marked = render_template_string("{{ _('%(words)s', words='il 8 nov 2026 <b>') }}")
    assert shown.replace("&#39;", "'") == f"<p>{read}</p>"
    assert marked == "l'8 nov 2026 &lt;b&gt;"
    with app.test_request_context(), i18n.in_language("en"):
        assert i18n.elided(filled) == filled
