import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { S3ArchiveFolder } from '../../src/adapters/archive/s3-archive-folder.ts'
import { S3Bucket } from '../../src/adapters/archive/s3-bucket.ts'
import { createDependencyBreaker } from '../../src/adapters/failover/dependency-breaker.ts'
import { verifyArchives } from '../../src/domain/audit/archive-verification.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { insertPastEvents } from '../support/audit-events.ts'
import { unwatchedDependencies } from '../support/breakers.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { S3Server, signatureOf } from '../support/s3-server.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let server: S3Server
beforeEach(async () => {
  server = await S3Server.open()
})
afterEach(() => server.close())

function bucket({ secretKey = S3Server.secretKey, clock = new ManualClock() } = {}) {
  return new S3Bucket({
    location: {
      endpoint: new URL(server.url),
      region: 'eu-central-1',
      bucket: 'audit',
      prefix: 'gatehouse/',
      keyId: new Secret(S3Server.keyId),
      secretKey: new Secret(secretKey),
    },
    breaker: createDependencyBreaker('audit_archive', { clock, dependencies: unwatchedDependencies() }),
    totalMs: 1500,
  })
}

async function publish(folder: S3ArchiveFolder, name: string, lines: readonly string[]) {
  const draft = await folder.begin(name)
  await draft.write(lines)
  const digest = await draft.publish()
  await draft.discard()
  return digest
}

it('the stand-in computes the signature of the example in the documentation of Amazon S3', () => {
  const headers = {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'x-amz-date': '20130524T000000Z',
  }
  const signature = signatureOf({
    method: 'GET',
    target: '/test.txt',
    headers,
    signedHeaders: Object.keys(headers),
    scope: '20130524/us-east-1/s3/aws4_request',
    secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  })
  expect(signature).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41')
})

describe('an archive in a bucket', () => {
  it('is read as it was written, and lists its files from every page', async () => {
    const folder = new S3ArchiveFolder(bucket())
    const names = ['02', '01', '03', '04', '05'].map((day) => `audit-2026-01-${day}.ndjson.gz`)
    for (const name of names) await publish(folder, name, [`{"name":"${name}"}`, '{}'])
    server.objects.set('gatehouse/other.txt', Buffer.from(''))
    server.objects.set('elsewhere/audit-2026-01-01.ndjson.gz', Buffer.from(''))
    expect(await folder.list()).toEqual(names.toSorted())
    const lines: string[] = []
    for await (const line of folder.read(names[0] ?? '')) lines.push(Buffer.from(line).toString())
    expect(lines).toEqual([`{"name":"${names[0]}"}`, '{}'])
    expect(await folder.digestOf('audit-2026-02-01.ndjson.gz')).toBeNull()
  })

  it('stores equal lines once, and keeps another object of the name under another name', async () => {
    const folder = new S3ArchiveFolder(bucket())
    const name = 'audit-2026-01-01.ndjson.gz'
    const digest = await publish(folder, name, ['{}'])
    expect(await publish(folder, name, ['{}'])).toEqual(digest)
    expect(server.requests.filter((line) => line.startsWith('PUT'))).toHaveLength(1)
    const first = server.objects.get(`gatehouse/${name}`)
    const second = await publish(folder, name, ['{"other":1}'])
    expect(await folder.digestOf(name)).toEqual(second)
    const aside = [...server.objects.keys()].find((key) => key.endsWith('.unrecorded')) ?? ''
    expect(server.objects.get(aside)).toEqual(first)
    expect(await folder.list()).toEqual([name])
  })

  it('names the refusal of the service, and no key', async () => {
    const folder = new S3ArchiveFolder(bucket({ secretKey: 'wrong' }))
    await expect(folder.list()).rejects.toThrow(/responded with 403 SignatureDoesNotMatch\.$/)
    await expect(publish(folder, 'audit-2026-01-01.ndjson.gz', ['{}'])).rejects.toThrow(/403/)
    expect(server.objects.size).toBe(0)
  })

  it.each(['hang', 'fail'] as const)(
    'is left alone after the service failed (%s) until the pause is over',
    async (mood) => {
      const clock = new ManualClock()
      const folder = new S3ArchiveFolder(bucket({ clock }))
      server.mood = mood
      await expect(folder.list()).rejects.toThrow()
      server.mood = 'well'
      await expect(folder.list()).rejects.toThrow('blocked')
      expect(server.requests).toHaveLength(1)
      clock.advance(61)
      expect(await folder.list()).toEqual([])
    },
  )
})

describe('the archive job', () => {
  let test: TestApp
  beforeEach(async () => {
    test = await createTestApp({
      env: {
        AUDIT_ARCHIVE_URL: 's3://audit/gatehouse',
        AUDIT_ARCHIVE_ENDPOINT: server.url,
        AUDIT_ARCHIVE_KEY_ID: S3Server.keyId,
        AUDIT_ARCHIVE_SECRET_KEY: S3Server.secretKey,
      },
    })
    await insertPastEvents(test.database, { daysAgo: 95, days: 3, eventsOfDay: 5, now: test.clock.now() })
  })
  afterEach(() => test.close())
  const countEvents = () => test.database.client.auditEvent.count()

  it('moves days into the bucket, where the verification finds them', async () => {
    expect(await test.app.jobs.archiveAudit()).toEqual({ archived: 15, removed: 15 })
    expect(await countEvents()).toBe(0)
    expect(server.objects.size).toBe(3)
    const records = await test.database.client.auditArchive.findMany({ orderBy: { sequence: 'asc' } })
    const findings = []
    const previous = records.map((row) => ({ ...row, day: row.day.toISOString().slice(0, 10) }))
    for await (const finding of verifyArchives(new S3ArchiveFolder(bucket()), previous))
      findings.push(finding)
    expect(findings).toEqual([])
    expect(await test.app.jobs.archiveAudit()).toEqual({ archived: 0, removed: 0 })
  })

  it('removes no rows whose bytes arrived damaged', async () => {
    server.mood = 'damage'
    await expect(test.app.jobs.archiveAudit()).rejects.toThrow()
    expect(await countEvents()).toBe(15)
  })

  it('continues after an outage', async () => {
    server.mood = 'fail'
    await expect(test.app.jobs.archiveAudit()).rejects.toThrow()
    expect(await countEvents()).toBe(15)
    server.mood = 'well'
    test.clock.advance(3600)
    expect(await test.app.jobs.archiveAudit()).toMatchObject({ removed: 15 })
  })
})
