import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Program } from '../../support/service-process.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
/** The last commit of version 0.1 before the source tree was rearranged: ten migrations, no second factors, no settings of tenants. */
const commit = 'e1c2809f84584bd2bff4f4804a49b73420fb61b8'
const run = promisify(execFile)

/** Why version 0.1 cannot be built here; null if it can. */
export function whyNoEarlierVersion(): string | null {
  const { status } = spawnSync('git', ['cat-file', '-e', `${commit}^{tree}`], { cwd: repository })
  return status === 0 ? null : `the history of this clone lacks ${commit.slice(0, 7)}: git fetch --unshallow`
}

/**
 * Version 0.1, built from the history with its own packages from the registry, which takes minutes. EARLIER_VERSION names a folder
 * where that was done before.
 */
export async function buildEarlierVersion(): Promise<{ program: Program; remove: () => Promise<void> }> {
  const built = process.env.EARLIER_VERSION
  const folder = built ?? (await mkdtemp(join(tmpdir(), 'gatehouse-0.1-')))
  const program = { folder, main: join(folder, 'dist/main.js') }
  if (built === undefined) {
    await run('sh', ['-c', `git archive ${commit} | tar -x -C "$0"`, folder], { cwd: repository })
    const options = { cwd: folder, maxBuffer: 100_000_000 }
    await run('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'], options)
    await run('npm', ['run', 'build'], options)
  }
  if (!existsSync(program.main)) throw new Error(`${program.main} is missing.`)
  const remove = async () => {
    if (built === undefined) await rm(folder, { recursive: true, force: true })
  }
  return { program, remove }
}
