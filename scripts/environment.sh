# Sourced by the scripts beside it, which set `root` to the clone.
#
# `ready LOCK` makes sure that .venv holds what scripts/LOCK pins, and sets `python` to its
# interpreter. Where it does already, that costs one comparison and no Python. Everything
# that is said goes to stderr; exit code 20 means that something is missing on this machine.

ready() {
    python=$root/.venv/bin/python
    if [ -x "$python" ] && cmp -s "$root/.venv/$1" "$root/scripts/$1"; then
        return
    fi
    maker=$(suitable_python)
    "$maker" -I "$root/scripts/set_up.py" "$1" >&2
}

suitable_python() {
    for name in python3.14 python3.13 python3.12 python3.11 python3; do
        if "$name" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "mediaev needs Python 3.11 or newer, and there is none on the PATH." >&2
    exit 20
}
