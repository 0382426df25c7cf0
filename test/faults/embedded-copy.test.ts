import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openEmbeddedDatabase } from '../../src/adapters/prisma/embedded/embedded-database.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { backupPage, documented, runShell } from '../support/documented-commands.ts'
import { askLogin, rotate, signUp, whoIs } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const secrets = { MASTER_KEY: randomBytes(32).toString('base64') }

describe('a copied data folder', () => {
  it('serves with its accounts and keys, and its sessions go on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-copy-'))
    const [source, copy] = [join(folder, 'data'), join(folder, 'copy')]
    const serve = async <T>(dataDir: string, work: (test: TestApp) => Promise<T>): Promise<T> => {
      const database = await openEmbeddedDatabase({ folder: join(dataDir, 'database'), logger: silentLogger })
      await database.migrate()
      const test = await createTestApp({ database, env: secrets })
      return work(test).finally(async () => {
        await test.close()
        await database.close()
      })
    }
    const ada = await serve(source, (test) => signUp(test.actor()))
    await runShell(documented(backupPage, 'cp -a'), { DATA_DIR: source, BACKUP_DIR: copy })
    await serve(copy, async (test) => {
      expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
      expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
      await rotate(test.actor(), ada.refreshToken)
    })
    await rm(folder, { recursive: true, force: true })
  })
})
