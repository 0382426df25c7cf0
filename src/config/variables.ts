import { addressVariables } from './themes/admission/addresses.ts'
import { geoVariables } from './themes/admission/geo.ts'
import { rateLimitVariables } from './themes/admission/rate-limits.ts'
import { linkVariables } from './themes/messages/links.ts'
import { mailVariables } from './themes/messages/mail.ts'
import { textMessageVariables } from './themes/messages/text-messages.ts'
import { alertVariables } from './themes/operations/alerts.ts'
import { auditVariables } from './themes/operations/audit.ts'
import { logVariables } from './themes/operations/log.ts'
import { metricsVariables } from './themes/operations/metrics.ts'
import { appVariables } from './themes/service/app.ts'
import { cookieVariables } from './themes/service/cookies.ts'
import { gatewayVariables } from './themes/service/gateway.ts'
import { graphqlVariables } from './themes/service/graphql.ts'
import { grpcVariables } from './themes/service/grpc.ts'
import { pageVariables } from './themes/service/pages.ts'
import { runtimeVariables } from './themes/service/runtime.ts'
import { serverVariables } from './themes/service/server.ts'
import { workerVariables } from './themes/service/workers.ts'
import { oneTimeTokenVariables } from './themes/sessions/one-time-tokens.ts'
import { sessionProtectionVariables } from './themes/sessions/session-protection.ts'
import { sessionVariables } from './themes/sessions/sessions.ts'
import { tokenVariables } from './themes/sessions/tokens.ts'
import { breachVariables } from './themes/sign-in/breaches.ts'
import { factorVariables } from './themes/sign-in/factors.ts'
import { hashingVariables } from './themes/sign-in/hashing.ts'
import { lockOutVariables } from './themes/sign-in/lock-out.ts'
import { passwordVariables } from './themes/sign-in/passwords.ts'
import { webauthnVariables } from './themes/sign-in/webauthn.ts'
import { databaseVariables } from './themes/storage/database.ts'
import { keyVariables } from './themes/storage/keys.ts'
import { redisVariables } from './themes/storage/redis.ts'
import { secretVariables } from './themes/storage/secrets.ts'

/** The variables by theme, in the order in which docs/configuration.md shows them. */
export const themes = {
  Runtime: runtimeVariables,
  Server: serverVariables,
  Workers: workerVariables,
  Database: databaseVariables,
  'Redis and replicas': redisVariables,
  Secrets: secretVariables,
  'Access tokens': tokenVariables,
  'Signing keys': keyVariables,
  Sessions: sessionVariables,
  'Session limit and binding': sessionProtectionVariables,
  Cookies: cookieVariables,
  Passwords: passwordVariables,
  'Breached passwords': breachVariables,
  'Password hashing': hashingVariables,
  'Second factors': factorVariables,
  Passkeys: webauthnVariables,
  Application: appVariables,
  Pages: pageVariables,
  Mail: mailVariables,
  'Links in mails': linkVariables,
  'Lifetime of links in mails': oneTimeTokenVariables,
  'Text messages': textMessageVariables,
  GraphQL: graphqlVariables,
  'Gateways and persisted documents': gatewayVariables,
  gRPC: grpcVariables,
  'Rate limits': rateLimitVariables,
  'Lock-out': lockOutVariables,
  Addresses: addressVariables,
  Countries: geoVariables,
  Alerts: alertVariables,
  'Audit log': auditVariables,
  Log: logVariables,
  Metrics: metricsVariables,
} as const

type Intersection<Union> = (Union extends unknown ? (value: Union) => void : never) extends (
  value: infer Combined,
) => void
  ? Combined
  : never

/** Every environment variable that Gatehouse reads. Others are ignored. */
export const variables: Intersection<(typeof themes)[keyof typeof themes]> = Object.assign(
  {},
  ...Object.values(themes),
)
