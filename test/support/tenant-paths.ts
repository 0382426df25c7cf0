import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import type { OneTimeTokenPurpose } from '../../src/domain/one-time-tokens/one-time-token.ts'
import { Actor } from './actor.ts'
import { resultOf } from './answers.ts'
import { makeKey } from './api-keys.ts'
import type { GrpcClient } from './grpc.ts'
import { mailsTo } from './mails.ts'
import { linkTokenFor } from './one-time-links.ts'
import {
  checkPasswordStrengthDocument,
  csrfTokenDocument,
  denyRegistrationDocument,
  meDocument,
  passwordPolicyDocument,
  refreshDocument,
  registerDocument,
  reportUnrecognizedSessionDocument,
  requestPasswordResetDocument,
  resendVerificationEmailDocument,
  resetPasswordDocument,
  startTotpEnrolmentDocument,
  undoEmailChangeDocument,
  undoFactorChangeDocument,
  unlockAccountDocument,
  userDocument,
  verifyEmailDocument,
  verifyTokenDocument,
} from './operations.ts'
import { addPasskey, askPasskeyLogin } from './passkeys.ts'
import { askLogin, askRefresh, rotate, type SignedIn, signUp, signUpAs, tryLogout, whoIs } from './people.ts'
import { insertTotp, tenantIdOf } from './rows.ts'
import { challenge, complete, insertApp, signUpWithTotp } from './second-steps.ts'
import { postForm } from './services.ts'
import { freshEmail, goodPassword, type TestApp } from './test-app.ts'

/** What the paths use of the installation. */
export interface Stage {
  readonly test: TestApp
  /** An administrator of the tenant that manages the installation. */
  readonly admin: SignedIn
  /** An API key of the administrator that verifies tokens. */
  readonly serviceKey: string
  readonly grpc: GrpcClient
}

/** A path on which something of a tenant is accepted. */
export interface TenantPath {
  readonly name: string
  /** Makes what is presented, in the tenant. Returns the attempt, which can be repeated. */
  prepare(stage: Stage, tenant: string): Promise<() => Promise<unknown>>
  /** Answers, or parts of them: in an active tenant, in an inactive one, and after it was reactivated. */
  readonly accepted: unknown
  readonly refused: unknown
  readonly afterwards: unknown
}

const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/)
const newPassword = 'An0ther-horse-battery!'
const success = (name: string) => ({ __typename: `${name}Success` })
const invalidToken = { code: 'INVALID_TOKEN' }
const invalidRefreshToken = { code: 'INVALID_REFRESH_TOKEN' }
const invalidCredentials = { code: 'INVALID_CREDENTIALS' }
const tokenRevoked = { code: 'UNAUTHENTICATED', reason: 'TOKEN_REVOKED' }
const unknownTenant = { code: 'INVALID_INPUT', issues: [{ path: ['tenant'], code: 'UNKNOWN_TENANT' }] }
const inactive = { active: false }

const signedUp = ({ test }: Stage, tenant: string, input: object = {}) =>
  signUp(test.actor(), { tenant, ...input })

