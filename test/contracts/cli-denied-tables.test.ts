import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { type CommandStage, openCommandStage } from '../support/command-stage.ts'

type Settings = Readonly<Record<string, string>>

describe.runIf(inject('backend') === 'servers')('commands without rights on tables', () => {
  let stage: CommandStage
  let url: string
  let admin: Client
  beforeAll(async () => {
    const masterKey = Buffer.from('gatehouse tests: a master key 32').toString('base64')
    const pepper = 'test:a-pepper-of-the-tests-0123456789abcdef'
    stage = await openCommandStage({ MASTER_KEY: masterKey, REFRESH_PEPPERS: pepper })
    url = await stage.onDatabase(async ({ client }) => {
      const [row] = await client.$queryRaw<{ name: string }[]>`SELECT current_database()::text AS name`
      return Object.assign(new URL(inject('postgresServer')?.url ?? ''), { pathname: `/${row?.name}` }).href
    })
    admin = new Client({ connectionString: url })
    await admin.connect()
  })
  afterAll(async () => {
    await admin.end()
    await stage.close()
  })

  /** Works as a role that may do nothing but what it is granted. */
  async function asRole(grants: readonly string[], work: (settings: Settings) => Promise<void>) {
    const role = `${new URL(url).pathname.slice(1)}_denied`
    await admin.query(`CREATE ROLE "${role}" LOGIN PASSWORD '${role}'`)
    try {
      for (const grant of grants) await admin.query(`GRANT ${grant} TO "${role}"`)
      await work({ DATABASE_URL: Object.assign(new URL(url), { username: role, password: role }).href })
    } finally {
      await admin.query(`DROP OWNED BY "${role}"`)
      await admin.query(`DROP ROLE "${role}"`)
    }
  }

  async function findings(settings: Settings): Promise<readonly Finding[]> {
    const { output, errors } = await stage.run(['doctor', '--json'], settings)
    expect(errors).toEqual([])
    expect(output.join('\n')).not.toMatch(/\.ts|invocation|\\n/)
    return JSON.parse(output.join('\n')).findings
  }

  it('doctor names tables that the role may not change', async () => {
    const rights = async (settings: Settings) =>
      (await findings(settings))
        .filter(({ check }) => check === 'database rights')
        .map(({ status }) => status)
    await asRole(['SELECT ON ALL TABLES IN SCHEMA public'], async (settings) => {
      expect(await rights(settings)).toEqual(['failure'])
    })
    await asRole(['SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public'], async (settings) => {
      expect(await rights(settings)).toEqual([])
    })
  })

  it.each([
    ['nothing', [], ['database', 'database rights'], ['migrations', 'signing keys']],
    ['the history', ['_prisma_migrations'], ['database rights'], ['signing keys']],
    ['the keys only', ['_prisma_migrations', 'signing_keys'], ['database rights'], []],
  ])(
    'doctor reports a role that may read %s, and everything else',
    async (_name, tables, failing, skipped) => {
      const grants = tables.map((table) => `SELECT ON "${table}"`)
      await asRole(grants, async (settings) => {
        const all = await findings(settings)
        const failed = all.filter(({ status }) => status === 'failure')
        expect(failed.map(({ check }) => check)).toEqual(failing)
        for (const { advice } of failed) expect(advice).toMatch(/\w{3}.*\.$/)
        const checks = all.map(({ check }) => check)
        for (const check of skipped) expect(checks).not.toContain(check)
        for (const check of ['time zone', 'pooler', 'clock of PostgreSQL', 'connections', 'redis', 'mail'])
          expect(checks).toContain(check)
      })
    },
  )

  it('doctor reports keys that cannot be read, and everything else', async () => {
    await admin.query('ALTER TABLE signing_keys RENAME TO signing_keys_away')
    const all = await findings({})
    await admin.query('ALTER TABLE signing_keys_away RENAME TO signing_keys')
    const failed = all.filter(({ status }) => status === 'failure')
    expect(failed).toMatchObject([
      { check: 'signing keys', message: expect.stringMatching(/signing_keys.*\.$/) },
    ])
    expect(all).toContainEqual(expect.objectContaining({ check: 'migrations', status: 'ok' }))
  })

  it.each([
    ['users list', ['users', 'list']],
    ['keys verify', ['keys', 'verify']],
    ['mail list', ['mail', 'list', '--failed']],
    ['tenants list', ['tenants', 'list']],
  ])('%s says in one sentence what the database refuses', async (_name, command) => {
    await asRole(['SELECT ON "_prisma_migrations"'], async (settings) => {
      const { code, errors } = await stage.run(command, settings)
      expect(code).toBe(1)
      expect(errors).toEqual([
        expect.stringMatching(/^The database refuses the command: permission denied for table \w+\.$/),
      ])
    })
  })
})
