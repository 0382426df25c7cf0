import { InvalidInputProblem, InvalidTokenProblem, RateLimitedProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { RevocationStats } from '../../domain/tokens/revocation-list.ts'
import type { TokenRejection, TokenVerdict } from '../../domain/tokens/token-verdict.ts'
import type { RevokedToken } from '../../flows/tokens/revoke-token.ts'
import type { Builder } from '../edge/builder.ts'
import { actingWith } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

const rejectionValues = {
  MALFORMED: { description: 'Not in the form of an access token or API key of this service.' },
  BAD_SIGNATURE: { description: 'Not made by this service; of an API key: there is none such.' },
  EXPIRED: { description: 'It was good until it expired.' },
  NOT_YET_VALID: { description: 'It is from the future.' },
  WRONG_ISSUER: { description: 'Its issuer is another one.' },
  WRONG_AUDIENCE: { description: 'It is meant for others.' },
  REVOKED: { description: 'It was revoked, or its session was.' },
  USER_DISABLED: { description: 'Its user is locked, deactivated or gone.' },
  MISSING_PERMISSIONS: { description: 'It is good, but not for what was asked: see missingPermissions.' },
} as const satisfies Record<TokenRejection, { description: string }>

/** The queries about tokens and revocations for other services, and the mutation that revokes one token. */
export function addTokenVerification(builder: Builder, types: Types): void {
  addVerifyToken(builder, types)
  addRevokeToken(builder)
  addRevocationStats(builder)
}

function addVerifyToken(builder: Builder, types: Types): void {
  const input = builder.inputType('VerifyTokenInput', {
    description: 'What somebody has shown to a service, and what the service wants of it.',
    fields: (t) => ({
      token: t.string({ required: true, description: 'An access token or an API key.' }),
      requiredPermissions: t.stringList({
        description: 'Permissions that it must have to be active, at most 50; of a key: key and owner both.',
      }),
    }),
  })
  const verification = addVerification(builder, types)
  builder.queryField('verifyToken', (t) =>
    t.field({
      type: verification,
      nullable: true,
      description:
        'Checks an access token or API key on behalf of another service. Wants the permission tokens:verify; POST only.',
      args: { input: t.arg({ type: input, required: true, description: 'What to check.' }) },
      authScopes: { permission: 'tokens:verify' },
      rateLimit: limits.query,
      extensions: { postOnly: true },
      resolve: (_root, { input: { token, requiredPermissions } }, context) =>
        context.flows.verifyToken(token, requiredPermissions ?? []),
    }),
  )
}

function addVerification(builder: Builder, types: Types) {
  const rejection = builder.enumType('TokenRejection', {
    description: 'Why a token is not to be accepted.',
    values: rejectionValues,
  })
  return builder.objectRef<TokenVerdict>('TokenVerification').implement({
    description:
      'What there is to know of a token. Unless it is active or lacks permissions alone, all but `active` and `reason` is null or empty.',
    fields: (t) => ({
      active: t.exposeBoolean('active', { description: 'Whether to accept it.' }),
      reason: t.expose('reason', { type: rejection, nullable: true, description: 'Null when active.' }),
      subject: t.id({
        nullable: true,
        description: 'The id of its user; of an API key, of its owner.',
        resolve: ({ facts }) => facts?.subject,
      }),
      sessionId: t.id({
        nullable: true,
        description: 'Its session; null for an API key.',
        resolve: ({ facts }) => facts?.sessionId,
      }),
      tenantId: t.id({
        nullable: true,
        description: 'The tenant of its user: a service of one tenant compares it.',
        resolve: ({ facts }) => facts?.tenantId,
      }),
      role: t.field({
        type: types.userRole,
        nullable: true,
        description: 'What its user may do at large; null for an API key, whose permissions say it all.',
        resolve: ({ facts }) => facts?.role,
      }),
      permissions: t.stringList({
        description: 'What it permits.',
        resolve: ({ facts }) => [...(facts?.permissions ?? [])],
      }),
      missingPermissions: t.stringList({
        description: 'What was required and is not permitted.',
        resolve: ({ missingPermissions }) => [...missingPermissions],
      }),
      issuedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When it was issued.',
        resolve: ({ facts }) => facts?.issuedAt,
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When it expires; null for an API key that does not.',
        resolve: ({ facts }) => facts?.expiresAt,
      }),
    }),
  })
}

function addRevokeToken(builder: Builder): void {
  const input = builder.inputType('RevokeTokenInput', {
    description: 'Which access token to revoke, one of the two, and why.',
    fields: (t) => ({
      token: t.string({ description: 'The token, of a user of your own tenant.' }),
      jti: t.id({
        description:
          'Its jti, for example from a log. Nobody knows whose it is: FORBIDDEN but for the default tenant, whose administrators look after the installation.',
      }),
      reason: t.string({ required: true, description: 'Why, for the audit log; 1 to 500 characters.' }),
    }),
  })
  const success = builder.objectRef<RevokedToken>('RevokeTokenSuccess').implement({
    description: 'The token is refused from now on, by every process within a second.',
    fields: (t) => ({
      jti: t.exposeID('jti', { description: 'The jti of the token.' }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'Until when this is remembered: no access token lives as long.',
      }),
    }),
  })
  const result = builder.errorUnion('RevokeTokenResult', {
    description: 'What revokeToken answers.',
    types: [success, InvalidTokenProblem, InvalidInputProblem, RateLimitedProblem],
    resolveType: () => 'RevokeTokenSuccess',
  })
  builder.mutationField('revokeToken', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'Revokes one access token (its jti) before its time. Wants the permission tokens:revoke. Its session goes on: see revokeUserSessions.',
      args: { input: t.arg({ type: input, required: true, description: 'Which one, and why.' }) },
      authScopes: { actingWith: 'tokens:revoke' },
      rateLimit: limits.mutation,
      resolve: (_root, args, context) =>
        context.flows.revokeToken(args.input, actingWith(context, 'tokens:revoke'), context.origin),
    }),
  )
}

function addRevocationStats(builder: Builder): void {
  const stats = builder.objectRef<RevocationStats>('RevocationStats').implement({
    description:
      'How many revocations are remembered: an hour each, until no access token that they name can be alive.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'Sessions that were ended.' }),
      revokedUsers: t.exposeInt('revokedUsers', { description: 'Users whose older tokens are refused.' }),
      revokedTokens: t.exposeInt('revokedTokens', { description: 'Single access tokens.' }),
      oldestExpiresAt: t.expose('oldestExpiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the first of them is forgotten; null where there is none.',
      }),
    }),
  })
  builder.queryField('revocationStats', (t) =>
    t.field({
      type: stats,
      nullable: true,
      description:
        'How many revocations the process that answers remembers, of all tenants. Wants the permission system:read.',
      authScopes: { permission: 'system:read' },
      rateLimit: limits.query,
      resolve: (_root, _args, context) => context.flows.findRevocationStats(),
    }),
  )
}
