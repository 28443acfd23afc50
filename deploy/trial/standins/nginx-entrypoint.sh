#!/bin/sh
# Reads the values, fills in the templates, and leaves out what Debian's nginx is too old for.
set -eu

for values in /docker-entrypoint.d/*.envsh; do
    # shellcheck disable=SC1090 - whatever is mounted there
    [ ! -x "$values" ] || . "$values"
done
names=$(env | sed -n "s/\(${NGINX_ENVSUBST_FILTER}[A-Z_]*\)=.*/\${\1}/p" | tr '\n' ' ')
for template in /etc/nginx/templates/*.template; do
    envsubst "$names" < "$template" | sed '/^ *http2 on;$/d' \
        > "$NGINX_ENVSUBST_OUTPUT_DIR/$(basename "$template" .template)"
done
exec "$@"
