import { hash } from '@node-rs/bcrypt'
import * as argon2 from 'argon2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenAccessRules } from '../../src/app/token-access.ts'
import { usersPromote } from '../../src/cli/users/users-promote.ts'
import { numberedLines } from '../../src/flows/operator/import/import-rows.ts'
import { createImportUsers } from '../../src/flows/operator/import/import-users.ts'
import { createPromoteUser } from '../../src/flows/operator/promote-user.ts'
import { openSealer, openStores } from '../../src/infrastructure/operator-stores.ts'
import { insertAccessRole, roleName } from '../support/access-roles.ts'
import { eventually } from '../support/eventually.ts'
import { userDocument } from '../support/operations.ts'
import { askAs, askLogin, askRefresh, signUp, whoIs } from '../support/people.ts'
import { auditOf, insertTenant, tenantIdOf } from '../support/rows.ts'
import { challenge, complete, totpCode } from '../support/second-steps.ts'
import { deactivateUnheard } from '../support/tenant-state.ts'
import { tenantWith } from '../support/tenants.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

/** What the command opens. */
function opened() {
  return {
    ...openStores(test.database, null),
    openSealer: () => openSealer(test.config),
    openTokenAccess: () => tokenAccessRules(test.config),
  }
}

async function importRows(rows: readonly (string | object)[], skipInvalid = false, resume = false) {
  async function* read() {
    for (const row of rows) yield typeof row === 'string' ? row : JSON.stringify(row)
  }
  return createImportUsers(opened())(() => numberedLines(read()), { skipInvalid, resume })
}

