#!/bin/sh
# Run, test or check Lá Chắn:  ./lachan.sh run|test|check|conformance|bench|cluster|lock [more words]
# Everything it makes lies in .venv, node_modules and var.  No make is needed.
set -eu
cd "$(dirname "$0")"

usage() {
    echo "usage: ./lachan.sh COMMAND [...]"
    echo
    echo "  run     set up what is missing, then start Lá Chắn at http://localhost:8000"
    echo "  test    set up what is missing, then run the tests"
    echo "  check   formatting, lint, types, floors of the house, migrations"
    echo "  conformance  what we make of messages and test suites of others in ../shared"
    echo "  cluster set up what \`lachan reach\` needs for Ibis and Spark (480 MB; Spark needs Java 17)"
    echo "  bench   measure one thing against its peers: ./lachan.sh bench tracing --help"
    echo "  lock    write the lists of packages anew (maintainers; needs uv)"
}

# The first of these that is Python 3.11 or newer; $PYTHON, when set, goes first.
find_python() {
    found=""
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            found=$candidate
            break
        fi
    done
    if [ -z "$found" ]; then
        echo "lachan: Python 3.11 or newer is missing: install it (Debian, Ubuntu:" \
            "\`sudo apt install python3 python3-venv\`), or name it with PYTHON=/path." >&2
        exit 20
    fi
    if ! "$found" -c 'import venv, ensurepip' 2>/dev/null; then
        version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "lachan: $found cannot make a virtual environment: install its package (Debian," \
            "Ubuntu: \`sudo apt install python$version-venv\`) and start again." >&2
        exit 21
    fi
}

# $1 is `run`, `test`, `cluster` or `bench`: which packages are needed.
set_up() {
    if [ ! -x .venv/bin/python ] || [ ! -L .venv ]; then
        find_python
        "$found" -I src/lachan/config/environment.py "$1" || exit $?
    fi
    python=.venv/bin/python
    PYTHONPATH=src${PYTHONPATH:+:$PYTHONPATH}
    export PYTHONPATH
}

# One line per step, and all of them even when one fails.
step() {
    title=$1
    shift
    if said=$("$@" 2>&1); then
        echo "ok      $title"
    else
        echo "FAILED  $title"
        printf '%s\n' "$said"
        failed=1
    fi
}

check() {
    failed=0
    step "format" "$python" -m ruff format --check .
    step "lint" "$python" -m ruff check .
    step "types" "$python" -m mypy
    step "floors" .venv/bin/lint-imports
    step "migrations" "$python" -W ignore::RuntimeWarning -m django makemigrations \
        --check --dry-run --settings lachan.config.settings
    step "house" "$python" -m pytest -q -n0 tests/house
    exit $failed
}

lock() {
    uv=$(command -v uv || echo .venv/bin/uv)
    # vietnamadminunits is read for its data files only and is never imported: no need of its own.
    set -- --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --quiet \
        --no-emit-package shapely --no-emit-package geopy --no-emit-package geographiclib \
        --no-emit-package unidecode --no-emit-package tqdm
    "$uv" pip compile pyproject.toml "$@" -o requirements.lock
    "$uv" pip compile pyproject.toml --extra dev "$@" -c requirements.lock -o requirements-dev.lock
    # What is in requirements.lock is there already when an extra is installed.
    for name in $(sed -n 's/^\([a-z0-9-]*\)==.*/\1/p' requirements.lock); do
        set -- "$@" --no-emit-package "$name"
    done
    for extra in cluster bench; do
        "$uv" pip compile pyproject.toml --extra $extra "$@" -c requirements-dev.lock \
            -o requirements-$extra.lock
    done
}

command=${1:-}
[ $# -gt 0 ] && shift
case $command in
run)
    set_up run
    exec "$python" -m lachan up "$@"
    ;;
test)
    set_up test
    # Three on two processors: a browser or a server is waited for half of the time.
    exec "$python" -m pytest -p tests.skipped -q -n 3 --dist loadfile \
        --no-loadscope-reorder "$@"
    ;;
check)
    set_up test
    check
    ;;
conformance)
    set_up test
    exec "$python" -m tests.conformance "$@"
    ;;
cluster)
    set_up run
    set_up cluster
    echo "Ready: .venv/bin/lachan reach --help"
    ;;
bench)
    if [ $# -eq 0 ]; then
        echo "lachan: name what to measure: ./lachan.sh bench tracing" >&2
        exit 2
    fi
    set_up run
    set_up bench
    PYTHONPATH=$PYTHONPATH:.
    measured=$1
    shift
    exec "$python" -m "bench.$measured" "$@"
    ;;
lock)
    lock
    ;;
-h | --help | help)
    usage
    ;;
*)
    usage >&2
    exit 2
    ;;
esac
