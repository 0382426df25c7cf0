import { readFile, writeFile } from 'node:fs/promises'
import { readConfig } from '../config/read-config.ts'
import { readPassphrase } from '../config/read-passphrase.ts'
import {
  createBackUpSigningKeys,
  createResealSigningKeys,
  createRestoreSigningKeys,
  createVerifySigningKeys,
  type KeepSigningKeysDeps,
} from '../flows/operator/keep-signing-keys.ts'
import { openDatabase } from '../infrastructure/open-infrastructure.ts'
import { openKeys } from '../infrastructure/operator-stores.ts'
import { silentLogger } from '../lib/logger.ts'
import type { Secret } from '../lib/secret.ts'
import { type Command, type ExitCode, exitCodes, type Terminal } from './command.ts'
import { visibleLine } from './visible.ts'

const ownerOnly = 0o600

export const keysVerify: Command = {
  name: 'keys verify',
  takes: null,
  sentence: 'Opens every signing key and names those that are damaged or sealed with another MASTER_KEY.',
  async run(terminal) {
    const found = await withKeys(terminal, (deps) => createVerifySigningKeys(deps)())
    for (const { key, usable } of found) {
      const line = visibleLine(`${key.kid} ${key.algorithm} ${key.state}`)
      if (usable) terminal.print(`${line} ok`)
      else terminal.complain(`${line} cannot be opened: damaged, or sealed with another MASTER_KEY`)
    }
    if (found.length === 0) terminal.print('There is no signing key yet: the first start makes one.')
    return found.every(({ usable }) => usable) ? exitCodes.done : exitCodes.failed
  },
}

export const keysReseal: Command = {
  name: 'keys reseal',
  takes: null,
  sentence:
    'Seals every signing key with MASTER_KEY; what MASTER_KEY_PREVIOUS sealed is opened with that one.',
  async run(terminal) {
    const { resealed, damaged } = await withKeys(terminal, (deps) => createResealSigningKeys(deps)())
    terminal.print(`${resealed} resealed`)
    return nameDamaged(terminal, damaged, 'it is sealed as it was')
  },
}

export const keysBackup: Command = {
  name: 'keys backup',
  takes: 'FILE',
  sentence: 'Writes the signing keys to a new file, sealed with KEY_BACKUP_PASSPHRASE.',
  run: (terminal, args) =>
    withPassphrase(terminal, args, async (path, passphrase) => {
      const { file, kids, damaged } = await withKeys(terminal, (deps) =>
        createBackUpSigningKeys(deps)(passphrase.reveal()),
      )
      const ended = nameDamaged(terminal, damaged, 'it is in no backup of now')
      if (file === null) {
        terminal.complain('There is no key to back up, and no file was written.')
        return exitCodes.failed
      }
      await writeFile(path, `${file}\n`, { flag: 'wx', mode: ownerOnly })
      terminal.print(`${kids.length} backed up`)
      return ended
    }),
}

export const keysRestore: Command = {
  name: 'keys restore',
  takes: 'FILE',
  sentence:
    'Puts back the signing keys that are missing or damaged from a file of keys backup; the service reads them within half a minute.',
  run: (terminal, args) =>
    withPassphrase(terminal, args, async (path, passphrase) => {
      const file = await readFile(path, 'utf8')
      const restored = await withKeys(terminal, (deps) =>
        createRestoreSigningKeys(deps)(file, passphrase.reveal()),
      )
      for (const kid of restored) terminal.print(`restored ${kid}`)
      if (restored.length === 0)
        terminal.print('Nothing to restore: all of them are there, and can be opened.')
      return exitCodes.done
    }),
}

/** What was done with the others is done; somebody has to look at these. */
function nameDamaged(terminal: Terminal, kids: readonly string[], so: string): ExitCode {
  for (const kid of kids)
    terminal.complain(
      `${visibleLine(kid)} cannot be opened (damaged, or sealed with another MASTER_KEY): ${so}`,
    )
  return kids.length === 0 ? exitCodes.done : exitCodes.failed
}

async function withPassphrase(
  terminal: Terminal,
  args: readonly string[],
  work: (path: string, passphrase: Secret) => Promise<ExitCode>,
): Promise<ExitCode> {
  const [path, ...rest] = args
  if (path === undefined || rest.length > 0) {
    terminal.complain('A FILE is wanted, and nothing else.')
    return exitCodes.misused
  }
  return work(path, readPassphrase(terminal.env))
}

async function withKeys<T>(terminal: Terminal, work: (deps: KeepSigningKeysDeps) => Promise<T>): Promise<T> {
  const config = readConfig(terminal.env)
  const database = await openDatabase(config, silentLogger)
  try {
    return await work(openKeys(config, database))
  } finally {
    await database.close()
  }
}
