import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'

let database: Awaited<ReturnType<typeof createServerDatabase>>
beforeAll(async () => {
  database = await createServerDatabase()
})
afterAll(() => database.drop())

/** What a signal causes in the process: an error that no code of the service catches. */
const errors = [
  ['Uncaught exception', "throw new Error('planted')"],
  ['Unhandled rejection', "Promise.reject(new Error('planted'))"],
] as const

it.each(errors)('%s: it is logged, and the process ends with 1', async (msg, statement) => {
  const module = `process.on('SIGUSR2', () => { ${statement} })`
  const service = await ServiceProcess.start({
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl') ?? '',
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(module)}`,
  })
  expect(await service.stop('SIGUSR2')).toEqual({ code: 1, signal: null })
  const [line = '{}', ...more] = service.output.split('\n').filter((text) => text.includes('planted'))
  expect(JSON.parse(line)).toMatchObject({ level: 'error', msg, error: { message: 'planted' } })
  expect(more).toEqual([])
})
