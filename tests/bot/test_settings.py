"""
The settings: sensible without any, from the environment or `.env`, and a sentence for each that is wrong.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings

NAMES = [name.upper() for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    An environment and a folder that say nothing.
    """
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()
    assert settings.database_url.startswith("sqlite:///")
    assert (settings.web_host, settings.web_port) == ("127.0.0.1", 8080)
    assert settings.telegram_bot_token is None
    assert settings.log_level == "INFO"


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("WEB_PORT=9001\nWEB_HOST=0.0.0.0\n# WEB_PORT=1\n", "utf-8")
    monkeypatch.setenv("WEB_PORT", "9002")
    settings = load_settings()
    assert (settings.web_host, settings.web_port) == ("0.0.0.0", 9002)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_value_counts_as_unset(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "")
    assert load_settings() == Settings(_env_file=None)  # type: ignore[call-arg]


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_has_a_line_of_help(name: str) -> None:
    assert Settings.model_fields[name.lower()].description


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_PORT", "0"),
        ("WEB_PORT", "65536"),
        ("WEB_PORT", "achtzig"),
        ("WEB_PORT", "80.5"),
        ("LOG_LEVEL", "loud"),
        ("TELEGRAM_BOT_TOKEN", "geheim"),
        ("TELEGRAM_BOT_TOKEN", "123:geheim geheim"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_API_URL", "ftp://api.telegram.org"),
        ("ZALO_BOT_TOKEN", "geheim"),
        ("ZALO_BOT_API_URL", "bot-api.zaloplatforms.com"),
        ("ZALO_OA_API_URL", "openapi.zalo.me"),
        ("ZALO_OA_OAUTH_URL", "ftp://oauth.zaloapp.com"),
        ("PUBLIC_URL", "chungtay.example.vn"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://[::1"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence_that_names_it(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"^{name} sai: .*\. Sửa trong \.env") as refused:
        load_settings()
    assert "\n" not in str(refused.value)
    assert "geheim" not in str(refused.value)


ZALO_OA = {
    "ZALO_OA_APP_ID": "1",
    "ZALO_OA_APP_SECRET": "geheim",
    "ZALO_OA_SECRET": "geheim",
    "ZALO_OA_REFRESH_TOKEN": "geheim",
    "PUBLIC_URL": "https://chungtay.example.vn",
}


@pytest.mark.parametrize("lacking", [name for name in ZALO_OA if name != "ZALO_OA_APP_ID"])
def test_an_official_account_is_on_with_all_that_it_needs_or_not_at_all(
    lacking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ZALO_OA.items():
        monkeypatch.setenv(name, value)
    assert load_settings().zalo_oa_app_id == "1"
    monkeypatch.delenv(lacking)
    with pytest.raises(SettingsError, match=f"^Đã đặt ZALO_OA_APP_ID thì phải đặt cả {lacking};"):
        load_settings()


def test_all_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_PORT", "x")
    monkeypatch.setenv("LOG_LEVEL", "x")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert {line.split()[0] for line in str(refused.value).splitlines()} == {"WEB_PORT", "LOG_LEVEL"}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("TELEGRAM_BOT_TOKN=1:geheim", "TELEGRAM_BOT_TOKN trong .env .* Nếu ý là TELEGRAM_BOT_TOKEN thì"),
        ("export WEB_PROT = 9000", "WEB_PROT trong .env .* Nếu ý là WEB_PORT thì"),
        ("database_uri=sqlite:///ct.db", "database_uri trong .env .* Nếu ý là DATABASE_URL thì"),
        ("PORT=geheim", "PORT trong .env không phải cài đặt .* các cài đặt là DATABASE_URL, DATA_KEY, WEB_HOST"),
        ("\n\nWEB_PORT 9000 geheim", "Dòng 3 của .env không đọc được"),
        ("WEB_PORT", "Dòng 1 của .env không đọc được"),
    ],
)
def test_a_line_of_the_env_file_that_sets_nothing_stops_the_start(line: str, sentence: str) -> None:
    Path(".env").write_text(f"{line}\nLOG_LEVEL=INFO\n", "utf-8")
    with pytest.raises(SettingsError, match=f"^{sentence}") as refused:
        load_settings()
    assert "\n" not in str(refused.value)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("TELEGRAM_BOT_TOKN", "TELEGRAM_BOT_TOKEN"),
        ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("WEB_PROT", "WEB_PORT"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("LOG_LEVL", "LOG_LEVEL"),
    ],
)
def test_a_misspelt_setting_in_the_environment_stops_the_start(
    name: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "geheim")
    with pytest.raises(SettingsError, match=f"^{name} trong biến môi trường .* Nếu ý là {meant} thì") as refused:
        load_settings()
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    "name", ["DATABASE_PORT", "WEB_SERVICE_HOST", "WEB_CONCURRENCY", "TEST_DATABASE_URL", "PORT"]
)
def test_what_other_programs_set_in_the_environment_is_left_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "tcp://10.0.0.1:80")
    assert load_settings() == Settings(_env_file=None)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "name", ["COMPOSE_PROJECT_NAME", "POSTGRES_PASSWORD", "TELEGRAM_API_ID", "TZ", "HTTPS_PROXY"]
)
def test_the_env_file_may_be_shared_with_what_runs_the_bot(name: str) -> None:
    Path(".env").write_text(f"{name}=1\nWEB_PORT=9000\n", "utf-8")
    assert load_settings().web_port == 9000


def test_an_env_file_with_the_mark_of_windows_and_its_line_ends_is_read() -> None:
    Path(".env").write_bytes("\ufeffWEB_PORT=9000\r\n\r\nLOG_LEVEL=debug\r\n".encode())
    assert (load_settings().web_port, load_settings().log_level) == (9000, "DEBUG")


def test_an_env_file_that_cannot_be_read_stops_the_start() -> None:
    Path(".env").mkdir()
    with pytest.raises(SettingsError, match=r"^Tệp \.env không đọc được: Is a directory\. "):
        load_settings()


def test_an_env_file_that_is_not_utf8_is_refused_with_a_sentence() -> None:
    Path(".env").write_bytes("WEB_HOST=địa chỉ".encode("utf-16"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings()


def test_a_level_may_be_written_small_and_an_address_may_end_in_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "debug")
    monkeypatch.setenv("PUBLIC_URL", "https://chungtay.example.vn/")
    settings = load_settings()
    assert (settings.log_level, settings.public_url) == ("DEBUG", "https://chungtay.example.vn")
