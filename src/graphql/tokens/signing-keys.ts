import type { SigningKeyState, StoredSigningKey } from '../../domain/keys/signing-key.ts'
import { ReauthenticationRequiredProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { KeyRotation } from '../../flows/tokens/rotate-signing-keys.ts'
import { permitted, permittedUser } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import { administrativeProofText } from '../edge/proof-text.ts'

const keyStateValues = {
  NEXT: { description: 'Published, but does not sign yet.' },
  CURRENT: { description: 'The one key that signs.' },
  RETIRING: { description: 'No longer signs; verifies until the last token that it signed has expired.' },
} as const satisfies Record<SigningKeyState, { description: string }>

/** SigningKey, the query `signingKeys` and the mutation `rotateSigningKeys`. */
export function addSigningKeys(builder: Builder): void {
  const signingKey = addSigningKey(builder)
  addQuery(builder, {
    name: 'signingKeys',
    description:
      'The keys that sign access tokens, oldest first. Their public halves are at /.well-known/jwks.json. Requires the permission system:read.',
    type: [signingKey],
    access: permitted('system:read'),
    limit: limits.query,
    resolve: async ({ context }) => [...(await context.flows.findSigningKeys())],
  })
  const success = builder.objectRef<KeyRotation>('RotateSigningKeysSuccess').implement({
    description:
      'The NEXT key has become CURRENT. If it has not been published for KEY_PUBLISH_SECONDS yet, the change is scheduled instead, and activatesAt is in the future.',
    fields: (t) => ({
      signingKeys: t.field({
        type: [signingKey],
        description: 'All keys after the call.',
        resolve: ({ signingKeys }) => [...signingKeys],
      }),
      activatesAt: t.expose('activatesAt', {
        type: 'DateTime',
        description:
          'When the next key begins to sign: the time of the call if it became CURRENT, otherwise the planned time.',
      }),
    }),
  })
  addMutation(builder, {
    name: 'rotateSigningKeys',
    description: `Makes the NEXT signing key the CURRENT one. If the key has not been published for KEY_PUBLISH_SECONDS yet, the change is scheduled for that time (\`activatesAt\`). Tokens that were issued before stay valid. Requires the permission keys:rotate and ${administrativeProofText}`,
    input: null,
    success,
    problems: [ReauthenticationRequiredProblem],
    access: permittedUser('keys:rotate'),
    limit: limits.mutation,
    resolve: ({ viewer, context }) => context.flows.rotateSigningKeys(viewer, context.origin),
  })
}

function addSigningKey(builder: Builder) {
  const state = builder.enumType('SigningKeyState', {
    description: 'Stage in the life of a signing key.',
    values: keyStateValues,
  })
  return builder.objectRef<StoredSigningKey>('SigningKey').implement({
    description: 'A key pair that signs access tokens.',
    fields: (t) => ({
      kid: t.exposeID('kid', {
        description: 'Key id in the header of tokens: the JWK thumbprint of the key (RFC 7638).',
      }),
      algorithm: t.exposeString('algorithm', {
        description: 'Algorithm: RS256, ES256 or EdDSA (RFC 7518, RFC 8037).',
      }),
      state: t.expose('state', { type: state, description: 'Stage in the life of the key.' }),
      createdAt: t.expose('createdAt', {
        type: 'DateTime',
        description: 'When the key was created and published.',
      }),
      activatedAt: t.expose('activatedAt', {
        type: 'DateTime',
        nullable: true,
        description:
          'When the key began to sign. For a NEXT key: when it will begin; null while no rotation is planned.',
      }),
      retiresAt: t.expose('retiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When a RETIRING key stops verifying. Null for other keys.',
      }),
    }),
  })
}
