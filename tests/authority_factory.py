"""Time-stamping authorities of the tests' own: certificates, answers, and a server on 127.0.0.1.

The answers are put together here, apart from the code that judges them.
"""

import contextlib
import hashlib
import http.server
import threading
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mediaev.custody import der

DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
OIDS = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
CRYPTO = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha512": hashes.SHA512(),
}


def named(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """An authority with a root of its own; what it does wrong is said by keyword."""

    def __init__(
        self, name="local", *, curve=False, start=START, days=3650, signer_days=1000, **odd
    ):
        self.name = name
        self.serial = 7
        self._new = lambda: (
            ec.generate_private_key(ec.SECP256R1())
            if curve
            else rsa.generate_private_key(65537, 2048)
        )
        self.root_key = self._new()
        self.root = self._certificate(
            f"{name} root", None, self.root_key, start, days, ca=True, usage=None
        )
        self.key = self._new()
        self.certificate = self._certificate(
            f"{name} stamps", self.root, self.key, start, signer_days, ca=False, **odd
        )

    def _certificate(
        self,
        subject,
        issuer,
        key,
        start,
        days,
        *,
        ca,
        usage=("time",),
        critical=True,
        algorithm="sha256",
    ):
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(issuer.subject if issuer else named(subject))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + days * DAY)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        uses = {"time": ExtendedKeyUsageOID.TIME_STAMPING, "web": ExtendedKeyUsageOID.SERVER_AUTH}
        if usage:
            extended = x509.ExtendedKeyUsage([uses[each] for each in usage])
            builder = builder.add_extension(extended, critical=critical)
        return builder.sign(self.root_key, CRYPTO[algorithm])

    @property
    def root_pem(self):
        return self.root.public_bytes(serialization.Encoding.PEM)

    def signer_pem(self):
        """The signer's certificate and key, as OpenSSL takes them."""
        return self.certificate.public_bytes(serialization.Encoding.PEM), self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def configure(self, folder, url="http://127.0.0.1:9/", **settings):
        """Trust it on this machine: `folder` is that of the configuration."""
        place = folder / "mediaev" / "authorities"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{self.name}-root.pem").write_bytes(self.root_pem)
        lines = {"url": url, "roots": f"{self.name}-root.pem", **settings}
        text = "".join(f'{key} = "{value}"\n' for key, value in lines.items())
        (place / f"{self.name}.toml").write_text(text)

    def answer(self, request, **odd):
        """The response to a request."""
        parts = der.read(request).parts()
        imprint, nonce = parts[1], next(each for each in parts[2:] if each.tag == der.INTEGER)
        return self.respond(imprint.whole, nonce.integer(), **odd)

    def stamp(self, message, *, hash_name="sha256", nonce=1, **odd):
        """A response about a message that nobody asked for."""
        digest = der.write(der.OCTET_STRING, hashlib.new(hash_name, message).digest())
        return self.respond(der.write(der.SEQUENCE, algorithm(hash_name), digest), nonce, **odd)

    def respond(
        self,
        imprint,
        nonce,
        *,
        status=0,
        when=None,
        digest="sha256",
        certificates=None,
        binds=None,
        spoil=False,
        critical=False,
        accuracy=1,
    ):
        if status > 1:
            reason = der.write(der.SEQUENCE, der.write(0x0C, b"not today"))
            return der.write(
                der.SEQUENCE, der.write(der.SEQUENCE, der.write_integer(status), reason)
            )
        content = der.write(
            der.SEQUENCE,
            der.write_integer(1),
            der.write_oid("1.2.3.4"),
            imprint,
            der.write_integer(self.serial),
            der.write(der.GENERALIZED_TIME, f"{when or datetime.now(UTC):%Y%m%d%H%M%SZ}".encode()),
            der.write(der.SEQUENCE, der.write_integer(accuracy)) if accuracy else b"",
            der.write_integer(nonce) if nonce is not None else b"",
            der.write(0xA1, extension()) if critical else b"",
        )
        token = self._signed(content, digest, certificates, binds, spoil)
        return der.write(der.SEQUENCE, der.write(der.SEQUENCE, der.write_integer(status)), token)

    def _signed(self, content, digest, certificates, binds, spoil):
        tst, bound = "1.2.840.113549.1.9.16.1.4", binds or self.certificate
        encoded = bound.public_bytes(serialization.Encoding.DER)
        by_digest = der.write(der.OCTET_STRING, hashlib.sha256(encoded).digest())
        attributes = [
            attribute("1.2.840.113549.1.9.3", der.write_oid(tst)),
            attribute(
                "1.2.840.113549.1.9.4",
                der.write(der.OCTET_STRING, hashlib.new(digest, content).digest()),
            ),
            attribute("1.2.840.113549.1.9.16.2.47", nested(der.SEQUENCE, 3, by_digest)),
        ]
        signed = b"".join(sorted(attributes))
        signature = bytearray(self._sign(der.write(der.SET, signed), digest))
        signature[-1] ^= spoil
        issuer = self.certificate.issuer.public_bytes()
        rsa_oid = der.write(
            der.SEQUENCE, der.write_oid("1.2.840.113549.1.1.1"), der.write(der.NULL)
        )
        ec_oid = der.write(der.SEQUENCE, der.write_oid("1.2.840.10045.4.3.2"))
        signer = der.write(
            der.SEQUENCE,
            der.write_integer(1),
            der.write(der.SEQUENCE, issuer, der.write_integer(self.certificate.serial_number)),
            algorithm(digest),
            der.write(0xA0, signed),
            rsa_oid if isinstance(self.key, rsa.RSAPrivateKey) else ec_oid,
            der.write(der.OCTET_STRING, bytes(signature)),
        )
        bag = [self.certificate] if certificates is None else certificates
        data = der.write(
            der.SEQUENCE,
            der.write_integer(3),
            der.write(der.SET, algorithm(digest)),
            der.write(
                der.SEQUENCE,
                der.write_oid(tst),
                der.write(0xA0, der.write(der.OCTET_STRING, content)),
            ),
            der.write(0xA0, *(each.public_bytes(serialization.Encoding.DER) for each in bag)),
            der.write(der.SET, signer),
        )
        return der.write(der.SEQUENCE, der.write_oid("1.2.840.113549.1.7.2"), der.write(0xA0, data))

    def _sign(self, signed, digest):
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(signed, PKCS1v15(), CRYPTO[digest])
        return self.key.sign(signed, ec.ECDSA(CRYPTO["sha256"]))


def algorithm(name):
    return der.write(der.SEQUENCE, der.write_oid(OIDS[name]))


def attribute(oid, value):
    return der.write(der.SEQUENCE, der.write_oid(oid), der.write(der.SET, value))


def nested(tag, depth, content):
    for _ in range(depth):
        content = der.write(tag, content)
    return content


def extension():
    flag = der.write(der.BOOLEAN, b"\xff")
    value = der.write(der.OCTET_STRING, b"\5\0")
    return der.write(der.SEQUENCE, der.write_oid("1.2.3.9"), flag, value)


@contextlib.contextmanager
def serving(reply):
    """A server; `reply(body)` gives (status, content type, body), or None to hang up."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.headers, body))
            answer = reply(body)
            if answer is None:
                self.close_connection = True
                return
            status, kind, content = answer
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            with contextlib.suppress(OSError):
                for piece in content if isinstance(content, list) else [content]:
                    self.wfile.write(piece)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


REPLY = "application/timestamp-reply"
