import type { ApiKey } from '../../domain/api-keys/api-key.ts'
import {
  InvalidInputProblem,
  NotFoundProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { permitted, permittedUser } from '../edge/access.ts'
import { addConnection, addPageTypes } from '../edge/add-connection.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { loadOwner } from '../edge/loaders.ts'
import { administrativeProofText } from '../edge/proof-text.ts'
import type { Types } from '../edge/types.ts'

/** ApiKey, its connection, the query `apiKeys` and the mutations that create and revoke keys. */
export function addApiKeys(builder: Builder, types: Types): void {
  const apiKey = addApiKey(builder, types)
  addConnection(builder, {
    name: 'apiKeys',
    description:
      'Your own API keys, newest first. Expired and revoked keys stay in the list for 90 days. Requires the permission api-keys:write.',
    page: addPageTypes(builder, { node: apiKey, noun: 'API key' }),
    access: permitted('api-keys:write'),
    limit: limits.query,
    find: async ({ page, viewer, context }) => ({
      rows: await context.flows.findApiKeys(viewer.userId, page),
    }),
  })
  addCreateApiKey(builder, apiKey)
  addRevokeApiKey(builder, apiKey)
}

type ApiKeyType = ReturnType<typeof addApiKey>

function addApiKey(builder: Builder, types: Types) {
  return builder.objectRef<ApiKey>('ApiKey').implement({
    description:
      'Credential of a program. It can do what its own permissions and the current permissions of its owner both allow.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'UUID. Not a secret.' }),
      name: t.exposeString('name', { description: 'Name that the owner gave it.' }),
      prefix: t.exposeString('prefix', {
        description: 'First characters of the key, by which the owner recognises it.',
      }),
      owner: t.field({
        type: types.user,
        description: 'The user who created it.',
        resolve: (key, _args, context) => loadOwner(context, key),
      }),
      permissions: t.field({
        type: ['String'],
        description: 'Permissions of the key. A permission that its owner no longer has does not apply.',
        resolve: ({ permissions }) => [...permissions],
      }),
      rateLimit: t.exposeString('rateLimit', {
        nullable: true,
        description: 'Rate limit of the key, for example 1000/1h. Null if the default limits apply.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the key was created.' }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the key was last used, accurate to a minute. Null if never.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the key expires. Null if it does not expire.',
      }),
      revokedAt: t.expose('revokedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the key was revoked. Null if it was not.',
      }),
    }),
  })
}

function addCreateApiKey(builder: Builder, apiKey: ApiKeyType): void {
  const input = builder.inputType('CreateApiKeyInput', {
    description: 'Properties of the new key.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'Name of the key, 1 to 100 characters.' }),
      permissions: t.stringList({
        required: true,
        description:
          'Permissions of the key: a subset of your own, built-in ones and those of the application.',
      }),
      rateLimit: t.string({
        description:
          'Calls per period, such as 1000/1h, instead of the default limits: 1 to 1000000 calls in 1s to 1d.',
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When the key expires, in the future. Absent: it does not expire.',
      }),
    }),
  })
  const success = builder
    .objectRef<{ apiKey: ApiKey; secret: { reveal(): string } }>('CreateApiKeySuccess')
    .implement({
      description: 'The key was created.',
      fields: (t) => ({
        apiKey: t.expose('apiKey', { type: apiKey, description: 'The key, without its secret.' }),
        secret: t.string({
          description:
            'The key itself, which begins with ghk_. Shown only in this response; it cannot be recovered later.',
          resolve: ({ secret }) => secret.reveal(),
        }),
      }),
    })
  addMutation(builder, {
    name: 'createApiKey',
    description: `Creates an API key. A user can have at most 50. Requires the permission api-keys:write and ${administrativeProofText}`,
    input,
    success,
    problems: [ReauthenticationRequiredProblem, InvalidInputProblem],
    access: permittedUser('api-keys:write'),
    limit: limits.mutation,
    resolve: ({ input, viewer, context }) => context.flows.createApiKey(input, viewer, context.origin),
  })
}

function addRevokeApiKey(builder: Builder, apiKey: ApiKeyType): void {
  const input = builder.inputType('RevokeApiKeyInput', {
    description: 'The key to revoke.',
    fields: (t) => ({
      apiKeyId: t.id({ required: true, description: 'Id of an API key of your tenant.' }),
    }),
  })
  const success = builder.objectRef<{ apiKey: ApiKey }>('RevokeApiKeySuccess').implement({
    description: 'The key was revoked. Every process refuses it within a second.',
    fields: (t) => ({
      apiKey: t.expose('apiKey', { type: apiKey, description: 'The revoked key.' }),
    }),
  })
  addMutation(builder, {
    name: 'revokeApiKey',
    description:
      'Revokes an API key of your own or of another user of your tenant. Requires the permission api-keys:write. API keys cannot call it.',
    input,
    success,
    problems: [NotFoundProblem],
    access: permittedUser('api-keys:write'),
    limit: limits.mutation,
    resolve: async ({ input: { apiKeyId }, viewer, context }) => ({
      apiKey: await context.flows.revokeApiKey(apiKeyId, viewer, context.origin),
    }),
  })
}
