import { createRequire } from 'node:module'
import { GraphQLError, type GraphQLSchema, isUnionType } from 'graphql'
import { BadArgumentError, ForbiddenError } from '../domain/refusals.ts'
import type { GraphqlContext } from './edge/context.ts'

/** Both as CommonJS: graphql-shield's ES module entry cannot be loaded on Node 23 and later. */
const require = createRequire(import.meta.url)
const { applyMiddleware }: typeof import('graphql-middleware') = require('graphql-middleware')
const { allow, deny, rule, shield }: typeof import('graphql-shield') = require('graphql-shield')

/** Every root field that may be called at all. Who may call it, the scopes beside the field decide. */
export const listedFields = {
  Query: [
    '_entities',
    '_service',
    'apiKeys',
    'auditEvents',
    'csrfToken',
    'currentSession',
    'gatewayDiagnostics',
    'me',
    'passwordPolicy',
    'revocationStats',
    'securityEvents',
    'sessions',
    'signingKeys',
    'user',
    'users',
    'verifyToken',
  ],
  Mutation: [
    'changePassword',
    'checkPasswordStrength',
    'confirmEmailChange',
    'createApiKey',
    'deleteAccount',
    'denyRegistration',
    'generatePassword',
    'lockUser',
    'login',
    'logout',
    'reauthenticate',
    'refresh',
    'register',
    'reportUnrecognizedSession',
    'requestEmailChange',
    'requestPasswordReset',
    'resendVerificationEmail',
    'resetPassword',
    'revokeApiKey',
    'revokeOtherSessions',
    'revokeSession',
    'revokeToken',
    'rotateSigningKeys',
    'undoEmailChange',
    'unlockAccount',
    'revokeUserSessions',
    'setUserActive',
    'setUserRole',
    'unlockUser',
    'updateProfile',
    'verifyEmail',
  ],
  Subscription: ['sessionEvents'],
} as const

/**
 * The net below the scopes: a root field that nobody has listed is denied. A misspelt name fails at start. Nothing is laid
 * around the fields below the roots, where it would allow everything and take longer than the fields themselves.
 */
export function addShield(schema: GraphQLSchema): GraphQLSchema {
  const rules = Object.fromEntries(
    Object.entries(listedFields).map(([type, fields]) => [type, rowsOf(fields)]),
  )
  const entities = schema.getType('_Entity')
  const names = isUnionType(entities) ? entities.getTypes().map(({ name }) => name) : []
  const checked = { ...rules, Query: { ...rules.Query, ...federationRows(names) } }
  const permissions = shield(checked, {
    allowExternalErrors: true,
    fallbackRule: allow,
    fallbackError: new GraphQLError('You may not do this.', { extensions: { code: 'FORBIDDEN' } }),
  })
  const ofRoots = Object.entries(permissions.generate(schema)).filter(([type]) => type in listedFields)
  return applyMiddleware(schema, Object.fromEntries(ofRoots))
}

function rowsOf(fields: readonly string[]) {
  return Object.fromEntries([['*', deny], ...fields.map((field) => [field, allow])])
}

function federationRows(entities: readonly string[]) {
  return { _entities: wellFormedReferences(entities), _service: knownGateway() }
}

/** Whoever may have the SDL, which names every type and field there is. */
function knownGateway() {
  return rule({ cache: 'no_cache' })(
    (_root, _args, { setting, arrival }: Pick<GraphqlContext, 'setting' | 'arrival'>) =>
      setting.serviceSdl === 'open' || arrival.documentSigned || new ForbiddenError(),
  )
}

/** `_Any` takes anything: a gateway's mistake is answered as such before the federation library trips over it. */
function wellFormedReferences(names: readonly string[]) {
  return rule({ cache: 'no_cache' })((_root, args: { readonly representations: readonly unknown[] }) => {
    const bad = args.representations.some(
      (reference) => !names.some((name) => isReferenceTo(name, reference)),
    )
    return bad
      ? new BadArgumentError(`A representation is { __typename: "${names.join('" | "')}", … }.`)
      : true
  })
}

function isReferenceTo(name: string, reference: unknown): boolean {
  return typeof reference === 'object' && reference !== null && Reflect.get(reference, '__typename') === name
}
