import type { SigningKeyState, StoredSigningKey } from '../../domain/keys/signing-key.ts'
import { RateLimitedProblem, ReauthenticationRequiredProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { Builder } from '../edge/builder.ts'
import { actingUserWith } from '../edge/context.ts'

const stateValues = {
  NEXT: { description: 'Published, does not sign yet.' },
  CURRENT: { description: 'The one key that signs.' },
  RETIRING: { description: 'Signs no more; verifies until its last token has expired.' },
} as const satisfies Record<SigningKeyState, { description: string }>

/** SigningKey, the query `signingKeys` and the mutation that rotates them. */
export function addSigningKeys(builder: Builder): void {
  const signingKey = addSigningKey(builder)
  builder.queryField('signingKeys', (t) =>
    t.field({
      type: [signingKey],
      nullable: true,
      description:
        'The keys that access tokens are signed with, oldest first; their public halves are at /.well-known/jwks.json. Wants the permission system:read.',
      authScopes: { permission: 'system:read' },
      rateLimit: limits.query,
      resolve: async (_root, _args, context) => [...(await context.flows.findSigningKeys())],
    }),
  )
  const success = builder
    .objectRef<{ signingKeys: readonly StoredSigningKey[] }>('RotateSigningKeysSuccess')
    .implement({
      description:
        'The NEXT key signs as of now; or, where it has not been published for long enough, its activatedAt says when it will.',
      fields: (t) => ({
        signingKeys: t.field({
          type: [signingKey],
          description: 'All keys, as they are now.',
          resolve: ({ signingKeys }) => [...signingKeys],
        }),
      }),
    })
  const result = builder.errorUnion('RotateSigningKeysResult', {
    description: 'What rotateSigningKeys answers.',
    types: [success, ReauthenticationRequiredProblem, RateLimitedProblem],
    resolveType: () => 'RotateSigningKeysSuccess',
  })
  builder.mutationField('rotateSigningKeys', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'Lets the NEXT signing key take over; no token that was issued is refused for it. Wants the permission keys:rotate and a fresh proof of the password (reauthenticate).',
      authScopes: { actingWith: 'keys:rotate' },
      rateLimit: limits.mutation,
      resolve: async (_root, _args, context) => ({
        signingKeys: await context.flows.rotateSigningKeys(
          actingUserWith(context, 'keys:rotate'),
          context.origin,
        ),
      }),
    }),
  )
}

function addSigningKey(builder: Builder) {
  const state = builder.enumType('SigningKeyState', {
    description: 'Where a signing key stands in its life.',
    values: stateValues,
  })
  return builder.objectRef<StoredSigningKey>('SigningKey').implement({
    description: 'A key pair that access tokens are signed with.',
    fields: (t) => ({
      kid: t.exposeID('kid', { description: 'Names it in the header of tokens: its RFC 7638 thumbprint.' }),
      algorithm: t.exposeString('algorithm', { description: 'RS256, ES256 or EdDSA (RFC 7518, RFC 8037).' }),
      state: t.expose('state', { type: state, description: 'Where it stands in its life.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made and published.' }),
      activatedAt: t.expose('activatedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it began to sign; of a NEXT key, when it will. Null while that is not planned.',
      }),
      retiresAt: t.expose('retiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'Until when a RETIRING key verifies; null before.',
      }),
    }),
  })
}
