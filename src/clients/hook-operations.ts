const sessionFields = '{__typename ... on AuthProblem{code message}}'
const stepProblems = '... on AuthInvalidCodeProblem{attemptsLeft}... on AuthProblem{code message}}}'

/**
 * The operations of `useSessions` and `useSignInSteps` by name, each with its only root field as `result`. A page loads them when it
 * first sends one.
 */
export const hookOperations = {
  /** The same fields as SessionsDocument. */
  sessions: `query Sessions($after: String){result: sessions(first: 20, after: $after){pageInfo{hasNextPage endCursor} nodes{__typename id current createdAt lastUsedAt expiresAt rememberMe authenticationMethods assuranceLevel ipAddress userAgent device{__typename name browser os type} riskSignals}}}`,
  revokeSession: `mutation RevokeSession($input: RevokeSessionInput!){result: revokeSession(input: $input)${sessionFields}}`,
  revokeOtherSessions: `mutation RevokeOtherSessions{result: revokeOtherSessions${sessionFields}}`,
  completeMfaChallenge: `mutation CompleteMfaChallenge($input: CompleteMfaChallengeInput!){result: completeMfaChallenge(input: $input){__typename ... on LoginSuccess{tokens{accessToken expiresIn refreshToken csrfToken} deviceToken rememberedDeviceToken}... on PasswordExpired{resetToken}... on SignInStep{message}... on MfaEnrolmentRequired{enrolmentToken enrollable}${stepProblems}`,
  startTotpEnrolment: `mutation StartTotpEnrolment($input: StartTotpEnrolmentInput){result: startTotpEnrolment(input: $input){__typename ... on StartTotpEnrolmentSuccess{secret uri qrCodeSvg}... on AuthProblem{code message}}}`,
  confirmTotp: `mutation ConfirmTotp($input: ConfirmTotpInput!){result: confirmTotp(input: $input){__typename ... on ConfirmTotpSuccess{recoveryCodes challengeToken}${stepProblems}`,
} as const
