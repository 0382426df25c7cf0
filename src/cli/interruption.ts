import { exitCodes } from './command.ts'

/** npm and npx forward a Ctrl-C that the terminal has sent to this process already. */
const repeatedSignalMs = 1000

/** The first Ctrl-C aborts the returned signal; a later one ends the process, unless it only repeats the first. */
export function watchInterruption(): AbortSignal {
  const interruption = new AbortController()
  let abortedAtMs: number | null = null
  process.on('SIGINT', () => {
    const nowMs = performance.now()
    if (abortedAtMs !== null && nowMs - abortedAtMs > repeatedSignalMs) process.exit(exitCodes.interrupted)
    abortedAtMs ??= nowMs
    interruption.abort()
  })
  return interruption.signal
}
