import type { ApiKey } from '../../domain/api-keys/api-key.ts'
import {
  InvalidInputProblem,
  NotFoundProblem,
  RateLimitedProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { Builder } from '../edge/builder.ts'
import { actingUserWith, type GraphqlContext, permittedViewerOf } from '../edge/context.ts'
import { type ConnectionArguments, readPage, toPage } from '../edge/cursors.ts'
import type { Types } from '../edge/types.ts'

/** ApiKey and its connection, the query `apiKeys` and the mutations that make and revoke keys. */
export function addApiKeys(builder: Builder, types: Types): void {
  const apiKey = addApiKey(builder, types)
  const edge = builder.edgeObject({
    type: apiKey,
    name: 'ApiKeyEdge',
    description: 'An API key and where it stands in its list.',
  })
  const connection = builder.connectionObject(
    {
      type: apiKey,
      name: 'ApiKeyConnection',
      description: 'A page of API keys, newest first (Relay Cursor Connections).',
    },
    edge,
  )
  builder.queryField('apiKeys', (t) =>
    t.connection(
      {
        type: apiKey,
        nullable: true,
        description:
          'Your own API keys, newest first; those that ended stay in the list for 90 days. Wants the permission api-keys:write.',
        authScopes: { permission: 'api-keys:write' },
        rateLimit: limits.query,
        resolve: (_root, args, context) => findPage(context, args),
      },
      connection,
      edge,
    ),
  )
  addCreateApiKey(builder, apiKey)
  addRevokeApiKey(builder, apiKey)
}

type ApiKeyType = ReturnType<typeof addApiKey>

function addApiKey(builder: Builder, types: Types) {
  return builder.objectRef<ApiKey>('ApiKey').implement({
    description:
      'A key of another program. It may do what its permissions say, as far as its owner may do it at that time.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'A uuid. Public, no secret.' }),
      name: t.exposeString('name', { description: 'What its owner calls it.' }),
      prefix: t.exposeString('prefix', { description: 'The first characters, to recognise it by.' }),
      owner: t.field({
        type: types.user,
        description: 'Who made it.',
        resolve: (key, _args, context) => findOwner(context, key),
      }),
      permissions: t.field({
        type: ['String'],
        description: 'What it was made for; it may do as much of it as its owner may.',
        resolve: ({ permissions }) => [...permissions],
      }),
      rateLimit: t.exposeString('rateLimit', {
        nullable: true,
        description: 'Its own limit, for example 1000/1h; null = the default limits.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it was last used, to a minute; null = never.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'From when on it is refused; null = it does not expire.',
      }),
      revokedAt: t.expose('revokedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it was revoked; null = it was not.',
      }),
    }),
  })
}

function addCreateApiKey(builder: Builder, apiKey: ApiKeyType): void {
  const input = builder.inputType('CreateApiKeyInput', {
    description: 'What the key is to be.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'What you call it; 1 to 100 characters.' }),
      permissions: t.stringList({
        required: true,
        description: "A subset of the creator's own permissions.",
      }),
      rateLimit: t.string({
        description:
          'Calls and a span, such as 1000/1h, instead of the limits per viewer: 1 to 1000000 calls in 1s to 1d.',
      }),
      expiresAt: t.field({ type: 'DateTime', description: 'From when on it is refused; never unless told.' }),
    }),
  })
  const success = builder
    .objectRef<{ apiKey: ApiKey; secret: { reveal(): string } }>('CreateApiKeySuccess')
    .implement({
      description: 'The key has been made.',
      fields: (t) => ({
        apiKey: t.expose('apiKey', { type: apiKey, description: 'What is known of it from now on.' }),
        secret: t.string({
          description: 'The key itself, which begins with ghk_. Shown once: nobody can find it out later.',
          resolve: ({ secret }) => secret.reveal(),
        }),
      }),
    })
  const result = builder.errorUnion('CreateApiKeyResult', {
    description: 'What createApiKey answers.',
    types: [success, ReauthenticationRequiredProblem, InvalidInputProblem, RateLimitedProblem],
    resolveType: () => 'CreateApiKeySuccess',
  })
  builder.mutationField('createApiKey', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'Makes an API key, of which you may have 50. Wants the permission api-keys:write and a fresh proof of the password (reauthenticate); no API key may do it.',
      args: { input: t.arg({ type: input, required: true, description: 'What it is to be.' }) },
      authScopes: { actingWith: 'api-keys:write' },
      rateLimit: limits.mutation,
      resolve: (_root, args, context) =>
        context.flows.createApiKey(args.input, actingUserWith(context, 'api-keys:write'), context.origin),
    }),
  )
}

function addRevokeApiKey(builder: Builder, apiKey: ApiKeyType): void {
  const input = builder.inputType('RevokeApiKeyInput', {
    description: 'Which key to revoke.',
    fields: (t) => ({
      apiKeyId: t.id({ required: true, description: 'The id of an API key of your tenant.' }),
    }),
  })
  const success = builder.objectRef<{ apiKey: ApiKey }>('RevokeApiKeySuccess').implement({
    description: 'The key is refused from now on, by every process within a second.',
    fields: (t) => ({
      apiKey: t.expose('apiKey', { type: apiKey, description: 'The key that was revoked.' }),
    }),
  })
  const result = builder.errorUnion('RevokeApiKeyResult', {
    description: 'What revokeApiKey answers.',
    types: [success, NotFoundProblem, RateLimitedProblem],
    resolveType: () => 'RevokeApiKeySuccess',
  })
  builder.mutationField('revokeApiKey', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'Revokes an API key of yours, or of somebody else of your tenant. Wants the permission api-keys:write; no API key may do it.',
      args: { input: t.arg({ type: input, required: true, description: 'Which one.' }) },
      authScopes: { actingWith: 'api-keys:write' },
      rateLimit: limits.mutation,
      resolve: async (_root, { input: { apiKeyId } }, context) => ({
        apiKey: await context.flows.revokeApiKey(
          apiKeyId,
          actingUserWith(context, 'api-keys:write'),
          context.origin,
        ),
      }),
    }),
  )
}

async function findPage(context: GraphqlContext, args: ConnectionArguments) {
  const { userId } = permittedViewerOf(context, 'api-keys:write')
  const page = readPage(args)
  return toPage(await context.flows.findApiKeys(userId, { ...page, limit: page.size + 1 }), page)
}

async function findOwner(context: GraphqlContext, key: ApiKey) {
  const user = await context.users.load(key.userId)
  if (user === null) throw new NotFoundProblem()
  return user
}
