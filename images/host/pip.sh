# Sourced: pip SET ARGUMENTS… installs a requirement set from the wheels that were brought in, without a network.
pip() {
    set_=$1
    shift
    PYTHONPATH=$(echo /usr/lib/hopcheck/build/wheels/pip-*.whl) /usr/bin/python3 -m pip install \
        --no-index --find-links /usr/lib/hopcheck/build/wheels --no-cache-dir --disable-pip-version-check \
        --root-user-action ignore --break-system-packages --quiet \
        --requirement "/usr/lib/hopcheck/build/requirements/$set_.txt" "$@"
}