/** Sessions, keys and challenges: what was issued before the deactivation stays refused. */
const ended: readonly TenantPath[] = [
  {
    name: 'an access token in a header',
    prepare: async (stage, tenant) => {
      const { accessToken } = await signedUp(stage, tenant)
      return async () => ({ viewer: await whoIs(stage.test.actor(), accessToken) })
    },
    accepted: { viewer: uuid },
    refused: { viewer: 'TOKEN_REVOKED' },
    afterwards: { viewer: 'TOKEN_REVOKED' },
  },
  {
    name: 'an access token in a cookie',
    prepare: async (stage, tenant) => {
      const { actor } = await signedUp(stage, tenant, { tokenTransport: 'COOKIE' })
      return async () => resultOf(await actor.ask(meDocument))
    },
    accepted: { id: uuid },
    refused: tokenRevoked,
    afterwards: tokenRevoked,
  },
  {
    name: 'a refresh token',
    prepare: async (stage, tenant) => {
      const { actor, refreshToken } = await signedUp(stage, tenant)
      return () => askRefresh(actor, refreshToken)
    },
    accepted: success('Refresh'),
    refused: invalidRefreshToken,
    afterwards: invalidRefreshToken,
  },
  {
    name: 'a refresh token that was replaced within the grace period',
    prepare: async (stage, tenant) => {
      const { actor, refreshToken } = await signedUp(stage, tenant)
      await rotate(actor, refreshToken)
      return () => askRefresh(actor, refreshToken)
    },
    accepted: success('Refresh'),
    refused: invalidRefreshToken,
    afterwards: invalidRefreshToken,
  },
  {
    name: 'a refresh token in a cookie',
    prepare: async (stage, tenant) => {
      const { actor } = await signedUp(stage, tenant, { tokenTransport: 'COOKIE' })
      const csrf = resultOf(await actor.ask(csrfTokenDocument))
      return async () => resultOf(await actor.ask(refreshDocument, { input: {} }, { 'x-csrf-token': csrf }))
    },
    accepted: success('Refresh'),
    refused: invalidRefreshToken,
    afterwards: invalidRefreshToken,
  },
  {
    name: 'logout, which ends a session',
    prepare: async (stage, tenant) => {
      const { accessToken } = await signedUp(stage, tenant)
      return async () => resultOf(await tryLogout(stage.test.actor(), accessToken))
    },
    accepted: { revokedSessions: 1 },
    refused: { revokedSessions: 0 },
    afterwards: { revokedSessions: 0 },
  },
  {
    name: 'the challenge of a second step',
    prepare: async (stage, tenant) => {
      const { test } = stage
      const { email, recoveryCodes } = await signUpWithTotp(test, { tenant })
      const actor = test.actor()
      const token = await challenge(actor, email, { tenant })
      return () => complete(actor, token, { recoveryCode: recoveryCodes[0] })
    },
    accepted: success('Login'),
    refused: invalidToken,
    afterwards: invalidToken,
  },
  {
    name: 'the token of a sign-in that requires the enrolment of a factor',
    prepare: async (stage, tenant) => {
      const { test } = stage
      const { client } = test.database
      const { email, userId } = await signedUp(stage, tenant)
      await insertApp(test, userId)
      const actor = test.actor()
      const enrolmentToken = await challenge(actor, email, { tenant })
      await client.signInChallenge.updateMany({ where: { userId }, data: { kind: 'ENROLMENT' } })
      await client.totpSecret.deleteMany({ where: { userId } })
      return async () => resultOf(await actor.ask(startTotpEnrolmentDocument, { input: { enrolmentToken } }))
    },
    accepted: success('StartTotpEnrolment'),
    refused: invalidToken,
    afterwards: invalidToken,
  },
  {
    name: 'a device on which the second step is skipped',
    prepare: async (stage, tenant) => {
      const { test } = stage
      const { email, recoveryCodes } = await signUpWithTotp(test, { tenant })
      const actor = test.actor()
      const proof = { recoveryCode: recoveryCodes[0], rememberDevice: true }
      const done = await complete(actor, await challenge(actor, email, { tenant }), proof)
      const { rememberedDeviceToken } = done
      return () => askLogin(actor, email, { tenant, rememberedDeviceToken })
    },
    accepted: success('Login'),
    refused: invalidCredentials,
    afterwards: { __typename: 'MfaChallenge' },
  },
  {
    name: 'an API key',
    prepare: async (stage, tenant) => {
      const owner = await signUpAs(stage.test, 'ADMIN', tenant)
      const { secret } = await makeKey(stage.test, owner.accessToken, { permissions: ['users:read'] })
      const headers = { 'x-api-key': secret }
      return async () => resultOf(await stage.test.actor().ask(userDocument, { id: owner.userId }, headers))
    },
    accepted: { id: uuid },
    refused: tokenRevoked,
    afterwards: tokenRevoked,
  },
  ...(['an access token', 'an API key'] as const).flatMap((what): TenantPath[] => {
    const reasoned = { active: false, reason: 'REVOKED' }
    const present = async (stage: Stage, tenant: string): Promise<string> => {
      const owner = await signUpAs(stage.test, 'ADMIN', tenant)
      if (what === 'an access token') return owner.accessToken
      return (await makeKey(stage.test, owner.accessToken, { permissions: ['users:read'] })).secret
    }
    return [
      {
        name: `verifyToken of ${what}`,
        prepare: async (stage, tenant) => {
          const token = await present(stage, tenant)
          const bearer = Actor.bearer(stage.admin.accessToken)
          return async () =>
            resultOf(await stage.test.actor().ask(verifyTokenDocument, { input: { token } }, bearer))
        },
        accepted: { active: true },
        refused: reasoned,
        afterwards: reasoned,
      },
      {
        name: `introspection of ${what}`,
        prepare: async (stage, tenant) => {
          const token = await present(stage, tenant)
          const bearer = Actor.bearer(stage.serviceKey)
          return async () => (await postForm(stage.test, '/oauth2/introspect', { token }, bearer)).json()
        },
        accepted: { active: true },
        refused: inactive,
        afterwards: inactive,
      },
      {
        name: `verification of ${what} by gRPC`,
        prepare: async (stage, tenant) => {
          const token = await present(stage, tenant)
          return () => stage.grpc.call('Verify', { token }, Actor.bearer(stage.serviceKey))
        },
        accepted: { active: true },
        refused: inactive,
        afterwards: inactive,
      },
    ]
  }),
]

