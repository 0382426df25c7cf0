import { defaultFieldResolver, type GraphQLSchema } from 'graphql'
import { limits } from '../domain/rate-limits/limits.ts'
import { addEmailChange } from './account/email-change.ts'
import { addEmailVerification } from './account/email-verification.ts'
import { addPhoneVerification } from './account/phone-verification.ts'
import { addProfile } from './account/profile.ts'
import { addUnlockAccount } from './account/unlock-account.ts'
import { addUser, userEntity } from './account/user.ts'
import { addAdministration } from './administration/administration.ts'
import { addAuditEvents } from './administration/audit-events.ts'
import { addUserAccess } from './administration/user-access.ts'
import { addUsers } from './administration/users.ts'
import { boundedReferences, boundPages, chargedCalls } from './edge/bounded-lists.ts'
import { type Builder, createBuilder } from './edge/builder.ts'
import { subgraphSchema } from './edge/federation/subgraph-schema.ts'
import { fieldCharging } from './edge/field-charging.ts'
import { addProblemTypes } from './edge/problem-types.ts'
import { chargedResolver } from './edge/rate-limit-plugin.ts'
import { addScalars } from './edge/scalars.ts'
import { createTypes, type Types } from './edge/types.ts'
import { addAuthFactors } from './factors/auth-factors.ts'
import { addFactorUndo } from './factors/factor-undo.ts'
import { addPasskeyRegistration } from './factors/passkey-registration.ts'
import { addPasskeys } from './factors/passkeys.ts'
import { addRecoveryCodes } from './factors/recovery-codes.ts'
import { addSecondStep } from './factors/second-step.ts'
import { addTotp } from './factors/totp.ts'
import { addPasswordChanges } from './passwords/password-changes.ts'
import { addPasswords } from './passwords/passwords.ts'
import { addAccessPermissions } from './permissions/access-permissions.ts'
import { addAccessRoles } from './permissions/access-roles.ts'
import { addSecurityEvents } from './sessions/security-events.ts'
import { addSessionEvents } from './sessions/session-events.ts'
import { addSessionNaming } from './sessions/session-naming.ts'
import { addSessionReports } from './sessions/session-reports.ts'
import { addSessionRevocation } from './sessions/session-revocation.ts'
import { addSessions } from './sessions/sessions.ts'
import { addCompleteSignIn } from './sign-in/complete-sign-in.ts'
import { addLogin } from './sign-in/login.ts'
import { addLogout } from './sign-in/logout.ts'
import { addMfaChallenge } from './sign-in/mfa-challenge.ts'
import { addPasskeyLogin } from './sign-in/passkey-login.ts'
import { addReauthenticate } from './sign-in/reauthenticate.ts'
import { addRefresh } from './sign-in/refresh.ts'
import { addRegister } from './sign-in/register.ts'
import { addCsrfToken, addTokens } from './sign-in/tokens.ts'
import { addTenants } from './tenants/tenants.ts'
import { addApiKeys } from './tokens/api-keys.ts'
import { addGatewayDiagnostics } from './tokens/gateway-diagnostics.ts'
import { addRevokedTokens } from './tokens/revoked-tokens.ts'
import { addSigningKeys } from './tokens/signing-keys.ts'
import { addTokenVerification } from './tokens/token-verification.ts'

/** The types that other subgraphs may refer to. */
export const entities = [userEntity]

/** Creates the API, a federation 2 subgraph that owns User. `app/create-app.ts` adds the shield. */
export function createSchema(): GraphQLSchema {
  const schema = subgraphSchema(createApi(), entities)
  boundPages(schema)
  chargeFederationFields(schema)
  return schema
}

/** The API without the fields for gateways. */
export function createApi(): GraphQLSchema {
  const builder = createBuilder()
  addScalars(builder)
  const types = createTypes(builder)
  addProblemTypes(builder, types)
  addUser(builder, types)
  addTokens(types)
  addCsrfToken(builder)
  addSessions(builder, types)
  addSessionNaming(builder, types)
  addSessionRevocation(builder, types)
  addSessionReports(builder)
  addSessionEvents(builder)
  addSecurityEvents(builder, types)
  addRegister(builder, types)
  addLogin(builder, types)
  const completeSignIn = addCompleteSignIn(builder, types)
  addMfaChallenge(builder, types, completeSignIn)
  addPasskeyLogin(builder, types, completeSignIn)
  addRefresh(builder, types)
  addLogout(builder)
  addEmailVerification(builder, types)
  addEmailChange(builder, types)
  addFactors(builder, types)
  addPasswords(builder, types)
  addPasswordChanges(builder, types)
  addUnlockAccount(builder)
  addFactorUndo(builder)
  addPhoneVerification(builder, types)
  addProfile(builder, types)
  addReauthenticate(builder, types)
  addUsers(builder, types)
  addAuditEvents(builder, types)
  addAccessPermissions(builder)
  addAccessRoles(builder)
  addTenants(builder)
  addApiKeys(builder, types)
  addTokenVerification(builder, types)
  addRevokedTokens(builder, types)
  addSigningKeys(builder)
  addAdministration(builder, types)
  addUserAccess(builder, types)
  addGatewayDiagnostics(builder)
  return builder.toSchema({ sortSchema: false })
}

function addFactors(builder: Builder, types: Types): void {
  const factorTypes = addAuthFactors(builder)
  addPasskeyRegistration(builder, types, factorTypes)
  addPasskeys(builder, factorTypes)
  addSecondStep(builder, factorTypes)
  addTotp(builder, types, factorTypes)
  addRecoveryCodes(builder)
}

/** These two fields are added to the built schema, so the rate-limit plugin does not see them. */
function chargeFederationFields(schema: GraphQLSchema): void {
  const fields = schema.getQueryType()?.getFields() ?? {}
  const { _entities: entities, _service: service } = fields
  const call = { limit: limits.query, identifier: null, checksCredentials: false, tenant: null }
  if (entities !== undefined) {
    const resolve = boundedReferences(entities.resolve ?? defaultFieldResolver)
    entities.resolve = chargedResolver(fieldCharging, resolve, (args) => ({
      ...call,
      times: chargedCalls(args),
    }))
  }
  if (service !== undefined)
    service.resolve = chargedResolver(fieldCharging, service.resolve ?? defaultFieldResolver, () => call)
}

/** Names of the queries with a secret argument, which are refused over GET. */
export function postOnlyFieldsOf(schema: GraphQLSchema): ReadonlySet<string> {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {})
  return new Set(fields.filter((field) => field.extensions.postOnly === true).map((field) => field.name))
}

/** Names of the mutations that compare a password or another credential. An operation may contain one of them. */
export function credentialFieldsOf(schema: GraphQLSchema): ReadonlySet<string> {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {})
  return new Set(
    fields.filter((field) => field.extensions.checksCredentials === true).map((field) => field.name),
  )
}
