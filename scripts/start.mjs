// npm start: builds what is stale, then becomes the server, so that signals and the exit code are its own.
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'

build()
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
process.argv[1] = main
await import(main)
