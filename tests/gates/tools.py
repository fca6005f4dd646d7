"""What the gates run beside Python: npm's packages in this folder, Java, Chromium."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.browsers import CHROMIUM

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
VNU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
LIGHTHOUSE = MODULES / ".bin" / "lighthouse"

_IS_READY = AXE.exists() and VNU.exists() and LIGHTHOUSE.exists() and CHROMIUM.exists() and shutil.which("java")

needs_tools = pytest.mark.skipif(
    not _IS_READY and os.environ.get("REQUIRE_GATES") != "1",
    reason="the gates need Java, Chromium and npm's packages: scripts/gates installs them",
)