describe('users import', () => {
  it.each(['2a', '2b', '2y'])('allows login with a bcrypt hash ($%s$), and upgrades it', async (version) => {
    const email = freshEmail()
    const passwordHash = (await hash(goodPassword, 4)).replace(/^\$2[aby]/, `$${version}`)
    const row = { email, passwordHash, emailVerified: true, firstName: 'Ada', role: 'MODERATOR' }
    expect(await importRows([row])).toMatchObject({ imported: 1, present: 0, bad: [] })
    expect(await askLogin(test.actor(), email, { password: 'Wr0ng-horse-battery!' })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await askLogin(test.actor(), email)).toMatchObject({ user: { email, role: 'MODERATOR' } })
    const password = await test.database.client.password.findFirst({ where: { user: { email } } })
    expect(password?.hash).toMatch(/^\$argon2id\$/)
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('obeys the domains of the tenant, and not that its registration is closed', async () => {
    const tenant = await tenantWith(test, { registration: 'closed', registrationDomains: ['example.org'] })
    const rows = [
      { email: freshEmail(), tenant },
      { email: freshEmail().replace('example.com', 'example.org'), tenant },
    ]
    const { imported, bad } = await importRows(rows, true)
    expect(imported).toBe(1)
    expect(bad).toMatchObject([{ line: 1, issues: [{ path: ['email'], code: 'DOMAIN_NOT_ALLOWED' }] }])
  })

  it('reports every invalid row by line, and imports nothing unless invalid rows are skipped', async () => {
    const taken = await signUp(test.actor())
    const good = freshEmail()
    const rows = [
      { email: good },
      '{ not JSON',
      { email: 'nonsense', firstName: 'x'.repeat(51) },
      '',
      { email: taken.email },
      { email: good.toUpperCase() },
      {
        email: freshEmail(),
        passwordHash: '$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2g',
      },
      { email: freshEmail(), tenant: 'unknown' },
      { email: freshEmail(), admin: true },
    ]
    const report = await importRows(rows)
    expect(report.imported).toBe(0)
    expect(report.bad.map(({ line, issues }) => [line, issues.map(({ code }) => code)])).toEqual([
      [2, ['MALFORMED']],
      [3, ['INVALID_EMAIL', 'TOO_LONG']],
      [5, ['EMAIL_TAKEN']],
      [6, ['DUPLICATE']],
      [7, ['INVALID_PASSWORD_HASH']],
      [8, ['UNKNOWN_TENANT']],
      [9, ['UNRECOGNIZED_KEYS']],
    ])
    expect(await test.database.client.user.count({ where: { email: good } })).toBe(0)
    expect(await importRows(rows, true)).toMatchObject({ imported: 1 })
    expect(await test.database.client.user.count({ where: { email: good } })).toBe(1)
  })

  it('creates accounts without a password, which a reset can set', async () => {
    const email = freshEmail()
    expect(await importRows([{ email }])).toMatchObject({ imported: 1 })
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
  })
})

describe('secrets of users import', () => {
  const totpSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

  it('require a code of the authenticator app at the next sign-in', async () => {
    const email = freshEmail()
    const passwordHash = await hash(goodPassword, 4)
    expect(await importRows([{ email, passwordHash, totpSecret }])).toMatchObject({ imported: 1, bad: [] })
    const actor = test.actor()
    const code = totpCode(test, { secret: totpSecret })
    expect(await complete(actor, await challenge(actor, email), { code })).toMatchObject({
      __typename: 'LoginSuccess',
      user: { email },
    })
    const stored = await test.database.client.totpSecret.findFirstOrThrow({ where: { user: { email } } })
    expect(Buffer.from(stored.sealedSecret).toString('latin1')).not.toContain('12345678901234567890')
  })

  it.each(['', 'GEZDGNBV', '0189', 'A'.repeat(200), 'not base32 at all!'])(
    'are refused: "%s"',
    async (text) => {
      const { bad } = await importRows([{ email: freshEmail(), totpSecret: text }])
      expect(bad[0]?.issues).toMatchObject([{ path: ['totpSecret'], code: 'INVALID_TOTP_SECRET' }])
    },
  )
})

describe('hashes of users import', () => {
  const plain = { memoryCost: 256, timeCost: 3, parallelism: 2, type: argon2.argon2id }

  it('are argon2id with parameters in any order: a login verifies and upgrades them', async () => {
    const email = freshEmail()
    const passwordHash = (await argon2.hash(goodPassword, plain)).replace('t=3,p=2', 'p=2,t=3')
    expect(await importRows([{ email, passwordHash, emailVerified: true }])).toMatchObject({ imported: 1 })
    expect(await askLogin(test.actor(), email, { password: 'Wr0ng-horse-battery!' })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
    const stored = await test.database.client.password.findFirst({ where: { user: { email } } })
    expect(stored?.hash).not.toBe(passwordHash)
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it.each(['bcrypt', 'argon2id'])(
    'of a decomposed password (%s) verify with the text as typed',
    async (kind) => {
      const email = freshEmail()
      const typed = 'Corr3ct-hörse-bàttery!'.normalize('NFD')
      const passwordHash = kind === 'bcrypt' ? await hash(typed, 4) : await argon2.hash(typed, plain)
      expect(await importRows([{ email, passwordHash, emailVerified: true }])).toMatchObject({ imported: 1 })
      const password = typed
      expect(await askLogin(test.actor(), email, { password })).toMatchObject({ __typename: 'LoginSuccess' })
      // The upgraded hash is that of the normalised password, which every keyboard gives.
      expect(await askLogin(test.actor(), email, { password: typed.normalize('NFC') })).toMatchObject({
        __typename: 'LoginSuccess',
      })
    },
  )

  const salt = 'c29tZXNhbHRzb21lc2FsdA'
  const rest = `${salt}$${'a'.repeat(43)}`
  it.each([
    ['less than 8 KiB for each lane', `$argon2id$v=19$m=8,t=3,p=4$${rest}`, 'INVALID_PASSWORD_HASH'],
    ['a parameter twice', `$argon2id$v=19$m=64,m=64,p=1$${rest}`, 'INVALID_PASSWORD_HASH'],
    ['no passes', `$argon2id$v=19$m=64,t=0,p=1$${rest}`, 'INVALID_PASSWORD_HASH'],
    ['impossible base64', `$argon2id$v=19$m=64,t=1,p=1$${salt}$${'a'.repeat(41)}`, 'INVALID_PASSWORD_HASH'],
    ['bcrypt that takes minutes', `$2b$31$${'a'.repeat(53)}`, 'INVALID_PASSWORD_HASH'],
    ['4 GiB of memory times passes', `$argon2id$v=19$m=262144,t=16,p=8$${rest}`, 'EXPENSIVE_PASSWORD_HASH'],
    ['1 GiB of memory', `$argon2id$v=19$m=1048576,t=1,p=1$${rest}`, 'EXPENSIVE_PASSWORD_HASH'],
    ['64 lanes', `$argon2id$v=19$m=4096,t=1,p=64$${rest}`, 'EXPENSIVE_PASSWORD_HASH'],
  ])('are refused by line: %s', async (_name, passwordHash, code) => {
    const email = freshEmail()
    const { bad } = await importRows([{ email, passwordHash }])
    expect(bad.map(({ line, issues }) => [line, issues.map((issue) => issue.code)])).toEqual([[1, [code]]])
  })
})

describe('the file of users import', () => {
  it('may begin with a byte order mark', async () => {
    const rows = [`\uFEFF${JSON.stringify({ email: freshEmail() })}`]
    expect(await importRows(rows)).toMatchObject({ imported: 1, bad: [] })
  })

  it('is refused with one sentence if it is a JSON array', async () => {
    for (const rows of [['[', '{"email": "ada@example.com"}', ']'], ['\uFEFF [{"email": "a@b.example"}]']]) {
      const { bad } = await importRows(rows, true)
      expect(bad).toHaveLength(1)
      expect(bad[0]?.issues).toMatchObject([
        { code: 'JSON_ARRAY', message: expect.stringContaining('NDJSON') },
      ])
    }
  })

  it('states no creation in the future or before 1970, and only valid UTF-8', async () => {
    const rows = [
      { email: freshEmail(), createdAt: '9999-12-31T00:00:00Z' },
      { email: freshEmail(), createdAt: '0001-01-01T00:00:00Z' },
      { email: freshEmail(), firstName: 'Jos\uFFFD' },
    ]
    const { bad } = await importRows(rows)
    expect(bad.map(({ issues }) => issues.map(({ code }) => code))).toEqual([
      ['IN_THE_FUTURE'],
      ['TOO_EARLY'],
      ['INVALID_ENCODING'],
    ])
  })
})

describe('roles and metadata of users import', () => {
  const rowOf = async (email: string) => {
    const { id, metadata } = await test.database.client.user.findFirstOrThrow({ where: { email } })
    return { id, metadata, roles: (await openStores(test.database, null).personExport.collect(id))?.roles }
  }

  it('are given to the account; without `roles` it gets the default roles', async () => {
    const [role, byDefault] = [
      await insertAccessRole(test.database),
      await insertAccessRole(test.database, { isDefault: true }),
    ]
    const [named, none, absent] = [freshEmail(), freshEmail(), freshEmail()]
    const metadata = { plan: 'pro', seats: 3 }
    const rows = [
      { email: named, roles: [role.name, role.name], metadata },
      { email: none, roles: [] },
      { email: absent },
    ]
    expect(await importRows(rows)).toMatchObject({ imported: 3, present: 0, bad: [] })
    const { id, ...given } = await rowOf(named)
    expect(given).toEqual({ metadata, roles: [role.name] })
    expect(await rowOf(none)).toMatchObject({ metadata: {}, roles: [] })
    expect(await rowOf(absent)).toMatchObject({ metadata: {}, roles: [byDefault.name] })
    expect(await auditOf(test.database, id)).toMatchObject([
      { details: { role: 'USER', roles: [role.name] } },
    ])
    await test.database.client.accessRole.delete({ where: { id: byDefault.id } })
  })

  it('are checked before anything is imported, with the field and the line', async () => {
    const known = await insertAccessRole(test.database)
    const long = Array.from({ length: 40 }, (_, index) => `p${index}${'x'.repeat(50)}:read`)
    const big = await insertAccessRole(test.database, { permissions: long })
    const ofTenant = await insertAccessRole(test.database, { tenantId: await otherTenant() })
    const deep = JSON.parse(`${'{"a":'.repeat(9)}1${'}'.repeat(9)}`)
    const rows = [
      { roles: [known.name, roleName()] },
      { roles: [ofTenant.name] },
      { roles: Array.from({ length: 21 }, () => roleName()) },
      { roles: [big.name] },
      { roles: 'writer' },
      { metadata: [] },
      { metadata: { text: 'x'.repeat(8192) } },
      { metadata: deep },
      '{"email":"proto@example.com","metadata":{"__proto__":{}}}',
      { metadata: { text: 'a\u0000' } },
    ].map((row) => (typeof row === 'string' ? row : { email: freshEmail(), ...row }))
    const { imported, bad } = await importRows([...rows, { email: freshEmail(), roles: [known.name] }])
    expect(imported).toBe(0)
    expect(bad.map(({ line, issues }) => [line, issues[0]?.path.join('.'), issues[0]?.code])).toEqual([
      [1, 'roles.1', 'UNKNOWN_ROLE'],
      [2, 'roles.0', 'UNKNOWN_ROLE'],
      [3, 'roles', 'TOO_MANY'],
      [4, 'roles', 'TOO_LONG'],
      [5, 'roles', 'INVALID_TYPE'],
      [6, 'metadata', 'INVALID_TYPE'],
      [7, 'metadata', 'TOO_LONG'],
      [8, 'metadata', 'TOO_DEEP'],
      [9, 'metadata', 'TOO_DEEP'],
      [10, 'metadata', 'INVALID_CHARACTERS'],
    ])
  })

  async function otherTenant(): Promise<string> {
    return tenantIdOf(test.database, await insertTenant(test.database))
  }
})

describe('an interrupted users import', () => {
  it('can be repeated: --resume skips the rows that are present, and changes none of them', async () => {
    const rows = Array.from({ length: 60 }, () => ({ email: freshEmail(), role: 'MODERATOR' }))
    const emails = rows.map(({ email }) => email)
    async function* interrupted() {
      for (const [index, row] of rows.entries()) {
        if (passes === 2 && index === 55) throw new Error('interrupted')
        yield JSON.stringify(row)
      }
    }
    let passes = 0
    const read = () => {
      passes += 1
      return interrupted()
    }
    const progress: (number | null)[][] = []
    const run = createImportUsers(opened())
    const onProgress = (done: number, total: number | null) => void progress.push([done, total])
    await expect(
      run(() => numberedLines(read()), { skipInvalid: false, resume: false, onProgress }),
    ).rejects.toThrow('interrupted')
    expect(progress).toEqual([
      [50, null],
      [50, 60],
    ])
    expect(await test.database.client.user.count({ where: { email: { in: emails } } })).toBe(50)
    const before = await test.database.client.user.findFirst({ where: { email: emails[0] ?? '' } })
    const again = rows.map((row) => ({ ...row, role: 'USER' }))
    expect((await importRows(again)).imported).toBe(0)
    expect(await importRows(again, false, true)).toMatchObject({ imported: 10, present: 50, bad: [] })
    expect(await importRows(again, false, true)).toMatchObject({ imported: 0, present: 60, bad: [] })
    const { client } = test.database
    expect(await client.user.findFirst({ where: { email: emails[0] ?? '' } })).toEqual(before)
    expect(await client.user.count({ where: { email: { in: emails }, role: 'MODERATOR' } })).toBe(50)
  })

  it('inserts the other rows of a batch if a row is taken between check and import', async () => {
    const rows = [freshEmail(), freshEmail(), freshEmail()]
    let passes = 0
    async function* lines() {
      passes += 1
      const second = passes === 2
      for (const email of rows) {
        if (second && email === rows[1]) await signUp(test.actor(), { email })
        yield JSON.stringify({ email })
      }
    }
    const options = { skipInvalid: false, resume: false }
    const { imported, bad } = await createImportUsers(opened())(() => numberedLines(lines()), options)
    expect([imported, bad.map(({ line }) => line)]).toEqual([2, [2]])
  })
})

describe('users export', () => {
  it('contains all data about a user and no secret', async () => {
    const { userId, email, refreshToken } = await signUp(test.actor(), { firstName: 'Ada' })
    const { client } = test.database
    const stored = await client.session.findFirstOrThrow({ where: { userId } })
    const person = await openStores(test.database, null).personExport.collect(userId)
    expect(person).toMatchObject({
      email,
      firstName: 'Ada',
      sessions: [{ id: stored.id, ipAddress: '192.0.2.7' }],
    })
    const text = JSON.stringify(person)
    expect(text).toContain('USER_REGISTERED')
    for (const secret of [refreshToken, '$argon2', 'familyHash', 'digest', 'sealed']) {
      expect(text).not.toContain(secret)
    }
    expect(
      await openStores(test.database, null).personExport.collect('01890000-0000-7000-8000-000000000000'),
    ).toBeNull()
  })
})

describe('users promote', () => {
  const promote = (email: string, tenant: string | null = null) =>
    createPromoteUser(openStores(test.database, null))({ user: email, tenant })
  const refusal = (code: string) => ({ issues: [{ code }] })

  it('creates the first administrator; the next refresh has the new role', async () => {
    const actor = test.actor()
    const { userId, email, accessToken, refreshToken } = await signUp(actor)
    expect(await promote(` ${email.toUpperCase()} `)).toMatchObject({
      kind: 'PROMOTED',
      user: { id: userId },
    })
    const { tokens } = await askRefresh(actor, refreshToken)
    expect(await askAs(test, tokens, userDocument, { id: userId })).toMatchObject({ role: 'ADMIN' })
    expect(await promote(userId)).toMatchObject({ kind: 'ALREADY_ADMINISTRATOR' })
    const changes = (await auditOf(test.database, userId)).filter(({ type }) => type === 'ROLE_CHANGED')
    expect(changes).toMatchObject([
      { actorId: null, reason: 'PROMOTED_BY_OPERATOR', details: { from: 'USER', to: 'ADMIN' } },
    ])
    await eventually(async () => expect(await whoIs(actor, accessToken)).toBe('TOKEN_REVOKED'))
  })

  it('finds active accounts of the named tenant', async () => {
    const tenant = await insertTenant(test.database)
    const { userId, email } = await signUp(test.actor(), { tenant })
    await expect(promote(email)).rejects.toMatchObject(refusal('NO_SUCH_USER'))
    await expect(promote('no address')).rejects.toMatchObject(refusal('NO_SUCH_USER'))
    await expect(promote(email, 'unknown')).rejects.toMatchObject(refusal('NO_SUCH_TENANT'))
    const where = { id: userId }
    await test.database.client.user.update({ where, data: { active: false } })
    await expect(promote(email, tenant)).rejects.toMatchObject(refusal('NOT_IN_USE'))
    await test.database.client.user.update({ where, data: { active: true } })
    expect(await promote(email, tenant)).toMatchObject({ kind: 'PROMOTED' })
    await deactivateUnheard(test, tenant)
    await expect(promote(userId)).rejects.toMatchObject(refusal('TENANT_INACTIVE'))
  })

  it('reports a usage error without an address, and with unknown options', async () => {
    for (const args of [
      [],
      ['a@example.com', '--tenant'],
      ['a@example.com', '--role', 'ADMIN'],
      ['a', '--tenant', 'b', 'c'],
    ]) {
      const errors: string[] = []
      const terminal = {
        env: {},
        print: () => undefined,
        printError: (line: string) => void errors.push(line),
      }
      expect(await usersPromote.run(terminal, args)).toBe(2)
      expect(errors).toContain('Usage: users promote USER [--tenant SLUG]')
    }
  })
})
