import { statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const check = 'disk'
const mebibyte = 1024 * 1024
const failureBytes = 100 * mebibyte
const warningBytes = 1024 * mebibyte

/** The space of the folders that the service writes to: that of the embedded database, and the archive of audit events. */
export function checkDisk({ database, dataDir, audit }: Pick<Config, 'database' | 'dataDir' | 'audit'>) {
  const folders = [
    ...(database.url === null ? [{ name: 'DATA_DIR', path: dataDir }] : []),
    ...(audit.archive?.kind === 'folder' ? [{ name: 'AUDIT_ARCHIVE_DIR', path: audit.archive.path }] : []),
  ]
  return Promise.all(folders.map(async ({ name, path }) => judgeSpace(name, await freeBytes(resolve(path)))))
}

/** Of the nearest folder that exists. */
async function freeBytes(path: string): Promise<number> {
  const found = await statfs(path).catch(() => null)
  if (found !== null) return found.bavail * found.bsize
  return path === dirname(path) ? 0 : freeBytes(dirname(path))
}

export function judgeSpace(name: string, bytes: number): Finding {
  const message = `${name} has ${Math.floor(bytes / mebibyte)} MiB left.`
  if (bytes < failureBytes) return failure(check, message, 'Free or add space: writes are about to fail.')
  if (bytes < warningBytes) return warning(check, message, 'Free or add space.')
  return ok(check, message)
}
