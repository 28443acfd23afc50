"""Secrets that an installation begins with: made at random, written once, never shown and never replaced."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CERTIFICATE, CERTIFICATE_KEY = "certificate.pem", "certificate.key"
CERTIFICATE_LIFE = timedelta(days=825)
"""The longest that browsers accept of a certificate that a person has told them to trust."""

OF_ENV = ("SECRET_KEY", "JWT_SIGNING_KEY", "METRICS_TOKEN")
"""The variables whose values nobody but this installation knows."""

_PASSWORDS = (
    "postgres_password",
    "redis_password",
    "redis_cache_password",
    "elasticsearch_password",
)


class SecretsRefused(Exception):
    """The folder cannot be used as it is; the text says what is wrong and what to do."""


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Where the servers of an installation are, each as ``host`` or ``host:port``."""

    database: str = "db"
    database_user: str = "onetop"
    database_name: str = "onetop"
    redis: str = "redis"
    redis_cache: str = "redis_cache"


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whom a file is given to, by number: the names are those of another container."""

    user: int
    group: int


@dataclass(frozen=True, kw_only=True)
class Owners:
    """Who may read which file; nobody named means whoever writes it."""

    all: Owner | None = None
    of: Mapping[str, Owner] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Written:
    """One file of the folder; ``note`` is for the operator."""

    name: str
    path: Path
    kept: bool
    note: str = ""


def random_secret() -> str:
    """Return 64 random bytes as 86 characters that need no quoting anywhere."""
    return secrets.token_urlsafe(64)


def names(*, certificate: bool) -> list[str]:
    """Return the names of the files that a folder of secrets has."""
    urls = ["database_url", "redis_url", "redis_cache_url"]
    made = [name.lower() for name in OF_ENV] + list(_PASSWORDS) + urls
    return made + ([CERTIFICATE_KEY, CERTIFICATE] if certificate else [])


def fill(
    folder: Path, *, hosts: Hosts, owners: Owners, certificate_for: Sequence[str], now: datetime
) -> Iterator[Written]:
    """Write each secret that the folder lacks, and yield every one that it has afterwards.

    A file appears whole or not at all, and two that fill one folder at the same time agree on its contents.

    :raises SecretsRefused: a file is empty, one of a pair is missing, or the folder cannot be written
    """
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        for name in (*(name.lower() for name in OF_ENV), *_PASSWORDS):
            yield _ensure(folder, name, random_secret(), owners)
        yield from _urls(folder, hosts, owners)
        if certificate_for:
            yield from _certificate(folder, certificate_for, owners, now)
    except OSError as error:
        raise SecretsRefused(
            f"{error.filename or folder}: {error.strerror}; name a folder that this user may write"
        ) from error


def _urls(folder: Path, hosts: Hosts, owners: Owners) -> Iterator[Written]:
    def password(of: str) -> str:
        return quote((folder / f"{of}_password").read_text(encoding="utf-8").strip(), safe="")

    user, database = quote(hosts.database_user, safe=""), quote(hosts.database_name, safe="")
    for name, of, url in (
        ("database_url", "postgres", f"postgresql://{user}:{{}}@{hosts.database}/{database}"),
        ("redis_url", "redis", f"redis://:{{}}@{hosts.redis}"),
        ("redis_cache_url", "redis_cache", f"redis://:{{}}@{hosts.redis_cache}/0"),
    ):
        yield _ensure(
            folder,
            name,
            url.format(password(of)),
            owners,
            note=f"its password is not that of {of}_password",
        )


def _ensure(folder: Path, name: str, value: str, owners: Owners, *, note: str = "") -> Written:
    """Write a file unless it is there; ``note`` is said of one that is there and says something else."""
    path = folder / name
    kept = not _write_once(path, value, owners)
    found = path.read_text(encoding="utf-8").strip()
    if not found:
        raise SecretsRefused(f"{path} is empty; delete it, and this command writes it anew")
    return Written(name=name, path=path, kept=kept, note=note if found != value else "")


def _write_once(path: Path, value: str, owners: Owners) -> bool:
    """Return whether the file was written; one that is there stays as it is."""
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{value}\n")
            if owner := owners.of.get(path.name, owners.all):
                os.fchown(file.fileno(), owner.user, owner.group)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
    finally:
        draft.unlink()
    return True


# --- the certificate -----------------------------------------------------------------------------


def _certificate(
    folder: Path, wanted: Sequence[str], owners: Owners, now: datetime
) -> Iterator[Written]:
    key_path, path = folder / CERTIFICATE_KEY, folder / CERTIFICATE
    if path.exists():
        if not key_path.exists():
            raise SecretsRefused(f"{path} is there without {key_path}; bring the key, or delete it")
        kept = True
        yield Written(name=CERTIFICATE_KEY, path=key_path, kept=True)
    else:
        yield _ensure(folder, CERTIFICATE_KEY, _new_key(), owners)
        # The file's key, which is older when a run was interrupted between the two.
        made = _self_signed(_key_in(key_path), wanted, now)
        kept = not _write_once(path, made, owners)
    yield Written(name=CERTIFICATE, path=path, kept=kept, note=_of_certificate(path, wanted, now))


def _new_key() -> str:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode().strip()


def _key_in(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (TypeError, ValueError) as error:
        raise SecretsRefused(f"{path} is not a private key in PEM: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SecretsRefused(f"{path} is not from this command; bring its {CERTIFICATE}")
    return key


def _self_signed(key: ec.EllipticCurvePrivateKey, wanted: Sequence[str], now: datetime) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted[0][:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A clock that is a little behind must not find it from the future.
        .not_valid_before(now.astimezone(UTC) - timedelta(hours=1))
        .not_valid_after(now.astimezone(UTC) + CERTIFICATE_LIFE)
        .add_extension(
            x509.SubjectAlternativeName([_host(host) for host in wanted]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode().strip()


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _of_certificate(path: Path, wanted: Sequence[str], now: datetime) -> str:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        names_in_it = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (ValueError, x509.ExtensionNotFound) as error:
        raise SecretsRefused(f"{path} is not a certificate for hosts: {error}") from error
    if certificate.not_valid_after_utc < now:
        return f"expired on {certificate.not_valid_after_utc:%Y-%m-%d}; delete both files for a new one"
    missing = [host for host in wanted if _host(host) not in names_in_it.value]
    if missing:
        return f"not for {', '.join(missing)}; delete both files for a new one"
    return f"until {certificate.not_valid_after_utc:%Y-%m-%d}"
