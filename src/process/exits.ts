import type { Logger } from '../lib/observation/logger.ts'

/** npm and npx forward a Ctrl-C that the terminal has sent to this process already, as a primary process does to its workers. */
const repeatedSignalMs = 1000

/** The first signal stops the process; another one, unless it only repeats the first, ends it as if unhandled. */
export function stopOnSignals(logger: Logger, stop: (signal: NodeJS.Signals) => Promise<unknown>): void {
  const signals = ['SIGTERM', 'SIGINT'] as const
  const onSignal = (signal: NodeJS.Signals) => {
    for (const name of signals) process.off(name, onSignal).on(name, ignore)
    setTimeout(() => signals.map((name) => process.off(name, ignore)), repeatedSignalMs).unref()
    exitAfter(logger, () => stop(signal))
  }
  for (const name of signals) process.on(name, onSignal)
}

/** Ends the process with 0 when the work is done, and with 1 if it fails. */
export function exitAfter(logger: Logger, work: () => Promise<unknown>): void {
  work().then(
    () => process.exit(0),
    (error: unknown) => die(logger, 'Gatehouse could not stop cleanly', error),
  )
}

function ignore(): void {}

export function die(logger: Logger, message: string, error: unknown): never {
  logger.error({ error }, message)
  return process.exit(1)
}
