import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { onceOnEmbedded, onceOnServers, sharedFolders } from '../support/backends.ts'

/** What a test mentions that depends on the backend. */
const dependent =
  /inject\('(backend|redisUrl|postgresServer)'\)|REDIS_URL|adapters\/(redis|prisma\/(server|stores))|untilPolled/

describe('a test that runs on one backend only', () => {
  it.each([...onceOnEmbedded, ...onceOnServers])('is in a folder of both: %s', (file) => {
    expect(sharedFolders.some((folder) => file.startsWith(`${folder}/`))).toBe(true)
    expect(readFileSync(file, 'utf8')).toContain('expect(')
  })

  it.each(onceOnEmbedded.filter((file) => !file.endsWith('/embedded-database.test.ts')))(
    'mentions nothing of a server: %s',
    (file) => {
      expect(readFileSync(file, 'utf8')).not.toMatch(dependent)
    },
  )
})
