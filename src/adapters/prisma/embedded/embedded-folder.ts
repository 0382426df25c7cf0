import { access, mkdir, rename, rm, rmdir } from 'node:fs/promises'
import { EmbeddedPostgres } from './embedded-postgres.ts'

/**
 * Ensures that a folder contains a complete database cluster. A new cluster is created beside the folder and then moved,
 * so that a process killed during its first start leaves no incomplete cluster.
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
