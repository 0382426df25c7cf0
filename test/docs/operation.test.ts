import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { codeBlocks, readPage } from './support/pages.ts'

const page = readPage('docs/operation.md')
const [exports = ''] = codeBlocks(page, 'sh')

describe('the production settings of docs/operation.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-operation-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const secrets: Readonly<Record<string, string>> = {
    MASTER_KEY_FILE: randomBytes(32).toString('base64'),
    REFRESH_PEPPERS_FILE: `2026a:${'0123456789abcdef'.repeat(4)}`,
    SMTP_URL_FILE: 'smtps://user:secret@mail.example.com:465',
  }
  const written = [...exports.matchAll(/^export (\w+)=('[^']*'|\S+)/gm)].map(
    ([, name = '', value = '']): [string, string] => [name, value.replaceAll("'", '').replace('…', 'secret')],
  )
  const env = Object.fromEntries(
    written.map(([name, value]) => {
      const secret = secrets[name]
      if (secret === undefined) return [name, value]
      const file = join(folder, name)
      writeFileSync(file, secret)
      return [name, file]
    }),
  )

  it('are a valid configuration', () => {
    expect(readConfig(env)).toMatchObject({
      environment: 'production',
      server: { trustedProxies: expect.anything() },
    })
  })

  it.each(['DATABASE_URL', 'MASTER_KEY_FILE', 'REFRESH_PEPPERS_FILE', 'SMTP_URL_FILE', 'MAIL_FROM'])(
    'are refused without %s',
    (name) => {
      const { [name]: _removed, ...rest } = env
      expect(() => readConfig(rest)).toThrow(name.replace('_FILE', ''))
    },
  )

  it('are refused with a PUBLIC_URL over http', () => {
    expect(() => readConfig({ ...env, PUBLIC_URL: 'http://auth.example.com' })).toThrow('PUBLIC_URL')
  })
})
