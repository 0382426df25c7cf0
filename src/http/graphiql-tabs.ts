/** One tab of GraphiQL as it first opens. */
export interface GraphiqlTab {
  readonly query: string
  readonly variables?: string
  readonly headers?: string
}

const bearer = JSON.stringify({ Authorization: 'Bearer <accessToken>' }, null, 2)
const json = (value: object) => JSON.stringify(value, null, 2)

const register = `# 1. Make an account: press the play button (or Ctrl+Enter).
#    Email and password are below, under "Variables".
#    Copy accessToken and refreshToken from the answer: the next tabs want them.
mutation Register($input: RegisterInput!) {
  register(input: $input) {
    ... on RegisterSuccess {
      user { id displayName email }
      session { id device { name } }
      tokens { accessToken refreshToken expiresIn }
    }
    ... on WeakPasswordProblem { unmet suggestions }
    ... on AuthInvalidInputProblem { issues { path code message } }
    ... on AuthProblem { code message }
  }
}

# The account exists already? Press play and choose "Login".
mutation Login($identifier: String! = "ada@example.com", $password: String! = "Correct-Horse-42!") {
  login(input: { identifier: $identifier, password: $password }) {
    ... on LoginSuccess {
      user { id displayName }
      tokens { accessToken refreshToken expiresIn }
    }
    ... on AuthProblem { code message }
  }
}
`

const me = `# 2. Who am I? Put the accessToken where "Headers" below says <accessToken>.
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

const refresh = `# 3. An access token lives for 15 minutes. Put the refreshToken into "Variables"
#    and press play: both tokens are new, and the old refresh token is spent.
mutation Refresh($input: RefreshInput) {
  refresh(input: $input) {
    ... on RefreshSuccess {
      session { id expiresAt }
      tokens { accessToken refreshToken expiresIn }
    }
    ... on AuthProblem { code message }
  }
}
`

const sessions = `# 4. Where am I signed in? "Headers" wants an accessToken again.
#    Press play and choose "Sessions"; "EndSession" ends the one in "Variables".
query Sessions {
  sessions(first: 10) {
    totalCount
    nodes { id current createdAt lastUsedAt ipAddress device { name type } }
  }
}

mutation EndSession($input: RevokeSessionInput!) {
  revokeSession(input: $input) {
    ... on RevokeSessionSuccess { session { id } }
    ... on AuthProblem { code message }
  }
}
`

/** A newcomer's first walk: make an account, look at it, renew the tokens, see and end sessions. */
export const graphiqlTabs: readonly GraphiqlTab[] = [
  {
    query: register,
    variables: json({ input: { email: 'ada@example.com', password: 'Correct-Horse-42!' } }),
  },
  { query: me, headers: bearer },
  { query: refresh, variables: json({ input: { refreshToken: '<refreshToken>' } }) },
  { query: sessions, variables: json({ input: { sessionId: '<id of a session>' } }), headers: bearer },
]
