import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createApp } from '../../src/app/create-app.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { openInfrastructure } from '../../src/infrastructure/open-infrastructure.ts'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { compareSamples, describeComparison } from './samples.ts'

/**
 * Measures whether response times reveal if an address has an account. Known and unknown addresses alternate, so that
 * other load on the machine affects both. Uses the real argon2 parameters, and DATABASE_URL or the embedded database.
 * With EMAIL_VERIFICATION=required, every address also gets a pending registration, and logins with its password are measured.
 *   npm run bench -- enumeration [runs]
 */
const runs = Number(process.argv[2] ?? 200)
const password = 'Corr3ct-horse-battery!'
const guess = (email: string) =>
  `mutation { login(input: { identifier: "${email}", password: "Wr0ng-horse-battery!" }) { __typename } }`
const required = process.env.EMAIL_VERIFICATION === 'required'
/** A registration of an address with an account is pending as well, and its password must reveal nothing. */
const pendingPassword = 'P3nding-horse-battery!'
const pendingOperations = {
  register: (email: string) =>
    `mutation { register(input: { email: "${email}", password: "${pendingPassword}" }) { __typename } }`,
  'login (pending registration)': (email: string) =>
    `mutation { login(input: { identifier: "${email}", password: "${pendingPassword}" }) { __typename } }`,
}
/** The order matters: the guesses of the first operation lead to the locks of the last one. */
const operations = {
  ...(required ? pendingOperations : {}),
  login: guess,
  requestPasswordReset: (email: string) =>
    `mutation { requestPasswordReset(input: { email: "${email}" }) { __typename } }`,
  resendVerificationEmail: (email: string) =>
    `mutation { resendVerificationEmail(input: { email: "${email}" }) { __typename } }`,
  'login (until it locks)': guess,
  'login (locked)': guess,
}

const closer = new Closer()
const dataDir = await mkdtemp(path.join(tmpdir(), 'gatehouse-bench-'))
closer.add('data folder', () => rm(dataDir, { recursive: true, force: true }))
const env = { DATA_DIR: dataDir, RATE_LIMITS: 'off', MIGRATE_ON_START: 'on', ...process.env }

async function start(env: Readonly<Record<string, string | undefined>>) {
  const config = readConfig(env)
  const opened = new Closer()
  const infrastructure = await openInfrastructure(config, silentLogger, opened)
  const app = createApp(config, infrastructure)
  await app.start()
  const ask = async (query: string) => {
    const request = new Request(new URL('/graphql', config.server.publicUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    const response = await app.fetch(request, { peerAddress: '127.0.0.1' })
    return response.text()
  }
  const stop = async () => {
    await app.stop()
    await opened.close()
  }
  return { infrastructure, ask, stop }
}

/** All addresses have the same length, so that only the account differs. */
const addresses = Array.from({ length: runs }, (_, n) => `person${String(n).padStart(6, '0')}@example.com`)
const known = addresses.filter((_, n) => n % 2 === 0)
const strangers = addresses.filter((_, n) => n % 2 === 1)
// Accounts are made in the mode in which a registration is one, and verified if the measured mode requires it.
const setup = await start({ ...env, EMAIL_VERIFICATION: 'optional' })
for (const email of known) {
  const registered = await setup.ask(
    `mutation { register(input: { email: "${email}", password: "${password}" }) { ... on RegisterSuccess { user { id } } } }`,
  )
  const id = /"id":"([^"]+)"/.exec(registered)?.[1]
  if (id === undefined) throw new Error(`An address could not be registered: ${registered}`)
  if (required) await setup.infrastructure.stores.accounts.verifyEmail(id, new Date())
}
await setup.stop()

const measured = await start(env)
async function ask(query: string): Promise<number> {
  const startedAt = performance.now()
  await measured.ask(query)
  return performance.now() - startedAt
}

console.log(
  `| operation | median known | median unknown | difference | P(known > unknown) | distinguishable |`,
)
console.log(`| --- | --- | --- | --- | --- | --- |`)
for (const [name, write] of Object.entries(operations)) {
  for (const email of [...known.slice(0, 10), ...strangers.slice(0, 10)]) await ask(write(email))
  const times = { known: [] as number[], unknown: [] as number[] }
  for (let n = 0; n < runs; n += 1) {
    const ofKnown = known[n % known.length] ?? ''
    const ofStranger = strangers[n % strangers.length] ?? ''
    // The order alternates, because the second of two requests finds warmer caches.
    for (const group of n % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)) {
      times[group].push(await ask(write(group === 'known' ? ofKnown : ofStranger)))
    }
  }
  console.log(describeComparison(name, compareSamples(times.known, times.unknown)))
}
await measured.stop()
await closer.close()
