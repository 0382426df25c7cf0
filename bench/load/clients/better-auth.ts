import { type CallerSession, type ProductClient, password } from '../product-client.ts'

let registrations = 0
const origin = { origin: 'http://localhost' }

const signUp = ({ email }: Pick<CallerSession, 'email'>) => ({
  path: '/api/auth/sign-up/email',
  headers: origin,
  body: { email, password, name: 'Bench' },
})
const signIn = ({ email }: CallerSession) => ({
  path: '/api/auth/sign-in/email',
  headers: origin,
  body: { email, password },
})

/** better-auth has sessions in cookies, and neither access nor refresh tokens. */
export const betterAuth: ProductClient = {
  signUp,
  signIn,
  calls: {
    me: ({ accessToken }) => ({ path: '/api/auth/get-session', headers: { cookie: accessToken } }),
    login: signIn,
    register: () => {
      registrations += 1
      return signUp({ email: `new-${process.pid}-${registrations}@example.com` })
    },
  },
  accept(session, { status, body, cookies }) {
    if (status !== 200 || body === 'null') return false
    const pairs = cookies.map((cookie) => cookie.split(';', 1)[0] ?? '')
    if (pairs.length > 0) session.accessToken = pairs.join('; ')
    return true
  },
}
