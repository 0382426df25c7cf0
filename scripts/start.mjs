// npm start: builds what is out of date (without development packages: nothing), then runs the server in this process, which keeps its signals and exit code.
// With arguments it runs `gatehouse start` with them, which prints the help or refuses them.
import { fileURLToPath } from 'node:url'
import { buildOrExit } from './build.mjs'

const second = 1_000

buildOrExit()
const given = process.argv.slice(2)
if (given.length > 0) {
  const cli = built('cli.js')
  process.argv = [process.execPath, cli, 'start', ...given]
  await import(cli)
} else {
  if (process.env.npm_lifecycle_event !== undefined) stopWithShell()
  const main = built('main.js')
  process.argv[1] = main
  await import(main)
}

/** @param {string} file */
function built(file) {
  return fileURLToPath(new URL(`../dist/server/lib/${file}`, import.meta.url))
}

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
