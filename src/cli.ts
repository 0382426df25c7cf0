import { runCommand } from './cli/run-command.ts'
import { visible } from './cli/visible.ts'

process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  print: (line) => void process.stdout.write(`${visible(line)}\n`),
  complain: (line) => void process.stderr.write(`${visible(line)}\n`),
})
// The schema engine leaves a timer of ten seconds behind; nobody shall wait for it.
process.stdout.write('', () => process.exit())
