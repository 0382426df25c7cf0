import {
  InvalidInputProblem,
  InvalidTokenProblem,
  NotFoundProblem,
  RateLimitedProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { type Reported, readReport } from '../../flows/sessions/report-session.ts'
import type { Builder } from '../edge/builder.ts'
import { actingViewerOf, type GraphqlContext } from '../edge/context.ts'

/** The mutation `reportUnrecognizedSession`. */
export function addSessionReports(builder: Builder): void {
  const input = builder.inputType('ReportUnrecognizedSessionInput', {
    description: 'One of the two: the id when signed in, or the token of the alert mail.',
    fields: (t) => ({
      sessionId: t.id({ description: 'The id of one of your own sessions, which may have ended.' }),
      token: t.string({ description: 'The token of the link in the mail; good once, without signing in.' }),
    }),
  })
  const success = builder.objectRef<Reported>('ReportUnrecognizedSessionSuccess').implement({
    description: 'Everybody is signed out, here too; the owner has a mail with a link for a new password.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'How many sessions ended.' }),
    }),
  })
  const result = builder.errorUnion('ReportUnrecognizedSessionResult', {
    description: 'What reportUnrecognizedSession answers.',
    types: [success, NotFoundProblem, InvalidTokenProblem, InvalidInputProblem, RateLimitedProblem],
    resolveType: () => 'ReportUnrecognizedSessionSuccess',
  })
  builder.mutationField('reportUnrecognizedSession', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        "'This wasn't me': revokes the session and every other one, this one included, trusts no device any more, and mails a link for a new password.",
      args: { input: t.arg({ type: input, required: true, description: 'What was not you.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.report,
      resolve: async (_root, args, context) => {
        const report = readReport(args.input, () => actingViewerOf(context))
        const reported = await context.flows.reportSession(report, context.origin)
        if (isOwnBrowser(context, reported)) context.cookies.clear()
        return reported
      },
    }),
  )
}

/** Whether the cookies of the request belong to a session that has ended by the report. */
function isOwnBrowser({ authentication, credentials }: GraphqlContext, { userId }: Reported): boolean {
  const { accessCookie, refreshCookie } = credentials
  return authentication.viewer?.userId === userId && (accessCookie !== null || refreshCookie !== null)
}
