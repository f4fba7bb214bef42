#!/bin/sh
# Sees to it that there is a Chromium for the browser tests: on the path, else from the system's packages.
set -eu
for name in chromium google-chrome chromium-browser; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    printf '· Chromium and two fonts from the system packages\n'
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    export DEBIAN_FRONTEND=noninteractive
    if { apt-get update && apt-get install -y --no-install-recommends \
        chromium fonts-dejavu-core fonts-noto-core; } >"$log" 2>&1; then
        command -v chromium >/dev/null && exit 0
    fi
    tail -n 5 "$log" >&2
fi
printf '%s\n' "The browser tests need Chromium, and it is not on the path." \
    "Install it (Debian: apt-get install chromium fonts-dejavu-core) and run make test again." >&2
exit 1
