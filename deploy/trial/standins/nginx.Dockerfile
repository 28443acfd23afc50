# Stands in for nginx where no registry is reached: Debian's, with what the entry point of the image does.
FROM onetop-base
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends curl gettext-base mawk nginx-light \
    && mkdir /docker-entrypoint.d
COPY nginx-entrypoint.sh /docker-entrypoint.sh
ENTRYPOINT ["/docker-entrypoint.sh"]
