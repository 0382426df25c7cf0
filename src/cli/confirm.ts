import { createInterface } from 'node:readline/promises'
import { printableLine } from './printable.ts'

/** Asks a question on the terminal. Only the word `yes` confirms. */
export async function confirm(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await reader.question(`${printableLine(question)} Type yes: `)).trim() === 'yes'
  } finally {
    reader.close()
  }
}
