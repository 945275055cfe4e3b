# syntax=docker/dockerfile:1
FROM python:3.12-slim AS packages
COPY requirements.lock /
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --require-hashes --no-cache-dir --no-input --disable-pip-version-check \
    -r /requirements.lock

FROM python:3.12-slim
RUN groupadd --gid 10001 tiers \
 && useradd --uid 10001 --gid tiers --no-create-home --home-dir /nonexistent tiers \
 && install -d -o tiers -g tiers -m 0750 /var/lib/tiers
COPY --from=packages /opt/venv /opt/venv
COPY . /srv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TIERS_HOST=0.0.0.0 \
    TIERS_PORT=8000 \
    TIERS_DATA_DIR=/var/lib/tiers
WORKDIR /srv
USER tiers
VOLUME /var/lib/tiers
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['TIERS_PORT'] + '/readyz', timeout=2)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
