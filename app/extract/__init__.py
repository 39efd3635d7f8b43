"""From the text of an article to what it records: the steps in order.

Pure: no database, network, clock or web framework. The same document and the same version give the same extraction.
"""

import hashlib
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from app.extract.attribution import find_attributions
from app.extract.attribution.clause import read_clauses
from app.extract.document import Document, Extraction
from app.extract.layout import read_layout
from app.extract.people import find_people
from app.extract.quotation import find_quotations
from app.extract.quotes import find_quotes
from app.extract.stance import find_stances
from app.extract.tagger import read_card
from app.extract.weapons import find_weapon_facts


def extract(document: Document) -> Extraction:
    """Everything that `document` records; never raises, whatever the text."""
    layout = read_layout(document.text)
    quotations = find_quotations(layout)
    cast = find_people(document, layout, quotations)
    reading = read_clauses(layout, quotations)
    attributions = find_attributions(reading)
    quotes = find_quotes(document, reading, attributions, cast)
    cast.hear(quotes)
    stances = find_stances(document, layout, quotes, cast)
    weapon_facts = find_weapon_facts(document, layout, quotes, cast)
    return Extraction(
        speakers=cast.speakers(),
        quotes=quotes,
        stances=stances,
        weapon_facts=weapon_facts,
        warnings=quotations.warnings,
    )


def _fingerprint(folder: Traversable) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith((".py", ".toml", ".json")):
            digest.update(file.name.encode() + file.read_bytes())
        elif file.is_dir() and file.name != "__pycache__":
            digest.update(_fingerprint(file).encode())
    return digest.hexdigest()


# The release and a fingerprint of every rule, every lexicon and the card of the weights, which has their hashes: no change
# to them can forget to be another version.
VERSION = f"{version('onrecord')}+{_fingerprint(files(__name__))[:12]}"
# The learned model that took part.
MODEL = "{name} {version}".format_map(read_card())
