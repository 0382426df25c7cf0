import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandStage, openCommandStage } from '../support/command-stage.ts'
import { auditWhere, tenantIdOf } from '../support/rows.ts'

let stage: CommandStage
beforeAll(async () => {
  stage = await openCommandStage({ PASSWORD_MIN_LENGTH: '10' })
})
afterAll(() => stage.close())

const tenantRow = (slug: string) =>
  stage.onDatabase(({ client }) => client.tenant.findUniqueOrThrow({ where: { slug } }))

const eventsOf = (slug: string) =>
  stage.onDatabase(async (database) => {
    const tenantId = await tenantIdOf(database, slug)
    const found = await auditWhere(database, { type: { startsWith: 'TENANT_' } })
    const about = found.filter(({ details }) => details.tenant === slug)
    return {
      own: about.filter((event) => event.tenantId === tenantId),
      others: about.filter((event) => event.tenantId !== tenantId),
    }
  })

describe('tenants create', () => {
  it('creates a tenant with settings, and records it in both logs', async () => {
    const { code, output, errors } = await stage.run([
      'tenants',
      'create',
      ' Acme',
      '--name',
      'Acme GmbH',
      'passwordMinLength=12',
      'mfa=PRIVILEGED',
      'emailVerification=required',
      'registrationDomains=example.com, Bücher.example',
      'rateLimits={"login":"100/1m"}',
    ])
    expect({ code, errors }).toEqual({ code: 0, errors: [] })
    const row = await tenantRow('acme')
    expect(output).toEqual([`acme is created (${row.id})`])
    const settings = {
      passwordMinLength: 12,
      mfa: 'privileged',
      emailVerification: 'required',
      registrationDomains: ['example.com', 'xn--bcher-kva.example'],
      rateLimits: { login: '100/1m' },
    }
    expect(row).toMatchObject({ name: 'Acme GmbH', active: true, version: 0, settings })
    const { own, others } = await eventsOf('acme')
    expect(own).toMatchObject([{ type: 'TENANT_CREATED', actorId: null, reason: 'CHANGED_BY_OPERATOR' }])
    expect(others).toMatchObject([{ type: 'TENANT_CREATED', actorId: null, requestId: 'tenants create' }])
  })

  it('creates its first administrator, whose mail waits for the service', async () => {
    const words = ['tenants', 'create', 'invited', '--name', 'Invited', '--administrator', 'Ada@Example.com']
    expect(await stage.run(words)).toMatchObject({ code: 0, errors: [] })
    const { id } = await tenantRow('invited')
    await stage.onDatabase(async ({ client }) => {
      const [user, ...others] = await client.user.findMany({ where: { tenantId: id } })
      expect(user).toMatchObject({ email: 'ada@example.com', role: 'ADMIN', emailVerifiedAt: null })
      expect(others).toEqual([])
      const [mail] = await client.mailMessage.findMany({ where: { userId: user?.id ?? '' } })
      expect(mail).toMatchObject({ kind: 'ADMINISTRATOR_INVITED', state: 'QUEUED' })
    })
  })

  it('prints every mistake, and creates nothing', async () => {
    const settings = ['color=red', 'passwordMinLength=9', '__proto__=1', 'mfa=sometimes']
    const words = ['tenants', 'create', 'a', '--name', ' ', ...settings]
    const { code, errors } = await stage.run(words)
    expect(code).toBe(1)
    expect(errors.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'slug INVALID_SLUG',
      'name REQUIRED',
      'settings.color UNKNOWN_SETTING',
      'settings.__proto__ UNKNOWN_SETTING',
      'settings.passwordMinLength WEAKER_THAN_CONFIGURED',
      'settings.mfa OUT_OF_BOUNDS',
    ])
    const again = await stage.run(['tenants', 'create', 'admin', '--name', 'Admin'])
    expect(again).toMatchObject({ code: 1, errors: ['This slug is reserved. Choose another one.'] })
  })

  it.each([
    [[], 'The slug of the tenant is missing.'],
    [['acme'], '--name is missing.'],
    [['acme', '--name'], '--name requires a value.'],
    [['acme', '--name', 'x', 'mfa'], 'mfa is neither an option nor SETTING=VALUE.'],
  ])('refuses the arguments %j', async (args, fault) => {
    const { code, errors } = await stage.run(['tenants', 'create', ...args])
    expect(code).toBe(2)
    expect(errors[0]).toContain(fault)
    expect(errors[1]).toContain('Usage: tenants create SLUG --name NAME')
  })

  it('refuses an administrator while no mail is sent', async () => {
    const words = ['tenants', 'create', 'silent', '--name', 'Silent', '--administrator', 'ada@example.com']
    const { code, errors } = await stage.run(words, { MAIL: 'off' })
    expect(code).toBe(1)
    expect(errors[0]).toContain('administratorEmail REQUIRES_MAIL')
  })
})

