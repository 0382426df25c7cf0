import { readdir } from 'node:fs/promises'
import { readArchiveConfig } from '../config/read-archive-config.ts'
import { verifyArchives } from '../domain/audit/archive-verification.ts'
import { openOperatorArchive } from '../infrastructure/operator-stores.ts'
import { toHex } from '../lib/crypto/digest.ts'
import { type Command, exitCodes } from './command.ts'
import { counted } from './counted.ts'
import { printableLine } from './printable.ts'
import { withStores } from './with-stores.ts'

export const auditVerify: Command = {
  name: 'audit verify',
  parameters: '[DIR]',
  json: true,
  description:
    'Compares the archived audit events in DIR, or in AUDIT_ARCHIVE_DIR or AUDIT_ARCHIVE_URL, with their records in the database. Names file and line of each difference.',
  async run(terminal, args) {
    const [path, ...rest] = args
    const archive = path === undefined ? readArchiveConfig(terminal.env) : ({ kind: 'folder', path } as const)
    if (archive === null || path === '' || rest.length > 0) {
      terminal.printError(
        'audit verify requires DIR, or AUDIT_ARCHIVE_DIR or AUDIT_ARCHIVE_URL in the environment.',
      )
      return exitCodes.usageError
    }
    // Without the folder there are no findings if nothing is recorded: a mistyped name would pass.
    if (archive.kind === 'folder') await readdir(archive.path)
    const records = await withStores(terminal, ({ auditArchives }) => auditArchives.listArchives())
    let wrong = 0
    const findings: object[] = []
    for await (const finding of verifyArchives(openOperatorArchive(archive), records)) {
      const place = finding.line === null ? finding.file : `${finding.file} line ${finding.line}`
      if (finding.wrong) wrong += 1
      findings.push(finding)
      if (terminal.json) continue
      const print = finding.wrong ? terminal.printError : terminal.print
      print(printableLine(`${place}: ${finding.what}`))
    }
    const events = records.reduce((sum, record) => sum + record.events, 0)
    const head = toHex(records.at(-1)?.head ?? new Uint8Array()) || 'none'
    if (terminal.json)
      terminal.print(JSON.stringify({ files: records.length, events, wrong, head, findings }))
    else
      terminal.print(
        `${counted(records.length, 'file')}, ${counted(events, 'event')}, ${wrong} wrong; head ${head}`,
      )
    return wrong === 0 ? exitCodes.success : exitCodes.failure
  },
}