/** Accounts and mailboxes: they prove the same person again after the reactivation. */
const kept: readonly TenantPath[] = [
  ...['email', 'username'].map(
    (by): TenantPath => ({
      name: `the password with the ${by}`,
      prepare: async (stage, tenant) => {
        const username = `ada${randomUUID().slice(0, 8)}`
        const { email } = await signedUp(stage, tenant, { username })
        return () => askLogin(stage.test.actor(), by === 'email' ? email : username, { tenant })
      },
      accepted: success('Login'),
      refused: invalidCredentials,
      afterwards: success('Login'),
    }),
  ),
  {
    name: 'a passkey',
    prepare: async (stage, tenant) => {
      const { authenticator } = await addPasskey(stage.test, await signedUp(stage, tenant))
      return () => askPasskeyLogin(stage.test, authenticator, { tenant })
    },
    accepted: success('Login'),
    refused: { code: 'INVALID_PASSKEY' },
    afterwards: success('Login'),
  },
  {
    name: 'a registration',
    prepare:
      async ({ test }, tenant) =>
      async () => {
        const input = { email: freshEmail(), password: goodPassword, tenant }
        return resultOf(await test.actor().ask(registerDocument, { input }))
      },
    accepted: success('Register'),
    refused: unknownTenant,
    afterwards: success('Register'),
  },
  {
    name: 'the rules of passwords',
    prepare:
      async ({ test }, tenant) =>
      async () => ({
        policy: resultOf(await test.actor().ask(passwordPolicyDocument, { tenant })),
      }),
    accepted: { policy: expect.any(Object) },
    refused: { policy: null },
    afterwards: { policy: expect.any(Object) },
  },
  {
    name: 'the judgement of a password',
    prepare:
      async ({ test }, tenant) =>
      async () => {
        const input = { password: goodPassword, tenant }
        return resultOf(await test.actor().ask(checkPasswordStrengthDocument, { input }))
      },
    accepted: { acceptable: true },
    refused: unknownTenant,
    afterwards: { acceptable: true },
  },
  mailRequest('reset-password', requestPasswordResetDocument),
  mailRequest('verify-email', resendVerificationEmailDocument),
  link('RESET_PASSWORD', resetPasswordDocument, 'ResetPassword', () => ({ newPassword })),
  link('VERIFY_EMAIL', verifyEmailDocument, 'VerifyEmail'),
  link('DENY_REGISTRATION', denyRegistrationDocument, 'DenyRegistration'),
  link('UNLOCK_ACCOUNT', unlockAccountDocument, 'UnlockAccount'),
  link('REPORT_SESSION', reportUnrecognizedSessionDocument, 'ReportUnrecognizedSession'),
  link('UNDO_EMAIL_CHANGE', undoEmailChangeDocument, 'UndoEmailChange'),
  link('UNDO_FACTOR_CHANGE', undoFactorChangeDocument, 'UndoFactorChange'),
  registrationLink('VERIFY_EMAIL', verifyEmailDocument, 'VerifyEmail'),
  registrationLink('DENY_REGISTRATION', denyRegistrationDocument, 'DenyRegistration'),
]

