#!/bin/sh
# As root: gives the folder to the server's user and becomes that user.
set -eu

if [ "$1" = valkey-server ] && [ "$(id -u)" = 0 ]; then
    find . ! -user valkey -exec chown valkey '{}' +
    exec setpriv --reuid=valkey --regid=valkey --clear-groups -- "$@"
fi
exec "$@"
