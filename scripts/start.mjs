// npm start: builds what is out of date (without development packages: nothing), then runs the server in this process, which keeps its signals and exit code.
import { fileURLToPath } from 'node:url'
import { buildOrExit } from './build.mjs'

const second = 1_000

buildOrExit()
if (process.env.npm_lifecycle_event !== undefined) stopWithShell()
const main = fileURLToPath(new URL('../dist/server/lib/main.js', import.meta.url))
process.argv[1] = main
await import(main)

/** npm stops only the shell between itself and the server, and the shell forwards no signal. So the server watches the shell. */
function stopWithShell() {
  const shell = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, second / 4)
  watch.unref()
}
