import { printable } from './cli/printable.ts'
import { runCommand } from './cli/run-command.ts'

process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  print: (line) => void process.stdout.write(`${printable(line)}\n`),
  printError: (line) => void process.stderr.write(`${printable(line)}\n`),
})
// Does not wait for a timer of ten seconds that the schema engine leaves behind.
process.stdout.write('', () => process.exit())
