#!/bin/sh
# Debian base, no network: Ansible from the wheels that were brought in, the stand-ins in every role's place.
set -eu
. ./pip.sh

# ansible-core as the distribution would install it: the worker's PATH holds no /usr/local/bin.
DEB_PYTHON_INSTALL_LAYOUT=deb
export DEB_PYTHON_INSTALL_LAYOUT
pip ansible-core
[ -x /usr/bin/ansible-playbook ]
# ansible-runner with its requirements where the worker's RPM bundles it.
pip ansible-runner --target /usr/lib64/rhc-worker-playbook

../stand-ins/install-role rhc rhc-worker-playbook insights-client
