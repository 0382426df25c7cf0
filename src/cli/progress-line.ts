import { printableLine } from './printable.ts'

const barWidth = 30
/** Moves to the start of the line and erases it (ECMA-48: CR, EL). */
const eraseLine = '\r\u001b[K'

export interface ProgressLine {
  show(line: string): void
  /** Returns the characters that erase the line if one is shown, for the output that follows. */
  clear(): string
}

/** A line of a terminal that is replaced by its next state. */
export function createProgressLine(output: { write(text: string): unknown }): ProgressLine {
  let shown = false
  return {
    show(line) {
      shown = true
      output.write(`${eraseLine}${printableLine(line)}`)
    },
    clear() {
      const erase = shown ? eraseLine : ''
      shown = false
      return erase
    },
  }
}

/** A bar such as `[######------------------------]  20 %`. */
export function progressBar(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.floor(share * barWidth)
  const percent = String(Math.floor(share * 100)).padStart(3)
  return `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${percent} %`
}
