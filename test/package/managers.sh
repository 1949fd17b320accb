#!/usr/bin/env bash
# Installs the packed package into an empty project with each package manager named (default: npm pnpm yarn), and has the project import, require and
# type-check every entry, and synthesise from ES modules and from CommonJS. By hand and not in `npm test`: each installs the CDK anew.
#   npm run package && test/package/managers.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
version() { node -p "require('$root/package.json').devDependencies['$1']"; }
parent=$(mktemp -d)
trap 'rm -rf "$parent"' EXIT
npm pack ./out/package --silent --pack-destination "$parent" >/dev/null
tarball=$(ls "$parent"/*.tgz)

run() { # MANAGER INSTALL… -- RUN…: how it installs packages, and how it runs a program of a package
  local manager=$1 project=$parent/$1; shift
  local install=(); while [ "$1" != -- ]; do install+=("$1"); shift; done; shift
  mkdir "$project" && cd "$project"
  echo '{ "name": "app", "private": true, "type": "module" }' >package.json
  # The registry that this was written with lacks a bundled package of aws-cdk-lib, which Yarn resolves by itself.
  [ "$manager" != yarn ] || echo "{ \"name\": \"app\", \"private\": true, \"type\": \"module\",
    \"resolutions\": { \"@aws/cloudformation-validate\": \"$(version @aws/cloudformation-validate)\" } }" >package.json
  # Yarn takes the folder of package.json for a part of whatever is above it otherwise.
  touch yarn.lock
  "${install[@]}" "understudy-failover@file:$tarball" "aws-cdk-lib@$(version aws-cdk-lib)" "constructs@$(version constructs)" \
    "typescript@$(version typescript)" "@types/node@$(version @types/node)" >install.log 2>&1 || { cat install.log; return 1; }
  cat >configuration.json <<'JSON'
{ "account": "123456789012", "observers": ["us-east-2", "us-west-2", "ca-central-1"], "controlRegions": ["us-west-2", "us-east-2"],
  "ledger": { "tableName": "understudy-ledger", "region": "us-east-2" }, "controlTarget": { "url": "https://checkip.amazonaws.com/" },
  "notify": { "topics": { "critical": "understudy-critical", "info": "understudy-info" } },
  "services": [{ "name": "orders", "frontDoor": { "url": "https://orders.example.com" },
    "regions": [{ "region": "us-east-1", "endpoint": "https://east.example.com" }, { "region": "us-west-2", "endpoint": "https://west.example.com" }],
    "lever": { "kind": "kvs", "origins": { "us-east-1": "east", "us-west-2": "west" } } }] }
JSON
  local program="const app = new App({ analyticsReporting: false }); new Understudy(app, 'Understudy', { failover: JSON.parse(readFileSync('configuration.json', 'utf8')) });
    console.log('$manager', typeof defineFailover, typeof watchServing, typeof startSandbox, app.synth().stacks.length);"
  local names=(App:aws-cdk-lib readFileSync:node:fs defineFailover:understudy-failover Understudy:understudy-failover/cdk watchServing:understudy-failover/origin startSandbox:understudy-failover/testing)
  local each
  for each in "${names[@]}"; do
    echo "import { ${each%%:*} } from '${each#*:}';" >>app.mts
    echo "const { ${each%%:*} } = require('${each#*:}');" >>app.cjs
  done
  echo "$program" | tee -a app.mts >>app.cjs
  cp app.mts app.mjs && cp app.mts app.cts
  "$@" node app.mjs
  "$@" node app.cjs
  # Without a node_modules this compiler finds no package at all, whoever's it is.
  [ "$manager" = yarn ] || "$@" tsc --noEmit --strict --skipLibCheck --module nodenext --types node app.mts app.cts
  "$@" understudy check --config configuration.json | tail -1
  cd "$root"
}

for manager in "${@:-npm pnpm yarn}"; do
  for each in $manager; do
    case $each in
      npm) run npm npm install --prefer-offline --no-audit --no-fund -- npx ;;
      pnpm) run pnpm npx --yes pnpm@12.21.0 add --prefer-offline -- npx --yes pnpm@12.21.0 exec ;;
      yarn) run yarn npx --yes @yarnpkg/cli-dist@4.18.0 add -- npx --yes @yarnpkg/cli-dist@4.18.0 ;;
    esac
  done
done
