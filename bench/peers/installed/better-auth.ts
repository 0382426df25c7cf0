// better-auth with e-mail and password, sessions in PostgreSQL, and the password hash of Gatehouse.
import { hash, verify } from 'argon2'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { Pool } from 'pg'
import { listen } from '../listen.ts'
import { argon2Parameters, maxConnections } from '../peer-database.ts'

const window = { window: 60, max: 1_000_000 }
const auth = betterAuth({
  database: new Pool({ connectionString: process.env.DATABASE_URL, max: maxConnections }),
  secret: 'a-secret-of-the-benchmark-0123456789abcdef',
  baseURL: 'http://localhost',
  emailAndPassword: {
    enabled: true,
    password: {
      hash: (password) => hash(password, argon2Parameters),
      verify: ({ hash: stored, password }) => verify(stored, password),
    },
  },
  rateLimit: {
    enabled: true,
    ...window,
    customRules: { '/sign-in/*': window, '/sign-up/*': window },
  },
  telemetry: { enabled: false },
  logger: { disabled: true },
})
await (await getMigrations(auth.options)).runMigrations()
listen(toNodeHandler(auth))
