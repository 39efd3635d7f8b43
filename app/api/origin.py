"""Where a request comes from: this very machine, or an address of the network."""

from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

# What proxies add. A proxy on this machine speaks for people who are not on it.
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
IPV6_SITE = 64  # bits: whoever has one IPv6 address has at least all that begin with the same 64


def is_loopback(host: str | None) -> bool:
    """Whether only this machine reaches `host`, an address or a name."""
    host = (host or "").lower().removesuffix(".")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_local(scope: Scope) -> bool:
    """Whether a request was made on this machine by somebody who is on it, as far as can be told.

    Both ends of the connection are loopback, it is addressed to a name of loopback, no proxy has passed it on, and it is
    not of a web page from elsewhere that a browser on this machine shows: such a page may send requests to any port here,
    or have its own name point here (DNS rebinding).
    """
    headers = Headers(scope=scope)
    ends = [(scope.get(end) or ("",))[0] for end in ("client", "server")]
    named = [_host(f"//{headers.get('host', '')}"), *map(_host, headers.getlist("origin"))]
    return all(map(is_loopback, [*ends, *named])) and not any(name in headers for name in FORWARDED)


def address(scope: Scope) -> str:
    """Whom a request without a key is counted for: its IPv4 address, or the network of its IPv6 address."""
    host = (scope.get("client") or ("",))[0]
    try:
        parsed = ip_address(host)
    except ValueError:
        return host
    if isinstance(parsed, IPv6Address) and (mapped := parsed.ipv4_mapped) is not None:
        return str(mapped)
    return str(ip_network((parsed, IPV6_SITE if parsed.version == 6 else 32), strict=False))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
