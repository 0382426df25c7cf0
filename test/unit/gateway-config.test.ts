import { describe, expect, it } from 'vitest'
import { createEnvReader } from '../../src/config/env-reader.ts'
import { gatewayVariables, readGateway } from '../../src/config/themes/service/gateway.ts'

function read(env: Record<string, string>, production: boolean, introspection: boolean) {
  const reader = createEnvReader({ variables: gatewayVariables, env, readFile: () => '' })
  const gateway = readGateway(reader, { production, introspection })
  reader.finish()
  return gateway
}

describe('SERVICE_SDL', () => {
  it.each([
    [{}, true, false, 'gateway'],
    [{}, true, true, 'open'],
    [{}, false, false, 'open'],
    [{ SERVICE_SDL: 'open' }, true, false, 'open'],
    [{ SERVICE_SDL: 'gateway' }, false, true, 'gateway'],
  ])('with %j, production %s and introspection %s is %s', (env, production, introspection, expected) => {
    expect(read(env, production, introspection).serviceSdl).toBe(expected)
  })
})

describe('GATEWAY_SECRETS', () => {
  it('accepts several random secrets, and rejects other values', () => {
    const secret = 'a-secret-of-the-gateway-0123456789'
    expect(read({}, true, false).secrets).toBeNull()
    const ids = read({ GATEWAY_SECRETS: `a:${secret},b:${secret}` }, true, false).secrets?.map(({ id }) => id)
    expect(ids).toEqual(['a', 'b'])
    for (const invalid of [
      'a',
      'a:short',
      `a:${secret},a:${secret}`,
      'a:change-me-change-me-change-me-now',
    ]) {
      expect(() => read({ GATEWAY_SECRETS: invalid }, true, false)).toThrow('GATEWAY_SECRETS')
    }
  })
})
