// The bill of materials of the server package: what npm installs, and what is inside of the bundle.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const installOptions = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']

/**
 * Installs the tarball in a temporary folder and writes its CycloneDX document.
 * @param {string} tarball
 * @param {string} file
 */
export function writeSbom(tarball, file) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-sbom-'))
  try {
    // npm names the root of the document after the package of the folder.
    const manifest = { name: 'gatehouse-auth-installation', version: '0.0.0', private: true }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    npm(folder, ['install', ...installOptions, tarball])
    const document = JSON.parse(npm(folder, ['sbom', '--sbom-format=cyclonedx', '--omit=dev']))
    const list = readFileSync(join(folder, 'node_modules/gatehouse-auth/third-party.json'), 'utf8')
    document.components.push(...JSON.parse(list).map(componentOf))
    writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {{ name: string, version: string, license: string }} bundled */
function componentOf({ name, version, license }) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  return {
    'bom-ref': `bundled:${name}@${version}`,
    type: 'library',
    name,
    version,
    purl,
    licenses: [{ license: { id: license } }],
    properties: [{ name: 'cdx:npm:package:bundled', value: 'true' }],
  }
}

/**
 * @param {string} cwd
 * @param {readonly string[]} args
 */
function npm(cwd, args) {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', maxBuffer: 64_000_000 })
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stdout}${stderr}`)
  return stdout
}
