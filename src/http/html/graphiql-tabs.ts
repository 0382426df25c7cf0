/** One tab of GraphiQL when it is first opened. */
export interface GraphiqlTab {
  readonly query: string
  readonly headers?: string
}

const bearer = JSON.stringify({ Authorization: 'Bearer <accessToken>' }, null, 2)

const register = `# 1. Create an account: press the play button and
#    choose "Register". Copy accessToken and
#    refreshToken from the response: the next tabs
#    need them. Account exists? Choose "Login".
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

const me = `# 2. Your account: open "Headers" below and
#    replace <accessToken> with the accessToken.
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
#    Replace <refreshToken>: the response contains
#    two new tokens and replaces the old ones.
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

const sessions = `# 4. Your sessions: put the accessToken into
#    "Headers" again. Press play and choose
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
 * First steps for newcomers: create an account, read it, renew the tokens, list and end sessions. The values are written
 * in the documents, because GraphiQL does not show the variables of the tab that it opens first.
 */
export const graphiqlTabs: readonly GraphiqlTab[] = [
  { query: register },
  { query: me, headers: bearer },
  { query: refresh },
  { query: sessions, headers: bearer },
]
