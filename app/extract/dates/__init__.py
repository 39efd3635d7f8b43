"""Dates in the text as EDTF (ISO 8601-2), and the date on which something was said."""

from app.extract.dates.calendar import Calendar
from app.extract.dates.mention import DateMention, resolve
from app.extract.dates.occasion import with_occasions

__all__ = ["Calendar", "DateMention", "resolve", "with_occasions"]
