"""Certificates for servers of the tests: an authority of their own, one for this machine, one for a client."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Certificates:
    """PEM files.

    Attributes:
        ca: the authority's certificate.
        server: certificate and chain of a server at localhost and 127.0.0.1; ``server_key`` is its key.
        client: certificate of a client; ``client_key`` is its key.
        stranger: the certificate of an authority that signed none of them.
    """

    ca: Path
    server: Path
    server_key: Path
    client: Path
    client_key: Path
    stranger: Path


def make_certificates(folder: Path) -> Certificates:
    """Write the files into a folder."""
    key, authority = _authority("Wattlake tests")
    _, stranger = _authority("A stranger")
    made = Certificates(
        *(folder / f"{name}.pem" for name in ("ca", "server", "server-key", "client", "client-key", "stranger"))
    )
    made.ca.write_bytes(_pem(authority))
    made.stranger.write_bytes(_pem(stranger))
    for name, certificate, its_key in (
        ("localhost", made.server, made.server_key),
        ("client", made.client, made.client_key),
    ):
        own_key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        signed = (
            _begun(name, own_key.public_key())
            .issuer_name(authority.subject)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(key, hashes.SHA256())
        )
        certificate.write_bytes(_pem(signed) + _pem(authority))
        its_key.write_bytes(
            own_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    return made


def _authority(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    signed = (
        _begun(name, key.public_key())
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, signed


def _begun(name: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    today = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - DAY)
        .not_valid_after(today + 30 * DAY)
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
