"""From the text of an article to what it records: the steps in order.

Pure: no database, network, clock or web framework. The same document and the same version give the same extraction.
"""

import gc
import hashlib
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from app.extract.attribution import find_attributions
from app.extract.attribution.clause import read_clauses
from app.extract.attribution.judge import shipped_judge
from app.extract.document import Document, Extraction, Topic
from app.extract.layout import read_layout
from app.extract.people import find_people
from app.extract.quotation import find_quotations
from app.extract.quotes import find_quotes
from app.extract.stance import find_stances
from app.extract.tagger import read_card, shipped_tagger
from app.extract.weapons import find_weapon_facts

# A text and a topic for whose sake nearly all lexicons are loaded.
SPECIMEN = Document(
    "“We need 12 F-16 jets with a range of 500 km,” Ann Lee, a senator from Ohio, told the BBC on Monday in response to "
    "a vote. She supports the sale of tanks to Poland, but opposes a ban on guns.",
    topics=(Topic("t", "Guns should be banned"),),
)


def extract(document: Document) -> Extraction:
    """Everything that `document` records; never raises, whatever the text."""
    layout = read_layout(document.text)
    quotations = find_quotations(layout)
    tagging = shipped_tagger().tag(document.text)
    cast = find_people(layout, quotations, tagging)
    reading = read_clauses(layout, quotations)
    attributions = find_attributions(reading, tagging)
    quotes = find_quotes(document, reading, attributions, cast)
    cast.hear(quotes)
    stances = find_stances(document, layout, quotes, cast)
    weapon_facts = find_weapon_facts(document, layout, quotes)
    return Extraction(
        speakers=cast.speakers(),
        quotes=quotes,
        stances=stances,
        weapon_facts=weapon_facts,
        warnings=(*quotations.warnings, *tagging.warnings),
    )


def load_models(threads: int = 1) -> None:
    """Load the models and lexicons that come with the package, which otherwise happens when the first text is read.

    Reads a short text to that end, and has what is in memory then left out of all later garbage collections.
    `threads` work on one text; more shorten the wait for it and change nothing in what is found. Raises
    `UnusableWeights` where a file is missing or is not the one that its card describes.
    """
    shipped_tagger(threads)
    shipped_judge()
    extract(SPECIMEN)
    # What is loaded stays: the collector of garbage need not walk through the lexicons with every article.
    gc.collect()
    gc.freeze()


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
