/** One tab of GraphiQL as it first opens. */
export interface GraphiqlTab {
  readonly query: string
  readonly headers?: string
}

const bearer = JSON.stringify({ Authorization: 'Bearer <accessToken>' }, null, 2)

const register = `# 1. Make an account: press the play button and
#    choose "Register". Copy accessToken and
#    refreshToken from the answer: the next tabs
#    want them. There already? Choose "Login".
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

const me = `# 2. Who am I? Open "Headers" below and put the
#    accessToken where it says <accessToken>.
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

const refresh = `# 3. An access token lives for 15 minutes. Put the
#    refreshToken here: both tokens are new after
#    it, and the old refresh token is spent.
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

const sessions = `# 4. Where am I signed in? "Headers" wants the
#    accessToken again. Press play and choose
#    "Sessions"; "EndSession" ends one of them.
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

/**
 * A newcomer's first walk: make an account, look at it, renew the tokens, see and end sessions. The values stand
 * in the documents, because GraphiQL does not show the variables of the tab that it opens first.
 */
export const graphiqlTabs: readonly GraphiqlTab[] = [
  { query: register },
  { query: me, headers: bearer },
  { query: refresh },
  { query: sessions, headers: bearer },
]
