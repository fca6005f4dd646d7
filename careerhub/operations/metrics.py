"""Metrics of a job as a file that Prometheus' node_exporter picks up: whole or not at all, also when the job failed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from careerhub.errors import CareerHubError

READABLE_BY_ALL = 0o644
# label values -> figure
Figures = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One family of figures; `values` maps the values of `labels` to a figure."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    values: Figures = field(default_factory=dict)


def write_metrics(folder: Path, job: str, gauges: list[Gauge]) -> Path:
    """Replace `careerhub_<job>.prom` in the folder; return its path."""
    from prometheus_client import CollectorRegistry, write_to_textfile
    from prometheus_client import Gauge as Family

    registry = CollectorRegistry()
    for gauge in gauges:
        family = Family(f"careerhub_{gauge.name}", gauge.help, gauge.labels, registry=registry)
        for labels, value in gauge.values.items():
            (family.labels(*labels) if gauge.labels else family).set(value)
    path = folder / f"careerhub_{job}.prom"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(path), registry)
        path.chmod(READABLE_BY_ALL)  # whatever cron's umask is
    except OSError as error:
        raise CareerHubError(f"{path} can't be written ({error.strerror}): choose another --metrics folder.") from error
    return path


def read_metrics(folder: Path, job: str) -> dict[str, Figures]:
    """Return the figures of the last run by name and label values: what a failed run doesn't know stays true."""
    from prometheus_client.parser import text_string_to_metric_families

    found: dict[str, dict[tuple[str, ...], float]] = {}
    with suppress(OSError, ValueError):
        text = (folder / f"careerhub_{job}.prom").read_text(encoding="utf-8")
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                name = sample.name.removeprefix("careerhub_")
                found.setdefault(name, {})[tuple(sample.labels.values())] = sample.value
    return dict(found)
