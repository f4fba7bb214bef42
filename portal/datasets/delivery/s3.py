"""A bucket of a store that speaks S3, by `obstore` (extra `s3`); for the worker only."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from portal.datasets.delivery import trouble
from portal.datasets.delivery.targets import S3
from portal.datasets.delivery.trouble import Away, Refused, Why

CONNECT = timedelta(seconds=5)
PART = 8 * 1024 * 1024  # larger files go in parts; S3 shows them when the last one is there
STATUS = re.compile(r"status code: (\d{3})")


class S3Store:
    """A bucket. Nothing is tried again here: the job is."""

    def __init__(self, target: S3) -> None:
        try:
            import obstore
            from obstore.store import S3Store as Bucket
        except ImportError:
            raise Refused(Why.NOT_INSTALLED, "obstore") from None
        self._obstore: Any = obstore
        self._bucket: Any = Bucket(
            target.bucket,
            config={
                "endpoint": target.endpoint,
                "region": target.region,
                "access_key_id": target.access_key,
                "secret_access_key": target.secret_key,
                "virtual_hosted_style_request": False,
                "checksum_algorithm": "sha256",  # the store checks what arrives, too
            },
            client_options={
                "allow_http": target.endpoint.startswith("http://"),  # loopback: see targets.py
                "timeout": timedelta(seconds=target.seconds),
                "connect_timeout": CONNECT,
            },
            retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=target.seconds)},
        )

    def put(self, key: str, path: Path, mediatype: str) -> None:
        with _told(), path.open("rb") as file:
            self._obstore.put(
                self._bucket, key, file, attributes={"Content-Type": mediatype},
                use_multipart=path.stat().st_size > PART, chunk_size=PART, max_concurrency=2,
            )  # fmt: skip

    def pieces(self, key: str) -> Iterator[bytes]:
        with _told():
            try:
                answer = self._obstore.get(self._bucket, key)
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                raise KeyError(key) from None
            for piece in answer.stream(min_chunk_size=1024 * 1024):
                yield bytes(piece)

    def remove(self, key: str) -> None:
        with _told():
            self._obstore.delete(self._bucket, key)


@contextmanager
def _told() -> Iterator[None]:
    """What went wrong, as a reason; the client's own words name addresses and are not kept."""
    from obstore import exceptions

    try:
        yield
    except FileNotFoundError:
        raise Refused(Why.NO_PLACE) from None
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
        raise Refused(Why.NOT_ALLOWED) from None
    except (exceptions.BaseError, OSError) as error:
        raise _reason(str(error)) from None


def _reason(words: str) -> trouble.Trouble:
    if status := STATUS.search(words):
        return trouble.of_status(int(status[1]))
    slow = "timed out" in words or "TimedOut" in words
    return Away(Why.SLOW if slow else Why.NOT_REACHED)
