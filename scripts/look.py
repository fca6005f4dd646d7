"""Look at the demo over HTTP: the home page, a profile, its CV and its resume.json; then sign in to the admin."""

import json
import re
import sys
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path


def main(log: Path) -> None:
    base = wait_for_address(log)
    home = fetch(base, "text/html")
    profile = re.search(rb'href="(/p/[a-z0-9-]+/)"', home)
    if not profile:
        sys.exit("The home page names nobody.")
    path = profile[1].decode()
    page = fetch(base + path.lstrip("/"), "text/html")
    cv = fetch(f"{base}{path.lstrip('/')}cv.pdf", "application/pdf")
    resume = json.loads(fetch(f"{base}{path.lstrip('/')}resume.json", "application/json"))
    name = resume["basics"]["name"]
    if not cv.startswith(b"%PDF-") or name.split()[0].encode() not in page:
        sys.exit(f"{path} isn't what it should be.")
    print(f"Looked at {base}, {path}, its CV ({len(cv):,} bytes) and its resume.json ({name}): all is well.")


def sign_in(log: Path, account: str, password: str) -> None:
    """Sign in to the admin as the demo's account, like a browser without JavaScript."""
    base = wait_for_address(log)
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{base}sign-in", timeout=10).read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if not token:
        sys.exit("The admin's sign-in page has no form.")
    form = {"csrf_token": token[1], "email": account, "password": password}
    answer = browser.open(f"{base}sign-in", urllib.parse.urlencode(form).encode(), timeout=10)
    if "sign-in" in answer.url:
        sys.exit(f"Nobody can sign in as {account}.")
    print(f"Signed in to {base} as {account}: all is well.")


def wait_for_address(log: Path, seconds: float = 30) -> str:
    """Return the address the server printed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := re.search(r"http://\S+/", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    sys.exit("The preview server did not start.")


def fetch(url: str, content_type: str) -> bytes:
    """Return what stands at an address; end if it isn't of that type."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        if not answer.headers["Content-Type"].startswith(content_type):
            sys.exit(f"{url} is {answer.headers['Content-Type']}, not {content_type}.")
        body: bytes = answer.read()
        return body


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    sign_in(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
