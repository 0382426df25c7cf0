import { existsSync, readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import type { Config } from './config.ts'
import type { Environment } from './variable.ts'

/** The addresses of a started service and the next step, for people who start it on their machine. `page`: path of the first page. */
export function welcomeText(config: Config, command: string, page: string | null): string {
  const { publicUrl } = config.server
  const api = new URL('/graphql', publicUrl).href
  const showsMailbox = config.mail?.transport === 'mailbox' && config.mail.audience !== null
  const lines = [
    `  API        ${api}`,
    ...(config.graphiql ? [`  GraphiQL   ${api} (open it in a browser)`] : []),
    ...(page === null ? [] : [`  Pages      ${new URL(page, publicUrl).href}`]),
    ...(showsMailbox ? [`  Mailbox    ${new URL('/dev/mailbox', publicUrl).href}`] : []),
  ]
  const stop = config.database.url === null ? ', after you have stopped the service with Ctrl-C' : ''
  return `
Gatehouse is ready.

${lines.join('\n')}

To make a registered account the first administrator${stop}:
  ${command} users promote EMAIL

`
}

/** Printed before the first start, which takes longer than the next ones. */
export function firstStartText(folder: string): string {
  return `Creating the embedded database in ${folder}. This takes a few seconds, once.\n`
}

/**
 * How the user runs commands of this program, from the path of the script that runs: in a clone of the repository by npm; by `npx`
 * if it is a dependency of the working folder. `npx` of a package installs in a folder of its own, which is not in PATH.
 */
export function commandLine(env: Environment, script: string, folder: string = process.cwd()): string {
  if (/[\\/](main|cli)\.[jt]s$/.test(script)) return 'npm run cli --'
  const temporary = /^.*[\\/]_npx[\\/][^\\/]+/.exec(script)
  if (temporary !== null) return npxCommand(temporary[0], folder) ?? `node ${quoted(script)}`
  const isDependency = script.startsWith(join(folder, 'node_modules', sep))
  if (isDependency || /[\\/]node_modules[\\/]\.bin[\\/]/.test(script) || env.npm_command === 'exec')
    return 'npx gatehouse'
  return 'gatehouse'
}

/** The command with the package that `npx` was called with. Null: its file is not at that place, or npx has not recorded it. */
function npxCommand(temporary: string, folder: string): string | null {
  const [name = '', ...others] = packagesOf(join(temporary, 'package.json'))
  const isFile = /\.tgz$/.test(name)
  if (others.length > 0 || !isFile || !existsSync(resolve(folder, name))) return null
  return `npx ${quoted(name)}`
}

/** What npx has recorded; nothing if it cannot be read. */
function packagesOf(file: string): readonly string[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))._npx?.packages ?? []
  } catch {
    return []
  }
}

function quoted(word: string): string {
  return /\s/.test(word) ? `"${word}"` : word
}
