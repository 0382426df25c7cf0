/** Beginnings of the keys in Redis. The rights of the user of Redis can be limited to them: docs/redis.md. */
export const keyPrefixes = {
  // The version separates these keys from those of scripts with another format.
  limits: 'gatehouse:limits:1:',
  // Versions before 0.2 stored other values under `gatehouse:attempts:`.
  failures: 'gatehouse:failures:',
  distinct: 'gatehouse:distinct:',
  edgeNonces: 'gatehouse:edge:',
  health: 'gatehouse:health:',
} as const

/** Channels in Redis. */
export const channels = {
  revocations: 'gatehouse:revocations',
  sessions: 'gatehouse:sessions',
  changedUsers: 'gatehouse:changed-users',
  health: 'gatehouse:health',
} as const
