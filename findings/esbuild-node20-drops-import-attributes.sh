#!/usr/bin/env bash
# One would expect: `--target=node20` keeps `with { type: 'json' }`, which every Node 20 that is still served needs, or says that it does not.
# What happens: node20 means 20.0, which had no import attributes yet. They are dropped without a word, and what was written fails to load on
# every later Node, 20.10 to 24; only --target=node20.10, or --supported:import-attributes=true, keeps them.
# Why it matters: a package that imports a JSON file of its peer (aws-cdk-lib has its recommended feature flags in one) builds without a warning and
# does not start. Whoever builds for "Node 20" writes node20.
source "$(dirname "$0")/lib.sh"
install esbuild@0.28.2
echo '{}' > flags.json
echo "import flags from './flags.json' with { type: 'json' }; console.log(typeof flags);" > app.mjs
build() { npx esbuild app.mjs --bundle --format=esm --platform=node --external:./flags.json --outfile=out.mjs --log-level=warning "$@" 2>&1; }
outcome() { node out.mjs 2>&1 | grep -o '^object$\|code: .ERR_[A-Z_]*' | sed "s/.*'//;s/ERR_IMPORT_\(ASSERTION_TYPE\|ATTRIBUTE\)_MISSING/attribute missing/;s/code: //"; }
echo "esbuild 0.28.2"
seen "$(printf 'node20: attribute missing\nnode20.10: object')" "$(for target in node20 node20.10; do said=$(build --target=$target); echo "$target: $said$(outcome)"; done)"
