import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { resultOf } from '../answers.ts'
import { mailsTo } from '../mails.ts'
import {
  checkPasswordStrengthDocument,
  passwordPolicyDocument,
  registerDocument,
  requestPasswordResetDocument,
  resendVerificationEmailDocument,
} from '../operations.ts'
import { addPasskey, askPasskeyLogin } from '../passkeys.ts'
import { askLogin } from '../people.ts'
import { freshEmail, goodPassword } from '../test-app.ts'
import { invalidCredentials, signedUp, success, type TenantPath } from './path.ts'

const unknownTenant = { code: 'INVALID_INPUT', issues: [{ path: ['tenant'], code: 'UNKNOWN_TENANT' }] }

/** Accounts: they prove the same person again after the reactivation. */
export const accountPaths: readonly TenantPath[] = [
  ...['email', 'username'].map(
    (by): TenantPath => ({
      name: `the password with the ${by}`,
      fields: ['Mutation.login'],
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
    fields: ['Mutation.loginWithPasskey'],
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
    fields: ['Mutation.register'],
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
    fields: ['Query.passwordPolicy'],
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
    fields: ['Mutation.checkPasswordStrength'],
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
  mailRequest('reset-password', requestPasswordResetDocument, 'requestPasswordReset'),
  mailRequest('verify-email', resendVerificationEmailDocument, 'resendVerificationEmail'),
]

/** A request of a mail: the answer is always the same, and an inactive tenant sends none. */
function mailRequest(page: string, document: string, field: string): TenantPath {
  return {
    name: `a request of a link to ${page}`,
    fields: [`Mutation.${field}`],
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
