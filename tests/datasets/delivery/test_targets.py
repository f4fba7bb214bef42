"""Where releases may go: said in one file, refused when unsafe, secrets never repeated."""

import json

import pytest

from portal.config import Settings, UnsafeSettings
from portal.datasets.delivery import targets

HIDDEN = "hidden-words-nobody-may-read-anywhere"
S3 = {
    "key": "lake", "name": "Lake", "kind": "s3", "endpoint": "https://s3.example.org",
    "bucket": "twin", "access_key": "portal", "secret_key": HIDDEN,
}  # fmt: skip
HOOK = {
    "key": "news", "name": "News", "kind": "webhook", "url": "https://example.org/in",
    "secret": HIDDEN,
}  # fmt: skip


def load(tmp_path, *listed, mode=0o600, **more):
    path = tmp_path / "delivery.json"
    path.write_text(json.dumps({"project": "city", "targets": listed, **more}))
    path.chmod(mode)
    return targets.load(Settings(data=tmp_path, delivery=str(path), _env_file=None))


def test_a_file_names_the_targets_and_what_goes_where(tmp_path):
    found = load(tmp_path, HOOK, S3 | {"datasets": ["noise"]})
    assert [one.key for one in found.of("noise")] == ["lake", "news"]
    assert [one.key for one in found.of("heat")] == ["news"]
    assert HIDDEN not in repr(found)


def test_without_a_setting_nothing_is_sent_and_a_folder_is_one_word(tmp_path):
    assert targets.load(Settings(data=tmp_path, _env_file=None)).targets == []
    found = targets.load(
        Settings(data=tmp_path, delivery="folder", city_name="Reggio nell'Emilia", _env_file=None)
    )
    assert found.project == "reggio-nell-emilia"
    assert found.targets[0].path == tmp_path.resolve() / "delivered"


@pytest.mark.parametrize(
    "listed",
    [
        [S3 | {"endpoint": "http://s3.example.org"}],
        [S3 | {"endpoint": f"https://portal:{HIDDEN}@s3.example.org"}],
        [S3 | {"bucket": "../twin"}],
        [S3 | {"secret_key": ""}],
        [S3, S3],
        [S3 | {"more": HIDDEN}],
        [HOOK | {"url": "http://192.0.2.1/in"}],
        [HOOK | {"url": "file:///etc/passwd"}],
        [HOOK | {"url": "https://"}],
        [HOOK | {"secret": HIDDEN[:10]}],
        [HOOK | {"kind": "ftp"}],
        [{"key": "here", "name": "Here", "kind": "folder", "path": "twin"}],
    ],
)
def test_what_is_unsafe_is_refused_by_name_and_not_repeated(tmp_path, listed):
    with pytest.raises(UnsafeSettings) as refused:
        load(tmp_path, *listed)
    assert set(refused.value.problems) == {"PORTAL_DELIVERY"}
    assert HIDDEN not in str(refused.value) and HIDDEN[:10] not in str(refused.value)


def test_secrets_lie_where_only_their_owner_reads(tmp_path):
    with pytest.raises(UnsafeSettings, match="owner only"):
        load(tmp_path, HOOK, mode=0o640)


def test_a_file_that_is_not_there_or_not_json_is_named(tmp_path):
    for content in (None, "{"):
        path = tmp_path / "other.json"
        if content:
            path.write_text(content)
        with pytest.raises(UnsafeSettings, match=r"other\.json"):
            targets.load(Settings(data=tmp_path, delivery=str(path), _env_file=None))


def test_this_machine_may_be_spoken_to_in_the_clear(tmp_path):
    assert load(tmp_path, S3 | {"endpoint": "http://127.0.0.1:9000/"}).targets
