/** Each use case of the reference is one statement, prepared by name. */
export const findUser = { name: 'find-user', text: 'SELECT id, email, role FROM users WHERE id = $1' }

export const findPassword = {
  name: 'find-password',
  text: 'SELECT id, password_hash FROM users WHERE email = $1',
}

export const openSession = {
  name: 'open-session',
  text: `WITH s AS (
      INSERT INTO sessions (id, user_id, token_hash, ip_address, user_agent, expires_at)
      VALUES ($1, $2, $3, $4, $5, now() + interval '30 days') RETURNING *
    ), audited AS (
      INSERT INTO audit_events (id, type, user_id, session_id, ip_address, user_agent)
      SELECT gen_random_uuid(), 'LOGIN_SUCCEEDED', user_id, id, ip_address, user_agent FROM s
    ) SELECT id FROM s`,
}

/** Replaces the token of a live session and writes the audit row. */
export const rotateSession = {
  name: 'rotate-session',
  text: `WITH s AS (
      UPDATE sessions SET token_hash = $2, generation = generation + 1, last_used_at = now(), ip_address = $3,
        user_agent = $4
      WHERE token_hash = $1 AND expires_at > now() RETURNING *
    ), audited AS (
      INSERT INTO audit_events (id, type, user_id, session_id, ip_address, user_agent)
      SELECT gen_random_uuid(), 'TOKEN_REFRESHED', user_id, id, ip_address, user_agent FROM s
    ) SELECT id, user_id FROM s`,
}
