import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/config/config-error.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'

const secrets = () => ({ masterKey: new Secret(''), refreshPeppers: [] })
const read = (env: Record<string, string> = {}) => readConfig(env, { generateSecrets: secrets }).passwords

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    read(env)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ variable }) => variable)
  }
}

describe('readConfig of passwords', () => {
  it('contains the rules that override the policy, and no others', () => {
    const env = {
      PASSWORD_POLICY: 'nist',
      PASSWORD_MIN_LENGTH: '20',
      PASSWORD_REQUIRE_DIGIT: 'on',
      PASSWORD_MIN_SCORE: '3',
      PASSWORD_HISTORY: '0',
      PASSWORD_MAX_AGE_DAYS: '365',
      PASSWORD_REMIND_DAYS: '14',
    }
    expect(read(env)).toEqual({
      policy: 'nist',
      overrides: {
        minLength: 20,
        requireDigit: true,
        minScore: 3,
        historySize: 0,
        maxAgeDays: 365,
        rejectBreached: false,
      },
      remindDays: 14,
      breaches: null,
    })
  })

  it.each([
    ['PASSWORD_POLICY', 'strict'],
    ['PASSWORD_MIN_LENGTH', '7'],
    ['PASSWORD_MIN_LENGTH', '65'],
    ['PASSWORD_REQUIRE_UPPERCASE', 'yes'],
    ['PASSWORD_MIN_SCORE', '5'],
    ['PASSWORD_HISTORY', '25'],
    ['PASSWORD_MAX_AGE_DAYS', '0'],
    ['PASSWORD_REMIND_DAYS', '-1'],
    ['BREACH_CHECK', 'maybe'],
    ['BREACH_API_URL', 'file:///etc/passwd'],
  ])('refuses %s=%s', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([name])
  })

  it('checks for breaches only if the check is on, or in production', () => {
    expect(read().breaches).toBeNull()
    const asked = read({ BREACH_CHECK: 'on' })
    expect(asked.breaches).toEqual({ source: 'api', baseUrl: new URL('https://api.pwnedpasswords.com') })
    expect(asked.overrides.rejectBreached).toBe(true)
    expect(problemsOf({ NODE_ENV: 'production', BREACH_API_URL: 'http://pwned.example.com' })).toContain(
      'BREACH_API_URL',
    )
  })

  it('searches the file if there is one, unless the check is off', () => {
    expect(read({ BREACH_LIST_FILE: '/list' }).breaches).toEqual({ source: 'file', path: '/list' })
    expect(read({ BREACH_LIST_FILE: '/list', BREACH_CHECK: 'off' }).breaches).toBeNull()
  })
})
