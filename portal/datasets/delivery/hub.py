"""A release as a dataitem of a DigitalHub project, through the platform's SDK (extra `digitalhub`).

The SDK brings 100 MB and reads its settings from the environment: it works in a process of its
own (`hub_program.py`), under an interpreter that may have an environment of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid5

from portal.datasets import catalogue
from portal.datasets.delivery import layout
from portal.datasets.delivery.targets import DigitalHub
from portal.datasets.delivery.trouble import Away, Refused, Why
from portal.datasets.delivery_models import Delivery
from portal.datasets.models import Release

PROGRAM = Path(__file__).with_name("hub_program.py")
ENDS = {  # what the program's exit status says
    3: Refused(Why.NOT_INSTALLED, "digitalhub"),
    4: Refused(Why.NOT_ALLOWED),
    5: Away(Why.NOT_REACHED),
}
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")


def log(target: DigitalHub, one: Delivery, release: Release, project: str) -> int:
    """Log the release's files as they lie in the platform's store; nothing is sent but that."""
    base = f"{target.store}/{project}/{release.dataset}"
    described = catalogue.descriptor(release)
    asked = {
        "project": project,
        "items": [
            {
                "name": f"{release.dataset}-{year}",
                "uuid": str(uuid5(one.id, year)),
                "path": f"{base}/{year}/{release.dataset}-{release.version}.parquet",
                "description": f"{release.dataset} {release.version}, sha256 {release.sha256}",
                "labels": [release.dataset, release.version],
            }
            for year in layout.years(described)
        ],
    }
    written = json.dumps(asked).encode()
    python = str(target.python or sys.executable)
    try:
        ended = subprocess.run(
            [python, "-I", str(PROGRAM)],
            input=written,
            env=_environment(target),
            capture_output=True,
            timeout=target.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Away(Why.SLOW) from None
    except OSError:
        raise Refused(Why.NOT_INSTALLED, "python") from None
    if ended.returncode:
        raise ENDS.get(ended.returncode, Away(Why.SERVER))
    return len(written)


def _environment(target: DigitalHub) -> dict[str, str]:
    """What the SDK may know: how to reach the platform, and nothing of the portal's."""
    given = {
        "DHCORE_ENDPOINT": target.endpoint,
        "DHCORE_PERSONAL_ACCESS_TOKEN": target.token,
        "DHCORE_USER": target.user,
        "DHCORE_PASSWORD": target.password,
    }
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {name: value for name, value in given.items() if value}
