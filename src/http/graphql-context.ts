import type { CsrfTokens } from '../domain/sessions/csrf-token.ts'
import type { Authenticate, Authentication } from '../flows/sign-in/authenticate.ts'
import type { Credentials } from '../flows/steps/credentials.ts'
import { AnswerSize } from '../graphql/edge/answer-size.ts'
import type { GraphqlContext } from '../graphql/edge/context.ts'
import type { Clock } from '../lib/clock.ts'
import { createSessionCookies } from './answer/session-cookies.ts'
import { readCredentials } from './request/credentials.ts'
import type { ContextInput } from './server.ts'

export interface ContextFactoryDeps
  extends Pick<
    GraphqlContext,
    | 'flows'
    | 'sessions'
    | 'sessionStreams'
    | 'audit'
    | 'apiKeys'
    | 'revocations'
    | 'keys'
    | 'rateLimits'
    | 'denials'
    | 'deviceTokens'
    | 'setting'
  > {
  readonly authenticate: Authenticate
  readonly csrfTokens: CsrfTokens
  readonly clock: Clock
  createUserLoader(): GraphqlContext['users']
}

/** A request → what the resolvers of one operation have at hand. */
export function createContextFactory(deps: ContextFactoryDeps) {
  return async ({
    request,
    origin,
    arrival,
    cookies,
    responseCookies,
    limitReport,
  }: ContextInput): Promise<GraphqlContext> => {
    const credentials = readCredentials(request, cookies)
    const authentication = await deps.authenticate(credentials)
    return {
      answerSize: new AnswerSize(),
      startedAt: deps.clock.now(),
      origin,
      arrival,
      setting: deps.setting,
      credentials,
      authentication,
      csrfProven: isCsrfProven(deps.csrfTokens, credentials, authentication),
      cookies: createSessionCookies(responseCookies, deps.clock),
      proven: { userIds: new Set(), sessionIds: new Set() },
      rateLimits: deps.rateLimits,
      denials: deps.denials,
      deviceTokens: deps.deviceTokens,
      limitReport,
      flows: deps.flows,
      sessions: deps.sessions,
      sessionStreams: deps.sessionStreams,
      audit: deps.audit,
      apiKeys: deps.apiKeys,
      revocations: deps.revocations,
      keys: deps.keys,
      users: deps.createUserLoader(),
    }
  }
}

function isCsrfProven(tokens: CsrfTokens, credentials: Credentials, { viewer }: Authentication): boolean {
  return viewer?.kind === 'USER' && tokens.open(credentials.csrfToken) === viewer.sessionId
}
