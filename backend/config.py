"""Settings of every backend process, from the environment; `rlt up` sets them for its children."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One class for all processes, so that a name means the same everywhere."""

    model_config = SettingsConfigDict(env_prefix="RLT_", extra="ignore")

    database_url: str = Field("", validation_alias="DATABASE_URL")
    """SQLAlchemy or libpq URL of Postgres; the psycopg driver is filled in by `db`."""
    data: Path = Path("data")
    """Folder of all large bytes, journals, logs and the embedded Postgres."""

    host: str = "127.0.0.1"
    port: int = 8000
    public_origins: str = ""
    """Comma-separated origins that browsers may come from, beside HOST:PORT and localhost."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None

    policy_host: str = "127.0.0.1"
    policy_port: int = 8001

    vla: Path | None = None
    """VLA checkpoint; None means the built-in one of the task."""
    token: Path | None = None
    learner_device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where runs learn; auto is the GPU where torch can use one."""

    heartbeat: timedelta = timedelta(milliseconds=25)
    """Server → bridge. The bridge gives up after 100 ms of silence."""
    lease_grace: timedelta = timedelta(seconds=2)
    """A driver's lease outlives a lost socket by this much."""
    session_idle: timedelta = timedelta(hours=12)
    session_absolute: timedelta = timedelta(days=7)
    admin_password: str = ""
    """Password of the first account, `admin`; empty means a random one, printed once."""

    autopilot_token: str = ""
    """Bearer token of the automatic account that `rlt autopilot` works under."""
    autopilot_robots: str = ""
    """Comma-separated names of the robots it looks after."""

    second_opinion_share: float = Field(0.1, ge=0, le=1)
    """Share of labelled episodes that somebody else judges a second time."""

    label_before_next: bool = False
    """Refuse to start an episode while the last one of this robot is unlabelled."""

    @property
    def origins(self) -> frozenset[str]:
        """Every origin that a browser may come from."""
        scheme = "https" if self.tls_certificate else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        hosts = {"localhost", "127.0.0.1", "[::1]", host}
        named = (origin.strip().rstrip("/") for origin in self.public_origins.split(","))
        return frozenset({f"{scheme}://{host}:{self.port}" for host in hosts}) | {
            origin for origin in named if origin
        }

    @property
    def base_url(self) -> str:
        """Where programs on this machine reach the web process."""
        scheme = "https" if self.tls_certificate else "http"
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"{scheme}://{host}:{self.port}"


@lru_cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
