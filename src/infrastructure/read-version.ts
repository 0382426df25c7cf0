import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isObject, parseJson } from '../lib/text/json.ts'

/** The version of the package that this file belongs to, in a clone, in the bundle and in an installed package. */
export function readVersion(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (folder !== dirname(folder)) {
    const version = versionIn(join(folder, 'package.json'))
    if (version !== null) return version
    folder = dirname(folder)
  }
  return 'unknown'
}

function versionIn(file: string): string | null {
  const manifest = existsSync(file) ? parseJson(readFileSync(file, 'utf8')) : null
  if (!isObject(manifest) || manifest.name !== 'gatehouse-auth') return null
  return typeof manifest.version === 'string' ? manifest.version : null
}
