import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export function exampleFolder(example: string): string {
  return fileURLToPath(new URL(`../../../examples/${example}`, import.meta.url))
}

/** Runs npm in the folder of an example. @throws with the complete output if it fails */
export async function runInExample(
  example: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn('npm', [...args], { cwd: exampleFolder(example), env: { ...process.env, ...env } })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => void output.push(text))
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${example}:\n${output.join('')}`)
}
