"""CloudFront as far as our functions go: they run for real, the bucket behind them is a dictionary."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from careerhub.publish.headers import headers_for
from tests.serving.servers import SERVING, Answer

REQUEST = (SERVING / "cloudfront" / "viewer-request.js").read_text()
RESPONSE = (SERVING / "cloudfront" / "viewer-response.js").read_text()
# runs a function's source with an event and returns what its handler returns
Run = Callable[[str, dict[str, Any]], dict[str, Any]]


def make_chromium_run(page: Page) -> Run:
    def run(source: str, event: dict[str, Any]) -> dict[str, Any]:
        # through JSON both ways, as CloudFront hands events over
        text = f"text => {{ {source}\nreturn JSON.stringify(handler(JSON.parse(text))) }}"
        found: dict[str, Any] = json.loads(page.evaluate(text, json.dumps(event)))
        return found

    return run


def make_njs_run(program: str) -> Run:
    def run(source: str, event: dict[str, Any]) -> dict[str, Any]:
        text = f"{source}\nconsole.log(JSON.stringify(handler(JSON.parse({json.dumps(json.dumps(event))}))))"
        done = subprocess.run([program, "-c", text], capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge location: viewer-request, the bucket, viewer-response."""

    run: Run
    objects: Mapping[str, bytes]
    metadata: Mapping[str, Mapping[str, str]]
    name: str = "cloudfront"

    def ask(self, target: str, *, method: str = "GET") -> Answer:
        """Answer a request; what the bucket lacks is the 404 of the distribution's error page."""
        said = self.run(REQUEST, {"version": "1.0", "request": make_request(target, method)})
        if "statusCode" in said:
            return _make_answer(said)
        assert said["method"] == method
        key = said["uri"].removeprefix("/")
        if key not in self.objects:
            return Answer(404, {}, self.objects.get("404.html", b""))
        headers = headers_for(key)
        sent = {
            "content-type": headers.content_type,
            "cache-control": headers.cache_control,
            **self.metadata.get(key, {}),
        }
        response = {
            "statusCode": 200,
            "statusDescription": "OK",
            "headers": {name: {"value": value} for name, value in sent.items()},
        }
        answer = self.run(RESPONSE, {"version": "1.0", "request": said, "response": response})
        return _make_answer(answer, body=self.objects[key])


def make_request(target: str, method: str = "GET") -> dict[str, Any]:
    """Make the event's request: the path as it was sent, the query split but still encoded."""
    path, _, query = target.partition("?")
    values: dict[str, list[str]] = {}
    for pair in query.split("&") if query else []:
        name, _, value = pair.partition("=")
        values.setdefault(name, []).append(value)
    parsed = {
        name: {"value": found[0], **({"multiValue": [{"value": each} for each in found]} if len(found) > 1 else {})}
        for name, found in values.items()
    }
    return {"method": method, "uri": path, "querystring": parsed, "headers": {}, "cookies": {}}


def _make_answer(said: Mapping[str, Any], *, body: bytes = b"") -> Answer:
    headers = {name: header["value"] for name, header in said["headers"].items()}
    return Answer(said["statusCode"], headers, said["body"].encode() if "body" in said else body)
