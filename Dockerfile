# Tillkeeper in a container: built with what is pinned, run by nobody special.
#
#   docker build -t tillkeeper .
#
# The base is Debian's: the database wheel has no build for musl. A release names it by
# its digest: docs/containers.md says how that is written.
ARG BASE=docker.io/library/python:3.12-slim-bookworm

FROM ${BASE} AS build
WORKDIR /opt/tillkeeper
ENV PYTHONDONTWRITEBYTECODE=1
COPY requirements.txt ./
RUN python3 -m venv /opt/tillkeeper/venv \
    && venv/bin/python -m pip install --quiet --no-cache-dir \
        --require-hashes --only-binary :all: -r requirements.txt
COPY manage.py pyproject.toml LICENSE ./
COPY config config
COPY pos pos
COPY customers customers
COPY sales sales
COPY templates templates
COPY static static
# No database is there, and none is started.
RUN TILLKEEPER_DATA=/tmp/none DATABASE_URL=postgres://nobody@//nowhere/none \
        STATIC_ROOT=/opt/tillkeeper/staticfiles \
        venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && venv/bin/python -m compileall -q -j 0 config pos customers sales venv \
    && rm -rf /tmp/none

FROM ${BASE}
LABEL org.opencontainers.image.title="Tillkeeper" \
      org.opencontainers.image.description="A point of sale whose books always balance" \
      org.opencontainers.image.licenses="BSD-3-Clause"
# PostgreSQL's initdb asks for the name of who runs it.
RUN useradd --uid 10001 --no-create-home --home-dir /var/lib/tillkeeper \
        --shell /usr/sbin/nologin tillkeeper \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/tillkeeper
COPY --from=build /opt/tillkeeper /opt/tillkeeper
WORKDIR /opt/tillkeeper
ENV PATH=/opt/tillkeeper/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TILLKEEPER_ENV=production \
    TILLKEEPER_DATA=/var/lib/tillkeeper \
    TILLKEEPER_ENV_FILE=/dev/null \
    STATIC_ROOT=/opt/tillkeeper/staticfiles
USER 10001:10001
VOLUME /var/lib/tillkeeper
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s \
    CMD ["python", "-m", "config.probe", "/healthz"]
CMD ["gunicorn", "-c", "python:config.gunicorn", "--bind", "0.0.0.0:8000"]
