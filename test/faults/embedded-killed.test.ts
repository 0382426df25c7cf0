import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { type SignedIn, signIn, signUp, tryLogout, tryMe, tryRefresh } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { reportFault } from './support/fault-report.ts'

const kills = 5
const writers = 4

let folder: string
let service: ServiceProcess
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-killed-'))
})
afterEach(() => service.stop('SIGKILL'))
afterAll(() => rm(folder, { recursive: true, force: true }))

// DATA_DIR holds the generated secrets too.
const start = () => ServiceProcess.start({ MASTER_KEY: '', REFRESH_PEPPERS: '', DATA_DIR: folder })

/** What clients were told, and must find again. */
interface Acknowledged {
  readonly accounts: SignedIn[]
  readonly loggedOut: SignedIn[]
  /** The newest ones that were answered. One that was sent without an answer is not among them. */
  readonly refreshTokens: Set<string>
}

/** Registers, refreshes and logs out until the process is gone. Only what was answered is noted. */
async function write(known: Acknowledged): Promise<void> {
  try {
    for (;;) {
      const [kept, ended] = [await signUp(service.actor()), await signUp(service.actor())]
      known.accounts.push(kept, ended)
      const { data } = await tryRefresh(kept.actor, kept.refreshToken)
      known.refreshTokens.add(data.refresh.tokens.refreshToken)
      const left = await tryLogout(ended.actor, ended.accessToken)
      if (left.errors.length === 0) known.loggedOut.push(ended)
    }
  } catch {
    // The process is gone.
  }
}

describe(`the embedded default, killed ${kills} times while clients write`, () => {
  it('loses no write that it has acknowledged, and starts again each time', async () => {
    const known: Acknowledged = { accounts: [], loggedOut: [], refreshTokens: new Set() }
    for (let kill = 0; kill < kills; kill += 1) {
      service = await start()
      const before = known.loggedOut.length
      const load = Array.from({ length: writers }, () => write(known))
      await eventually(() => expect(known.loggedOut.length).toBeGreaterThan(before + writers))
      await service.stop('SIGKILL')
      await Promise.all(load)
    }
    const startedAtMs = performance.now()
    service = await start()
    const lastStartMs = performance.now() - startedAtMs
    for (const account of known.accounts) await signIn(service.actor(), account.email)
    for (const { accessToken } of known.loggedOut)
      expect(reasonOf(await tryMe(service.actor(), accessToken))).toBe('TOKEN_REVOKED')
    for (const refreshToken of known.refreshTokens) {
      const { data } = await tryRefresh(service.actor(), refreshToken)
      expect(data.refresh.__typename).toBe('RefreshSuccess')
    }
    reportFault('SIGKILL of the embedded default', {
      kills,
      'accounts acknowledged': known.accounts.length,
      'logouts acknowledged': known.loggedOut.length,
      lost: 0,
      'start after the last kill, ms': lastStartMs,
    })
  })
})
