import { readFile, stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { tokenAccessRules } from '../../app/token-access.ts'
import { readTokenConfig } from '../../config/read-token-config.ts'
import type { AccessMistake, AccessPlan } from '../../domain/access/access-plan.ts'
import type { AccessFile } from '../../flows/operator/access-file.ts'
import { createApplyAccess } from '../../flows/operator/apply-access.ts'
import type { OpenStores } from '../../infrastructure/operator-stores.ts'
import { type Command, type ExitCode, exitCodes, type Terminal } from '../command.ts'
import { printableLine } from '../printable.ts'
import { withStores } from '../with-stores.ts'
import { differencesOf, extrasOf, lineOf } from './access-lines.ts'

const options = {
  'dry-run': { type: 'boolean', default: false },
  prune: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
} as const
const parameters = `FILE ${Object.keys(options)
  .map((option) => `[--${option}]`)
  .join(' ')}`
const maxFileBytes = 1_000_000
/** Codes of mistakes of a role that depend on the list of permissions. */
const aboutPermissions: ReadonlySet<string> = new Set(['NOT_GRANTABLE', 'UNKNOWN_PERMISSION'])

export const accessApply: Command = {
  name: 'access apply',
  parameters,
  json: true,
  description:
    'Makes the permissions and roles of the application those of a YAML file, in one transaction. Prints the differences, or every mistake with its line; then nothing is changed. --dry-run changes nothing. --prune also removes what the lists of the file do not name, after a confirmation or with --yes.',
  async run(terminal, args) {
    const given = readArguments(args)
    if (given === null) {
      terminal.printError(`Usage: access apply ${parameters}`)
      return exitCodes.usageError
    }
    // The parser is loaded only here: most commands do not need it.
    const { readAccessFile } = await import('./read-access-file.ts')
    const { file, mistakes } = readAccessFile(await readText(given.path))
    if (file === null) return reportMistakes(terminal, given.path, mistakes)
    return applyFile(terminal, { content: file, mistakes }, given)
  },
}

interface Given {
  readonly path: string
  readonly dryRun: boolean
  readonly prune: boolean
  /** Removals need no further confirmation. */
  readonly yes: boolean
}

/** Null: wrong usage. */
function readArguments(args: readonly string[]): Given | null {
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
    const { 'dry-run': dryRun, prune, yes } = values
    const [path, ...rest] = positionals
    return path === undefined || rest.length > 0 ? null : { path, dryRun, prune, yes }
  } catch {
    return null
  }
}

interface GivenFile {
  readonly content: AccessFile
  /** Those of its form. */
  readonly mistakes: readonly AccessMistake[]
}

function applyFile(terminal: Terminal, { content, mistakes }: GivenFile, given: Given): Promise<ExitCode> {
  const { path, dryRun, prune, yes } = given
  const tokenAccess = tokenAccessRules(readTokenConfig(terminal.env))
  const applied = withStores(terminal, async (opened) => {
    const { planAccess, applyAccess } = createApplyAccess({ ...opened, tokenAccess })
    const plan = await planAccess(content, prune)
    const all = [...mistakes, ...independentOf(mistakes, plan.mistakes)].sort(
      (one, other) => one.line - other.line,
    )
    if (all.length > 0) return reportMistakes(terminal, path, all)
    if (!terminal.json) printPlan(terminal, plan, prune, await slugsOf(opened))
    const differences = differencesOf(plan, prune)
    if (dryRun || differences.length === 0) return reportEnd(terminal, plan, prune, false)
    const removals = prune ? extrasOf(plan).length : 0
    if (removals > 0 && !yes && !(await isConfirmed(terminal, removals))) return exitCodes.failure
    if ((await applyAccess(content, prune, plan)) !== null) return reportEnd(terminal, plan, prune, true)
    terminal.printError(
      'Permissions or roles have changed meanwhile. Nothing was changed; run the command again.',
    )
    return exitCodes.failure
  })
  return applied.catch((error: unknown) => {
    // Without a database, those of the form are known.
    if (mistakes.length > 0) reportMistakes(terminal, path, mistakes)
    throw error
  })
}

/** The mistakes of the plan, except those that can follow from a permission whose form is wrong. */
function independentOf(
  ofForm: readonly AccessMistake[],
  ofPlan: readonly AccessMistake[],
): readonly AccessMistake[] {
  const isPermissionRead = !ofForm.some(({ name }) => /^permissions(\.|$)/.test(name))
  return ofPlan.filter(({ code }) => isPermissionRead || !aboutPermissions.has(code))
}

async function readText(file: string): Promise<string> {
  const { size } = await stat(file)
  if (size > maxFileBytes) throw new Error(`${file} has more than ${maxFileBytes} bytes.`)
  return readFile(file, 'utf8')
}

function reportMistakes(terminal: Terminal, file: string, mistakes: readonly AccessMistake[]): ExitCode {
  if (terminal.json) terminal.print(JSON.stringify({ applied: false, differences: [], mistakes }))
  for (const { line, name, code, message } of terminal.json ? [] : mistakes)
    terminal.printError(printableLine(`${file}:${line}: ${name}: ${code} ${message}`))
  return exitCodes.failure
}

async function slugsOf({ tenants }: Pick<OpenStores, 'tenants'>): Promise<ReadonlyMap<string, string>> {
  return new Map((await tenants.list()).map(({ id, slug }) => [id, slug]))
}

function printPlan(
  terminal: Terminal,
  plan: AccessPlan,
  prune: boolean,
  slugs: ReadonlyMap<string, string>,
): void {
  for (const difference of differencesOf(plan, prune))
    terminal.print(printableLine(lineOf(difference, slugs)))
  const extras = extrasOf(plan)
  if (prune || extras.length === 0) return
  const names = extras.map(({ name }) => name).join(', ')
  terminal.print(printableLine(`not in the file, kept (--prune removes them): ${names}`))
}

function reportEnd(terminal: Terminal, plan: AccessPlan, prune: boolean, applied: boolean): ExitCode {
  const differences = differencesOf(plan, prune)
  if (terminal.json) terminal.print(JSON.stringify({ applied, differences, mistakes: [] }))
  else if (differences.length === 0) terminal.print('Nothing to change.')
  else terminal.print(applied ? `${differences.length} changed` : `${differences.length} would be changed`)
  return exitCodes.success
}

async function isConfirmed(terminal: Terminal, removals: number): Promise<boolean> {
  if (terminal.confirm === undefined) {
    terminal.printError(`${removals} would be removed. Add --yes to confirm it without a terminal.`)
    return false
  }
  if (await terminal.confirm(`Remove ${removals} permissions and roles? Their holders lose them.`))
    return true
  terminal.printError('Nothing was changed.')
  return false
}
