import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { envFileText } from '../config/env-file-text.ts'
import { initialSecrets, storedSecrets } from '../config/generated-secrets.ts'
import { errorCode } from '../lib/text/error-text.ts'
import { type Command, type ExitCode, exitCodes, type Terminal } from './command.ts'
import { existingFiles, federationPackages, isReadableByOthers, writeFederation } from './federation-files.ts'

const ownerOnly = 0o600
const defaultFile = '.env'
const defaultDataDir = '.gatehouse'
const usage = 'Usage: init [FILE]\n       init --subgraph yoga --gateway hive [FOLDER]'

export const init: Command = {
  name: 'init',
  parameters: '[FILE] | --subgraph yoga --gateway hive [FOLDER]',
  readsNoEnvFile: true,
  description:
    'Writes a file with new secrets and the variables that production requires, with comments: .env, or FILE. Never overwrites. If DATA_DIR already has generated secrets, the file gets those, so that the data stays readable. With --subgraph and --gateway, writes a federation to FOLDER (by default this one): a subgraph with GraphQL Yoga behind Hive Gateway, with the shared secret in .env. An existing .env gets only what it lacks, and must be readable by its owner alone.',
  async run(terminal, args) {
    const given = readArguments(args)
    if (given === null) {
      terminal.printError(usage)
      return exitCodes.usageError
    }
    return given.isFederation
      ? initFederation(terminal, given.target ?? '.')
      : initFile(terminal, given.target)
  },
}

/** Null: wrong usage. */
function readArguments(
  args: readonly string[],
): { isFederation: boolean; target: string | undefined } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { subgraph: { type: 'string' }, gateway: { type: 'string' } },
    })
    const { subgraph, gateway } = values
    const isFederation = subgraph === 'yoga' && gateway === 'hive'
    const [target, ...rest] = positionals
    const isValid = rest.length === 0 && (isFederation || (subgraph === undefined && gateway === undefined))
    return isValid ? { isFederation, target } : null
  } catch {
    return null
  }
}

async function initFile(terminal: Terminal, file = defaultFile): Promise<ExitCode> {
  const dataDir = terminal.env.DATA_DIR || defaultDataDir
  const hadSecrets = storedSecrets(dataDir) !== null
  const secrets = initialSecrets(dataDir)
  try {
    await writeFile(file, envFileText(secrets), { flag: 'wx', mode: ownerOnly })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    terminal.printError(`${file} exists already and is not changed.`)
    return exitCodes.failure
  }
  terminal.print(`${file} is written. It contains secrets: keep it out of version control, and back it up.`)
  if (hadSecrets) reportReuse(terminal, 'It', dataDir)
  terminal.print(
    file === defaultFile
      ? 'A start in this folder reads it. With NODE_ENV=production, set ENV_FILE=.env as well.'
      : `A start reads it if ENV_FILE=${file} is set.`,
  )
  return exitCodes.success
}

function reportReuse(terminal: Terminal, what: string, dataDir: string): void {
  terminal.print(
    `${what} has the secrets of ${dataDir}. For a new installation, run the command in another folder, or with another DATA_DIR.`,
  )
}

async function initFederation(terminal: Terminal, folder: string): Promise<ExitCode> {
  const existing = existingFiles(folder)
  if (existing.length > 0) {
    terminal.printError(`Nothing is written: ${existing.join(', ')} exists already.`)
    return exitCodes.failure
  }
  const envFile = join(folder, defaultFile)
  if (await isReadableByOthers(envFile)) {
    terminal.printError(
      `Nothing is written: other users of this machine can read ${envFile}, and it would get a secret. Run: chmod 600 ${envFile}`,
    )
    return exitCodes.failure
  }
  const hadManifest = existsSync(join(folder, 'package.json'))
  const dataDir = terminal.env.DATA_DIR || defaultDataDir
  const getsOldSecrets = !existsSync(envFile) && storedSecrets(resolve(folder, dataDir)) !== null
  const written = await writeFederation(folder, dataDir)
  const install = hadManifest ? `npm install ${(await federationPackages(folder)).join(' ')}` : 'npm install'
  terminal.print(`Written: ${written.join(', ')}.
.env contains secrets: keep it out of version control, and back it up.`)
  if (getsOldSecrets) reportReuse(terminal, '.env', dataDir)
  terminal.print(`
Start the federation${folder === '.' ? '' : ` in ${folder}`} with three commands:

  ${install}
  node compose.mjs
  node start.mjs

The gateway is then at http://localhost:4002/graphql, Gatehouse at http://localhost:4000/graphql.`)
  return exitCodes.success
}
