# The platform's image: one for every role, see docs/containers.md.
#   docker build --build-arg VERSION="$(git describe --always)" -t onetop .

FROM python:3.11.15-slim-bookworm AS build

WORKDIR /app
COPY requirements/base.txt requirements/
# Wheels only, so no compiler is ever needed; an environment of its own, without pip.
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv --without-pip /opt/venv \
    && python -m pip --python /opt/venv/bin/python install --no-compile --require-hashes --only-binary :all: \
        -r requirements/base.txt

COPY . .
ENV PATH=/opt/venv/bin:$PATH
# Catalogues, static files and bytecode are made here: the file system of a container is read-only.
RUN mkdir static \
    && for folder in apps/*/locale onetop_backend/locale; do \
        [ ! -d "$folder" ] || pybabel --quiet compile --domain django --directory "$folder" || exit 1; \
    done \
    && python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf requirements \
    && find . -name '*.po' -delete \
    && find . /opt/venv -name __pycache__ -prune -exec rm -rf {} + \
    && python -m compileall -q --invalidation-mode unchecked-hash /opt/venv/lib /app


FROM python:3.11.15-slim-bookworm

ARG VERSION=unknown
LABEL org.opencontainers.image.title="OneTop" \
      org.opencontainers.image.description="Backend of a hiring platform" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION"

# Installing is done: what could install more is taken out. The folders are mounted; a new volume takes over their owner.
RUN python -m pip uninstall --yes --quiet --root-user-action ignore setuptools wheel pip \
    && groupadd --gid 10001 onetop \
    && useradd --uid 10001 --gid onetop --no-create-home --home-dir /var/lib/onetop --shell /usr/sbin/nologin onetop \
    && install --directory --owner onetop --group onetop --mode 0700 /var/lib/onetop /run/onetop

WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ONETOP_STATE=/var/lib/onetop
USER 10001:10001
EXPOSE 8000 8001
STOPSIGNAL SIGTERM

# Of the default role; compose asks the other roles in the same way.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-m", "onetop_backend.processes", "health", "web"]
ENTRYPOINT ["python", "-m", "onetop_backend.processes"]
CMD ["web"]
