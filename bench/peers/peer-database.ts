import { hash } from 'argon2'
import { Pool } from 'pg'
import { accounts, emailOf, password } from '../load/product-client.ts'

/** The parameters of a password hash: the defaults of Gatehouse. */
export const argon2Parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Those of all contestants together stay below the 100 that PostgreSQL grants by default. */
export const maxConnections = 12

const tables = `
  CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL UNIQUE, role text NOT NULL, password_hash text NOT NULL);
  CREATE TABLE sessions (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, token_hash bytea NOT NULL UNIQUE,
    generation int NOT NULL DEFAULT 0, ip_address inet, user_agent text, created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL);
  CREATE INDEX ON sessions (user_id);
  CREATE TABLE audit_events (id uuid PRIMARY KEY, type text NOT NULL, user_id uuid, session_id uuid, ip_address inet,
    user_agent text, created_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON audit_events (user_id, created_at)`

/** Opens the database of a peer, with its tables and the accounts of the measurement. */
export async function openPeerDatabase(): Promise<Pool> {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: maxConnections })
  await pool.query(tables)
  const emails = Array.from({ length: accounts }, (_, n) => emailOf(n))
  await pool.query(
    `INSERT INTO users SELECT gen_random_uuid(), email, 'USER', $2 FROM unnest($1::text[]) AS email`,
    [emails, await hash(password, argon2Parameters)],
  )
  return pool
}
