import { describe, expect, it } from 'vitest'
import { createPinoLogger } from '../../src/adapters/telemetry/pino-logger.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'

class Connection {
  readonly secretKey = 1_234_567
  readonly password = 'planted'
}

function logged(fields: Record<string, unknown>): string {
  const lines: string[] = []
  const logger = createPinoLogger(
    { level: 'info', format: 'json' },
    { write: (line) => void lines.push(line) },
  )
  logger.child({ connection: new Connection() }).warn(fields, 'lost')
  return lines.join('')
}

describe('a log line', () => {
  it('has its level, its message and the time in UTC', () => {
    const line: unknown = JSON.parse(logged({ attempts: 3 }))
    const time = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
    expect(line).toEqual({ level: 'warn', time, connection: '[Connection]', attempts: 3, msg: 'lost' })
  })

  it('has the message, code, stack and cause of an error, and nothing else that a driver attached', () => {
    const cause = Object.assign(new Error('inner'), { client: new Connection() })
    const error = Object.assign(new Error('outer', { cause }), { code: '57P01', client: new Connection() })
    const line = logged({ error })
    expect(JSON.parse(line)).toMatchObject({
      error: { type: 'Error', message: 'outer', code: '57P01', cause: { message: 'inner' } },
    })
    expect(line).not.toMatch(/secretKey|1234567|planted/)
  })

  it('treats an object without a prototype, such as arguments of GraphQL, like any other', () => {
    const args: unknown = Object.assign(Object.create(null), { client: new Connection() })
    const line = logged({ args })
    expect(JSON.parse(line)).toMatchObject({ args: { client: '[Connection]' } })
    expect(line).not.toMatch(/secretKey|1234567|planted/)
  })

  it('names the class of an object instead of its content, under any name and at any depth', () => {
    const connection = new Connection()
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    const line = logged({
      connection,
      list: [connection],
      reason: Object.assign(new Error('x'), { connection }),
    })
    expect(JSON.parse(line)).toMatchObject({ connection: '[Connection]', list: ['[Connection]'] })
    expect(line).not.toMatch(/secretKey|1234567|planted/)
    expect(() => logged({ cyclic })).not.toThrow()
  })

  it('shows no value under the name of a secret, at any depth', () => {
    const password = 'planted'
    const line = logged({
      password,
      input: { password, deeper: { token: password } },
      list: [{ cookie: password }],
    })
    expect(JSON.parse(line)).toMatchObject({ password: '***', input: { deeper: { token: '***' } } })
    expect(line).not.toContain('planted')
  })

  it.each([
    'challengeToken',
    'enrolmentToken',
    'ceremonyToken',
    'rememberedDeviceToken',
    'recoveryCode',
    'recoveryCodes',
    'new_password',
    'set-cookie',
    'Authorization',
    'qrCodeSvg',
  ])('shows no value under the name %s', (name) => {
    const line = logged({ input: { [name]: 'planted' }, list: { [name]: ['planted'] } })
    expect(line).not.toContain('planted')
  })

  it('shows no code and no secret of an authenticator app under any name', () => {
    const line = logged({ code: '123456', uri: 'otpauth://totp/planted', error: { code: '57P01' } })
    expect(JSON.parse(line)).toMatchObject({ code: '***', uri: '***', error: { code: '57P01' } })
  })

  it('shows numbers and flags under such a name', () => {
    const fields = { tokens: 2, hasPassword: true, resetToken: null, tokenVersion: 3 }
    expect(JSON.parse(logged(fields))).toMatchObject(fields)
  })

  it('about the state of the process is written at every level except silent', () => {
    for (const level of ['debug', 'info', 'warn', 'error', 'silent'] as const) {
      const lines: string[] = []
      const write = (line: string) => void lines.push(line)
      const logger = createPinoLogger({ level, format: 'json' }, { write })
      logger.notice({ port: 4000 }, 'listens')
      expect(lines.map((line) => JSON.parse(line).msg)).toEqual(level === 'silent' ? [] : ['listens'])
    }
  })

  it('keeps plain data, times and redacted secrets', () => {
    const fields = { at: new Date(0), names: ['a'], none: null, of: { count: 2 }, key: new Secret('planted') }
    expect(JSON.parse(logged(fields))).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      names: ['a'],
      none: null,
      of: { count: 2 },
    })
    expect(logged(fields)).not.toContain('planted')
  })
})
