"""Every environment variable of the service, typed, with why it exists."""

from pathlib import Path

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
    fetch_timeout_s: float = Field(
        default=20.0, gt=0, description="Seconds that fetching one page may take, redirects included."
    )
    fetch_max_redirects: int = Field(default=5, ge=0, description="Redirects followed before a page is given up.")
    fetch_allow_hosts: frozenset[str] = Field(
        default=frozenset(),
        description="Host names fetched although their addresses are private: an intranet's own archive.",
    )
    user_agent: str = Field(default="OnRecord/0.1 (news quotation record)", description="How fetches introduce themselves.")

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str | None) -> str | None:
        # Hosts hand out postgres:// and postgresql://; SQLAlchemy needs the driver named, and ours is psycopg 3.
        for plain in ("postgres://", "postgresql://"):
            if url and url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url or None
