"""OnRecord: who said what, to whom and when, each tied to the characters of the article it came from."""

from importlib.metadata import version

__version__ = version("onrecord")
