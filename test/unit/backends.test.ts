import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  flowFolders,
  onBoth,
  onceOnEmbedded,
  onceOnServers,
  onServersAlone,
  sharedFolders,
} from '../support/backends.ts'

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

describe('a test of a flow that runs on both backends', () => {
  it.each(onBoth)('is in a folder whose other tests run on the servers alone: %s', (file) => {
    expect(flowFolders.some((folder) => file.startsWith(`${folder}/`))).toBe(true)
    expect(readFileSync(file, 'utf8')).toContain('expect(')
  })
})

describe('the lists of tests', () => {
  const alone = onServersAlone()

  it('name each file once', () => {
    const named = [...onceOnEmbedded, ...onceOnServers, ...onBoth]
    expect(named.filter((file, index) => named.indexOf(file) !== index)).toEqual([])
  })

  it('leave to the servers what they do not name, and nothing of the contracts', () => {
    expect(alone.filter((file) => onBoth.includes(file) || onceOnEmbedded.includes(file))).toEqual([])
    expect(new Set(alone.map(dirname))).toEqual(new Set(flowFolders))
  })

  it('leave nothing to the servers that asks for its backend or names an adapter in memory', () => {
    const asking = /inject\('backend'\)|adapters\/(memory|prisma\/embedded)/
    expect(alone.filter((file) => asking.test(readFileSync(file, 'utf8')))).toEqual([])
  })
})
