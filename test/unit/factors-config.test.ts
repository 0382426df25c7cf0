import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/config/config-error.ts'
import { readConfig } from '../../src/config/read-config.ts'

const secrets = {
  MASTER_KEY: randomBytes(32).toString('base64'),
  REFRESH_PEPPERS: 'a:a-pepper-of-the-tests-0123456789abcdef',
}

function factors(env: Readonly<Record<string, string>>) {
  return readConfig({ NODE_ENV: 'test', ...secrets, ...env }).factors
}

function problemOf(env: Readonly<Record<string, string>>) {
  try {
    factors(env)
  } catch (error) {
    return error instanceof ConfigError ? error.problems : error
  }
  return null
}

describe('the configuration of second factors', () => {
  it.each([
    ['off', null],
    ['optional', null],
    ['privileged', 'aal2'],
    ['required', 'aal2'],
  ])('with MFA=%s requires %s of administrative actions', (MFA, adminActions) => {
    expect(factors({ MFA })).toMatchObject({ policy: MFA, adminActions })
  })

  it('reads the level of administrative actions, whatever the policy is', () => {
    expect(factors({ MFA: 'required', MFA_ADMIN_ACTIONS: 'aal1' }).adminActions).toBe('aal1')
    expect(factors({ MFA: 'off', MFA_ADMIN_ACTIONS: 'aal2' }).adminActions).toBe('aal2')
  })

  it('remembers no device unless days are set', () => {
    expect(factors({}).rememberDeviceDays).toBeNull()
    expect(factors({ MFA_REMEMBER_DEVICE_DAYS: '0' }).rememberDeviceDays).toBeNull()
    expect(factors({ MFA_REMEMBER_DEVICE_DAYS: '30' }).rememberDeviceDays).toBe(30)
  })

  it.each([
    [{ MFA: 'always' }, 'MFA', 'must be one of off, optional, privileged, required.'],
    [{ MFA_ENROL_DAYS: '366' }, 'MFA_ENROL_DAYS', 'must be an integer from 0 to 365.'],
    [{ MFA_ENROL_DAYS: '-1' }, 'MFA_ENROL_DAYS', 'must be an integer from 0 to 365.'],
    [{ MFA_ADMIN_ACTIONS: 'AAL2' }, 'MFA_ADMIN_ACTIONS', 'must be one of aal1, aal2.'],
    [{ MFA_REMEMBER_DEVICE_DAYS: '91' }, 'MFA_REMEMBER_DEVICE_DAYS', 'must be an integer from 0 to 90.'],
  ])('refuses %j', (env, variable, message) => {
    expect(problemOf(env)).toEqual([{ variable, message }])
  })
})
