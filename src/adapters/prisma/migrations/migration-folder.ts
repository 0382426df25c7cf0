import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { MigrationDirectory, MigrationList } from '@prisma/schema-engine-wasm'

const lockfile = 'migration_lock.toml'

/** `prisma/migrations` of this package. The relative path is the same from `src` and from `dist`, and shorter from the bundle. */
export function migrationFolder(): string {
  const fromBundle = fileURLToPath(new URL('../prisma/migrations', import.meta.url))
  if (existsSync(fromBundle)) return fromBundle
  return fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url))
}

/** Names of the migrations in this version of the code, oldest first. */
export async function migrationNames(): Promise<readonly string[]> {
  const entries = await readdir(migrationFolder(), { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** The contents of the folder, in the form that the schema engine requires. */
export async function readMigrations(): Promise<MigrationList> {
  const folder = migrationFolder()
  const names = await migrationNames()
  return {
    baseDir: folder,
    lockfile: { path: lockfile, content: await readFile(`${folder}/${lockfile}`, 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.map((name) => readMigration(folder, name))),
  }
}

async function readMigration(folder: string, name: string): Promise<MigrationDirectory> {
  const path = 'migration.sql'
  const value = await readFile(`${folder}/${name}/${path}`, 'utf8')
  return { path: name, migrationFile: { path, content: { tag: 'ok', value } } }
}
