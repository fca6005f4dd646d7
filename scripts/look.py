"""Look at the demo site over HTTP: the home page, a profile, its CV and its resume.json."""

import json
import re
import sys
import time
import urllib.request
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
