/** One tab of GraphiQL when it is first opened. */
export interface GraphiqlTab {
  readonly query: string
}

const register = `# 1. Create an account: press the play button and
#    choose "Register". The page keeps the tokens in
#    memory and uses them in all tabs.
#    Account exists? Choose "Login".
mutation Register {
  register(
    input: {
      email: "ada@example.com"
      password: "Correct-Horse-42!"
    }
  ) {
    ... on RegisterSuccess {
      user { id displayName email }
      session { id device { name } }
      tokens { accessToken refreshToken expiresIn }
    }
    ... on WeakPasswordProblem { unmet suggestions }
    ... on AuthInvalidInputProblem {
      issues { path code message }
    }
    ... on AuthProblem { code message }
  }
}

mutation Login {
  login(
    input: {
      identifier: "ada@example.com"
      password: "Correct-Horse-42!"
    }
  ) {
    ... on LoginSuccess {
      user { id displayName }
      tokens { accessToken refreshToken expiresIn }
    }
    ... on AuthProblem { code message }
  }
}
`

const me = `# 2. Your account. An application sends the header
#    Authorization: Bearer <accessToken>
query Me {
  me {
    id
    displayName
    email
    emailVerified
    role
    permissions
    createdAt
  }
}
`

const refresh = `# 3. An access token is valid for 15 minutes.
#    The page puts its own into <refreshToken>; the
#    response contains two new tokens.
mutation Refresh {
  refresh(input: { refreshToken: "<refreshToken>" }) {
    ... on RefreshSuccess {
      session { id expiresAt }
      tokens { accessToken refreshToken expiresIn }
    }
    ... on AuthProblem { code message }
  }
}
`

const sessions = `# 4. Your sessions. Press play and choose "Sessions";
#    "EndSession" ends one of them.
query Sessions {
  sessions(first: 10) {
    totalCount
    nodes {
      id
      current
      createdAt
      lastUsedAt
      ipAddress
      device { name type }
    }
  }
}

mutation EndSession {
  revokeSession(input: { sessionId: "<id>" }) {
    ... on RevokeSessionSuccess { session { id } }
    ... on AuthProblem { code message }
  }
}
`

const secondFactor = `# 5. A second factor. "StartApp" returns a secret for your
#    authenticator app. Write the code that it shows in the
#    place of 123456, and choose "ConfirmApp". From then on
#    "SignIn" returns a challenge; the page puts its token
#    into <challengeToken>. Write the next code, and choose
#    "Complete".
query Factors {
  authFactors {
    totp { confirmedAt lastUsedAt }
    passkeys { name provider lastUsedAt }
    recoveryCodesLeft
    secondStepRequired
    required
  }
}

mutation StartApp {
  startTotpEnrolment {
    ... on StartTotpEnrolmentSuccess { secret uri }
    ... on AuthProblem { code message }
  }
}

mutation ConfirmApp {
  confirmTotp(input: { code: "123456" }) {
    ... on ConfirmTotpSuccess { recoveryCodes }
    ... on AuthInvalidCodeProblem { attemptsLeft }
    ... on AuthProblem { code message }
  }
}

mutation SignIn {
  login(
    input: {
      identifier: "ada@example.com"
      password: "Correct-Horse-42!"
    }
  ) {
    ... on MfaChallenge { challengeToken methods expiresAt }
    ... on LoginSuccess {
      tokens { accessToken refreshToken expiresIn }
    }
    ... on SignInStep { message }
    ... on AuthProblem { code message }
  }
}

mutation Complete {
  completeMfaChallenge(
    input: {
      challengeToken: "<challengeToken>"
      code: "123456"
    }
  ) {
    ... on LoginSuccess {
      session { authenticationMethods assuranceLevel }
      tokens { accessToken refreshToken expiresIn }
    }
    ... on AuthInvalidCodeProblem { attemptsLeft }
    ... on SignInStep { message }
    ... on AuthProblem { code message }
  }
}

mutation RemoveApp {
  removeTotp {
    ... on RemoveTotpSuccess {
      factors { secondStepRequired }
    }
    ... on ReauthenticationRequiredProblem { acceptable }
    ... on AuthProblem { code message }
  }
}
`

/**
 * First steps for newcomers: create an account, read it, renew the tokens, list and end sessions, add a second
 * factor. The values are written
 * in the documents, because GraphiQL does not show the variables of the tab that it opens first.
 */
export const graphiqlTabs: readonly GraphiqlTab[] = [
  { query: register },
  { query: me },
  { query: refresh },
  { query: sessions },
  { query: secondFactor },
]
