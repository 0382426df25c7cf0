import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Prisma } from '../../src/adapters/prisma/generated/client.ts'
import { PrismaPersonExport } from '../../src/adapters/prisma/stores/accounts/prisma-person-export.ts'
import { Actor } from '../support/actor.ts'
import { resultOf } from '../support/answers.ts'
import { makeKey } from '../support/api-keys.ts'
import { behindProxy, from } from '../support/devices.ts'
import {
  deleteAccountDocument,
  reportUnrecognizedSessionDocument,
  requestEmailChangeDocument,
  requestPasswordResetDocument,
  requestPhoneVerificationDocument,
} from '../support/operations.ts'
import { askAs, askLogin, signIn, signUp } from '../support/people.ts'
import { setRole } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({
    env: { ...behindProxy, ALERT_EMAIL: 'operators@example.net', LOCKOUT_FAILURES: '3' },
  })
})
afterAll(() => test.close())

/** Every row of every table of the database as text, by table: also of tables that this test does not know. */
async function dump(): Promise<ReadonlyMap<string, string>> {
  const { client } = test.database
  const tables = await client.$queryRaw<{ name: string }[]>`
    SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`
  const rows = new Map<string, string>()
  for (const { name } of tables) {
    const found = await client.$queryRaw<{ row: string }[]>(
      Prisma.sql`SELECT t::text AS row FROM ${Prisma.raw(name)} t`,
    )
    rows.set(name, found.map(({ row }) => row).join('\n'))
  }
  return rows
}

/** The tables that contain one of the texts, and the text. */
async function findAll(texts: readonly string[]): Promise<readonly string[]> {
  return [...(await dump())].flatMap(([table, rows]) =>
    texts
      .filter((text) => rows.toLowerCase().includes(text.toLowerCase()))
      .map((text) => `${table}: ${text}`),
  )
}

/** A person who has left traces wherever the service keeps something. */
async function person(home: string) {
  const unique = freshEmail('x').slice(2, 15).replace('-', '')
  const agent = `Mozilla/5.0 Trace${unique}`
  const names = { firstName: `First${unique}`, lastName: `Last${unique}`, username: `user${unique}` }
  const locale = 'de-x-forgot77'
  const details = { ...names, locale, phoneNumber: '+4915799887766', device: { name: `Device ${unique}` } }
  const actor = test.actor(from(home, agent))
  const email = freshEmail('Trace').toLowerCase()
  const { userId } = await signUp(actor, { email, ...details })
  await setRole(test.database, userId, 'ADMIN')
  const owner = await signIn(actor, email, { device: { name: `Device ${unique}` } })
  await makeKey(test, owner.accessToken, { name: `Key ${unique}` })
  const newEmail = freshEmail('moved')
  const change = { newEmail, currentPassword: goodPassword }
  await askAs(test, owner, requestEmailChangeDocument, { input: change })
  await actor.ask(requestPasswordResetDocument, { input: { email } })
  for (let n = 0; n < 4; n += 1) await askLogin(actor, email, { password: `Wr0ng-${n}-horse!` })
  await askAs(test, owner, requestPhoneVerificationDocument, {})
  const other = await signUp(test.actor())
  const taken = { newEmail: email, currentPassword: goodPassword }
  await askAs(test, other, requestEmailChangeDocument, { input: taken })
  const input = { sessionId: owner.sessionId }
  await actor.ask(reportUnrecognizedSessionDocument, { input }, Actor.bearer(owner.accessToken))
  await test.app.alertMessenger.deliverDue()
  // Ends the lock after the wrong passwords.
  await test.database.client.user.update({ where: { id: userId }, data: { attemptEpoch: { increment: 1 } } })
  // The only administrator could not delete their account.
  await setRole(test.database, userId, 'USER')
  const texts = [email, newEmail, unique, details.phoneNumber, locale, home, agent]
  return { actor, userId, email, texts }
}

describe('deleteAccount', () => {
  it('leaves nothing personal in any table', async () => {
    const { actor, email, texts } = await person('203.0.113.77')
    expect(await findAll(texts)).not.toEqual([])
    const again = await signIn(actor, email)
    const input = { currentPassword: goodPassword }
    // From the address and the browser that must be forgotten.
    const answer = await actor.ask(deleteAccountDocument, { input }, Actor.bearer(again.accessToken))
    expect(resultOf(answer)).toMatchObject({ __typename: 'DeleteAccountSuccess' })
    await test.deliverMail()
    expect(await findAll(texts)).toEqual([])
  })
})

describe('users export', () => {
  it('contains the alerts about the person', async () => {
    // Alerts of one window share a row with the details of the first.
    test.clock.advance(3600)
    const { userId } = await person('203.0.113.78')
    const exported = await new PrismaPersonExport(test.database.client).collect(userId)
    expect(exported).toMatchObject({
      operatorAlerts: [
        { kind: 'ACCOUNT_LOCKED', details: { userId } },
        { kind: 'SESSION_REPORTED', details: { userId } },
      ],
    })
  })
})