describe('tenants set', () => {
  it('changes what is given, and raises the version with a revocation', async () => {
    await stage.run([
      'tenants',
      'create',
      'changed',
      '--name',
      'Old',
      'sessionLimit=5',
      'passwordMinLength=12',
    ])
    const words = ['tenants', 'set', 'CHANGED', '--name', 'New', 'sessionLimit=null', 'singleSession=true']
    expect(await stage.run(words)).toMatchObject({ code: 0, errors: [] })
    const row = await tenantRow('changed')
    expect(row).toMatchObject({ name: 'New', version: 1 })
    expect(row.settings).toEqual({ passwordMinLength: 12, singleSession: true })
    const revocations = await stage.onDatabase(({ client }) =>
      client.revocation.findMany({ where: { tenantId: row.id } }),
    )
    expect(revocations).toMatchObject([{ kind: 'TENANT', tenantVersion: 1, issuedBefore: null }])
    expect((await stage.run(words)).output[0]).toContain('changed is unchanged')
  })

  it('asks before it empties the list of domains', async () => {
    await stage.run(['tenants', 'create', 'domains', '--name', 'D', 'emailVerification=required'])
    const words = ['tenants', 'set', 'domains', 'registrationDomains=', '--json']
    const refused = await stage.run(words)
    expect(refused).toMatchObject({ code: 1, output: [] })
    expect(refused.errors[0]).toMatch(/lets no address register.*Add --yes/)
    const questions: string[] = []
    const answer = (reply: boolean) => async (question: string) => {
      questions.push(question)
      return reply
    }
    expect(await stage.run(words, {}, answer(false))).toMatchObject({
      code: 1,
      errors: ['Nothing was changed.'],
    })
    const done = await stage.run(words, {}, answer(true))
    expect([done.code, questions.length]).toEqual([0, 2])
    const row = await tenantRow('domains')
    expect(JSON.parse(done.output[0] ?? '')).toEqual({
      id: row.id,
      slug: 'domains',
      name: 'D',
      active: true,
      changed: true,
    })
    expect(row.settings).toMatchObject({ registrationDomains: [] })
  })

  it('reports an unknown tenant', async () => {
    expect(await stage.run(['tenants', 'set', 'unknown', '--name', 'x'])).toMatchObject({
      code: 1,
      errors: ['The tenant does not exist.'],
    })
  })
})

describe('tenants deactivate and activate', () => {
  it('change the state once, with the reason', async () => {
    await stage.run(['tenants', 'create', 'switched', '--name', 'Switched'])
    const reason = ['--reason', 'Contract ended']
    const off = await stage.run(['tenants', 'deactivate', 'switched', ...reason])
    expect(off).toMatchObject({ code: 0, output: [expect.stringContaining('is inactive; 0 sessions ended')] })
    expect((await tenantRow('switched')).active).toBe(false)
    const again = await stage.run(['tenants', 'deactivate', 'switched', ...reason])
    expect(again.output[0]).toContain('was already inactive')
    expect((await stage.run(['tenants', 'list'])).output).toContainEqual(
      expect.stringMatching(/^switched +inactive {2}Switched$/),
    )
    const on = await stage.run(['tenants', 'activate', 'switched', ...reason])
    expect(on).toMatchObject({ code: 0, output: [expect.stringContaining('switched is active')] })
    const { own, others } = await eventsOf('switched')
    const types = ['TENANT_CREATED', 'TENANT_DEACTIVATED', 'TENANT_REACTIVATED']
    expect(own.map(({ type }) => type)).toEqual(types)
    expect(own.at(-1)?.reason).toBe('Contract ended')
    expect(others.map(({ type }) => type)).toEqual(types)
  })

  it('refuse the default tenant, a missing reason and settings', async () => {
    const refused = await stage.run(['tenants', 'deactivate', 'default', '--reason', 'x'])
    expect(refused.code).toBe(1)
    expect(refused.errors[0]).toContain('slug DEFAULT_TENANT')
    expect((await stage.run(['tenants', 'activate', 'default'])).errors[0]).toContain('--reason is missing.')
    const settings = ['tenants', 'deactivate', 'switched', '--reason', 'x', 'sessionLimit=1']
    expect((await stage.run(settings)).errors[0]).toContain('tenants deactivate takes no settings.')
  })
})

describe('tenants list', () => {
  it('prints all tenants with their settings as JSON', async () => {
    await stage.run([
      'tenants',
      'create',
      'listed',
      '--name',
      'Listed',
      'sessionLimit=4',
      'registration=closed',
    ])
    const { output } = await stage.run(['tenants', 'list', '--json'])
    const { tenants } = JSON.parse(output[0] ?? '')
    expect(tenants).toContainEqual(
      expect.objectContaining({
        slug: 'listed',
        name: 'Listed',
        active: true,
        settings: expect.objectContaining({ sessionLimit: 4, registration: 'CLOSED', mfa: null }),
      }),
    )
    expect(tenants.map(({ slug }: { slug: string }) => slug)).toContain('default')
  })
})

describe('users promote', () => {
  it('makes an account of a new tenant an administrator of that tenant', async () => {
    await stage.run(['tenants', 'create', 'promoted', '--name', 'Promoted'])
    const { id: tenantId } = await tenantRow('promoted')
    const email = 'bob@example.com'
    await stage.onDatabase(({ client }) =>
      client.user.create({
        data: { id: crypto.randomUUID(), tenantId, email, createdAt: new Date(), updatedAt: new Date() },
      }),
    )
    expect((await stage.run(['users', 'promote', email])).code).toBe(1)
    const { code, output } = await stage.run(['users', 'promote', email, '--tenant', ' Promoted'])
    expect({ code, output }).toEqual({
      code: 0,
      output: [expect.stringContaining('bob@example.com is now an administrator')],
    })
    const { role } = await stage.onDatabase(({ client }) =>
      client.user.findFirstOrThrow({ where: { tenantId } }),
    )
    expect(role).toBe('ADMIN')
  })
})
