import type DataLoader from 'dataloader'
import type { Denials } from '../../domain/access/denials.ts'
import type { OwnerAccess } from '../../domain/access/owner-access.ts'
import type { Permission } from '../../domain/access/permissions.ts'
import type { SdlAccess } from '../../domain/access/sdl-access.ts'
import type { UserViewer, Viewer } from '../../domain/access/viewer.ts'
import type { Arrival } from '../../domain/origin/arrival.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { PasswordHasher } from '../../domain/passwords/password-hasher.ts'
import type { LimitReport } from '../../domain/rate-limits/limit-report.ts'
import { ForbiddenError, UnauthenticatedError } from '../../domain/refusals.ts'
import type { DeviceTokens } from '../../domain/sessions/device-token.ts'
import type { Session } from '../../domain/sessions/session.ts'
import type { SessionStreams } from '../../domain/sessions/session-streams.ts'
import type { User } from '../../domain/users/user.ts'
import type { Flows } from '../../flows/create-flows.ts'
import type { Authentication } from '../../flows/sign-in/authenticate.ts'
import type { Credentials } from '../../flows/steps/access/credentials.ts'
import type { SessionTokens } from '../../flows/steps/sessions/session-tokens.ts'
import type { Metrics } from '../../lib/observation/metrics.ts'
import type { AnswerSize } from './answer-size.ts'

/** The cookies of the response. */
export interface SessionCookies {
  /** Sets the cookies that the transport of the session requires; none for BODY. */
  deliver(tokens: SessionTokens): void
  /** Marks the device as one on which the owner has signed in. The mark outlives the session. */
  trustDevice(deviceToken: string): void
  /** Binds a sign-in that waits for its second step to the browser. */
  bindChallenge(secret: string, expiresAt: Date): void
  /** Expires that cookie. */
  endChallenge(): void
  /** Skips the second step on this device from now on. */
  rememberDevice(secret: string, expiresAt: Date): void
  /** Expires that cookie. */
  forgetDevice(): void
  /** Expires the cookies of the session, but not those of the device. */
  clear(): void
}

/** The part of the configuration that decides who may call what. */
export interface Setting {
  /** NODE_ENV=development: operations that concern no account are open to every request. */
  readonly development: boolean
  readonly serviceSdl: SdlAccess
}

/** Services that every operation shares. `app/` creates them. */
export interface GraphqlServices {
  readonly setting: Setting
  readonly flows: Flows
  readonly sessionStreams: Pick<SessionStreams, 'open'>
  readonly hasher: Pick<PasswordHasher, 'admit'>
  readonly denials: Pick<Denials, 'note'>
  readonly deviceTokens: Pick<DeviceTokens, 'open'>
  readonly metrics: Metrics
}

/** The context of resolvers; created for every operation. */
export interface GraphqlContext extends GraphqlServices {
  /** Size of the lists of this operation so far. */
  readonly answerSize: AnswerSize
  /** When the operation began. */
  readonly startedAt: Date
  readonly origin: Origin
  readonly arrival: Arrival
  readonly credentials: Credentials
  readonly authentication: Authentication
  /** Whether x-csrf-token belongs to the session of the access cookie. */
  readonly csrfProven: boolean
  readonly cookies: SessionCookies
  /** Users and sessions that this operation has authenticated, by a login or a mailed token. Their personal fields become visible; permissions do not change. */
  readonly identified: { readonly userIds: Set<string>; readonly sessionIds: Set<string> }
  /** The budgets that were charged for this operation. */
  readonly limitReport: LimitReport
  /** Users by id; null for unknown ids. One statement loads all users that fields of the operation request together. */
  readonly users: DataLoader<string, User | null>
  /** Whether a sign-in with the password requires a second step, by the id of the user. */
  readonly secondSteps: DataLoader<string, boolean>
  /** What the roles of the application grant, by the id of the user. */
  readonly userAccess: DataLoader<string, OwnerAccess | null>
  /** Slugs of tenants by id. */
  readonly tenantSlugs: DataLoader<string, string | null>
}

/** The part of the context that determines the identifier of a call. */
export type IdentifyingContext = Pick<GraphqlContext, 'credentials' | 'deviceTokens'>

/** Sets the cookies of the session and makes the personal fields of its owner visible to the operation. */
export function deliverSession(context: GraphqlContext, session: Session, tokens: SessionTokens): void {
  context.cookies.deliver(tokens)
  context.identified.userIds.add(session.userId)
  context.identified.sessionIds.add(session.id)
  // The statement of the session has read the roles: fields of the answer need no other one.
  context.userAccess.clear(session.userId).prime(session.userId, tokens.ownerAccess)
}

/** The viewer, a user or an API key. @throws UnauthenticatedError, or the error that prevented authentication */
export function callerOf(context: GraphqlContext): Viewer {
  const { viewer, failure } = context.authentication
  if (viewer !== null) return viewer
  if (typeof failure === 'string') throw new UnauthenticatedError(failure)
  throw failure.cause
}

/**
 * The signed-in user. An API key does not count: it cannot manage the account, credentials and sessions of its owner.
 * @throws as callerOf does, and ForbiddenError for an API key
 */
export function viewerOf(context: GraphqlContext): UserViewer {
  return asUser(callerOf(context))
}

/**
 * The signed-in user of a mutation. If the session is in cookies, x-csrf-token must belong to the same session.
 * @throws as viewerOf does, and ForbiddenError (CSRF)
 */
export function actingViewerOf(context: GraphqlContext): UserViewer {
  return asUser(actingCallerOf(context))
}

/** The viewer, who has the permission. @throws as callerOf does, and ForbiddenError without the permission */
export function permittedViewerOf(context: GraphqlContext, permission: Permission): Viewer {
  return withPermission(callerOf(context), permission)
}

/** The same for a mutation, with the CSRF rule of actingViewerOf. */
export function actingWith(context: GraphqlContext, permission: Permission): Viewer {
  return withPermission(actingCallerOf(context), permission)
}

/** The same without API keys, for operations that grant power. */
export function actingUserWith(context: GraphqlContext, permission: Permission): UserViewer {
  return asUser(actingWith(context, permission))
}

function actingCallerOf(context: GraphqlContext): Viewer {
  const viewer = callerOf(context)
  if (viewer.kind === 'USER' && viewer.via === 'cookie' && !context.csrfProven)
    throw new ForbiddenError('CSRF')
  return viewer
}

function asUser(viewer: Viewer): UserViewer {
  if (viewer.kind !== 'USER') throw new ForbiddenError()
  return viewer
}

function withPermission<T extends Viewer>(viewer: T, permission: Permission): T {
  if (!viewer.permissions.has(permission)) throw new ForbiddenError()
  return viewer
}
