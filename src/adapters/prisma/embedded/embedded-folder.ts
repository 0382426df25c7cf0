import { access, mkdir, rename, rm, rmdir } from 'node:fs/promises'
import { EmbeddedPostgres } from './embedded-postgres.ts'

/**
 * Makes sure that a folder holds a whole database cluster. A new one is made beside it and moved into place, so that
 * a process killed during its first start leaves nothing half made.
 */
export async function prepareFolder(folder: string): Promise<void> {
  if (await exists(`${folder}/PG_VERSION`)) return
  const draft = `${folder}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true, mode: 0o700 })
  const postgres = new EmbeddedPostgres({ dataDir: draft })
  await postgres.waitReady
  await postgres.close()
  await rmdir(folder)
  await rename(draft, folder)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
