import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { toHex } from '../lib/crypto/digest.ts'
import { randomBytes } from '../lib/crypto/random.ts'
import type { Rule } from './rules/rule.ts'
import { identifiedSecrets, masterKey } from './rules/secret-rules.ts'
import type { GeneratedSecrets } from './themes/storage/secrets.ts'

/**
 * Returns the secrets of `<dataDir>/secrets.json` (mode 0600 in a folder of mode 0700). The first call creates the file.
 * Processes that start at the same time agree on one set: the first to link its finished file wins, and all read that file.
 * @throws if the folder is not writable, or the file is invalid.
 */
export function loadOrGenerateSecrets(dataDir: string): GeneratedSecrets {
  const path = join(dataDir, 'secrets.json')
  const found = load(path)
  if (found !== null) return found
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  generate(path)
  const created = load(path)
  if (created === null) throw new Error('secrets.json disappeared while it was created')
  return created
}

function load(path: string): GeneratedSecrets | null {
  const text = readIfPresent(path)
  if (text === null) return null
  const stored = secretsFile.safeParse(text)
  if (!stored.success) throw new Error('secrets.json does not contain valid secrets')
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
  return stored.data
}

/** The secrets of `<dataDir>/secrets.json`; null if there is no such file. Writes no file. @throws as above */
export function storedSecrets(dataDir: string): GeneratedSecrets | null {
  return load(join(dataDir, 'secrets.json'))
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function generate(path: string): void {
  const temporary = `${path}.${toHex(randomBytes(8))}`
  try {
    write(temporary, `${JSON.stringify(newSecrets(), null, 2)}\n`)
    linkSync(temporary, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}

function write(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** The secrets as the variables MASTER_KEY and REFRESH_PEPPERS contain them. */
export interface SecretTexts {
  readonly masterKey: string
  readonly refreshPeppers: string
}

/** The secrets of `<dataDir>/secrets.json` if the file exists; otherwise new ones. Writes no file. @throws as above */
export function initialSecrets(dataDir: string): SecretTexts {
  const found = storedSecrets(dataDir)
  if (found === null) return newSecrets()
  const peppers = found.refreshPeppers.map(({ id, secret }) => `${id}:${secret.reveal()}`)
  return { masterKey: found.masterKey.reveal(), refreshPeppers: peppers.join(',') }
}

function newSecrets(): SecretTexts {
  const pepper = Buffer.from(randomBytes(32)).toString('base64url')
  return {
    masterKey: Buffer.from(randomBytes(32)).toString('base64'),
    refreshPeppers: `generated:${pepper}`,
  }
}

/** The file contains the same texts as the variables would, under the same rules. */
const secretsFile = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text)
    } catch {
      context.addIssue({ code: 'custom', message: 'not JSON' })
      return z.NEVER
    }
  })
  .pipe(z.object({ masterKey: validated(masterKey), refreshPeppers: validated(identifiedSecrets) }))

function validated<T>(rule: Rule<T>) {
  return z.string().transform((text, context): T => {
    const value = rule.parse(text)
    if (value !== null) return value
    context.addIssue({ code: 'custom', message: rule.expected })
    return z.NEVER
  })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
