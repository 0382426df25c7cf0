// npm run cli -- …: builds what is stale, then becomes the operator's command line.
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'

build()
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
process.argv[1] = cli
await import(cli)
