import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

/** The page whose commands are run as they are written. */
export const backupPage = 'docs/backup.md'

/** The block of commands of a page of the documentation that begins so. */
export function documented(page: string, beginning: string): string {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/```(?:sh|sql)\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  const found = blocks.find((block) => block.startsWith(beginning))
  if (found === undefined) throw new Error(`${page} has no block that begins with ${beginning}.`)
  return found
}

/** Runs commands with these variables. @throws with their errors */
export async function runShell(script: string, env: Readonly<Record<string, string>>): Promise<void> {
  await promisify(execFile)('sh', ['-eu', '-c', script], { env: { PATH: process.env.PATH, ...env } })
}
