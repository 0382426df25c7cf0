import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../support/services.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const path = '/.well-known/webauthn'
const android = `android:apk-key-hash:${'A'.repeat(43)}`

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({
    env: { WEBAUTHN_ORIGINS: `https://app.example.com,https://app.example.org,${android}` },
  })
})
afterAll(() => test.close())

describe('/.well-known/webauthn (WebAuthn section 5.11)', () => {
  it('names the origins that browsers know, from the configuration only', async () => {
    const response = await send(test, 'GET', path, { headers: { origin: 'https://evil.test' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(await response.json()).toEqual({ origins: ['https://app.example.com', 'https://app.example.org'] })
  })

  it('accepts GET and HEAD only', async () => {
    expect((await send(test, 'HEAD', path)).status).toBe(200)
    expect((await send(test, 'POST', path, { body: '{}' })).status).toBe(405)
  })
})
