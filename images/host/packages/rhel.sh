#!/bin/sh
# RHEL and UBI: upstream's RPMs in every role. UNVERIFIED: no registry, RPM repository or subscription was at hand to
# try it. Where the machine that builds is subscribed, its entitlement reaches the build by itself; elsewhere
# RHSM_ORG and RHSM_ACTIVATION_KEY, or a secret of these two lines mounted at /run/secrets/rhsm, register the build.
set -eu
[ ! -r /run/secrets/rhsm ] || . /run/secrets/rhsm
registered=
if [ -n "${RHSM_ORG:-}" ] && [ -n "${RHSM_ACTIVATION_KEY:-}" ]; then
    # Left on every way out: an image must not carry an identity.
    trap '[ -z "$registered" ] || { subscription-manager unregister; subscription-manager clean; }' EXIT
    subscription-manager register --org "$RHSM_ORG" --activationkey "$RHSM_ACTIVATION_KEY"
    registered=yes
fi
dnf install -y --setopt=install_weak_deps=False \
    systemd dbus-broker python3 gnupg2 iproute procps-ng hostname util-linux ca-certificates \
    rhc rhc-worker-playbook insights-client ansible-core
dnf clean all
systemctl --quiet enable yggdrasil.service com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook.service