export const tenantPaths: readonly TenantPath[] = [...ended, ...kept]

/** A request of a mail: the answer is always the same, and an inactive tenant sends none. */
function mailRequest(page: string, document: string): TenantPath {
  return {
    name: `a request of a link to ${page}`,
    prepare: async (stage, tenant) => {
      const { test } = stage
      const { email } = await signedUp(stage, tenant)
      const count = async () =>
        (await mailsTo(test, email)).filter(({ links }) => links.some((each) => each.includes(page))).length
      return async () => {
        const before = await count()
        const { __typename } = resultOf(await test.actor().ask(document, { input: { email, tenant } }))
        return { __typename, mails: (await count()) - before }
      }
    },
    accepted: { __typename: expect.stringMatching(/Success$/), mails: 1 },
    refused: { __typename: expect.stringMatching(/Success$/), mails: 0 },
    afterwards: { __typename: expect.stringMatching(/Success$/), mails: 1 },
  }
}

function link(
  purpose: OneTimeTokenPurpose,
  document: string,
  name: string,
  more: () => object = () => ({}),
): TenantPath {
  return {
    name: `a link of the purpose ${purpose}`,
    prepare: async (stage, tenant) => {
      const { userId } = await signedUp(stage, tenant)
      const app = await insertTotp(stage.test.database, userId, stage.test.clock.now())
      const factorChange = { change: 'REMOVED', factor: 'TOTP', id: app } as const
      const about = purpose === 'UNDO_FACTOR_CHANGE' ? { factorChange } : {}
      const token = await linkTokenFor(stage.test, { purpose, userId, email: freshEmail(), ...about })
      return async () => resultOf(await stage.test.actor().ask(document, { input: { token, ...more() } }))
    },
    accepted: success(name),
    refused: invalidToken,
    afterwards: success(name),
  }
}

/** A link that completes or denies a registration that is no account yet. */
function registrationLink(purpose: OneTimeTokenPurpose, document: string, name: string): TenantPath {
  return {
    name: `a link of the purpose ${purpose} of a pending registration`,
    prepare: async ({ test }, tenant) => {
      const id = randomUUID()
      const now = test.clock.now()
      const none = { username: null, firstName: null, lastName: null, phoneNumber: null, locale: null }
      await createStores(test.database.client).pendingRegistrations.insert({
        id,
        tenantId: await tenantIdOf(test.database, tenant),
        email: freshEmail(),
        password: { hash: 'none', pepperId: null, changedAt: now },
        ...none,
        createdAt: now,
        expiresAt: new Date(now.getTime() + 3_600_000),
      })
      const token = await linkTokenFor(test, { purpose, userId: null, registrationId: id })
      return async () => resultOf(await test.actor().ask(document, { input: { token } }))
    },
    accepted: success(name),
    refused: invalidToken,
    afterwards: success(name),
  }
}
