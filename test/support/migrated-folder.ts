import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { inject } from 'vitest'

/** Fills the folder of DATA_DIR with a migrated embedded database. To create and migrate one takes seconds. */
export async function unpackMigratedDatabase(dataDir: string): Promise<void> {
  const folder = `${dataDir}/database`
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const options = ['--no-same-owner', '--exclude', 'postmaster.pid']
  await promisify(execFile)('tar', ['-xf', inject('embeddedDump'), '-C', folder, ...options])
}
