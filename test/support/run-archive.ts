// A process that archives the audit events of a database once, and kills itself at the call that an argument names.
import { FileArchiveFolder } from '../../src/adapters/archive/file-archive-folder.ts'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { PrismaAuditArchiveStore } from '../../src/adapters/prisma/stores/audit/prisma-audit-archive-store.ts'
import type { ArchiveFolder } from '../../src/domain/audit/archive-folder.ts'
import type { AuditArchiveStore } from '../../src/domain/audit/audit-archive-store.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { createTestArchive } from './test-archive.ts'

const [url, path, deadly = ''] = process.argv.slice(2)
if (url === undefined || path === undefined) throw new Error('Too few arguments.')

/** `name:3` kills the process at the third call of that name, before or after it. */
const [point = '', times = '1'] = deadly.split(':')
let left = Number(times)
function maybeDie(name: string): void {
  if (name !== point) return
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
}

async function deadlyCall<T>(name: string, call: () => Promise<T>): Promise<T> {
  maybeDie(`before-${name}`)
  const result = await call()
  maybeDie(`after-${name}`)
  return result
}

const database = openPostgresDatabase({ url, directUrl: url, poolMin: 0, poolMax: 2, logger: silentLogger })
const inner = new PrismaAuditArchiveStore(database.client)
const store: AuditArchiveStore = {
  findOldest: (below) => inner.findOldest(below),
  listOldest: (span, limit) => inner.listOldest(span, limit),
  removeArchived: (ids) => deadlyCall('remove', () => inner.removeArchived(ids)),
  listArchives: () => inner.listArchives(),
  findLastArchive: () => inner.findLastArchive(),
  countParts: (day) => inner.countParts(day),
  recordArchive: (record) => deadlyCall('record', () => inner.recordArchive(record)),
  markRemoved: (sequence, now) => deadlyCall('mark', () => inner.markRemoved(sequence, now)),
}
const files = new FileArchiveFolder(path)
const folder: ArchiveFolder = {
  async begin(name) {
    const draft = await files.begin(name)
    return {
      write: (lines) => deadlyCall('write', () => draft.write(lines)),
      publish: () => deadlyCall('publish', () => draft.publish()),
      discard: () => draft.discard(),
    }
  },
  clean: () => files.clean(),
  list: () => files.list(),
  read: (name) => files.read(name),
  digestOf: (name) => files.digestOf(name),
}
const archive = createTestArchive(store, folder)
process.stdout.write('running\n')
await archive()
await database.close()
