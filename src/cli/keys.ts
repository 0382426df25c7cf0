import { readFile, writeFile } from 'node:fs/promises'
import { readConfig } from '../config/read-config.ts'
import { readPassphrase } from '../config/read-passphrase.ts'
import { readPrivateKey } from '../domain/keys/key-import.ts'
import { createImportSigningKey } from '../flows/operator/import-signing-key.ts'
import {
  createBackUpSigningKeys,
  createResealSigningKeys,
  createRestoreSigningKeys,
  createVerifySigningKeys,
} from '../flows/operator/keep-signing-keys.ts'
import { createResealTotpSecrets } from '../flows/operator/reseal-totp-secrets.ts'
import { openKeys, openOperatorLog } from '../infrastructure/operator-stores.ts'
import type { Secret } from '../lib/crypto/secret.ts'
import { type Command, type ExitCode, exitCodes, type Terminal } from './command.ts'
import { counted } from './counted.ts'
import { openCommandDatabase } from './open-command-database.ts'
import { printableLine } from './printable.ts'

const ownerOnly = 0o600

export const keysVerify: Command = {
  name: 'keys verify',
  parameters: null,
  json: true,
  description:
    'Decrypts every signing key. Reports keys that are damaged or encrypted with another MASTER_KEY.',
  async run(terminal) {
    const found = await withKeys(terminal, (deps) => createVerifySigningKeys(deps)())
    const exitCode = found.every(({ usable }) => usable) ? exitCodes.success : exitCodes.failure
    if (terminal.json) {
      const keys = found.map(({ key: { kid, algorithm, state }, usable }) => ({
        kid,
        algorithm,
        state,
        usable,
      }))
      terminal.print(JSON.stringify({ keys }))
      return exitCode
    }
    for (const { key, usable } of found) {
      const line = printableLine(`${key.kid} ${key.algorithm} ${key.state}`)
      if (usable) terminal.print(`${line} ok`)
      else
        terminal.printError(
          `${line} cannot be decrypted: it is damaged, or encrypted with another MASTER_KEY`,
        )
    }
    if (found.length === 0)
      terminal.print('There is no signing key yet. The first start of the service creates one.')
    return exitCode
  },
}

export const keysReseal: Command = {
  name: 'keys reseal',
  parameters: null,
  description:
    'Encrypts every signing key and every secret of an authenticator app with MASTER_KEY again. Decrypts with MASTER_KEY_PREVIOUS what it encrypted.',
  async run(terminal) {
    const { apps, keys } = await withKeys(terminal, async (deps) => ({
      apps: await createResealTotpSecrets(deps)(),
      keys: await createResealSigningKeys(deps)(),
    }))
    if (apps.resealed > 0)
      terminal.print(`${counted(apps.resealed, 'secret')} of authenticator apps resealed`)
    terminal.print(`${keys.resealed} resealed`)
    for (const id of apps.damaged)
      terminal.printError(
        `The secret ${id} of an authenticator app cannot be decrypted (damaged, or encrypted with another MASTER_KEY): it was not resealed`,
      )
    const exitCode = reportDamaged(terminal, keys.damaged, 'it was not resealed')
    return apps.damaged.length === 0 ? exitCode : exitCodes.failure
  },
}

export const keysBackup: Command = {
  name: 'keys backup',
  parameters: 'FILE',
  description: 'Writes the signing keys to a new file, encrypted with KEY_BACKUP_PASSPHRASE.',
  run: (terminal, args) =>
    withPassphrase(terminal, args, async (path, passphrase) => {
      const { file, kids, damaged } = await withKeys(terminal, (deps) =>
        createBackUpSigningKeys(deps)(passphrase.reveal()),
      )
      const exitCode = reportDamaged(terminal, damaged, 'the backup does not contain it')
      if (file === null) {
        terminal.printError('There is no key to back up. No file was written.')
        return exitCodes.failure
      }
      await writeFile(path, `${file}\n`, { flag: 'wx', mode: ownerOnly })
      terminal.print(`${kids.length} backed up`)
      return exitCode
    }),
}

export const keysRestore: Command = {
  name: 'keys restore',
  parameters: 'FILE',
  description:
    'Restores missing and damaged signing keys from a file of keys backup. The service reads them within 30 seconds.',
  run: (terminal, args) =>
    withPassphrase(terminal, args, async (path, passphrase) => {
      const file = await readFile(path, 'utf8')
      const restored = await withKeys(terminal, (deps) =>
        createRestoreSigningKeys(deps)(file, passphrase.reveal()),
      )
      for (const kid of restored) terminal.print(`restored ${kid}`)
      if (restored.length === 0)
        terminal.print('Nothing to restore: every key of the backup is present and can be decrypted.')
      return exitCodes.success
    }),
}

export const keysImport: Command = {
  name: 'keys import',
  parameters: 'FILE',
  description:
    'Imports your own private key (PEM in PKCS #8 form, or a JWK) as the next signing key. It signs after the next rotation.',
  async run(terminal, args) {
    const path = onlyArgument(terminal, args)
    if (path === null) return exitCodes.usageError
    const read = readPrivateKey(await readFile(path, 'utf8'))
    const { algorithm } = readConfig(terminal.env).tokens
    const { kid, replaced } = await withKeys(terminal, (deps) =>
      createImportSigningKey({ ...deps, algorithm })(read),
    )
    terminal.print(`imported ${kid}`)
    if (replaced !== null) terminal.print(printableLine(`removed ${replaced}, which never signed`))
    return exitCodes.success
  },
}

/** Null, and an error is printed, unless there is exactly one argument. */
function onlyArgument(terminal: Terminal, [path, ...rest]: readonly string[]): string | null {
  if (path !== undefined && rest.length === 0) return path
  terminal.printError('Expected exactly one argument: FILE.')
  return null
}

/** Reports the keys that were skipped. The command fails then, although the other keys are done. */
function reportDamaged(terminal: Terminal, kids: readonly string[], consequence: string): ExitCode {
  for (const kid of kids)
    terminal.printError(
      `${printableLine(kid)} cannot be decrypted (damaged, or encrypted with another MASTER_KEY): ${consequence}`,
    )
  return kids.length === 0 ? exitCodes.success : exitCodes.failure
}

async function withPassphrase(
  terminal: Terminal,
  args: readonly string[],
  work: (path: string, passphrase: Secret) => Promise<ExitCode>,
): Promise<ExitCode> {
  const path = onlyArgument(terminal, args)
  if (path === null) return exitCodes.usageError
  return work(path, readPassphrase(terminal.env))
}

async function withKeys<T>(
  terminal: Terminal,
  work: (deps: ReturnType<typeof openKeys>) => Promise<T>,
): Promise<T> {
  const config = readConfig(terminal.env)
  const database = await openCommandDatabase(terminal, config)
  try {
    return await work(openKeys(config, database, openOperatorLog(config.audit, terminal.printError)))
  } finally {
    await database.close()
  }
}
