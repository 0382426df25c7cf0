import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { EmbeddedAdapterFactory } from '../../src/adapters/prisma/embedded/embedded-adapter.ts'
import { openEmbeddedDatabase } from '../../src/adapters/prisma/embedded/embedded-database.ts'
import { EmbeddedPostgres } from '../../src/adapters/prisma/embedded/embedded-postgres.ts'
import { silentLogger as logger } from '../../src/lib/observation/logger.ts'

const program = fileURLToPath(new URL('../support/open-folder.ts', import.meta.url))

function start(folder: string): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function firstWord(child: ChildProcess): Promise<void> {
  if (child.stdout !== null) await once(child.stdout, 'data')
}

describe.runIf(inject('backend') === 'embedded')('the embedded database', () => {
  let parent: string

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'gatehouse-test-'))
  })
  afterAll(() => rm(parent, { recursive: true, force: true }))

  it('refuses a second process on its folder, and opens what a killed one left', async () => {
    const folder = join(parent, 'nested', 'database')
    const child = start(folder)
    await firstWord(child)
    await expect(openEmbeddedDatabase({ folder, logger })).rejects.toThrow(/Another process .* DATA_DIR/)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const database = await openEmbeddedDatabase({ folder, logger })
    expect(await database.client.tenant.count({ where: { slug: 'written' } })).toBe(1)
    await expect(database.migrate()).resolves.toEqual([])
    await database.close()
  })

  it('opens a folder again after a first start that was killed', async () => {
    const folder = join(parent, 'killed')
    const child = start(folder)
    setTimeout(() => child.kill('SIGKILL'), 2_500)
    await once(child, 'exit')
    const database = await openEmbeddedDatabase({ folder, logger })
    await database.migrate()
    expect(await database.client.tenant.count()).toBeGreaterThan(0)
    await database.close()
  })

  it('reports a failing script, and a COMMIT that fails', async () => {
    const loadDataDir = new Blob([await readFile(inject('embeddedDump'))])
    const postgres = new EmbeddedPostgres({ loadDataDir })
    const adapter = await new EmbeddedAdapterFactory(postgres).connect()
    await expect(adapter.executeScript('CREATE TABLE a (); CREATE TABLE a ()')).rejects.toMatchObject({
      cause: { code: '42P07' },
    })
    await adapter.executeScript('CREATE TABLE b (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)')
    const transaction = await adapter.startTransaction()
    await transaction.executeRaw({ sql: 'INSERT INTO b VALUES (1), (1)', args: [], argTypes: [] })
    await expect(transaction.commit()).rejects.toMatchObject({ cause: { code: '23505' } })
    await postgres.close()
  })
})
