/**
 * Environment of a measured Gatehouse: production, with everything on. The limits count every request and are so high
 * that they refuse none. Mail is off, because a measurement has no mail server.
 */
export function gatehouseEnv(databaseUrl: string, redisUrl: string): Record<string, string> {
  const never = '1000000/1m'
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    PUBLIC_URL: 'https://auth.example.com',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    MIGRATE_ON_START: 'on',
    MASTER_KEY: Buffer.alloc(32, 'gatehouse bench').toString('base64'),
    REFRESH_PEPPERS: 'bench:a-pepper-of-the-benchmark-0123456789',
    MAIL: 'off',
    RATE_LIMIT_REGISTER: never,
    RATE_LIMIT_LOGIN_IDENTIFIER: never,
    RATE_LIMIT_LOGIN_ADDRESS: never,
    RATE_LIMIT_MAIL_IDENTIFIER: never,
    RATE_LIMIT_MAIL_ADDRESS: never,
    RATE_LIMIT_REFRESH: never,
    RATE_LIMIT_QUERY: never,
    RATE_LIMIT_MUTATION: never,
    RATE_LIMIT_ALL: never,
    FLOOD_REFUSALS: '100000',
  }
}
