import type DataLoader from 'dataloader'
import type { Denials } from '../../domain/access/denials.ts'
import type { Permission } from '../../domain/access/permissions.ts'
import type { SdlAccess } from '../../domain/access/sdl-access.ts'
import type { UserViewer, Viewer } from '../../domain/access/viewer.ts'
import type { Arrival } from '../../domain/origin/arrival.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { LimitReport } from '../../domain/rate-limits/limit-report.ts'
import type { RateLimits } from '../../domain/rate-limits/rate-limit-service.ts'
import { ForbiddenError, UnauthenticatedError } from '../../domain/refusals.ts'
import type { DeviceTokens } from '../../domain/sessions/device-token.ts'
import type { Session } from '../../domain/sessions/session.ts'
import type { SessionStreams } from '../../domain/sessions/session-streams.ts'
import type { User } from '../../domain/users/user.ts'
import type { Flows } from '../../flows/create-flows.ts'
import type { Authentication } from '../../flows/sign-in/authenticate.ts'
import type { Credentials } from '../../flows/steps/credentials.ts'
import type { SessionTokens } from '../../flows/steps/session-tokens.ts'
import type { AnswerSize } from './answer-size.ts'

/** Where the tokens of cookie transports are put; written with the answer. */
export interface SessionCookies {
  /** Sets the cookies that the session's transport wants; nothing for BODY. */
  deliver(tokens: SessionTokens): void
  /** Marks the device as one that the owner has signed in on; the mark outlives the session. */
  trustDevice(deviceToken: string): void
  /** Expires the session's cookies, and leaves the device's. */
  clear(): void
}

/** What of the configuration decides who may ask what. */
export interface Setting {
  /** NODE_ENV: what concerns nobody's account is for everybody. */
  readonly development: boolean
  readonly serviceSdl: SdlAccess
}

/** Services that every operation shares. `app/` creates them. */
export interface GraphqlServices {
  readonly setting: Setting
  readonly flows: Flows
  readonly sessionStreams: Pick<SessionStreams, 'open'>
  readonly rateLimits: Pick<RateLimits, 'charge'>
  readonly denials: Pick<Denials, 'note'>
  readonly deviceTokens: Pick<DeviceTokens, 'open'>
}

/** What a resolver has at hand; made anew for every operation. */
export interface GraphqlContext extends GraphqlServices {
  /** What the lists of this operation hold so far. */
  readonly answerSize: AnswerSize
  /** When the operation began. */
  readonly startedAt: Date
  readonly origin: Origin
  readonly arrival: Arrival
  readonly credentials: Credentials
  readonly authentication: Authentication
  /** Whether x-csrf-token speaks for the session of the access cookie. */
  readonly csrfProven: boolean
  readonly cookies: SessionCookies
  /** Whoever has proven in this very operation who he is: his own fields are shown to him, nothing else changes. */
  readonly identified: { readonly userIds: Set<string>; readonly sessionIds: Set<string> }
  /** What was counted for this operation. */
  readonly limitReport: LimitReport
  /** Users by id, one statement for all that one operation asks for; null for unknown ids. */
  readonly users: DataLoader<string, User | null>
}

/** Puts the cookies beside the answer, and shows the owner of the session what is his. */
export function deliverSession(context: GraphqlContext, session: Session, tokens: SessionTokens): void {
  context.cookies.deliver(tokens)
  context.identified.userIds.add(session.userId)
  context.identified.sessionIds.add(session.id)
}

/** Whoever asks, a user or an API key. @throws UnauthenticatedError, or what kept the service from knowing */
export function callerOf(context: GraphqlContext): Viewer {
  const { viewer, failure } = context.authentication
  if (viewer !== null) return viewer
  if (typeof failure === 'string') throw new UnauthenticatedError(failure)
  throw failure.cause
}

/**
 * The user who is signed in. An API key is none: it never touches the account, credentials and sessions of its owner.
 * @throws as callerOf does, and ForbiddenError for a key
 */
export function viewerOf(context: GraphqlContext): UserViewer {
  return asUser(callerOf(context))
}

/** The viewer of a mutation: with cookies, x-csrf-token must speak for the same session. @throws as viewerOf does */
export function actingViewerOf(context: GraphqlContext): UserViewer {
  return asUser(actingCallerOf(context))
}

/** Whoever asks and has the permission. @throws as callerOf does, and ForbiddenError without it */
export function permittedViewerOf(context: GraphqlContext, permission: Permission): Viewer {
  return withPermission(callerOf(context), permission)
}

/** The same for a mutation, with the rule of actingViewerOf about cookies. */
export function actingWith(context: GraphqlContext, permission: Permission): Viewer {
  return withPermission(actingCallerOf(context), permission)
}

/** The same, and no API key: for what hands out power. */
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
