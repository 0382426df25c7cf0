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
import { randomBytes } from '../lib/random.ts'
import type { Secret } from '../lib/secret.ts'
import type { EnvReader } from './env-reader.ts'
import type { Rule } from './rules.ts'
import { masterKey, type Pepper, peppers, randomText } from './secret-rules.ts'

/** The secrets that the environment gives; null where it does not. */
export interface GivenSecrets {
  readonly masterKey: Secret | null
  readonly previousMasterKey: Secret | null
  readonly refreshPeppers: readonly Pepper[] | null
  readonly passwordPepper: Secret | null
}

/** The secrets that Gatehouse makes for itself outside production. */
export interface GeneratedSecrets {
  readonly masterKey: Secret
  readonly refreshPeppers: readonly Pepper[]
}

export function readSecrets(reader: EnvReader): GivenSecrets {
  return {
    masterKey: reader.read('MASTER_KEY', masterKey, null),
    previousMasterKey: reader.read('MASTER_KEY_PREVIOUS', masterKey, null),
    refreshPeppers: reader.read('REFRESH_PEPPERS', peppers, null),
    passwordPepper: reader.read('PASSWORD_PEPPER', randomText, null),
  }
}

/** The text of a file that a `…_FILE` variable names. */
export function readSecretFile(path: string): string {
  return readFileSync(path, 'utf8')
}

/**
 * The secrets of `<dataDir>/secrets.json` (mode 0600 in a folder of 0700), made on first use. Processes that start
 * at once agree on one set: whoever links its finished file first wins, everybody reads that one.
 * @throws when the folder cannot be written, or the file is not one of these.
 */
export function loadOrGenerateSecrets(dataDir: string): GeneratedSecrets {
  const path = join(dataDir, 'secrets.json')
  const found = load(path)
  if (found !== null) return found
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  generate(path)
  const made = load(path)
  if (made === null) throw new Error('secrets.json went away while it was being made')
  return made
}

function load(path: string): GeneratedSecrets | null {
  const text = readIfThere(path)
  if (text === null) return null
  const stored = secretsFile.safeParse(text)
  if (!stored.success) throw new Error('secrets.json does not hold what was written to it')
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
  return stored.data
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function generate(path: string): void {
  const temporary = `${path}.${Buffer.from(randomBytes(8)).toString('hex')}`
  try {
    write(temporary, newSecrets())
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

function newSecrets(): string {
  const key = Buffer.from(randomBytes(32)).toString('base64')
  const pepper = Buffer.from(randomBytes(32)).toString('base64url')
  return `${JSON.stringify({ masterKey: key, refreshPeppers: `generated:${pepper}` }, null, 2)}\n`
}

/** The file holds the same texts as the variables would, under the same rules. */
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
  .pipe(z.object({ masterKey: ruled(masterKey), refreshPeppers: ruled(peppers) }))

function ruled<T>(rule: Rule<T>) {
  return z.string().transform((text, context): T => {
    const value = rule.parse(text)
    if (value !== null) return value
    context.addIssue({ code: 'custom', message: rule.wants })
    return z.NEVER
  })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
