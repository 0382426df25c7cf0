import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { signIn, signUp, tryMe, tryRefresh } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'
import { reportFault } from './support/fault-report.ts'

/** Debian's package libfaketime. */
const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
const installed = existsSync(library)
if (!installed)
  console.warn('NO LIBFAKETIME FOUND: THE CLOCK TESTS ARE SKIPPED. Install the package faketime.')

let database: Awaited<ReturnType<typeof createServerDatabase>>
let folder: string
const started: ServiceProcess[] = []
beforeAll(async () => {
  database = await createServerDatabase()
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-clock-'))
})
afterEach(() => Promise.all(started.splice(0).map((service) => service.stop('SIGKILL'))))
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await database.drop()
})

/** A process whose wall clock follows a file. Its monotonic clock does not jump, as on a real machine. */
async function startWithClock(name: string, offset: string) {
  const file = join(folder, name)
  const setClock = async (text: string) => {
    await writeFile(`${file}.new`, `${text}\n`)
    await rename(`${file}.new`, file)
  }
  await setClock(offset)
  const service = await ServiceProcess.start({
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl') ?? '',
    REPLICAS: '2',
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    DONT_FAKE_MONOTONIC: '1',
  })
  started.push(service)
  return { service, setClock }
}

const me = async (service: ServiceProcess, token: string) => reasonOf(await tryMe(service.actor(), token))
const refresh = async (service: ServiceProcess, token: string) =>
  (await tryRefresh(service.actor(), token)).data?.refresh

describe.skipIf(!installed)('F18: a clock that jumps while the process serves', () => {
  it.each([
    ['+1h', 'TOKEN_EXPIRED', 'RefreshSuccess'],
    ['+8d', 'TOKEN_EXPIRED', null],
    ['-3s', 'ok', 'RefreshSuccess'],
  ])('by %s: expiry follows, and after the jump back nothing is stuck', async (offset, access, refreshed) => {
    const { service, setClock } = await startWithClock('jump', '+0')
    const ada = await signUp(service.actor())
    expect(await me(service, ada.accessToken)).toBe('ok')
    await setClock(offset)
    await eventually(async () => expect(await me(service, ada.accessToken)).toBe(access))
    const answer = await refresh(service, ada.refreshToken)
    if (refreshed !== null) expect(answer).toMatchObject({ __typename: refreshed })
    await eventually(() => signUp(service.actor()))
    await setClock('+0')
    const grace = await signUp(service.actor())
    expect(await me(service, grace.accessToken)).toBe('ok')
    await eventually(() => signIn(service.actor(), ada.email))
    await eventually(async () => expect(await service.readiness()).toBe(200))
    reportFault(`F18 clock ${offset} and back`, {
      'access token': access,
      refresh: String(answer?.__typename),
      'after the jump back': 'registration, sign-in and readiness work',
    })
  })

  it('by -1h: tokens of the future are refused as such, new ones work, and nothing is stuck', async () => {
    const { service, setClock } = await startWithClock('back', '+0')
    const ada = await signUp(service.actor())
    await setClock('-1h')
    const seen = await me(service, ada.accessToken)
    const again = await eventually(() => signIn(service.actor(), ada.email))
    expect(await me(service, again.accessToken)).toBe('ok')
    const answer = await refresh(service, ada.refreshToken)
    expect(answer).toMatchObject({ __typename: 'RefreshSuccess' })
    await setClock('+0')
    expect(await me(service, (await signIn(service.actor(), ada.email)).accessToken)).toBe('ok')
    reportFault('F18 clock -1h and back', {
      'access token of before': String(seen),
      refresh: String(answer?.__typename),
      'after the jump back': 'sign-in works',
    })
  })
})

describe.skipIf(!installed)('F18: two processes whose clocks differ by four seconds', () => {
  it('take turns in refreshing a session without a false reuse', async () => {
    const [{ service: early }, { service: late }] = [
      await startWithClock('early', '-2s'),
      await startWithClock('late', '+2s'),
    ]
    const ada = await signUp(early.actor())
    let { refreshToken, accessToken } = ada
    const turns = 12
    for (let turn = 0; turn < turns; turn += 1) {
      const [from, to] = turn % 2 === 0 ? [late, early] : [early, late]
      const answer = await refresh(from, refreshToken)
      expect([turn, answer?.__typename]).toEqual([turn, 'RefreshSuccess'])
      ;({ refreshToken, accessToken } = answer.tokens)
      expect([turn, await me(to, accessToken)]).toEqual([turn, 'ok'])
    }
    reportFault('F18 two processes, 4 s apart', { refreshes: turns, 'false reuse': 0, 'tokens refused': 0 })
  })
})
