import { randomUUID } from 'node:crypto'
import type { DatabaseInterface } from '@accounts/types'
import type { Pool } from 'pg'

const users = `SELECT id, email, role, 'USER' AS username, false AS deactivated FROM users`
const sessions = `SELECT id, user_id AS "userId", true AS valid, encode(token_hash, 'hex') AS token FROM sessions`

/** Methods that the three operations of the measurement do not call. */
async function missing(): Promise<never> {
  throw new Error('This method is not part of the measurement.')
}
const missingMethods = {
  findUserByServiceId: missing,
  setService: missing,
  unsetService: missing,
  setUserDeactivated: missing,
  invalidateSession: missing,
  invalidateAllSessions: missing,
  createUser: missing,
  findUserByUsername: missing,
  findUserByResetPasswordToken: missing,
  findUserByEmailVerificationToken: missing,
  setPassword: missing,
  setUsername: missing,
  addResetPasswordToken: missing,
  addEmail: missing,
  removeEmail: missing,
  verifyEmail: missing,
  addEmailVerificationToken: missing,
  removeAllResetPasswordTokens: missing,
  addLoginToken: missing,
  findUserByLoginToken: missing,
  removeAllLoginTokens: missing,
}

/** The methods of the database interface of accounts-js that signing in, refreshing and `me` call. */
export function accountsDatabase(pool: Pool): DatabaseInterface {
  const first = async (sql: string, values: readonly unknown[]) =>
    (await pool.query(sql, [...values])).rows[0] ?? null
  const find = async (condition: string, value: string) => {
    const user = await first(`${users} WHERE ${condition}`, [value])
    return user === null ? null : { ...user, emails: [{ address: user.email, verified: true }], services: {} }
  }
  return {
    ...missingMethods,
    findUserById: (id: string) => find('id = $1', id),
    findUserByEmail: (email: string) => find('email = $1', email),
    findPasswordHash: async (id: string) =>
      (await first('SELECT password_hash FROM users WHERE id = $1', [id]))?.password_hash ?? null,
    findSessionById: (id: string) => first(`${sessions} WHERE id = $1`, [id]),
    findSessionByToken: (token: string) => first(`${sessions} WHERE token_hash = decode($1, 'hex')`, [token]),
    async createSession(userId: string, token: string) {
      const id = randomUUID()
      await pool.query(
        `INSERT INTO sessions (id, user_id, token_hash, expires_at) VALUES ($1, $2, decode($3, 'hex'), now() + interval '1 day')`,
        [id, userId, token],
      )
      return id
    },
    async updateSession(id: string) {
      await pool.query('UPDATE sessions SET last_used_at = now() WHERE id = $1', [id])
    },
  }
}
