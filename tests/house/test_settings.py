"""A portal with an unsafe setting does not start, and says which."""

import subprocess
import sys
from pathlib import Path

import pytest

from portal.config import ROOT, Settings, UnsafeSettings, checked

UNSAFE = {
    "PORTAL_SECRET_KEY": "short",
    "PORTAL_BASE_URL": "http://portal.example.org",
    "PORTAL_DATABASE_URL": "mysql://somewhere/db",
    "PORTAL_TIME_ZONE": "Mars/Olympus",
    "PORTAL_LANGUAGES": '["it", "tlh"]',
    "PORTAL_SMTP_URL": "ftp://mail.example.org",
    "PORTAL_MAIL_FROM": "portal",
    "PORTAL_TILE_URL": "javascript:alert(1)",
}


@pytest.mark.parametrize(("name", "value"), UNSAFE.items())
def test_each_unsafe_setting_is_named(tmp_path, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(UnsafeSettings) as refused:
        checked(Settings(data=tmp_path, _env_file=None))
    assert name in refused.value.problems


def test_all_unsafe_settings_are_named_at_once(tmp_path, monkeypatch):
    for name, value in UNSAFE.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UnsafeSettings) as refused:
        checked(Settings(data=tmp_path, _env_file=None))
    assert set(refused.value.problems) >= set(UNSAFE)


def test_settings_that_cannot_be_read_are_named_with_the_others(tmp_path, monkeypatch):
    unreadable = {"PORTAL_PROXIES": "-1", "PORTAL_PAGE_SECONDS": "soon"}
    for name, value in {**UNSAFE, **unreadable, "PORTAL_DATA": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UnsafeSettings) as refused:
        checked()
    assert set(refused.value.problems) >= {*UNSAFE, *unreadable}


@pytest.mark.parametrize("given", ["en, it", '["en", "it"]', "en it"])
def test_languages_are_a_list_however_it_is_written(tmp_path, monkeypatch, given):
    monkeypatch.setenv("PORTAL_LANGUAGES", given)
    assert Settings(data=tmp_path, _env_file=None).languages == ["en", "it"]


def test_a_demonstration_is_refused_on_a_public_address(tmp_path):
    with pytest.raises(UnsafeSettings, match="PORTAL_DEMO"):
        checked(
            Settings(
                data=tmp_path, demo=True, base_url="https://portal.example.org", _env_file=None
            )
        )


def test_map_tiles_need_their_attribution(tmp_path):
    with pytest.raises(UnsafeSettings, match="PORTAL_TILE_ATTRIBUTION"):
        checked(
            Settings(
                data=tmp_path, tile_url="https://tiles.example.org/{z}/{x}/{y}.png", _env_file=None
            )
        )


def test_keys_that_others_could_read_are_refused(tmp_path):
    (tmp_path / "secret.key").write_bytes(b"0" * 32)
    (tmp_path / "secret.key").chmod(0o644)
    with pytest.raises(UnsafeSettings, match="PORTAL_DATA"):
        checked(Settings(data=tmp_path, _env_file=None))


def test_the_made_key_is_private_and_stays(tmp_path):
    from portal.secret import secret_key

    settings = Settings(data=tmp_path, _env_file=None)
    first = secret_key(settings)
    assert first == secret_key(settings)
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("arguments", "status"), [(["migrate"], 1), (["migrate", "--wrong"], 2)])
def test_the_command_tells_refusals_from_wrong_usage(tmp_path, arguments, status):
    command = [sys.executable, "-c", "from portal.cli import main; main()", *arguments]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PORTAL_DATA": str(tmp_path)}
    if status == 1:
        environment["PORTAL_BASE_URL"] = "http://portal.example.org"
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=Path.cwd())
    assert done.returncode == status, done.stderr
    if status == 1:
        assert "PORTAL_BASE_URL" in done.stderr


@pytest.mark.parametrize(
    "url",
    ["smtp://", "smtp://mail.example.org:many", "smtps://:587", "mail.example.org", "smtp://m:0"],
)
def test_what_names_no_mail_server_is_refused(tmp_path, url):
    assert "PORTAL_SMTP_URL" in Settings(data=tmp_path, smtp_url=url, _env_file=None).problems()


@pytest.mark.parametrize("sender", ["a@b, c@d", "x\r\nBcc: y@example.org <a@b.it>", "", "a b@c@d"])
def test_what_is_no_sender_is_refused(tmp_path, sender):
    assert (
        "PORTAL_MAIL_FROM" in Settings(data=tmp_path, mail_from=sender, _env_file=None).problems()
    )


def test_a_real_portal_without_a_mail_server_says_so(tmp_path):
    real = {"data": tmp_path, "base_url": "https://partecipa.example.org", "_env_file": None}
    server = {"smtp_url": "smtp://mail.example.org:587"}
    assert set(Settings(**real).warnings()) == {"PORTAL_SMTP_URL"}
    assert set(Settings(**real, **server).warnings()) == {"PORTAL_MAIL_FROM"}
    assert Settings(**real, **server, mail_from="Bologna <partecipa@example.org>").warnings() == {}
    assert Settings(data=tmp_path, _env_file=None).warnings() == {}
    tmp_path.chmod(0o755)
    assert "chmod 700" in Settings(**real, **server).warnings()["PORTAL_DATA"]
