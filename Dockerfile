# MNIST Studio in a container. `docker build --target light .` reads, explains and teaches; `--target full` trains too.
# Without a target it is light. `make try-container` runs each step below in a bare Debian, without a container engine.
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim-trixie AS python
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

# What installs. Of this and the stages that follow only the finished environment gets into an image.
FROM python AS installer
ARG UV_VERSION=0.13.9
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never
RUN python -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir --disable-pip-version-check "uv==${UV_VERSION}" \
    && python -m venv --without-pip /opt/mnist-studio
ENV PATH=/opt/uv/bin:${PATH} \
    VIRTUAL_ENV=/opt/mnist-studio

FROM installer AS wheel
WORKDIR /source
COPY . .
RUN uv build --wheel --out-dir /wheels

# The locks come before the wheel: they change seldom, and what is installed from them need not be installed again.
FROM installer AS light-environment
COPY requirements.txt requirements-light.txt /locks/
RUN uv pip install --requirement /locks/requirements-light.txt \
    && uv pip install --constraint /locks/requirements.txt "psycopg[binary]"
COPY --from=wheel /wheels /wheels
RUN uv pip install --no-deps /wheels/*.whl \
    && uv pip check

FROM installer AS full-environment
COPY requirements.txt /locks/
RUN uv pip install --requirement /locks/requirements.txt
COPY --from=wheel /wheels /wheels
RUN uv pip install --no-deps /wheels/*.whl \
    && uv pip check

# What runs. The file system may be read-only: all that is written goes to /data, and what passes to /tmp.
FROM python AS runtime
LABEL org.opencontainers.image.title="MNIST Studio" \
      org.opencontainers.image.description="Draw a digit, have it read, and understand how a machine reads it." \
      org.opencontainers.image.licenses="MIT AND OFL-1.1 AND Apache-2.0 AND Bitstream-Vera" \
      org.opencontainers.image.base.name="docker.io/library/python:3.13-slim-trixie"
# tini hands signals on and takes note of processes that have ended, which the first process of a container has to do.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 1000 studio \
    && useradd --uid 1000 --gid 1000 --home-dir /data --no-create-home --shell /usr/sbin/nologin studio \
    && install --directory --owner=studio --group=studio --mode=0750 /data
# Caches of libraries (compiled code of Numba, Matplotlib's fonts) lie below HOME.
ENV PATH=/opt/mnist-studio/bin:${PATH} \
    HOME=/data \
    MNIST_STUDIO_HOME=/data
WORKDIR /data
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
USER 1000:1000
ENTRYPOINT ["tini", "--", "mnist-studio"]
CMD ["--address", "0.0.0.0", "--no-browser"]

FROM runtime AS full
COPY --from=full-environment /opt/mnist-studio /opt/mnist-studio

FROM runtime AS light
COPY --from=light-environment /opt/mnist-studio /opt/mnist-studio
