"""Every environment variable of the service, typed, with why it exists."""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment: names begin with `ONRECORD_`, save `DATABASE_URL`, which hosts set by that name."""

    model_config = SettingsConfigDict(env_prefix="ONRECORD_", extra="ignore")

    database_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("ONRECORD_DATABASE_URL", "DATABASE_URL", "database_url"),
        description="Postgres 16 or newer. Unset: an embedded Postgres is started in `home`.",
    )
    home: Path = Field(default=Path(".onrecord"), description="Folder of the embedded Postgres.")
    host: str = Field(default="127.0.0.1", description="Address to listen on; loopback unless said otherwise.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    reading: Literal["open", "keys"] = Field(
        default="open", description="open: anybody may read; keys: reading needs an API key with the scope read."
    )
    writing: Literal["loopback", "keys"] | None = Field(
        default=None,
        description="keys: writing needs an API key; loopback: not from this very machine. Unset: loopback where "
        "`onrecord serve` listens on loopback alone, else keys.",
    )
    key_requests_per_minute: int = Field(
        default=6000, ge=0, description="Requests that each process takes from one API key in a minute; 0: any number."
    )
    address_requests_per_minute: int = Field(
        default=600,
        ge=0,
        description="The same for an address that sends no key, or a wrong one; this very machine has no limit.",
    )
    cors_origins: frozenset[str] = Field(
        default=frozenset(),
        description="Origins whose pages may ask from a browser, as https://desk.example; `*` allows all of them.",
    )
    pool_size: int = Field(default=10, ge=1, description="Connections that one process holds open to Postgres.")
    statement_timeout_ms: int = Field(
        default=10_000,
        ge=0,
        description="A query that takes longer is ended and answered with 503; 0 never ends one.",
    )
    max_text_bytes: int = Field(
        default=1_000_000,
        ge=1,
        description="Longest text of an article, in bytes of UTF-8; the longest news fits ten times over.",
    )
    max_download_bytes: int = Field(
        default=10_000_000,
        ge=1,
        description="Longest page taken, after decompression; pages carry more markup than text.",
    )
    threads: int = Field(
        default=1,
        ge=1,
        description="Threads that read one article: more shorten the wait for it, more processes read more of them.",
    )
    workers: int = Field(
        default=1,
        ge=0,
        description="Worker processes that `serve` runs beside the API; 0 where `onrecord worker` runs elsewhere.",
    )
    stalled_after_s: float = Field(
        default=30.0,
        gt=0,
        description="Seconds without a sign of life after which a worker is taken for dead and others get its jobs.",
    )
    keep_jobs_days: float = Field(
        default=7.0, gt=0, description="Days that a job stays listed after its end; one that failed stays for good."
    )
    fetch_timeout_s: float = Field(
        default=20.0, gt=0, description="Seconds that fetching one page may take, redirects and retries included."
    )
    fetch_retries: int = Field(
        default=2, ge=0, description="How often a page is asked for again when what went wrong may pass."
    )
    fetch_delay_s: float = Field(
        default=1.0, ge=0, description="Seconds between two pages of one host; its robots.txt may ask for more, up to 30."
    )
    fetch_robots: bool = Field(
        default=True, description="Whether robots.txt is heeded; false where every host has agreed to be read."
    )
    fetch_max_redirects: int = Field(default=5, ge=0, description="Redirects followed before a page is given up.")
    fetch_allow_hosts: frozenset[str] = Field(
        default=frozenset(),
        description="Host names fetched although their addresses are private: an intranet's own archive.",
    )
    user_agent: str = Field(default="OnRecord/0.1 (news quotation record)", description="How fetches introduce themselves.")

    @property
    def max_body_bytes(self) -> int:
        """The longest body of a request, and line of a batch: JSON may spell one byte of a page with two ("\\n")."""
        return 2 * max(self.max_download_bytes, self.max_text_bytes)

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str | None) -> str | None:
        # Hosts hand out postgres:// and postgresql://; SQLAlchemy needs the driver named, and ours is psycopg 3.
        for plain in ("postgres://", "postgresql://"):
            if url and url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url or None
