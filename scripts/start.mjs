// npm start: builds what is stale, then becomes the server, so that signals and the exit code are its own.
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'

const second = 1_000

build()
if (process.env.npm_lifecycle_event !== undefined) stopWithShell()
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
process.argv[1] = main
await import(main)

/** npm ends the shell between itself and the server, which does not pass the signal on: without it the server stops too. */
function stopWithShell() {
  const shell = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, second / 4)
  watch.unref()
}
