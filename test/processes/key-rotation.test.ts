import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually, patienceMs } from '../support/eventually.ts'
import { type SignedIn, signIn, signUp, tryMe } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'

const replicas = 4
/** Longer by hand: KEY_ROTATION_LOAD_SECONDS=60. */
const loadSeconds = Number(process.env.KEY_ROTATION_LOAD_SECONDS ?? '6')
const rotations = 3
const rotate = `mutation { rotateSigningKeys { __typename
  ... on RotateSigningKeysSuccess { signingKeys { kid state } } } }`
const env = { REPLICAS: String(replicas), REDIS_URL: inject('redisUrl') ?? '' }

let database: Awaited<ReturnType<typeof createServerDatabase>>
let sql: Client
let services: readonly ServiceProcess[] = []
beforeAll(async () => {
  database = await createServerDatabase()
  sql = new Client({ connectionString: database.url })
  await sql.connect()
  const given = { ...env, DATABASE_URL: database.url, SESSION_LIMIT: '1000' }
  services = await Promise.all(Array.from({ length: replicas }, () => ServiceProcess.start(given)))
})
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')))
  await sql.end()
  await database.drop()
})

function anyService(): ServiceProcess {
  const service = services[Math.floor(Math.random() * services.length)]
  if (service === undefined) throw new Error('There is no process.')
  return service
}

function kidOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
}

/** Again if a busy machine exceeds a time limit of the process. */
const login = ({ email }: Pick<SignedIn, 'email'>) => eventually(() => signIn(anyService().actor(), email))

/** An administrator with a fresh proof. */
async function administrator(): Promise<SignedIn> {
  const somebody = await eventually(() => signUp(anyService().actor()))
  await sql.query(`UPDATE users SET role = 'ADMIN' WHERE id = $1`, [somebody.userId])
  const { accessToken } = await login(somebody)
  return { ...somebody, accessToken }
}

describe('signing keys that are rotated under load in four processes', () => {
  it(
    'cause no refused token, for any process that signed it and any that verifies it',
    async () => {
      const admin = await administrator()
      const ada = await eventually(() => signUp(anyService().actor()))
      const kids = new Set<string>()
      const refused: unknown[] = []
      let verified = 0
      const endsAt = performance.now() + loadSeconds * 1000
      let rotated = 0
      const client = async () => {
        // A slow machine takes longer than that to draw the keys: each client sees what came after the last of them.
        for (let last = false; !last; ) {
          last = rotated === rotations && performance.now() > endsAt
          const { accessToken } = await login(ada)
          kids.add(kidOf(accessToken))
          for (const service of services) {
            const outcome = reasonOf(await tryMe(service.actor(), accessToken))
            if (outcome === 'ok') verified += 1
            // UNAVAILABLE on a busy machine refuses no token.
            else if (outcome !== 'UNAVAILABLE') refused.push(outcome)
          }
        }
      }
      const askRotation = async () => {
        for (let count = 0; count < rotations; count += 1) {
          await new Promise((resolve) => setTimeout(resolve, (loadSeconds * 1000) / (rotations + 2)))
          // As if the next key had been published for an hour; the other processes may not have read it yet.
          await sql.query(
            `UPDATE signing_keys SET created_at = created_at - interval '1 hour' WHERE state = 'NEXT'`,
          )
          const request = (service: ServiceProcess) =>
            eventually(async () => {
              const answer = await service.actor().ask(rotate, {}, Actor.bearer(admin.accessToken))
              expect(reasonOf(answer)).not.toBe('UNAVAILABLE')
              return answer
            })
          for (const { data, errors } of await Promise.all(services.map(request))) {
            expect(errors).toEqual([])
            expect(data.rotateSigningKeys.__typename).toBe('RotateSigningKeysSuccess')
          }
          rotated += 1
        }
      }
      const rotating = askRotation().finally(() => {
        rotated = rotations
      })
      await Promise.all([rotating, ...Array.from({ length: 4 }, client)])
      expect(refused).toEqual([])
      expect(verified).toBeGreaterThan(50)
      expect(kids.size).toBeGreaterThan(1)
      const { rows } = await sql.query(
        'SELECT state, count(*)::int AS total FROM signing_keys GROUP BY state',
      )
      const totals = Object.fromEntries(rows.map(({ state, total }) => [state, total]))
      expect(totals).toMatchObject({ CURRENT: 1, NEXT: 1 })
    },
    2 * patienceMs + loadSeconds * 1000,
  )
})
