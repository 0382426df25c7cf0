import { describe, expect, it } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { ConfigError } from '../../src/config/config-error.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Environment } from '../../src/config/variable.ts'

const base = {
  MASTER_KEY: Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64'),
  REFRESH_PEPPERS: 'a:0123456789abcdefghijklmnopqrstuvwxyz',
}
const webhook = {
  ALERT_WEBHOOK_URL: 'https://hooks.example.com/s3same',
  ALERT_WEBHOOK_SECRET: 'a-secret-of-the-webhook-0123456789abcdef',
}
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://gatehouse:hunter2@db:5432/gatehouse',
  PUBLIC_URL: 'https://auth.example.com',
  SMTP_URL: 'smtp://gatehouse:hunter2@mail.example.com:587',
  MAIL_FROM: 'no-reply@example.com',
}

function read(env: Environment): Config['protection']['alerts'] {
  return readConfig({ ...base, ...env }).protection.alerts
}

function errorOf(env: Environment): ConfigError {
  try {
    read(env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('readConfig did not throw')
}

describe('readConfig of alerts', () => {
  it('sends no alerts by default', () => {
    expect(read({})).toEqual({ webhook: null, email: null, windowSeconds: 300 })
  })

  it('masks URL and secret of the webhook', () => {
    const alerts = read({ ...webhook, ALERT_EMAIL: 'operators@example.com', ALERT_WINDOW_SECONDS: '60' })
    expect(alerts).toMatchObject({
      webhook: { privateAllowed: false },
      email: 'operators@example.com',
      windowSeconds: 60,
    })
    expect(JSON.stringify(alerts)).not.toMatch(/s3same|a-secret/)
    expect(alerts.webhook?.url.reveal()).toBe(webhook.ALERT_WEBHOOK_URL)
  })

  it('accepts http to this machine if private addresses are allowed, also in production', () => {
    const local = { ...webhook, ALERT_WEBHOOK_URL: 'http://127.0.0.1:9000/', ALERT_WEBHOOK_PRIVATE: 'on' }
    expect(read({ ...production, ...local }).webhook).toMatchObject({ privateAllowed: true })
  })

  it.each<[string, Environment, string]>([
    ['a webhook without a secret', { ALERT_WEBHOOK_URL: webhook.ALERT_WEBHOOK_URL }, 'ALERT_WEBHOOK_SECRET'],
    ['a short secret', { ...webhook, ALERT_WEBHOOK_SECRET: 's3same' }, 'ALERT_WEBHOOK_SECRET'],
    ['another scheme', { ...webhook, ALERT_WEBHOOK_URL: 'ftp://s3same.example.com' }, 'ALERT_WEBHOOK_URL'],
    ['this machine', { ...webhook, ALERT_WEBHOOK_URL: 'http://localhost/s3same' }, 'ALERT_WEBHOOK_URL'],
    [
      'http in production',
      { ...production, ...webhook, ALERT_WEBHOOK_URL: 'http://hooks.example.com/s3same' },
      'ALERT_WEBHOOK_URL',
    ],
    ['an invalid mail address', { ALERT_EMAIL: 'Ops <ops@example.com>' }, 'ALERT_EMAIL'],
    ['a mail address while mail is off', { ALERT_EMAIL: 'ops@example.com', MAIL: 'off' }, 'ALERT_EMAIL'],
    ['a window of a second', { ALERT_WINDOW_SECONDS: '1' }, 'ALERT_WINDOW_SECONDS'],
  ])('rejects %s', (_case, env, variable) => {
    const error = errorOf(env)
    expect(error.problems.map((problem) => problem.variable)).toEqual([variable])
    expect(error.message).not.toContain('s3same')
  })
})
