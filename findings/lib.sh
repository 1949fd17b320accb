# To be sourced: a folder of its own for the packages that a finding runs, gone when it ends.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
# Pinned packages, from the npm registry.
install() { npm install --silent --no-audit --no-fund --save-exact "$@"; }
# Prints what was seen, and fails where it is not what is written down here.
seen() {
  printf '%s\n' "$2"
  [ "$1" = "$2" ] || { printf 'CHANGED, it was:\n%s\n' "$1" >&2; exit 1; }
}
