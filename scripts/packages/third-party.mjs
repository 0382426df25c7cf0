// The packages inside of a bundle: their names for tests and scanners, and their licences, which must be distributed with them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readManifest, root } from './manifest.mjs'

const licenceFile = /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i
const packagePath = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//

/**
 * Writes third-party.json (name, version, licence) and THIRD-PARTY-LICENSES.txt.
 * @param {string} folder
 * @param {readonly string[]} inputs files of the bundle, relative to the root of the repository
 */
export function writeThirdParty(folder, inputs) {
  const paths = new Set(inputs.flatMap((input) => packagePath.exec(input)?.[1] ?? []))
  const packages = [...paths].sort().map((path) => ({ path, ...readManifest(`${path}/package.json`) }))
  const list = packages.map(({ name, version, license }) => ({ name, version, license }))
  const texts = packages.map(
    ({ path, name, version, license }) => `${name} ${version} (${license})\n\n${licenceText(path)}`,
  )
  writeFileSync(join(folder, 'third-party.json'), `${JSON.stringify(list, null, 2)}\n`)
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), `${texts.join(`\n${'-'.repeat(72)}\n\n`)}\n`)
}

/** @param {string} path */
function licenceText(path) {
  const folder = join(root, path)
  if (!existsSync(folder)) return ''
  return readdirSync(folder)
    .filter((file) => licenceFile.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
    .join('\n\n')
}
