#!/bin/sh
# Builds the Dockerfile's targets with Buildah and runs them with Podman, where no image can be fetched: the official
# Python image is made of the bare Debian that `make try-container` left behind. It needs root, Buildah, Podman and runc.
#   hosting/try_image.sh light|full [FOLDER]
set -eu
target=${1:-light}
folder=${2:-/var/tmp/mnist-studio-try}
base=python:3.13-slim-trixie
name=mnist-studio-try-$target
trust=/etc/ssl/certs/ca-certificates.crt
store="--root $folder/images --runroot $folder/images-run --storage-driver overlay"
# A machine without systemd has nobody who would ask for health in turns; it is asked below.
run="$store --runtime runc --cgroup-manager cgroupfs"
cd "$(dirname "$0")/.."

if ! podman $store image exists "docker.io/library/$base"; then
    tar --directory "$folder/python-3.13-slim-trixie" --exclude './var/cache/apt/archives/*.deb' --create --file "$folder/base.tar" .
    container=$(buildah $store from scratch)
    buildah $store add --quiet "$container" "$folder/base.tar" /
    buildah $store config --env PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
    # Where this machine trusts an authority of its own, so do pip and uv while they install.
    if [ -n "${SSL_CERT_FILE:-}" ]; then
        buildah $store copy --quiet "$container" "$SSL_CERT_FILE" "$trust"
        buildah $store config --env "SSL_CERT_FILE=$trust" --env "PIP_CERT=$trust" "$container"
    fi
    buildah $store commit --quiet --rm "$container" "docker.io/library/$base"
    rm "$folder/base.tar"
fi

buildah $store build --pull=never --isolation chroot --network host --format docker --layers \
    --target "$target" --tag "mnist-studio:$target" .
podman $store image list "mnist-studio:$target"

finish() {
    podman $run rm --force --time 0 "$name" >/dev/null 2>&1 || true
    podman $run volume rm --force "$name" >/dev/null 2>&1 || true
}
trap finish EXIT
finish
podman $run run --detach --name "$name" --network none --read-only --tmpfs /tmp:size=256m --volume "$name:/data" \
    --cap-drop ALL --security-opt no-new-privileges --memory 1500m --no-healthcheck \
    --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 "mnist-studio:$target"
inside() { podman $run exec "$name" "$@"; }

turn=0
until inside python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)" 2>/dev/null; do
    turn=$((turn + 1))
    [ "$turn" -lt 60 ] || { podman $run logs "$name"; exit 1; }
    sleep 1
done
echo "Well after $turn s."
inside python -c "$(sed -n '/^SEVEN = """$/,/^"""$/p' hosting/try_dockerfile.py | sed '1d;$d')" | cut -c1-100
inside mnist-studio --version
inside id
inside touch /opt/x || true
podman $run stop --time 20 "$name" >/dev/null
echo "Stopped with status $(podman $run inspect "$name" --format '{{.State.ExitCode}}')."
