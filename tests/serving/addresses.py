"""What a visitor asks for and what has to come back, from whatever serves the site."""

from __future__ import annotations

from dataclasses import dataclass

# beside the site's own pages, what must never be seen
SECRETS = {".git/config": b"secret", ".unfinished/file": b"secret", "p/.env": b"secret"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request, and what it gets: the page of a key, another address, or only a status."""

    target: str
    method: str = "GET"
    status: int = 200
    key: str = ""
    location: str = ""

    @property
    def name(self) -> str:
        return f"{self.method} {self.target}"


PERSON = "maren-holloway"
PAGE = f"p/{PERSON}/index.html"
SHOWN = (
    Case(target="/", key="index.html"),
    Case(target="/?utm=1", key="index.html"),
    Case(target="/index.html", key="index.html"),
    Case(target=f"/p/{PERSON}/", key=PAGE),
    Case(target=f"/p/{PERSON}/?from=mail&x", key=PAGE),
    Case(target=f"/p/{PERSON}/index.html", key=PAGE),
    Case(target=f"/p/{PERSON}/resume.json", key=f"p/{PERSON}/resume.json"),
    Case(target="/technologies/", key="technologies/index.html"),
    Case(target="/robots.txt", key="robots.txt"),
    Case(target="/p/maren%2Dholloway/", key=PAGE),
    Case(target="/%70/maren-holloway/", key=PAGE),
    Case(target=f"/p/{PERSON}%2Findex.html", key=PAGE),
)
REDIRECTED = (
    Case(target=f"/p/{PERSON}", status=301, location=f"/p/{PERSON}/"),
    Case(target=f"/p/{PERSON}?a=b&a=c&d=%C3%A9", status=301, location=f"/p/{PERSON}/?a=b&a=c&d=%C3%A9"),
    Case(target="/technologies", status=301, location="/technologies/"),
    Case(target="/p/maren%2Dholloway", status=301, location=f"/p/{PERSON}/"),
    Case(target=f"/p/{PERSON}", method="HEAD", status=301, location=f"/p/{PERSON}/"),
)
MISSING = (
    Case(target="/p/nobody/", status=404),
    Case(target="/p/nobody/cv.pdf", status=404),
    Case(target="/p/", status=404),
    Case(target="/P/MAREN-HOLLOWAY/", status=404),
    Case(target="/nothing.html", status=404),
)
# 400 is as good where a server finds an address beyond understanding
REFUSED = tuple(
    Case(target=target, status=404)
    for target in (
        "/.git/config",
        "/%2egit/config",
        "/%2Egit/config",
        "/.unfinished/file",
        "/p/.env",
        "/p/%2Eenv",
        "/p%2F.env",
        "/p%2f%2eenv",
        "/_state/manifest.json",
        "/%5Fstate/manifest.json",
        "/%5fstate%2Fmanifest.json",
        "/../site.state/manifest.json",
        "/..%2fsite.state/manifest.json",
        "/%2e%2e/site.state/manifest.json",
        "/p/../index.html",
        "/p/%2e%2e/index.html",
        f"//p/{PERSON}/",
        f"/p//{PERSON}/",
        f"//p/{PERSON}",
        "//evil.example.net/x",
        "//evil.example.net/%2e%2e",
        "/%2F%2Fevil.example.net/x",
        "/\\evil.example.net/x",
        "/%5Cevil.example.net",
        f"/p/{PERSON}%00",
        f"/p/{PERSON}%0d%0aSet-Cookie:%20a=b",
        f"/p/{PERSON}%252Findex.html",
        f"/p/{PERSON}/%E0%A4%A",
        f"/p/{PERSON}/%zz",
        "/p/%3Cscript%3E",
    )
)
FORBIDDEN = tuple(
    Case(target=target, method=method, status=405)
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH")
    for target in ("/", f"/p/{PERSON}", f"/p/{PERSON}/cv.pdf")
)
