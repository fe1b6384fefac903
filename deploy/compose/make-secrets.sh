#!/bin/sh
# Makes the secrets of compose.yaml, each once: what is there already is kept. Run it as root, so that each file can belong to the
# one user that reads it: 999 is mongod, 10001 the gateway, 99 the proxy.
#
#   docker build --file deploy/Dockerfile --tag impersonation-gateway .
#   sudo sh deploy/compose/make-secrets.sh
#
# KEYS_COMMAND is what makes the signing keys, by default the image. The certificate is yours to put there: tls.pem, certificates first, then
# the private key, owned by 99.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
keys_command=${KEYS_COMMAND:-docker run --rm ${GATEWAY_IMAGE:-impersonation-gateway}}
members=mongo-1:27017,mongo-2:27017,mongo-3:27017

# Written beside and then put in its place: a run that breaks off leaves no half a secret.
keep() {
  owner=$1 name=$2
  if [ -e "secrets/$name" ]; then
    echo "secrets/$name is there already."
    cat >/dev/null
    return
  fi
  cat >"secrets/.$name.new"
  [ -s "secrets/.$name.new" ] || { echo "secrets/$name could not be made." >&2; exit 1; }
  chmod 0400 "secrets/.$name.new"
  chown "$owner:$owner" "secrets/.$name.new"
  mv "secrets/.$name.new" "secrets/$name"
  echo "secrets/$name made."
}

uri() {
  echo "mongodb://$1:$(openssl rand -hex 24)@$members/?replicaSet=rs0&authSource=impersonation_gateway"
}

openssl rand -base64 756 | keep 999 mongodb_keyfile
openssl rand -hex 24 | keep 10001 mongodb_admin_password
uri gateway | keep 10001 gateway_mongodb_uri
uri setup | keep 10001 setup_mongodb_uri
if [ -e secrets/signing_keys ]; then echo "secrets/signing_keys is there already."; else
  $keys_command keys generate | keep 10001 signing_keys
fi
[ -e secrets/tls.pem ] || echo "secrets/tls.pem is missing: put certificate and key there, owned by 99." >&2
