import { printable } from './cli/printable.ts'
import { createProgressLine } from './cli/progress-line.ts'
import { runCommand } from './cli/run-command.ts'

const progress = createProgressLine(process.stderr)
process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  print: (line) => void process.stdout.write(`${progress.clear()}${printable(line)}\n`),
  printError: (line) => void process.stderr.write(`${progress.clear()}${printable(line)}\n`),
  ...(process.stderr.isTTY ? { showProgress: progress.show } : {}),
})
// Does not wait for a timer of ten seconds that the schema engine leaves behind.
process.stdout.write('', () => process.exit())
