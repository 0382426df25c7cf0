import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'
import { Actor } from './actor.ts'
import { makeKey } from './api-keys.ts'
import { Forger } from './forger.ts'
import { logoutDocument, revokeSessionDocument, revokeTokenDocument } from './operations.ts'
import { type SignedIn, signIn, signUp, signUpAs } from './people.ts'
import { changeRole, insertTenant } from './rows.ts'
import { postForm } from './services.ts'
import { goodPassword, type TestApp } from './test-app.ts'

/** A token and the verdict that every API must give: `active`, or the reason why not. */
export interface ShownToken {
  readonly name: string
  readonly token: string
  readonly verdict: 'active' | string
  /** The subject of an active token. */
  readonly subject?: string
}

/** One token of every state. */
export async function makeTokens(test: TestApp, admin: SignedIn): Promise<readonly ShownToken[]> {
  return [
    ...(await goodTokens(test)),
    ...(await forgedTokens(test)),
    ...(await revokedTokens(test, admin)),
    ...(await apiKeys(test, admin)),
    ...rubbish((await signUp(test.actor())).refreshToken),
  ]
}

async function goodTokens(test: TestApp): Promise<ShownToken[]> {
  const user = await signUp(test.actor())
  const moderator = await signUpAs(test, 'MODERATOR')
  const admin = await signUpAs(test, 'ADMIN')
  const hybrid = await signUp(test.actor(), { tokenTransport: 'HYBRID' })
  const foreign = await signUp(test.actor(), { tenant: await insertTenant(test.database) })
  const forger = await Forger.of(test, user.accessToken)
  const now = Math.floor(test.clock.now().getTime() / 1000)
  const good = (name: string, { accessToken, userId }: SignedIn): ShownToken => ({
    name,
    token: accessToken,
    verdict: 'active',
    subject: userId,
  })
  return [
    good('of a user', user),
    good('of a moderator', moderator),
    good('of an administrator', admin),
    good('of a hybrid session', hybrid),
    good('of another tenant', foreign),
    {
      name: 'expired within the leeway of clocks',
      token: forger.forge({}, { exp: now - 2 }),
      verdict: 'active',
      subject: user.userId,
    },
    {
      name: 'of a session with two factors',
      token: forger.forge({}, { amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', mfa_time: now - 60 }),
      verdict: 'active',
      subject: user.userId,
    },
    {
      name: 'of a version before second factors',
      token: forger.forge({}, { acr: undefined }),
      verdict: 'active',
      subject: user.userId,
    },
  ]
}

async function forgedTokens(test: TestApp): Promise<ShownToken[]> {
  const { accessToken } = await signUp(test.actor())
  const forger = await Forger.of(test, accessToken)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const now = Math.floor(test.clock.now().getTime() / 1000)
  const [header = '', claims = '', signature = ''] = accessToken.split('.')
  const raised = forger.text(forger.claims, { role: 'ADMIN' })
  const symmetric = `${forger.text(forger.header, { alg: 'HS256' })}.${claims}`
  const pem = forger.publicKey.export({ type: 'spki', format: 'pem' })
  const hmac = createHmac('sha256', pem).update(symmetric).digest('base64url')
  const tokens: Record<string, [string, string]> = {
    'long expired': [forger.forge({}, { exp: now - 3600 }), 'EXPIRED'],
    'expired just beyond the leeway': [forger.forge({}, { exp: now - 7 }), 'EXPIRED'],
    'not valid before one minute from now': [forger.forge({}, { nbf: now + 60 }), 'NOT_YET_VALID'],
    'issued in a minute': [forger.forge({}, { iat: now + 60 }), 'NOT_YET_VALID'],
    'of another issuer': [forger.forge({}, { iss: 'https://evil.example' }), 'WRONG_ISSUER'],
    'for another audience': [forger.forge({}, { aud: 'other' }), 'WRONG_AUDIENCE'],
    'for a list of others': [forger.forge({}, { aud: ['a', 'b'] }), 'WRONG_AUDIENCE'],
    'signed with another key': [forger.forge({}, {}, privateKey), 'BAD_SIGNATURE'],
    'of an unknown key': [forger.forge({ kid: 'unknown' }, {}, privateKey), 'BAD_SIGNATURE'],
    'without algorithm': [
      `${forger.text(forger.header, { alg: 'none' })}.${claims}.${signature}`,
      'BAD_SIGNATURE',
    ],
    'signed with the public key as a secret': [`${symmetric}.${hmac}`, 'BAD_SIGNATURE'],
    'with another role under the old signature': [`${header}.${raised}.${signature}`, 'BAD_SIGNATURE'],
    'of another type': [forger.forge({ typ: 'JWT' }), 'MALFORMED'],
    'without session': [forger.forge({}, { sid: undefined }), 'MALFORMED'],
    'with an unknown role': [forger.forge({}, { role: 'ROOT' }), 'MALFORMED'],
    'without signature': [`${header}.${claims}.`, 'MALFORMED'],
    'with a trailing space': [`${accessToken} `, 'MALFORMED'],
    'too long': [forger.forge({}, { extra: 'x'.repeat(4096) }), 'MALFORMED'],
  }
  return Object.entries(tokens).map(([name, [token, verdict]]) => ({ name, token, verdict }))
}

async function revokedTokens(test: TestApp, admin: SignedIn): Promise<ShownToken[]> {
  const ask = async (document: string, input: object, accessToken = admin.accessToken) => {
    const answer = await test.actor().ask(document, { input }, Actor.bearer(accessToken))
    const [result] = Object.values<{ __typename: string }>(answer.data ?? {})
    if (result?.__typename.endsWith('Success') !== true) throw new Error(JSON.stringify(answer))
  }
  const cases: [string, string, (ada: SignedIn) => Promise<unknown>][] = [
    [
      'whose session was revoked',
      'REVOKED',
      async ({ email, sessionId }) =>
        ask(revokeSessionDocument, { sessionId }, (await signIn(test.actor(), email)).accessToken),
    ],
    ['signed out', 'REVOKED', ({ accessToken }) => ask(logoutDocument, {}, accessToken)],
    [
      'of a user who was signed out by an administrator',
      'REVOKED',
      ({ userId }) => ask(revokeUserSessions, { userId, reason: 'a test' }),
    ],
    [
      'revoked by itself',
      'REVOKED',
      ({ accessToken }) => ask(revokeTokenDocument, { token: accessToken, reason: 'a test' }),
    ],
    [
      'revoked by its holder',
      'REVOKED',
      ({ accessToken }) => postForm(test, '/oauth2/revoke', { token: accessToken }),
    ],
    [
      'whose refresh token was revoked by its holder',
      'REVOKED',
      ({ refreshToken }) => postForm(test, '/oauth2/revoke', { token: refreshToken }),
    ],
    ['of a deactivated user', 'USER_DISABLED', ({ userId }) => ask(setUserActive, { userId, active: false })],
    ['of a locked user', 'USER_DISABLED', ({ userId }) => ask(lockUser, { userId, reason: 'a test' })],
    [
      'of a deleted user',
      'USER_DISABLED',
      ({ accessToken }) => ask(deleteAccount, { currentPassword: goodPassword }, accessToken),
    ],
  ]
  const shown: ShownToken[] = []
  for (const [name, verdict, end] of cases) {
    const ada = await signUp(test.actor())
    await end(ada)
    shown.push({ name, token: ada.accessToken, verdict })
  }
  return shown
}

async function apiKeys(test: TestApp, admin: SignedIn): Promise<ShownToken[]> {
  const { userId: subject } = admin
  const expiresAt = new Date(test.clock.now().getTime() + 86_400_000)
  const demoted = await signUpAs(test, 'ADMIN')
  const gone = await signUpAs(test, 'ADMIN')
  const make = (owner: SignedIn, input: object = {}) => makeKey(test, owner.accessToken, { ...input })
  const good = await make(admin)
  const lasting = await make(admin, { expiresAt, permissions: ['users:read', 'audit:read'] })
  const ofDemoted = await make(demoted)
  const ofGone = await make(gone)
  const revoked = await make(admin)
  const expired = await make(admin)
  await changeRole(test, demoted.userId, 'USER')
  const { client } = test.database
  await client.user.update({ where: { id: gone.userId }, data: { active: false } })
  await client.apiKey.update({ where: { id: revoked.id }, data: { revokedAt: test.clock.now() } })
  await client.apiKey.update({ where: { id: expired.id }, data: { expiresAt: test.clock.now() } })
  const unknown = `ghk_${randomBytes(32).toString('base64url')}`
  return [
    { name: 'an API key', token: good.secret, verdict: 'active', subject },
    { name: 'an API key that will expire', token: lasting.secret, verdict: 'active', subject },
    {
      name: 'an API key whose owner has lost every permission',
      token: ofDemoted.secret,
      verdict: 'active',
      subject: demoted.userId,
    },
    { name: 'an API key of a deactivated owner', token: ofGone.secret, verdict: 'USER_DISABLED' },
    { name: 'a revoked API key', token: revoked.secret, verdict: 'REVOKED' },
    { name: 'an expired API key', token: expired.secret, verdict: 'EXPIRED' },
    { name: 'an unknown API key', token: unknown, verdict: 'BAD_SIGNATURE' },
    { name: 'half of an API key', token: good.secret.slice(0, 24), verdict: 'MALFORMED' },
  ]
}

function rubbish(refreshToken: string): ShownToken[] {
  const texts: Record<string, string> = {
    'a refresh token': refreshToken,
    none: '',
    'a word': 'rubbish',
    'three words': 'a.b.c',
    'not ASCII': 'ünïcödé.\u{1f511}.\u0000',
  }
  return Object.entries(texts).map(([name, token]) => ({ name, token, verdict: 'MALFORMED' }))
}

const revokeUserSessions = `mutation ($input: RevokeUserSessionsInput!) { revokeUserSessions(input: $input) { __typename } }`
const setUserActive = `mutation ($input: SetUserActiveInput!) { setUserActive(input: $input) { __typename } }`
const lockUser = `mutation ($input: LockUserInput!) { lockUser(input: $input) { __typename } }`
const deleteAccount = `mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { __typename } }`
