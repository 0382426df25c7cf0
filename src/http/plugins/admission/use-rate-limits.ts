import type { Origin } from '../../../domain/origin/origin.ts'
import { RateLimitedProblem } from '../../../domain/problems.ts'
import type { LimitReport } from '../../../domain/rate-limits/limit-report.ts'
import type { RateLimits } from '../../../domain/rate-limits/rate-limit-service.ts'
import { describeRefusal } from '../../answer/describe-refusal.ts'
import { refusalResponse } from '../../answer/json-response.ts'
import { setRateLimitHeaders } from '../../answer/rate-limit-headers.ts'
import { graphqlPath } from '../../request/graphql-path.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface UseRateLimitsDeps {
  readonly contexts: RequestContexts
  readonly rateLimits: Pick<RateLimits, 'chargeRequest'>
}

const methods: ReadonlySet<string> = new Set(['GET', 'POST'])

/**
 * Adds headers with the budgets that the fields of a request were charged to. A request that reached no field, because it
 * could not be read, parsed or validated, is charged here: it also costs work.
 */
export function useRateLimits({ contexts, rateLimits }: UseRateLimitsDeps): HttpPlugin {
  return {
    /** Synchronous if fields were charged, as for most requests. */
    onResponse({ request, response, setResponse }) {
      const { path, origin, limitReport, refusedUnread } = contexts.of(request)
      if (path !== graphqlPath || !methods.has(request.method) || refusedUnread) return
      if (limitReport.calls > 0 || isPage(response)) return setRateLimitHeaders(response.headers, limitReport)
      return chargeRequest(rateLimits, origin, limitReport).then((problem) => {
        const sent = problem === null ? response : limitedResponse(problem)
        if (problem !== null) setResponse(sent)
        setRateLimitHeaders(sent.headers, limitReport)
      })
    },
  }
}

async function chargeRequest(
  rateLimits: UseRateLimitsDeps['rateLimits'],
  origin: Origin,
  report: LimitReport,
): Promise<RateLimitedProblem | null> {
  try {
    await rateLimits.chargeRequest(origin, report)
    return null
  } catch (error) {
    if (error instanceof RateLimitedProblem) return error
    throw error
  }
}

/** GraphiQL is exempt: it is only served in development. */
function isPage(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/html') ?? false
}

function limitedResponse(problem: RateLimitedProblem): Response {
  const { extensions = {} } = describeRefusal(problem) ?? {}
  return refusalResponse(new RequestRefusal(429, 'RATE_LIMITED', problem.message, { extensions }))
}
