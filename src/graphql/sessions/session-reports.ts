import { InvalidInputProblem, InvalidTokenProblem, NotFoundProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { type Reported, readReport } from '../../flows/sessions/report-session.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { actingViewerOf, type GraphqlContext } from '../edge/context.ts'

/** The mutation `reportUnrecognizedSession`. */
export function addSessionReports(builder: Builder): void {
  const input = builder.inputType('ReportUnrecognizedSessionInput', {
    description:
      'The session to report. Exactly one field: the id if signed in, or the token of the alert mail.',
    fields: (t) => ({
      sessionId: t.id({ description: 'Id of one of your own sessions, which may have ended.' }),
      token: t.string({
        description: 'Token from the link in the mail. Valid once; does not require a sign-in.',
      }),
    }),
  })
  const success = builder.objectRef<Reported>('ReportUnrecognizedSessionSuccess').implement({
    description:
      'All sessions of the account have ended, including your own. A link to set a new password was mailed to the owner.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'Number of sessions that were ended.' }),
    }),
  })
  addMutation(builder, {
    name: 'reportUnrecognizedSession',
    description:
      "'This wasn't me': ends the reported session, all other sessions of the account, including this one, and all API keys; no device counts as known any more; mails a link to set a new password.",
    input,
    success,
    problems: [NotFoundProblem, InvalidTokenProblem, InvalidInputProblem],
    access: anyone,
    limit: limits.report,
    resolve: async ({ input, context }) => {
      const report = readReport(input, () => actingViewerOf(context))
      const reported = await context.flows.reportSession(report, context.origin)
      if (isOwnBrowser(context, reported)) context.cookies.clear()
      return reported
    },
  })
}

/** Whether the cookies of the request belong to a session that the report has ended. */
function isOwnBrowser({ authentication, credentials }: GraphqlContext, { userId }: Reported): boolean {
  const { accessCookie, refreshCookie } = credentials
  return authentication.viewer?.userId === userId && (accessCookie !== null || refreshCookie !== null)
}
