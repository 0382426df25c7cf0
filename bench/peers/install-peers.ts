import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('installed', import.meta.url))

const installMs = 600_000

/** Installs the packages of the peers, unless they are installed. Returns whether they are. */
export function installPeers(): boolean {
  if (isCurrent()) return true
  console.error('installing the packages of the peers')
  const options = { cwd: folder, stdio: 'inherit', timeout: installMs } as const
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], options)
  if (status !== 0) console.error('The packages of the peers cannot be installed: these peers are left out.')
  return status === 0
}

/** npm writes its own lockfile after an installation. */
function isCurrent(): boolean {
  const installed = `${folder}/node_modules/.package-lock.json`
  const lock = `${folder}/package-lock.json`
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs
}
