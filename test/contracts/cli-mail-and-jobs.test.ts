import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jobNames } from '../../src/app/job-times.ts'
import { type CommandStage, openCommandStage } from '../support/command-stage.ts'
import { freshEmail } from '../support/test-app.ts'

let stage: CommandStage
beforeAll(async () => {
  stage = await openCommandStage({ MASTER_KEY: randomBytes(32).toString('base64') })
})
afterAll(() => stage.close())

describe('mail list and mail retry', () => {
  const failAll = () =>
    stage.onDatabase(async ({ client }) => {
      const data = { state: 'FAILED', attempts: 7, lastError: 'SMTP: 421.', finishedAt: new Date() } as const
      await client.mailMessage.updateMany({ data })
      return client.mailMessage.findMany({ orderBy: { id: 'desc' } })
    })
  const states = () =>
    stage.onDatabase(async ({ client }) => {
      const rows = await client.mailMessage.findMany({ orderBy: { id: 'desc' } })
      return rows.map(({ state, attempts }) => [state, attempts])
    })

  it('show failed mails with masked addresses, and queue them again', async () => {
    const [older, newer] = [freshEmail(), freshEmail('zoe')]
    for (const email of [older, newer]) await stage.run(['users', 'create', email])
    const [first, second] = await failAll()
    const listed = await stage.run(['mail', 'list', '--failed', '--limit', '1'])
    expect(listed.output).toEqual([
      expect.stringMatching(
        new RegExp(`^${first?.id}  \\S+Z  USER_INVITED  7 attempts  z…@example.com  SMTP: 421.$`),
      ),
    ])
    expect(listed.errors).toEqual([`There are more: --after ${first?.id}`])
    const words = ['mail', 'list', '--failed', '--after', first?.id ?? '', '--show-addresses', '--json']
    const shown = JSON.parse((await stage.run(words)).output[0] ?? '')
    expect(shown).toMatchObject({ mails: [{ id: second?.id, to: older, retryable: true }], next: null })
    const unknown = '01890000-0000-7000-8000-000000000000'
    const retried = await stage.run(['mail', 'retry', second?.id ?? '', unknown])
    expect(retried).toMatchObject({ code: 1, output: ['1 queued again'] })
    expect(retried.errors).toEqual([expect.stringMatching(`^${unknown} is not queued again`)])
    expect(await states()).toEqual([
      ['FAILED', 7],
      ['QUEUED', 0],
    ])
    expect((await stage.run(['mail', 'retry', '--all', '--yes'])).output).toEqual(['1 queued again'])
    expect(await states()).toEqual([
      ['QUEUED', 0],
      ['QUEUED', 0],
    ])
  })

  it.each([
    [['list'], '--failed is missing'],
    [['list', '--failed', '--limit', '1001'], '--limit must be'],
    [['retry'], 'either ID … or --all'],
    [['retry', 'x'], 'x is not the id of a mail.'],
    [['retry', '--all', '01890000-0000-7000-8000-000000000000'], 'either ID … or --all'],
  ])('refuse the arguments %j', async (args, reason) => {
    const { code, errors } = await stage.run(['mail', ...args])
    expect([code, errors[0]]).toEqual([2, expect.stringContaining(reason)])
  })
})

describe('jobs', () => {
  it('are listed, run by hand, and their success is remembered', async () => {
    const list = async () => JSON.parse((await stage.run(['jobs', 'list', '--json'])).output[0] ?? '').jobs
    const run = await stage.run(['jobs', 'run', 'purge-expired'])
    expect(run).toEqual({ code: 0, output: ['The job has completed.'], errors: [] })
    const jobs = await list()
    expect(jobs.map(({ name }: { name: string }) => name)).toEqual(jobNames)
    const [purged, rotated] = jobs
      .filter(({ name }: { name: string }) => ['purge-expired', 'end-tenant-access'].includes(name))
      .toReversed()
    expect(purged).toMatchObject({ succeededAt: expect.any(String), running: false })
    expect(rotated).toMatchObject({ succeededAt: null, running: false })
    expect(await stage.run(['jobs', 'run', 'nonsense'])).toMatchObject({
      code: 2,
      errors: [
        expect.stringContaining('NAME must be one of remind-password-age, '),
        expect.anything(),
        expect.anything(),
      ],
    })
  })
})
