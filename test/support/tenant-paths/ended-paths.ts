import { resultOf } from '../answers.ts'
import { makeKey } from '../api-keys.ts'
import { csrfTokenDocument, meDocument, refreshDocument, userDocument } from '../operations.ts'
import { askLogin, askRefresh, rotate, signUpAs, tryLogout, whoIs } from '../people.ts'
import { challenge, complete, signUpWithTotp } from '../second-steps.ts'
import { invalidCredentials, invalidToken, signedUp, success, type TenantPath, uuid } from './path.ts'

const invalidRefreshToken = { code: 'INVALID_REFRESH_TOKEN' }
const tokenRevoked = { code: 'UNAUTHENTICATED', reason: 'TOKEN_REVOKED' }

/** Sessions, keys and challenges: what was issued before the deactivation stays refused. */
export const endedPaths: readonly TenantPath[] = [
  {
    name: 'an access token in a header',
    fields: ['Query.me'],
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
    fields: ['Mutation.refresh'],
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
    fields: ['Mutation.logout'],
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
    fields: ['Mutation.completeMfaChallenge'],
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
]
