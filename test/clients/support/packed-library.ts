import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { expect } from 'vitest'
import { build } from '../../../scripts/build.mjs'

/** Runs a command that must succeed and print nothing on standard error. Returns its output. */
export function run(command: string, args: readonly string[], cwd = '.'): string {
  const { stdout, stderr, status } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  expect([status, stderr, status === 0 ? '' : stdout]).toEqual([0, '', ''])
  return stdout
}

/**
 * Makes a folder in which a library package is installed as users install it: packed, and with nothing of the repository
 * except its dependencies. Returns the path of the tarball.
 */
export function installPacked(
  consumer: string,
  name: 'gatehouse-client' | 'gatehouse-verify' = 'gatehouse-client',
): string {
  build()
  const installed = `${consumer}/node_modules/${name}`
  rmSync(consumer, { recursive: true, force: true })
  mkdirSync(installed, { recursive: true })
  const packed = run('npm', ['pack', `./dist/packages/${name}`, '--silent', '--pack-destination', consumer])
  const file = `${consumer}/${packed.trim()}`
  run('tar', ['xzf', file, '--strip-components=1', '-C', installed])
  return file
}
