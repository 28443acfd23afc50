# Stands in for valkey/valkey where no registry is reached: the server of the wheel, under the name and user of the image.
FROM onetop-base
RUN groupadd --gid 999 valkey \
    && useradd --uid 999 --gid 999 --home-dir /data valkey \
    && install --directory --owner 999 --group 999 /data
COPY valkey-server valkey-cli.py valkey-entrypoint.sh /usr/local/bin/
RUN ln -s valkey-cli.py /usr/local/bin/valkey-cli && ln -s valkey-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
WORKDIR /data
ENTRYPOINT ["docker-entrypoint.sh"]
