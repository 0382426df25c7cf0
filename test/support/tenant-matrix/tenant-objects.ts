import { randomUUID } from 'node:crypto'
import { readCursor, writeCursor } from '../../../src/graphql/edge/cursors.ts'
import { createIds } from '../../../src/lib/ids/ids.ts'
import { grantRole, insertAccessRole, roleName } from '../access-roles.ts'
import { makeKey } from '../api-keys.ts'
import { tokenFor } from '../mails.ts'
import { loginDocument, requestEmailChangeDocument, revokeTokenDocument } from '../operations.ts'
import { askStartRegistration } from '../passkeys.ts'
import { askAs, type SignedIn, signIn, signUp, signUpAs } from '../people.ts'
import { insertPasskey, tenantIdOf } from '../rows.ts'
import { freshEmail, goodPassword, type TestApp } from '../test-app.ts'
import type { ObjectKind } from './argument-kinds.ts'

/** One object of each kind, all of one tenant. */
export interface TenantObjects {
  readonly slug: string
  readonly tenantId: string
  /** Administrator, and owner of the API key. */
  readonly admin: SignedIn
  /** Owner of the session, the passkey, the addresses and the tokens. */
  readonly person: SignedIn
  readonly of: Readonly<Record<ObjectKind, string>>
  /** Texts and ids by which an answer would show something of the tenant. */
  readonly marks: readonly string[]
}

/** A text that nothing else contains. */
function mark(word: string): string {
  return `${word}-${randomUUID().slice(0, 12)}`
}

export async function makeObjects(test: TestApp, slug: string): Promise<TenantObjects> {
  const { database } = test
  const tenantId = await tenantIdOf(database, slug)
  const admin = await signUpAs(test, 'ADMIN', slug)
  const names = { username: mark('user').slice(0, 20), firstName: mark('Ada'), lastName: mark('Lovelace') }
  const person = await signUp(test.actor(), { tenant: slug, ...names })
  const role = await insertAccessRole(database, { tenantId, name: roleName(), description: mark('Role') })
  await grantRole(database, role.id, [person.userId])
  const keyName = mark('Key')
  const key = await makeKey(test, admin.accessToken, { name: keyName, permissions: ['users:read'] })
  const revoked = await revokeOne(test, slug, admin, person)
  const newEmail = freshEmail('new')
  const emailChange = await requestChange(test, person, newEmail)
  const { network, requestId } = await insertEvent(test, tenantId, person)
  const { ceremonyToken } = await askStartRegistration(test, person)
  const of: TenantObjects['of'] = {
    user: person.userId,
    session: person.sessionId,
    apiKey: key.id,
    passkey: await insertPasskey(database, person.userId),
    role: role.name,
    tokenId: revoked.tokenId,
    accessToken: person.accessToken,
    address: person.email,
    username: names.username,
    network,
    tenant: slug,
    emailChange,
    ceremony: ceremonyToken,
    device: await deviceTokenOf(test, slug, person.email),
    cursor: writeCursor(person.userId),
  }
  const texts = [...Object.values(names), keyName, key.prefix, newEmail, revoked.reason, requestId]
  const cursors = [person.sessionId, key.id].map(writeCursor)
  const people = [admin.userId, admin.email, admin.sessionId]
  const marks = [...Object.values(of), ...texts, ...cursors, ...people, role.description ?? role.name]
  return { slug, tenantId, admin, person, of, marks }
}

/** Revokes a token of the person, as an administrator with a reason in their own words. */
async function revokeOne(test: TestApp, tenant: string, admin: SignedIn, { email }: SignedIn) {
  const { accessToken: token } = await signIn(test.actor(), email, { tenant })
  const reason = mark('Stolen')
  const result = await askAs(test, admin, revokeTokenDocument, { input: { token, reason } })
  return { tokenId: String(result.jti), reason }
}

async function requestChange(test: TestApp, person: SignedIn, newEmail: string): Promise<string> {
  const input = { newEmail, currentPassword: goodPassword }
  await askAs(test, person, requestEmailChangeDocument, { input })
  return tokenFor(test, newEmail, 'confirm-email')
}

/** An event from an address that no other event has. */
async function insertEvent({ database, clock }: TestApp, tenantId: string, { userId }: SignedIn) {
  const [a, b, c] = randomUUID().split('-').slice(1, 4)
  const network = `2001:db8:${[a, b, c].map((part) => Number.parseInt(part ?? '', 16).toString(16)).join(':')}::1`
  const requestId = mark('request')
  const at = { id: createIds(clock).next(), createdAt: clock.now() }
  const about = { tenantId, userId, type: 'PROFILE_UPDATED' }
  await database.client.auditEvent.create({ data: { ...at, ...about, ipAddress: network, requestId } })
  return { network, requestId }
}

async function deviceTokenOf(test: TestApp, tenant: string, identifier: string): Promise<string> {
  const input = { identifier, password: goodPassword, tenant }
  const answer = await test.actor().ask(loginDocument, { input })
  return String(answer.data.login.deviceToken)
}

/** An object of its own for one try, where a try changes what the next one finds; otherwise the shared one. */
export async function objectFor(test: TestApp, kind: ObjectKind, objects: TenantObjects): Promise<string> {
  const { slug: tenant, tenantId } = objects
  if (kind === 'role') return (await insertAccessRole(test.database, { tenantId })).name
  if (kind === 'address') return (await signUp(test.actor(), { tenant })).email
  if (kind !== 'username') return objects.of[kind]
  const username = mark('user').slice(0, 20)
  await signUp(test.actor(), { tenant, username })
  return username
}

/** What looks like an object of that kind and does not exist. */
export function nothingLike(kind: ObjectKind, value: string): string {
  switch (kind) {
    case 'role':
      return roleName()
    case 'address':
      return freshEmail()
    case 'username':
      return mark('user').slice(0, 20)
    case 'network':
      return '2001:db8:ffff::1'
    case 'tenant':
      return mark('tenant').slice(0, 15)
    case 'cursor':
      return beside(value)
    case 'accessToken':
    case 'emailChange':
    case 'ceremony':
    case 'device':
      return forged(value)
    default:
      return randomUUID()
  }
}

/** The cursor of an id that no row has, at the same position. */
function beside(cursor: string): string {
  const id = readCursor(cursor)
  return writeCursor(`${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`)
}

/** The secret with another end: well-formed, and never issued. */
function forged(secret: string): string {
  return `${secret.slice(0, -8)}${secret.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA'}`
}
