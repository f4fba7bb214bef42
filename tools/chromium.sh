#!/bin/sh
# Sees to it that there is a Chromium: on the path, else from the system's packages.
# The tests do with the shell, which takes half the time; `whole` asks for the browser people use.
set -eu
whole="chromium google-chrome chromium-browser"
names="chromium-headless-shell $whole"
[ "${1-}" = whole ] && names=$whole
for name in $names; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    printf '· Chromium and two fonts from the system packages\n'
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    export DEBIAN_FRONTEND=noninteractive
    apt-get update >"$log" 2>&1 || true
    for name in ${names%% *} chromium; do
        if apt-get install -y --no-install-recommends \
            "$name" fonts-dejavu-core fonts-noto-core >>"$log" 2>&1; then
            command -v "$name" >/dev/null && exit 0
        fi
    done
    tail -n 5 "$log" >&2
fi
printf '%s\n' "The browser tests need Chromium, and it is not on the path." \
    "Install it (Debian: apt-get install chromium fonts-dejavu-core) and run make test again." >&2
exit 1
