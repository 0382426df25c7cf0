import { createInterface } from 'node:readline/promises'
import { exitCodes } from './command.ts'
import { printableLine } from './printable.ts'

/** Asks a question on the terminal. Only the word `yes` confirms; Ctrl-C ends the process. */
export async function confirm(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  reader.on('SIGINT', () => process.exit(exitCodes.interrupted))
  try {
    return (await reader.question(`${printableLine(question)} Type yes: `)).trim() === 'yes'
  } finally {
    reader.close()
  }
}
