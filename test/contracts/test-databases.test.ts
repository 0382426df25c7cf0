import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openTestDatabase } from '../support/test-database.ts'

function tenant(slug: string) {
  return { id: randomUUID(), slug, name: slug }
}

describe('a test database', () => {
  it('contains the default tenant, and nothing of an earlier test', async () => {
    const earlier = await openTestDatabase()
    await earlier.client.tenant.update({ where: { slug: 'default' }, data: { name: 'Changed' } })
    await earlier.client.tenant.create({ data: tenant('other') })
    await earlier.close()
    const later = await openTestDatabase()
    await expect(later.client.tenant.findMany({ select: { slug: true, name: true } })).resolves.toEqual([
      { slug: 'default', name: 'Default' },
    ])
    await later.close()
  })

  it('keeps its own rows while another one is open', async () => {
    const databases = [await openTestDatabase(), await openTestDatabase()]
    for (const { client } of databases) await client.tenant.create({ data: tenant('other') })
    for (const { client } of databases) await expect(client.tenant.count()).resolves.toBe(2)
    for (const database of databases) await database.close()
  })

  it('is refused to work that continues after it is closed', async () => {
    const earlier = await openTestDatabase()
    await earlier.client.tenant.count()
    await earlier.close()
    const later = await openTestDatabase()
    await expect(earlier.client.tenant.create({ data: tenant('late') })).rejects.toThrow(
      /closed|end on the pool/,
    )
    await expect(earlier.ping()).rejects.toThrow()
    await expect(later.client.tenant.count()).resolves.toBe(1)
    await later.close()
  })

  it('is not reused when a test has changed its tables', async () => {
    const earlier = await openTestDatabase()
    await earlier.client.$executeRaw`CREATE TABLE left_behind ()`
    await earlier.close()
    const later = await openTestDatabase()
    await expect(later.client.$queryRaw`SELECT FROM left_behind`).rejects.toThrow('left_behind')
    await later.close()
  })
})
