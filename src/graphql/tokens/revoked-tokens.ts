import { InvalidInputProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { RevokedToken } from '../../domain/tokens/revocation.ts'
import type { User } from '../../domain/users/user.ts'
import { permitted } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import type { GraphqlContext } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

/** The mutation that revokes many access tokens, and the query about one that was revoked. */
export function addRevokedTokens(builder: Builder, types: Types): void {
  addRevokeTokens(builder)
  addRevokedToken(builder, types)
}

function addRevokeTokens(builder: Builder): void {
  const input = builder.inputType('RevokeTokensInput', {
    description: 'The access tokens to revoke: exactly one of tokens and jtis, with 1 to 100 items.',
    fields: (t) => ({
      tokens: t.stringList({
        description:
          'Access tokens of users of your tenant. If one of them is not, nothing is revoked (AuthInvalidInputProblem). Expired ones are skipped.',
      }),
      jtis: t.idList({
        description:
          'The `jti` claims of access tokens. They do not reveal the tenants of the tokens, so only the default tenant, which manages the installation, may use them; FORBIDDEN for other tenants.',
      }),
      reason: t.string({
        required: true,
        description: 'Reason for the audit log; 1 to 500 characters.',
      }),
    }),
  })
  const success = builder.objectRef<{ revoked: number }>('RevokeTokensSuccess').implement({
    description: 'The tokens were revoked. Every process refuses them within a second.',
    fields: (t) => ({
      revoked: t.exposeInt('revoked', {
        description:
          'Number of different tokens that were revoked, including those that had been revoked before.',
      }),
    }),
  })
  addMutation(builder, {
    name: 'revokeTokens',
    description:
      'Revokes up to 100 access tokens before they expire, all or none. Their sessions continue: to end them, use revokeUserSessions. Requires the permission tokens:revoke.',
    input,
    success,
    problems: [InvalidInputProblem],
    access: permitted('tokens:revoke'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) => ({
      revoked: await context.flows.revokeTokens(input, viewer, context.origin),
    }),
  })
}

function addRevokedToken(builder: Builder, types: Types): void {
  const revokedToken = builder.objectRef<RevokedToken>('RevokedToken').implement({
    description: 'An access token that was revoked individually. Tokens of ended sessions are not included.',
    fields: (t) => ({
      jti: t.exposeID('tokenId', { description: 'The `jti` claim of the token.' }),
      revokedAt: t.expose('revokedAt', { type: 'DateTime', description: 'When it was first revoked.' }),
      reason: t.exposeString('reason', {
        nullable: true,
        description:
          'Why it was revoked: the text of an administrator, or PRESENTED if its holder revoked it (RFC 7009). Null after the account of its user was deleted, and for a token of another tenant.',
      }),
      actor: t.field({
        type: types.user,
        nullable: true,
        description:
          'The user who revoked it. Null if its holder did, for a user of another tenant, and after their account was deleted.',
        resolve: ({ actorId }, _args, context) => findActor(context, actorId),
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the revocation is removed. The token has expired by then.',
      }),
    }),
  })
  addQuery(builder, {
    name: 'revokedToken',
    description:
      'A revoked access token. Null if it was not revoked, if the revocation has been removed, or if it belongs to another tenant; the default tenant, which manages the installation, sees all. Requires the permission tokens:revoke.',
    type: revokedToken,
    args: (arg) => ({ jti: arg.id({ required: true, description: 'The `jti` claim of the token.' }) }),
    access: permitted('tokens:revoke'),
    limit: limits.query,
    resolve: ({ args: { jti }, viewer, context }) => context.flows.findRevokedToken(jti, viewer),
  })
}

/** Null for users of another tenant than the viewer's. */
async function findActor(context: GraphqlContext, id: string | null): Promise<User | null> {
  const user = id === null ? null : await context.users.load(id)
  return user !== null && user.tenantId === context.authentication.viewer?.tenantId ? user : null
}
