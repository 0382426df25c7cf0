import { addressVariables } from './themes/addresses.ts'
import { alertVariables } from './themes/alerts.ts'
import { appVariables } from './themes/app.ts'
import { auditVariables } from './themes/audit.ts'
import { breachVariables } from './themes/breaches.ts'
import { cookieVariables } from './themes/cookies.ts'
import { databaseVariables } from './themes/database.ts'
import { gatewayVariables } from './themes/gateway.ts'
import { geoVariables } from './themes/geo.ts'
import { graphqlVariables } from './themes/graphql.ts'
import { grpcVariables } from './themes/grpc.ts'
import { hashingVariables } from './themes/hashing.ts'
import { keyVariables } from './themes/keys.ts'
import { linkVariables } from './themes/links.ts'
import { lockOutVariables } from './themes/lock-out.ts'
import { logVariables } from './themes/log.ts'
import { mailVariables } from './themes/mail.ts'
import { metricsVariables } from './themes/metrics.ts'
import { oneTimeTokenVariables } from './themes/one-time-tokens.ts'
import { passwordVariables } from './themes/passwords.ts'
import { rateLimitVariables } from './themes/rate-limits.ts'
import { redisVariables } from './themes/redis.ts'
import { runtimeVariables } from './themes/runtime.ts'
import { secretVariables } from './themes/secrets.ts'
import { serverVariables } from './themes/server.ts'
import { sessionProtectionVariables } from './themes/session-protection.ts'
import { sessionVariables } from './themes/sessions.ts'
import { tokenVariables } from './themes/tokens.ts'

/** The variables by theme, in the order in which docs/configuration.md shows them. */
export const themes = {
  Runtime: runtimeVariables,
  Server: serverVariables,
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
  Application: appVariables,
  Mail: mailVariables,
  'Links in mails': linkVariables,
  'Lifetime of links in mails': oneTimeTokenVariables,
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
