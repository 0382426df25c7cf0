// Parts of a package in dist/packages that all packages share.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** @param {string} path relative to the root of the repository */
export function readManifest(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

/**
 * Writes package.json, README.md and LICENSE of a package: those of `packages/<name>`, with the version of the repository.
 * @param {string} name
 * @param {object} fields fields of package.json that are computed
 */
export function writeManifest(name, fields) {
  const folder = packageFolder(name)
  mkdirSync(folder, { recursive: true })
  const { version } = readManifest('package.json')
  const manifest = { ...readManifest(`packages/${name}/package.json`), version, ...fields }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  cpSync(join(root, `packages/${name}/README.md`), join(folder, 'README.md'))
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
}

/** @param {string} name */
export function packageFolder(name) {
  return join(root, 'dist/packages', name)
}
