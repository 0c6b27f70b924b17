"""
What lies in deploy: alerts watch what the bot really tells, files name what is really there, the image holds enough.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from bot.settings import NEIGHBOURS, Settings
from bot.web import site
from tests.fakes import Notebook, stack
from tests.processes import PATIENCE

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
ALERT = re.compile(r"- alert: (\w+)\n(.*?)(?=\n      - alert: |\Z)", re.DOTALL)
ALERTS = dict(ALERT.findall((DEPLOY / "alerts.yml").read_text("utf-8")))
METRIC = re.compile(r"\b(chungtay_\w+|up)(?:\{([^}]*)\})?")
OF_PROMETHEUS = {"up": {"job", "instance"}}
SUFFIXES = {"histogram": ("_bucket", "_count", "_sum")}


def expression(alert: str) -> str:
    return re.split(r"\n +(?:for|labels|annotations):", ALERTS[alert].split("expr:", 1)[1])[0]


@pytest.fixture
async def exposed(database_url: str) -> set[str]:
    """
    The names of all series that /metrics may tell.
    """
    app = stack(database_url, Notebook())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site(app)), base_url="http://chat.test") as client:
        text = (await client.get("/metrics")).text
    await app.database.close()
    typed = re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)
    return {f"{name}{suffix}" for name, kind in typed for suffix in SUFFIXES.get(kind, ("",))}


async def test_each_metric_of_an_alert_is_told_by_metrics(exposed: set[str]) -> None:
    named = {name for alert in ALERTS for name, _ in METRIC.findall(expression(alert))}
    assert len(ALERTS) > 10
    assert named - exposed == {"up"}


@pytest.mark.parametrize("alert", ALERTS)
def test_each_label_of_an_alert_is_one_of_its_metrics(alert: str) -> None:
    for name, matchers in METRIC.findall(expression(alert)):
        known = OF_PROMETHEUS.get(name) or labels_of(name)
        assert set(re.findall(r"(\w+)(?:=~|!~|!=|=)", matchers)) <= known


def labels_of(series: str) -> set[str]:
    collector: Any = REGISTRY._names_to_collectors[series]
    return {*collector._labelnames, "le"}


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_has_a_severity_and_a_sentence_and_stands_in_the_manual(alert: str) -> None:
    assert re.search(r"severity: (critical|warning)", ALERTS[alert])
    assert re.search(r'summary: ".+\."', ALERTS[alert])


def test_the_manual_tells_of_each_alert_and_of_no_other() -> None:
    for name in ("docs/operations.md", "docs/operations.vi.md"):
        assert re.findall(r"^\| `(ChungTay\w+)` \|", (ROOT / name).read_text("utf-8"), re.MULTILINE) == list(ALERTS)


def test_what_is_watched_for_its_growth_begins_at_zero() -> None:
    """
    Prometheus does not see the step from nothing to 1.
    """
    stack("sqlite://", Notebook("zero"))
    for outcome in ("sent", "failed", "uncertain"):
        assert REGISTRY.get_sample_value("chungtay_sends_total", {"channel": "zero", "outcome": outcome}) == 0
    assert REGISTRY.get_sample_value("chungtay_messages_total", {"channel": "zero", "outcome": "failed"}) == 0


def test_each_setting_of_compose_is_one() -> None:
    compose = (DEPLOY / "compose.yml").read_text("utf-8")
    named = set(re.findall(r"^ +([A-Z][A-Z_]+): ", compose, re.MULTILINE)) | set(
        re.findall(r"\$\{([A-Z_]+)", compose)
    )
    settings = {name.upper() for name in Settings.model_fields}
    assert {name for name in named - settings if not NEIGHBOURS.fullmatch(name)} == set()


def test_the_image_is_installed_by_its_hashes_and_does_not_run_as_root() -> None:
    lines = (DEPLOY / "Containerfile").read_text("utf-8")
    assert "--require-hashes --only-binary :all: -r /tmp/requirements.txt" in lines
    assert re.findall(r"^USER (\S+)$", lines, re.MULTILINE) == ["10001"]


def test_what_is_copied_into_the_image_is_all_that_the_bot_needs(tmp_path: Path) -> None:
    copied = re.findall(r"^COPY (\w+) /app/(\w+)$", (DEPLOY / "Containerfile").read_text("utf-8"), re.MULTILINE)
    for source, target in copied:
        shutil.copytree(ROOT / source, tmp_path / "app" / target)
        assert f"!{source}\n" in (ROOT / ".dockerignore").read_text("utf-8")
    home = tmp_path / "data"
    home.mkdir()
    for command in (("migrate",), ("doctor",)):
        done = subprocess.run(
            [sys.executable, "-m", "bot", *command],
            cwd=home,
            env={"PYTHONPATH": str(tmp_path / "app"), "WEB_PORT": "9"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_proxy_keeps_the_ports_of_those_who_run_it_to_itself() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text("utf-8")
    assert "@inside path /metrics /readyz" in caddy
    assert "health_uri /readyz?channels=no" in caddy


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def run(program: str, *arguments: str | Path, **settings: str) -> str:
    """
    What a program prints, which must end well.
    """
    command = (shutil.which(program) or program, *arguments)
    done = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs("caddy")
def test_caddy_understands_its_file(tmp_path: Path) -> None:
    settings = {"PUBLIC_URL": "https://chat.test", "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    run("caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile", **settings)


@needs("docker-compose")
def test_compose_understands_its_file(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copy(DEPLOY / "compose.yml", tmp_path / "deploy")
    shutil.copy(ROOT / ".env.example", tmp_path / ".env")
    settings = {"PUBLIC_URL": "https://chat.test", "POSTGRES_PASSWORD": "letters", "HOME": str(tmp_path)}
    shown = run("docker-compose", "-f", tmp_path / "deploy/compose.yml", "config", **settings)
    assert shown.count("DATABASE_URL: postgresql://chungtay:letters@db/chungtay") == 2


@needs("promtool")
def test_prometheus_understands_the_alerts() -> None:
    run("promtool", "check", "rules", DEPLOY / "alerts.yml")
    run("promtool", "test", "rules", DEPLOY / "alerts.test.yml")


@needs("promtool")
@pytest.mark.parametrize("manual", ["docs/operations.md", "docs/operations.vi.md"])
def test_prometheus_understands_what_the_manual_says(manual: str, tmp_path: Path) -> None:
    [config] = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / manual).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "prometheus.yml").write_text(config)
    shutil.copy(DEPLOY / "alerts.yml", tmp_path)
    assert "1 rule files found" in run("promtool", "check", "config", tmp_path / "prometheus.yml")


@needs("systemd-analyze")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "chung-tay.service"
    text = (DEPLOY / "chung-tay.service").read_text("utf-8")
    unit.write_text(re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", text, flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
