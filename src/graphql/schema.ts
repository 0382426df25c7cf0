import { defaultFieldResolver, type GraphQLSchema } from 'graphql'
import { limits } from '../domain/rate-limits/limits.ts'
import { addAdministration } from './administration.ts'
import { addApiKeys } from './api-keys.ts'
import { addAuditEvents } from './audit-events.ts'
import { boundedReferences, boundPages, callsIn } from './bounded-lists.ts'
import { createBuilder } from './builder.ts'
import { addEmailChange } from './email-change.ts'
import { addEmailVerification } from './email-verification.ts'
import { fieldCharging } from './field-charging.ts'
import { addGatewayDiagnostics } from './gateway-diagnostics.ts'
import { addLogin } from './login.ts'
import { addLogout } from './logout.ts'
import { addPasswordChanges } from './password-changes.ts'
import { addPasswords } from './passwords.ts'
import { addProblemTypes } from './problem-types.ts'
import { addProfile } from './profile.ts'
import { chargedResolver } from './rate-limit-plugin.ts'
import { addReauthenticate } from './reauthenticate.ts'
import { addRefresh } from './refresh.ts'
import { addRegister } from './register.ts'
import { addScalars } from './scalars.ts'
import { addSecurityEvents } from './security-events.ts'
import { addSessionEvents } from './session-events.ts'
import { addSessionReports } from './session-reports.ts'
import { addSessions } from './sessions.ts'
import { addSigningKeys } from './signing-keys.ts'
import { addTokenVerification } from './token-verification.ts'
import { addCsrfToken, addTokens } from './tokens.ts'
import { createTypes } from './types.ts'
import { addUnlockAccount } from './unlock-account.ts'
import { addUser } from './user.ts'
import { addUsers } from './users.ts'

/** The API: a federation 2 subgraph that owns User. Without the shield, which app.ts puts around it. */
export function createSchema(): GraphQLSchema {
  const builder = createBuilder()
  addScalars(builder)
  const types = createTypes(builder)
  addProblemTypes(builder, types)
  addUser(builder, types)
  addTokens(types)
  addCsrfToken(builder)
  addSessions(builder, types)
  addSessionReports(builder)
  addSessionEvents(builder)
  addSecurityEvents(builder, types)
  addRegister(builder, types)
  addLogin(builder, types)
  addRefresh(builder, types)
  addLogout(builder)
  addEmailVerification(builder, types)
  addEmailChange(builder, types)
  addPasswords(builder, types)
  addPasswordChanges(builder, types)
  addUnlockAccount(builder)
  addProfile(builder, types)
  addReauthenticate(builder, types)
  addUsers(builder, types)
  addAuditEvents(builder, types)
  addApiKeys(builder, types)
  addTokenVerification(builder, types)
  addSigningKeys(builder)
  addAdministration(builder, types)
  addGatewayDiagnostics(builder)
  const schema = builder.toSubGraphSchema({
    linkUrl: 'https://specs.apollo.dev/federation/v2.6',
    federationDirectives: ['@key', '@shareable', '@authenticated', '@requiresScopes'],
  })
  boundPages(schema)
  chargeFederationFields(schema)
  return schema
}

/** The builder does not know these two: the federation plugin adds them to the schema that is built. */
function chargeFederationFields(schema: GraphQLSchema): void {
  const fields = schema.getQueryType()?.getFields() ?? {}
  const { _entities: entities, _service: service } = fields
  const call = { limit: limits.query, identifier: null, checksCredentials: false }
  if (entities !== undefined) {
    const resolve = boundedReferences(entities.resolve ?? defaultFieldResolver)
    entities.resolve = chargedResolver(fieldCharging, resolve, (args) => ({ ...call, times: callsIn(args) }))
  }
  if (service !== undefined)
    service.resolve = chargedResolver(fieldCharging, service.resolve ?? defaultFieldResolver, () => call)
}

/** Names of the queries that carry a secret: for POST alone. */
export function postOnlyFieldsOf(schema: GraphQLSchema): ReadonlySet<string> {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {})
  return new Set(fields.filter((field) => field.extensions.postOnly === true).map((field) => field.name))
}

/** Names of the mutations that compare a password or the like: one of them to an operation. */
export function credentialFieldsOf(schema: GraphQLSchema): ReadonlySet<string> {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {})
  return new Set(
    fields.filter((field) => field.extensions.checksCredentials === true).map((field) => field.name),
  )
}
