// npm run cli -- …: builds what is out of date, then runs the command line for operators in this process.
import { fileURLToPath } from 'node:url'
import { buildOrExit } from './build.mjs'

buildOrExit()
const cli = fileURLToPath(new URL('../dist/server/lib/cli.js', import.meta.url))
process.argv[1] = cli
await import(cli)
