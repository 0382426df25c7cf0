import { type CallerSession, type ProductClient, password } from '../product-client.ts'
import { graphqlCall, stringIn } from './graphql-call.ts'

const me = 'query Me { me { id email role } }'
const sessions =
  'query Sessions { sessions(first: 20) { edges { node { id current createdAt lastUsedAt ipAddress } } } }'
const stream = 'subscription SessionEvents { sessionEvents { type sessionId at } }'
const tokens = 'tokens { accessToken refreshToken }'
const login = `mutation Login($input: LoginInput!) { login(input: $input) { __typename ... on LoginSuccess { ${tokens} } } }`
const refresh = `mutation Refresh($input: RefreshInput) { refresh(input: $input) { __typename ... on RefreshSuccess { ${tokens} } } }`
const register = `mutation Register($input: RegisterInput!) { register(input: $input) { __typename ... on RegisterSuccess { ${tokens} } } }`

/** Registrations of one run have addresses of their own. */
let registrations = 0

const signIn = ({ email }: CallerSession) => graphqlCall(login, { input: { identifier: email, password } })

export const gatehouse: ProductClient = {
  signUp: ({ email }) => graphqlCall(register, { input: { email, password } }),
  signIn,
  calls: {
    me: ({ accessToken }) => graphqlCall(me, undefined, accessToken),
    sessions: ({ accessToken }) => graphqlCall(sessions, undefined, accessToken),
    refresh: ({ refreshToken }) => graphqlCall(refresh, { input: { refreshToken } }),
    stream: ({ accessToken }) => graphqlCall(stream, undefined, accessToken),
    login: signIn,
    register: () => {
      registrations += 1
      const email = `new-${process.pid}-${registrations}@example.com`
      return graphqlCall(register, { input: { email, password } })
    },
  },
  accept(session, { status, body }) {
    if (status !== 200 || body.includes('"errors":') || body.includes('Problem"')) return false
    session.accessToken = stringIn(body, 'accessToken') ?? session.accessToken
    session.refreshToken = stringIn(body, 'refreshToken') ?? session.refreshToken
    return true
  },
}
