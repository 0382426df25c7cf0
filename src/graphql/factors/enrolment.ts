import type { EnrolledSignIn } from '../../flows/steps/factors/continue-sign-in.ts'
import type { EnrolmentProof, EnrolmentRequest } from '../../flows/steps/factors/find-enroller.ts'
import { actingViewerOf, type GraphqlContext } from '../edge/context.ts'

export const enrolmentTokenField = {
  description: 'From MfaEnrolmentRequired; absent in a session. Blanks and line breaks are ignored.',
} as const

/** The field of a success that continues a sign-in. */
export const challengeTokenField = {
  nullable: true,
  description:
    'After an enrolmentToken only: completes the sign-in with completeMfaChallenge, without another proof, within 5 minutes.',
  resolve: ({ enrolled }: { readonly enrolled: EnrolledSignIn | null }) => enrolled?.challengeToken ?? null,
} as const

/** Who enrols a factor: the user of the token, otherwise the signed-in one. */
export function enrolmentRequest(context: GraphqlContext, proof: EnrolmentProof): EnrolmentRequest {
  const { credentials, origin } = context
  return { proof, viewer: () => actingViewerOf(context), credentials, origin }
}

/** Binds the sign-in that continues to the browser. */
export function bindEnrolled({ cookies }: GraphqlContext, enrolled: EnrolledSignIn | null): void {
  if (enrolled !== null && enrolled.cookie !== null)
    cookies.bindChallenge(enrolled.cookie, enrolled.expiresAt)
}
