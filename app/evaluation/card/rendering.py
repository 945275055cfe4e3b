"""Cards as HTML: no script, nothing from elsewhere, everything escaped but our own style."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.evaluation.card.composing import Card
from app.evaluation.card.speech import Speech

HERE = Path(__file__).parent
STYLE = (HERE / "card.css").read_text("utf-8")
STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
PAGES = Environment(
    loader=FileSystemLoader(HERE / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def rendered(card: Card, speech: Speech, *, full: bool) -> str:
    """A fragment to put into a shop's page, or a page of its own."""
    page = PAGES.get_template("page.html" if full else "fragment.html")
    language = speech.language
    return page.render(card=card, full=full, language=language, say=speech.say, style=STYLE)
