import type { CsrfTokens } from '../domain/sessions/csrf-token.ts'
import type { Authenticate, Authentication } from '../flows/sign-in/authenticate.ts'
import type { Credentials } from '../flows/steps/access/credentials.ts'
import { AnswerSize } from '../graphql/edge/answer-size.ts'
import type { GraphqlContext, GraphqlServices } from '../graphql/edge/context.ts'
import {
  createSecondStepLoader,
  createTenantSlugLoader,
  createUserAccessLoader,
  createUserLoader,
} from '../graphql/edge/loaders.ts'
import type { Clock } from '../lib/time/clock.ts'
import { createSessionCookies } from './answer/session-cookies.ts'
import type { ContextInput } from './http-app.ts'
import { readCredentials } from './request/credentials.ts'

export interface ContextFactoryDeps {
  readonly authenticate: Authenticate
  readonly csrfTokens: CsrfTokens
  readonly clock: Clock
  /** Passed on to the resolvers as they are. */
  readonly services: GraphqlServices
}

/** Returns a function that creates the context of the resolvers of one operation. */
export function createContextFactory(deps: ContextFactoryDeps) {
  const { setting, flows, sessionStreams, hasher, denials, deviceTokens, metrics } = deps.services
  return async ({
    request,
    origin,
    arrival,
    cookies,
    responseCookies,
    limitReport,
    noteTenant,
  }: ContextInput): Promise<GraphqlContext> => {
    const credentials = readCredentials(request, cookies)
    const authentication = await deps.authenticate(credentials)
    if (authentication.viewer !== null) noteTenant(authentication.viewer.tenantId)
    // Named one by one: V8 finds the shape of a literal with a spread anew for each object.
    return {
      setting,
      flows,
      sessionStreams,
      hasher,
      denials,
      deviceTokens,
      metrics,
      answerSize: new AnswerSize(),
      startedAt: deps.clock.now(),
      origin,
      arrival,
      credentials,
      authentication,
      csrfProven: isCsrfProven(deps.csrfTokens, credentials, authentication),
      cookies: createSessionCookies(responseCookies, deps.clock),
      identified: { userIds: new Set(), sessionIds: new Set() },
      limitReport,
      users: createUserLoader(flows.findUsersById),
      secondSteps: createSecondStepLoader(flows.findSecondSteps),
      userAccess: createUserAccessLoader(flows.findUserAccess),
      tenantSlugs: createTenantSlugLoader(flows.findTenantSlugs),
    }
  }
}

function isCsrfProven(tokens: CsrfTokens, credentials: Credentials, { viewer }: Authentication): boolean {
  return viewer?.kind === 'USER' && tokens.open(credentials.csrfToken) === viewer.sessionId
}
