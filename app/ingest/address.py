"""Which addresses of the network may be connected to, and a transport that connects to no other.

A name is resolved once, every address it has is judged, and the connection goes to one of exactly those: nobody looks
the name up a second time, so a name server that changes its answer in between (DNS rebinding) gains nothing.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from app.errors import FetchFailed, ForbiddenURL

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host name and port to the addresses it has; `OSError` if it has none."""

DEFAULT_PORTS = {"http": 80, "https": 443}

LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST_NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*", re.ASCII)
# What URL parsers of browsers and C libraries read as an IPv4 address though it does not look like one: 2130706433, 0x7f.1
NUMERIC_HOST = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)

# IANA IPv4 and IPv6 Special-Purpose Address Registries. Written out although `ipaddress` knows most of them, because what
# `is_global` says has changed between patch releases of Python, and a guard must not.
SPECIAL_NETWORKS = tuple(
    (ip_network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "private to a provider (CGNAT)"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud platform's own"),  # Azure's metadata and key service, on a public-looking address
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "a mapped IPv4 address"),
        ("::/96", "a compatible IPv4 address"),
        ("64:ff9b::/96", "a NAT64 address"),
        ("64:ff9b:1::/48", "a NAT64 address"),
        ("2001::/32", "a Teredo address"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "a 6to4 address"),
        ("3fff::/20", "for documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
    )
)
GLOBAL_UNICAST_V6 = ip_network("2000::/3")


def why_not_public(address: str) -> str | None:
    """What kind of non-public address this is ("loopback", "private", …), or `None` for a public one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "no address"
    for network, kind in SPECIAL_NETWORKS:
        if parsed in network:
            return kind
    if isinstance(parsed, IPv6Address) and (parsed.scope_id or parsed not in GLOBAL_UNICAST_V6):
        return "reserved"
    return None if parsed.is_global and not parsed.is_multicast else "reserved"


def checked_host(url: httpx.URL, allow_hosts: frozenset[str]) -> str:
    """The host of a URL in lower case ASCII without a final dot.

    Raises:
        ForbiddenURL: the scheme is not http or https, there are credentials, no proper host, or an odd port.
    """
    if url.scheme not in DEFAULT_PORTS:
        raise ForbiddenURL(f"Only http and https addresses are fetched, not {url.scheme or 'one without a scheme'}.")
    if url.userinfo:
        raise ForbiddenURL("The address holds a user name or password: remove it.")
    host = _plain(url.raw_host.decode("ascii"))
    if not _is_ip(host) and (not HOST_NAME.fullmatch(host) or len(host) > 253):
        raise ForbiddenURL("The address names no host, or one that is no host name.")
    if not _is_ip(host) and NUMERIC_HOST.fullmatch(host):
        raise ForbiddenURL("The host is a number written in an unusual way: write it as a name or a plain address.")
    if host not in allow_hosts and url.port not in {None, *DEFAULT_PORTS.values()}:
        raise ForbiddenURL(f"Port {url.port} may not be fetched from: only 80 and 443 are.")
    return host


async def resolve_host(host: str, port: int) -> tuple[str, ...]:
    """Every address that the system's resolver has for a host, in its order of preference."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class PinnedTransport(httpx.AsyncBaseTransport):
    """Sends each request to an address that was checked for this very request.

    `inner` gets the address in place of the host's name; the `Host` header and the name in the TLS handshake, and so the
    certificate that is asked for, stay the host's. `inner` must not keep connections open: it would find the ones of
    another host that has the same address, with that host's certificate.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, resolve: Resolver, allow_hosts: Iterable[str]) -> None:
        self._inner = inner
        self._resolve = resolve
        self._allow_hosts = plain_hosts(allow_hosts)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` to the first address of its host that takes the connection.

        Raises:
            ForbiddenURL: the URL or any address of its host is none that may be fetched; nothing was connected to.
            FetchFailed: the host has no address.
            httpx.TransportError: as the inner transport raises it.
        """
        host = checked_host(request.url, self._allow_hosts)
        *others, last = await self._addresses(host, request.url)
        for address in others:
            try:
                return await self._inner.handle_async_request(_pinned(request, host, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._inner.handle_async_request(_pinned(request, host, last))

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()

    async def _addresses(self, host: str, url: httpx.URL) -> Sequence[str]:
        addresses = [host] if _is_ip(host) else await self._resolved(host, url.port or DEFAULT_PORTS[url.scheme])
        for address in addresses if host not in self._allow_hosts else ():
            if kind := why_not_public(address):
                raise ForbiddenURL(f"The address of {host} is {kind}: only public ones are fetched.")
        return addresses

    async def _resolved(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = await self._resolve(host, port)
        except socket.gaierror as error:
            raise FetchFailed(f"There is no host {host}.", may_pass=error.errno == socket.EAI_AGAIN) from error
        except (OSError, UnicodeError):
            addresses = ()
        if not addresses:
            raise FetchFailed(f"There is no host {host}.")
        return addresses


def plain_hosts(hosts: Iterable[str]) -> frozenset[str]:
    """Host names as `checked_host` compares them."""
    return frozenset(map(_plain, hosts))


def _plain(host: str) -> str:
    return host.lower().removesuffix(".")


def _is_ip(host: str) -> bool:
    try:
        return isinstance(ip_address(host), IPv4Address | IPv6Address)
    except ValueError:
        return False


def _pinned(request: httpx.Request, host: str, address: str) -> httpx.Request:
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )
