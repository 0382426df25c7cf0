import { InvalidInputProblem, InvalidTokenProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { RevocationStats } from '../../domain/tokens/live-revocations.ts'
import type { TokenRejection, TokenVerdict } from '../../domain/tokens/token-verdict.ts'
import type { TokenRevocation } from '../../flows/tokens/revoke-token.ts'
import { permitted } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'

const rejectionValues = {
  MALFORMED: { description: 'It is not in the format of an access token or API key of this service.' },
  BAD_SIGNATURE: { description: 'It was not issued by this service. For an API key: no such key exists.' },
  EXPIRED: { description: 'It has expired.' },
  NOT_YET_VALID: { description: 'Its period of validity has not begun.' },
  WRONG_ISSUER: { description: 'Its issuer (`iss`) is another service.' },
  WRONG_AUDIENCE: { description: 'Its audience (`aud`) is another service.' },
  REVOKED: { description: 'It was revoked, or its session has ended.' },
  USER_DISABLED: {
    description:
      'Its user is locked, deactivated or deleted. For an API key also: its owner has no second factor, and the deadline of the policy has passed.',
  },
  MISSING_PERMISSIONS: {
    description: 'It is valid but lacks required permissions: see missingPermissions.',
  },
} as const satisfies Record<TokenRejection, { description: string }>

/** The queries about tokens and revocations for other services, and the mutation that revokes one token. */
export function addTokenVerification(builder: Builder, types: Types): void {
  addVerifyToken(builder, types)
  addRevokeToken(builder)
  addRevocationStats(builder)
}

function addVerifyToken(builder: Builder, types: Types): void {
  const input = builder.inputType('VerifyTokenInput', {
    description: 'A token that a service received, and the permissions that the service requires.',
    fields: (t) => ({
      token: t.string({ required: true, description: 'Access token or API key.' }),
      requiredPermissions: t.stringList({
        description:
          'Permissions that the token must have to be active, at most 50. For an API key, both the key and its owner must have them.',
      }),
    }),
  })
  addQuery(builder, {
    name: 'verifyToken',
    description:
      'Checks an access token or API key for another service. Requires the permission tokens:verify. POST only.',
    type: addVerification(builder, types),
    args: (arg) => ({
      input: arg({ type: input, required: true, description: 'Input of verifyToken.' }),
    }),
    access: permitted('tokens:verify'),
    limit: limits.query,
    postOnly: true,
    resolve: ({ args: { input }, context }) =>
      context.flows.verifyToken(input.token, input.requiredPermissions ?? []),
  })
}

function addVerification(builder: Builder, types: Types) {
  const rejection = builder.enumType('TokenRejection', {
    description: 'Reason why a token must not be accepted.',
    values: rejectionValues,
  })
  return builder.objectRef<TokenVerdict>('TokenVerification').implement({
    description:
      'Result of verifyToken. For every reason except MISSING_PERMISSIONS, all fields except `active` and `reason` are null or empty.',
    fields: (t) => ({
      active: t.exposeBoolean('active', { description: 'Whether to accept the token.' }),
      reason: t.expose('reason', {
        type: rejection,
        nullable: true,
        description: 'Why the token must not be accepted. Null if it is active.',
      }),
      subject: t.id({
        nullable: true,
        description: 'Id of the user of the token; for an API key, of its owner.',
        resolve: ({ facts }) => facts?.subject,
      }),
      sessionId: t.id({
        nullable: true,
        description: 'Id of the session of the token. Null for an API key.',
        resolve: ({ facts }) => facts?.sessionId,
      }),
      tenantId: t.id({
        nullable: true,
        description: 'Id of the tenant of the user. A service of one tenant must compare it.',
        resolve: ({ facts }) => facts?.tenantId,
      }),
      role: t.field({
        type: types.userRole,
        nullable: true,
        description: 'Role of the user. Null for an API key, which only has permissions.',
        resolve: ({ facts }) => facts?.role,
      }),
      roles: t.stringList({
        description:
          "Names of the application's roles (claim `roles`). Empty for an API key, which only has permissions.",
        resolve: ({ facts }) => [...(facts?.accessRoles ?? [])],
      }),
      permissions: t.stringList({
        description: 'Permissions that the token grants, built-in ones and those of the application.',
        resolve: ({ facts }) => [...(facts?.permissions ?? [])],
      }),
      missingPermissions: t.stringList({
        description: 'Required permissions that the token does not grant.',
        resolve: ({ missingPermissions }) => [...missingPermissions],
      }),
      authenticationMethods: t.stringList({
        description:
          'How the user proved who they are (`amr`, RFC 8176): pwd, otp, pop, user, mfa. Empty for an API key.',
        resolve: ({ facts }) => [...(facts?.authenticationMethods ?? [])],
      }),
      assuranceLevel: t.field({
        type: types.assuranceLevel,
        nullable: true,
        description: 'Level that these methods reach (`acr`). Null for an API key.',
        resolve: ({ facts }) => facts?.assuranceLevel,
      }),
      authenticatedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'When the user last proved the password, or signed in with a passkey (`auth_time`). Null for an API key.',
        resolve: ({ facts }) => facts?.authenticatedAt,
      }),
      issuedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the token was issued.',
        resolve: ({ facts }) => facts?.issuedAt,
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the token expires. Null for an API key that does not expire.',
        resolve: ({ facts }) => facts?.expiresAt,
      }),
    }),
  })
}

function addRevokeToken(builder: Builder): void {
  const input = builder.inputType('RevokeTokenInput', {
    description: 'The access token to revoke: exactly one of token and jti.',
    fields: (t) => ({
      token: t.string({ description: 'The access token, of a user of your tenant.' }),
      jti: t.id({
        description:
          'The `jti` claim of the access token, for example from a log. It does not reveal the tenant of the token, so only the default tenant, which manages the installation, may use it; FORBIDDEN for other tenants.',
      }),
      reason: t.string({
        required: true,
        description: 'Reason for the audit log; 1 to 500 characters.',
      }),
    }),
  })
  const success = builder.objectRef<TokenRevocation>('RevokeTokenSuccess').implement({
    description: 'The token was revoked. Every process refuses it within a second.',
    fields: (t) => ({
      jti: t.exposeID('jti', { description: 'The `jti` claim of the token.' }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the revocation is forgotten. No access token lives that long.',
      }),
    }),
  })
  addMutation(builder, {
    name: 'revokeToken',
    description:
      'Revokes one access token, by its `jti`, before it expires. Its session continues: to end it, use revokeUserSessions. Requires the permission tokens:revoke.',
    input,
    success,
    problems: [InvalidTokenProblem, InvalidInputProblem],
    access: permitted('tokens:revoke'),
    limit: limits.mutation,
    resolve: ({ input, viewer, context }) => context.flows.revokeToken(input, viewer, context.origin),
  })
}

function addRevocationStats(builder: Builder): void {
  const stats = builder.objectRef<RevocationStats>('RevocationStats').implement({
    description:
      'Numbers of revocations in memory. Each is kept for an hour, after which every access token that it concerns has expired.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'Number of ended sessions.' }),
      revokedUsers: t.exposeInt('revokedUsers', {
        description: 'Number of users whose earlier access tokens are refused.',
      }),
      revokedTokens: t.exposeInt('revokedTokens', {
        description: 'Number of single access tokens that were revoked.',
      }),
      oldestExpiresAt: t.expose('oldestExpiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the first of them is forgotten. Null if there are none.',
      }),
    }),
  })
  addQuery(builder, {
    name: 'revocationStats',
    description:
      'Numbers of revocations, of all tenants, in the memory of the process that responds. Requires the permission system:read.',
    type: stats,
    access: permitted('system:read'),
    limit: limits.query,
    resolve: ({ context }) => context.flows.findRevocationStats(),
  })
}
