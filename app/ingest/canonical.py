"""The one address of a page that is reached by many: with and without tracking, for telephones, in print."""

import re
from collections.abc import Sequence
from urllib.parse import urldefrag, urljoin, urlsplit

from tld import get_fld

MAX_LENGTH = 2_048
WEB = ("http", "https")
NUMBER = re.compile(r"[0-9]$")  # no top level domain ends in a digit, and every IPv4 address does


def canonical_url(found: str, declared: Sequence[str]) -> str:
    """The address by which a page that was found at `found` wants to be known; `declared` is what it says itself.

    A page may speak for its own site alone: otherwise whoever has a page could have it recorded as the newest revision of
    somebody else's article. Contradictory declarations are none, and neither is the front page, to which badly made sites
    declare each of their articles.
    """
    addresses = {_address(found, each) for each in declared}
    (address,) = addresses if len(addresses) == 1 else (None,)
    if address is None or _site(address) != _site(found):
        return found
    return found if _is_front_page(address) and not _is_front_page(found) else address


def _address(found: str, declared: str) -> str | None:
    try:
        address = urldefrag(urljoin(found, declared.strip())).url
        parts = urlsplit(address)
        plain = parts.scheme in WEB and parts.hostname and "@" not in parts.netloc and parts.port in (None, 80, 443)
    except ValueError:
        return None
    return address if plain and len(address) <= MAX_LENGTH and address.isprintable() else None


def _site(url: str) -> str:
    """The part of the host name that one owner has, by the Public Suffix List; of an address of the network, all of it."""
    host = (urlsplit(url).hostname or "").removesuffix(".")
    if ":" in host or NUMBER.search(host):
        return host
    # The list's rule for what it does not know: the last label is a suffix, and the one before it is owned.
    return get_fld(url, fail_silently=True, search_private=True) or ".".join(host.split(".")[-2:])


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
