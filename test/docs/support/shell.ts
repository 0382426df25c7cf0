import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Command {
  readonly line: string
  /** The first line of output that the page shows; `…` stands for any text. */
  readonly shown: string
}

/** The commands of a block that show an output. */
export function commandsOf(block: string): readonly Command[] {
  return [...block.matchAll(/^([^#\n].*)\n# (.+)$/gm)].map(([, line = '', shown = '']) => ({ line, shown }))
}

/** A line of output as the page shows it. */
export function shownAs(shown: string): RegExp {
  const parts = shown.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}

/** Runs a line of bash after others. @returns its output without the last line break. */
export async function bash(
  line: string,
  options: { readonly before: string; readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<string> {
  const { before, cwd, env } = options
  const { stdout } = await run('bash', ['-c', `${before}\n${line}`], {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  return stdout.trimEnd()
}
