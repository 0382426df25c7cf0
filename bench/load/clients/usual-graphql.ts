import { type CallerSession, type ProductClient, password } from '../product-client.ts'
import { graphqlCall, stringIn } from './graphql-call.ts'

const tokens = '{ accessToken refreshToken }'
const me = 'query Me { me { id email role } }'
const login = `mutation Login($email: String!, $password: String!) { login(email: $email, password: $password) ${tokens} }`
const refresh = `mutation Refresh($refreshToken: String!) { refresh(refreshToken: $refreshToken) ${tokens} }`

const signIn = ({ email }: CallerSession) => graphqlCall(login, { email, password })

/** The same three operations of the servers in `bench/peers`: me, login, refresh. */
export const usualGraphql: ProductClient = {
  signIn,
  calls: {
    me: ({ accessToken }) => graphqlCall(me, undefined, accessToken),
    login: signIn,
    refresh: ({ refreshToken }) => graphqlCall(refresh, { refreshToken }),
  },
  accept(session, { status, body }) {
    if (status !== 200 || body.includes('"errors":') || body.includes('"me":null')) return false
    session.accessToken = stringIn(body, 'accessToken') ?? session.accessToken
    session.refreshToken = stringIn(body, 'refreshToken') ?? session.refreshToken
    return true
  },
}
