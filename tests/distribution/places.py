"""Places that packs come from, made for a test: git repositories, web servers, Python packages."""

import contextlib
import datetime
import ipaddress
import os
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from support_cli.deliver.http.client import tls
from support_cli.distribution.web import Web
from tests.distribution.zips import write_folder

PACK = """\
pack: acme
version: {version}
title: Acme support
publisher: {{name: Acme Ltd, url: "https://acme.example"}}
channels: {{mail: {{kind: email, to: {to}}}}}
"""
FORM = """\
name: Trouble
body:
  - {type: input, id: summary, role: summary, attributes: {label: What is wrong?}, validations: {required: true}}
  - {type: email, id: email, role: email, attributes: {label: Your address}}
"""


def pack_files(
    version: str = "1.0.0", *, to: str = "help@acme.example", more: str = "", **extra: str
) -> dict[str, str]:
    """A small pack: {name: content}; ``extra`` are further files by name with ``__`` for a slash and no ending."""
    files = {"pack.yml": PACK.format(version=version, to=to) + more, "forms/trouble.yml": FORM}
    return files | {name.replace("__", "/") + ".yml": text for name, text in extra.items()}


class Repository:
    """A bare git repository, and files that are committed to it as if pushed: one start of git costs less than ten."""

    def __init__(self, root: Path, *, format_: str = "sha1") -> None:
        self.bare, self.tree = root / "acme.git", root / "tree"
        self._last = ""
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(root),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{
                f"GIT_{who}_{what}": f"{what.lower()}@example.org"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        }
        self.tree.mkdir(parents=True)
        self.git("init", "-q", "--bare", "--template=", "-b", "main", f"--object-format={format_}", str(self.bare))
        self.environ |= {"GIT_DIR": str(self.bare), "GIT_WORK_TREE": str(self.tree)}

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", "-c", "maintenance.auto=false", *words],
            cwd=self.tree, env=self.environ, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str | bytes], *, tag: str = "", branch: str = "main", folder: str = "") -> str:
        """Commits; returns the commit's id."""
        write_folder(self.tree / folder, files)
        self.git("add", "-A")
        return self.record(tag=tag, branch=branch)

    def record(self, *, tag: str = "", branch: str = "main") -> str:
        """Commits what is staged, after the last commit of any branch; what the repository calls HEAD stays."""
        head, name = self.bare / "HEAD", self.bare / "refs" / "heads" / branch
        before = head.read_text("utf-8")
        if self._last:
            name.parent.mkdir(parents=True, exist_ok=True)
            name.write_text(self._last + "\n", "utf-8")
        head.write_text(f"ref: refs/heads/{branch}\n", "utf-8")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        if tag:
            self.git("tag", "-a", "-f", "-m", tag, tag)
        head.write_text(before, "utf-8")
        self._last = name.read_text("utf-8").strip()
        return self._last

    @property
    def url(self) -> str:
        return self.bare.as_uri()


Answer = tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A web server on this machine: {path: (status, headers, body)}, or a function that answers."""

    def __init__(self, answers: dict[str, Answer], context: ssl.SSLContext | None = None) -> None:
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                answer = answers.get(self.path, (404, {}, b""))
                with contextlib.suppress(OSError):
                    if callable(answer):
                        answer(self)
                        return
                    status, headers, body = answer
                    self.send_response(status)
                    for name, value in ({"Content-Length": str(len(body))} | headers).items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign]
        if context is not None:
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self.scheme = "https" if context is not None else "http"
        self.port = self._http.server_address[1]

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextlib.contextmanager
def serving(answers: dict[str, Answer], context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Runs a server while the block runs."""
    server = Server(answers, context)
    thread = threading.Thread(target=server._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server._http.shutdown()
        server._http.server_close()
        thread.join()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate of this machine that signs itself: the server's context, and the file to trust."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    public, secret = folder / "server.pem", folder / "server.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, secret)
    return context, public


def web(authority: Path | None = None, **more: object) -> Web:
    """How a test reaches the web: for real, and without much patience."""
    return Web(context=lambda: tls.client_context(authority), explain=tls.explain, **{"pause": 5.0, **more})  # type: ignore[arg-type]


def python_package(
    site: Path, files: Mapping[str, str], *, entry: str = "acme_support.pack", name: str = "acme"
) -> Path:
    """A Python package that brings a pack, as pip would have unpacked it; importing it fails the test."""
    write_folder(site / "acme_support" / "pack", files)
    (site / "acme_support" / "__init__.py").write_text("raise AssertionError('a pack was imported')\n", "utf-8")
    info = site / "acme_support-3.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-support\nVersion: 3.1\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[support_cli.packs]\n{name} = {entry}\n", "utf-8")
    return site
