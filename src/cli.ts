import { confirm } from './cli/confirm.ts'
import { watchInterruption } from './cli/interruption.ts'
import { printable } from './cli/printable.ts'
import { createProgressLine } from './cli/progress-line.ts'
import { runCommand } from './cli/run-command.ts'
import { commandLine } from './config/welcome-text.ts'

const progress = createProgressLine(process.stderr)
const toStandardError = (line: string) => void process.stderr.write(`${progress.clear()}${printable(line)}\n`)
const code = await runCommand(process.argv.slice(2), {
  env: process.env,
  program: commandLine(process.env, process.argv[1] ?? ''),
  print: (line) => void process.stdout.write(`${progress.clear()}${printable(line)}\n`),
  printError: toStandardError,
  printNote: toStandardError,
  onInterrupt: watchInterruption,
  ...(process.stdin.isTTY && process.stderr.isTTY ? { confirm } : {}),
  ...(process.stderr.isTTY ? { showProgress: progress.show } : {}),
})
if (code !== null) {
  process.exitCode = code
  // Does not wait for a timer of ten seconds that the schema engine leaves behind.
  process.stdout.write('', () => process.exit())
}
