# The same system for a server: web, worker, beat and migrations are this image with another command.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DJANGO_SETTINGS_MODULE=liaocheng_aid.settings \
    AID_DATA_DIR=/srv/data

# Papers are written with these characters; names need the rare ones too.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-noto-cjk && rm -rf /var/lib/apt/lists/*

RUN useradd --uid 10001 --home-dir /srv/aid --shell /usr/sbin/nologin aid

WORKDIR /srv/aid
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
COPY . .

# Static files are part of the image, so an upgrade brings its own; keys and documents are volumes. The names given
# here reach no server: they only keep the build from making keys that every installation would share.
RUN AID_SECRET_KEY=build DATABASE_URL=postgres://build@build/build MIGRATE_DATABASE_URL=postgres://build@build/build \
    python manage.py collectstatic --no-input --verbosity 0 \
    && install -d -o aid -g aid -m 0700 /srv/data/keys /srv/data/documents /srv/data/anchors \
    && chown aid:aid /srv/data

USER aid
EXPOSE 8000
ENTRYPOINT ["/srv/aid/docker/with-database-urls"]
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--http", "1", "--no-ws", \
     "--workers", "2", "--blocking-threads", "1", "--respawn-failed-workers", "--workers-kill-timeout", "10", \
     "liaocheng_aid.wsgi:application"]
