import { describe, expect, it } from 'vitest'
import { makeKey } from '../support/api-keys.ts'
import { meDocument } from '../support/operations.ts'
import { signUpAs } from '../support/people.ts'
import { gatewayNames, gatewayStage } from './support/stage.ts'

const stage = gatewayStage({ NODE_ENV: 'development' })

describe.each(gatewayNames)('an API key through %s', (gateway) => {
  it.each([
    ['Authorization', (secret: string) => ({ authorization: `Bearer ${secret}` })],
    ['x-api-key', (secret: string) => ({ 'x-api-key': secret })],
  ])('says who asks in %s', async (_header, headersFor) => {
    const { testApp } = stage().graph
    const admin = await signUpAs(testApp, 'ADMIN')
    const { secret } = await makeKey(testApp, admin.accessToken)
    const service = stage().client(gateway)
    expect((await service.ask(meDocument, {}, headersFor(secret))).data).toMatchObject({
      me: { id: admin.userId },
    })
    const refused = await service.ask(meDocument, {}, headersFor('ghk_garbage'))
    expect(refused.errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('that does not arrive is named by the diagnostics', async () => {
    const ask = async (headers: Record<string, string>) => {
      const { data } = await stage().client(gateway).ask('{ gatewayDiagnostics { warnings } }', {}, headers)
      return data.gatewayDiagnostics.warnings.join()
    }
    expect(await ask({})).toContain('x-api-key')
    expect(await ask({ 'x-api-key': 'ghk_garbage' })).not.toContain('x-api-key')
  })
})
