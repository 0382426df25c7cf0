import type { Call, Reply } from './http-caller.ts'

export const password = 'Corr3ct-horse-battery!'
export const emailOf = (account: number) => `bench-${account}@example.com`
/** Accounts that every product has. Callers share them. */
export const accounts = 128

/** The session of one caller. A client changes it as answers arrive. */
export interface CallerSession {
  readonly email: string
  accessToken: string
  refreshToken: string
}

/** How one product is called. */
export interface ProductClient {
  /** Signs a caller up. Absent: the product has the accounts at its start. */
  signUp?(session: CallerSession): Call
  /** Signs a caller in. Absent: the product has no sessions. */
  signIn?(session: CallerSession): Call
  /** Requests by the name of the row that measures them. */
  readonly calls: Readonly<Record<string, (session: CallerSession) => Call>>
  /** Whether the request succeeded. Takes new tokens into the session. */
  accept(session: CallerSession, reply: Reply): boolean
}
