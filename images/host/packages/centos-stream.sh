#!/bin/sh
# CentOS Stream: upstream's RPMs in every role. UNVERIFIED: no registry and no RPM repository was at hand to try it.
set -eu
dnf install -y --setopt=install_weak_deps=False \
    systemd dbus-broker python3 gnupg2 iproute procps-ng hostname util-linux ca-certificates \
    rhc rhc-worker-playbook insights-client ansible-core
dnf clean all
systemctl --quiet enable yggdrasil.service com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook.service
