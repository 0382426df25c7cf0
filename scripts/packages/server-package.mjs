// The package gatehouse-auth: the bundled service of dist/server, and files for its operators.
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder, readManifest, root, writeManifest } from './manifest.mjs'
import { writeThirdParty } from './third-party.mjs'

const name = 'gatehouse-auth'

/** Packages with compiled code that they load from their own folder. npm installs them beside the bundle. */
const installed = ['argon2', '@electric-sql/pglite', '@node-rs/bcrypt', '@prisma/schema-engine-wasm']
/** Packages that the service uses if npm can install them on the platform. */
const optional = ['@node-rs/argon2']
/** An optional package of `pg` that is not used. */
const absent = ['pg-native']

/** Packages that are not part of the bundle. */
export const externalPackages = [...installed, ...optional, ...absent]

/** Writes dist/packages/gatehouse-auth. */
export function writeServerPackage() {
  const folder = packageFolder(name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(join(root, 'dist/server'), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('inputs.json'),
  })
  writeThirdParty(folder, [
    ...readManifest('dist/server/inputs.json'),
    ...readManifest('dist/pages/inputs.json'),
  ])
  cpSync(join(root, `packages/${name}/bin`), join(folder, 'bin'), { recursive: true })
  for (const file of ['schema.graphql', '.env.example', 'CHANGELOG.md'])
    cpSync(join(root, file), join(folder, file))
  writeManifest(name, {
    dependencies: exactVersions(installed),
    optionalDependencies: exactVersions(optional),
  })
}

/** The versions with which the tests ran: those that are installed here. */
function exactVersions(/** @type {readonly string[]} */ dependencies) {
  return Object.fromEntries(
    dependencies.map((dependency) => [
      dependency,
      readManifest(`node_modules/${dependency}/package.json`).version,
    ]),
  )
}
