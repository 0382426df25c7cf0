import { hash } from '@node-rs/bcrypt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usersPromote } from '../../src/cli/users.ts'
import { createImportUsers } from '../../src/flows/operator/import-users.ts'
import { createPromoteUser } from '../../src/flows/operator/promote-user.ts'
import { openStores } from '../../src/infrastructure/operator-stores.ts'
import { eventually } from '../support/eventually.ts'
import { userDocument } from '../support/operations.ts'
import { askAs, askLogin, askRefresh, signUp, whoIs } from '../support/people.ts'
import { auditOf, insertTenant } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

async function importRows(rows: readonly (string | object)[], skipBadRows = false) {
  async function* read() {
    for (const row of rows) yield typeof row === 'string' ? row : JSON.stringify(row)
  }
  return createImportUsers(openStores(test.database))(read, skipBadRows)
}

describe('users import', () => {
  it.each(['2a', '2b', '2y'])('allows login with a bcrypt hash ($%s$), and upgrades it', async (version) => {
    const email = freshEmail()
    const passwordHash = (await hash(goodPassword, 4)).replace(/^\$2[aby]/, `$${version}`)
    const row = { email, passwordHash, emailVerified: true, firstName: 'Ada', role: 'MODERATOR' }
    expect(await importRows([row])).toEqual({ imported: 1, bad: [] })
    expect(await askLogin(test.actor(), email, { password: 'Wr0ng-horse-battery!' })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await askLogin(test.actor(), email)).toMatchObject({ user: { email, role: 'MODERATOR' } })
    const password = await test.database.client.password.findFirst({ where: { user: { email } } })
    expect(password?.hash).toMatch(/^\$argon2id\$/)
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
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

describe('users export', () => {
  it('contains all data about a user and no secret', async () => {
    const { userId, email, refreshToken } = await signUp(test.actor(), { firstName: 'Ada' })
    const { client } = test.database
    const stored = await client.session.findFirstOrThrow({ where: { userId } })
    const person = await openStores(test.database).personExport.collect(userId)
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
      await openStores(test.database).personExport.collect('01890000-0000-7000-8000-000000000000'),
    ).toBeNull()
  })
})

describe('users promote', () => {
  const promote = (email: string, tenant: string | null = null) =>
    createPromoteUser(openStores(test.database))(email, tenant)

  it('creates the first administrator; the next refresh has the new role', async () => {
    const actor = test.actor()
    const { userId, email, accessToken, refreshToken } = await signUp(actor)
    expect(await promote(` ${email.toUpperCase()} `)).toMatchObject({
      kind: 'PROMOTED',
      user: { id: userId },
    })
    const { tokens } = await askRefresh(actor, refreshToken)
    expect(await askAs(test, tokens, userDocument, { id: userId })).toMatchObject({ role: 'ADMIN' })
    expect(await promote(email)).toMatchObject({ kind: 'ALREADY_ADMINISTRATOR' })
    const changes = (await auditOf(test.database, userId)).filter(({ type }) => type === 'ROLE_CHANGED')
    expect(changes).toMatchObject([
      { actorId: null, reason: 'PROMOTED_BY_OPERATOR', details: { from: 'USER', to: 'ADMIN' } },
    ])
    await eventually(async () => expect(await whoIs(actor, accessToken)).toBe('TOKEN_REVOKED'))
  })

  it('finds active accounts of the named tenant', async () => {
    const tenant = await insertTenant(test.database)
    const { userId, email } = await signUp(test.actor(), { tenant })
    expect(await promote(email)).toEqual({ kind: 'NO_SUCH_USER' })
    expect(await promote('no address')).toEqual({ kind: 'NO_SUCH_USER' })
    expect(await promote(email, 'unknown')).toEqual({ kind: 'NO_SUCH_TENANT' })
    const where = { id: userId }
    await test.database.client.user.update({ where, data: { active: false } })
    expect(await promote(email, tenant)).toEqual({ kind: 'NOT_IN_USE' })
    await test.database.client.user.update({ where, data: { active: true } })
    expect(await promote(email, tenant)).toMatchObject({ kind: 'PROMOTED' })
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
      expect(errors).toEqual(['Usage: users promote EMAIL [--tenant SLUG]'])
    }
  })
})
