import { describe, expect, inject, it } from 'vitest'
import { configCheck } from '../../src/cli/config-check.ts'
import { insertPasskey, insertUser } from '../support/rows.ts'
import { openServerTestDatabase } from '../support/test-database.ts'

async function check(env: Readonly<Record<string, string>>): Promise<string> {
  const printed: string[] = []
  const print = (line: string) => void printed.push(line)
  await configCheck.run({ env, print, printError: print }, [])
  return printed.join('\n')
}

describe.skipIf(inject('backend') !== 'servers')('config check', () => {
  it('warns if stored passkeys are of another RP id', async () => {
    const database = await openServerTestDatabase()
    const DATABASE_URL = database.url
    await insertPasskey(database, await insertUser(database))
    await insertPasskey(database, await insertUser(database), { removedAt: new Date() })
    const same = await check({ DATABASE_URL, WEBAUTHN_RP_ID: 'localhost' })
    expect(same).toContain('passkeys: all of the RP id localhost')
    const changed = await check({ DATABASE_URL, WEBAUTHN_RP_ID: 'example.com' })
    expect(changed).toMatch(/^warning: WEBAUTHN_RP_ID is example\.com, but 1 stored passkeys are of another/m)
    await database.close()
  })
})
