import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { envFileText } from '../config/env-file-text.ts'
import { initialSecrets } from '../config/generated-secrets.ts'
import { randomBytes } from '../lib/crypto/random.ts'

const ownerOnly = 0o600
const othersMode = 0o077

/** The files of a federation, and which examples they are. */
const templates: Readonly<Record<string, string>> = {
  'posts.js': 'subgraph-posts/posts.js',
  'compose.mjs': 'federation/compose.mjs',
  'gateway.config.ts': 'federation/gateway.config.ts',
  'start.mjs': 'federation/start.mjs',
  'sign-edge.ts': 'hive-gateway-plugin/sign-edge.ts',
  'use-gatehouse-edge.ts': 'hive-gateway-plugin/use-gatehouse-edge.ts',
}
const manifestTemplate = 'federation/package.json'
/** Keeps the secrets of `.env` and the data of the embedded database out of a repository. */
const ignored = '.env\n.gatehouse/\nnode_modules/\n'

/** The files that a folder already has and that would be written. package.json, .env and .gitignore are not among them. */
export function existingFiles(folder: string): readonly string[] {
  return Object.keys(templates).filter((file) => existsSync(join(folder, file)))
}

/** Whether the file exists and users other than its owner have rights to it. Windows has no such mode. */
export async function isReadableByOthers(file: string): Promise<boolean> {
  if (process.platform === 'win32' || !existsSync(file)) return false
  return ((await stat(file)).mode & othersMode) !== 0
}

/** Writes the files, none of which may exist. Returns the names of all files that were written or extended. */
export async function writeFederation(folder: string, dataDir: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true })
  for (const [file, example] of Object.entries(templates))
    await writeFile(join(folder, file), await readFile(examplePath(example)), { flag: 'wx' })
  const manifest = join(folder, 'package.json')
  const isNew = !existsSync(manifest)
  if (isNew) await writeFile(manifest, await manifestText(folder), { flag: 'wx' })
  const ignoreFile = join(folder, '.gitignore')
  const ignores = !existsSync(ignoreFile)
  if (ignores) await writeFile(ignoreFile, ignored, { flag: 'wx' })
  const extended = await addVariables(join(folder, '.env'), resolve(folder, dataDir))
  return [
    ...Object.keys(templates),
    ...(isNew ? ['package.json'] : []),
    ...(ignores ? ['.gitignore'] : []),
    ...(extended ? ['.env'] : []),
  ]
}

/** What `npm install` needs in a folder with a package.json of its own. */
export async function federationPackages(folder: string): Promise<readonly string[]> {
  const { dependencies } = JSON.parse(await manifestText(folder))
  return Object.entries(dependencies).map(([name, range]) => `${name}@${range}`)
}

/** The package.json. Packages of Gatehouse come from the registry, unless their tarballs are in the folder. */
async function manifestText(folder: string): Promise<string> {
  const text = await readFile(examplePath(manifestTemplate), 'utf8')
  return text.replace(/"file:(gatehouse-[a-z]+-([^"]+)\.tgz)"/g, (found, tarball: string, version: string) =>
    existsSync(join(folder, tarball)) ? found : `"^${version}"`,
  )
}

/** Creates the file, or appends to it what it lacks. Nothing that it contains is changed. */
async function addVariables(file: string, dataDir: string): Promise<boolean> {
  const found = existsSync(file) ? await readFile(file, 'utf8') : null
  const given = found === null ? {} : parseEnv(found)
  const missing = Object.entries(newVariables()).filter(([name]) => given[name] === undefined)
  if (missing.length === 0) return false
  const lines = missing.map(([name, { value, comment }]) => `# ${comment}\n${name}=${value}\n`)
  const text = `\n# --- The gateway of gateway.config.ts ---\n\n${lines.join('\n')}`
  if (found === null)
    await writeFile(file, envFileText(initialSecrets(dataDir)) + text, { flag: 'wx', mode: ownerOnly })
  else await appendFile(file, found === '' || found.endsWith('\n') ? text : `\n${text}`)
  return true
}

function newVariables() {
  const secret = Buffer.from(randomBytes(32)).toString('base64url')
  return {
    GATEWAY_SECRETS: {
      comment: 'Signs what the gateway states about a client. Gatehouse and the gateway read this line.',
      value: `hive:${secret}`,
    },
    CORS_ORIGINS: {
      comment:
        'Origins that may call the API: the page of the gateway, and an application on the port of Vite.',
      value: 'http://localhost:4002,http://localhost:5173',
    },
  }
}

/** A file of `examples`. The relative path is the same from `src` and from `dist`, and shorter from the bundle. */
function examplePath(path: string): string {
  const fromBundle = fileURLToPath(new URL(`../examples/${path}`, import.meta.url))
  if (existsSync(fromBundle)) return fromBundle
  return fileURLToPath(new URL(`../../examples/${path}`, import.meta.url))
}
